"""The documents that people write by hand agree with the code."""

from __future__ import annotations

import re
from pathlib import Path

import differences
import features
import pytest

from emulator import coverage

ROOT = Path(__file__).resolve().parents[2]
ROUTE = re.compile(r"@control\.(get|post|delete|put)\(\"(/[^\"]*)\"")
PATHS = re.compile(r"`((?:tests|emulator|storage|keys|docs|scripts)/[\w./-]+)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_has_every_control_endpoint() -> None:
    readme = read("README.md")
    routes = [
        route
        for path in (ROOT / "emulator/web").glob("control*.py")
        for route in ROUTE.findall(path.read_text("utf-8"))
    ]
    routes += [(verb, f"/idp{path}") for verb, path in ROUTE.findall(read("emulator/web/stand_in_people.py"))]
    assert len(routes) > 10
    missing = [f"{verb.upper()} {path}" for verb, path in routes if f"`{verb.upper()} /_emulator{path}" not in readme]
    assert missing == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/decisions.md"])
def test_what_a_document_names_is_there(name: str) -> None:
    named = [*PATHS.findall(read(name)), *re.findall(r"\]\(([\w./-]+)\)", read(name))]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_functions_that_the_walks_through_the_code_name_are_there() -> None:
    walks = read("CONTRIBUTING.md").split("## Seven walks")[1].split("\n## The rooms")[0]
    named = re.findall(r"`([\w/]+\.py)`, `([\w.]+)`", walks)
    assert len(named) > 10
    assert [(path, name) for path, name in named if not is_defined(name, read(path))] == []


def is_defined(name: str, source: str) -> bool:
    """Whether a module defines a function, a class, or a method by the name of its class: `Shares.rank`."""
    owner, _, method = name.rpartition(".")
    body = source.partition(f"\nclass {owner}")[2].partition("\n\n\n")[0] if owner else source
    indent = "    " if owner else ""
    return re.search(rf"\n{indent}(async def|def|class) {method}\b", body) is not None


def test_every_operation_of_identity_pools_is_whole() -> None:
    rows = [row for row in coverage.rows() if row["service"] == "cognito-identity"]
    assert [row["name"] for row in rows if row["state"] != "whole"] == []
    assert len(rows) == 23


UNBUILT: set[str] = set()
"""The operations of user pools that are not whole."""


def test_every_operation_of_user_pools_is_whole_but_for_these() -> None:
    rows = [row for row in coverage.rows() if row["service"] == "cognito-idp"]
    assert {row["name"] for row in rows if row["state"] != "whole"} == UNBUILT
    assert len(rows) == 153
    told = read("docs/operations.md").partition("## cognito-idp\n\n")[2].partition("\n")[0]
    assert told == f"{153 - len(UNBUILT)} of 153 are whole."


def test_every_operation_that_is_built_leads_to_its_module_and_its_tests() -> None:
    rows = [
        line for line in read("docs/operations.md").splitlines() if re.match(r"\| \w+ \| (signed|open|token) \|", line)
    ]
    assert len(rows) == 153 + 23 + 12
    for row in rows:
        _, name, _, state, *links, _ = (cell.strip() for cell in row.split("|"))
        assert state == "501" or all("](../" in link for link in links), name
    assert [path for path in re.findall(r"\]\(\.\./([\w./]+)\)", "".join(rows)) if not (ROOT / path).exists()] == []


def test_every_invariant_says_what_enforces_it() -> None:
    invariants = read("CONTRIBUTING.md").split("## Invariants")[1].split("\n\n")[1]
    for invariant in invariants.split("\n- "):
        assert "Enforced by:" in invariant


def test_every_sentence_about_a_difference_is_a_row() -> None:
    lines = read("docs/differences.md").partition("\n## ")[2].splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| operation or feature |")]
    written = [line for path in (ROOT / "emulator").rglob("*.py") for line in path.read_text("utf-8").splitlines()]
    assert len(rows) >= len([line for line in written if re.search(r"(Unlike AWS|AWS unknown): ", line)]) > 400
    whole = re.compile(r"\| [^|]+ \| \S.*[.…\"] \| \S.*[.…\"] \(\[[\w/]+\]\(\.\./[\w/]+\.py\)\) \|")
    assert [row for row in rows if not whole.fullmatch(row)] == []


@pytest.mark.parametrize(
    ("words", "row"),
    [
        (
            "Unlike AWS: SignUp does this. AWS does that. It has always done so. Here it is new.",
            (True, "SignUp", "AWS does that. It has always done so.", "SignUp does this. Here it is new."),
        ),
        ("Unlike AWS: GET /logout does this.", (True, "GET /logout", "As AWS documents.", "GET /logout does this.")),
        (
            "AWS unknown: whether SignUp refuses `x`; here it does.",
            (False, "SignUp", "Not known: whether SignUp refuses `x`.", "Here it does."),
        ),
        (
            "AWS unknown: the message of `x`. Here it is y.",
            (False, "`x`", "Not known: the message of `x`.", "Here it is y."),
        ),
        (
            "AWS unknown: the message of SignUp's refusal.",
            (False, "SignUp", "Not known: the message of SignUp's refusal.", "A text of the emulator's own."),
        ),
        (
            "AWS unknown: whether claims are refused, as here.",
            (False, "id tokens", "Not known: whether claims are refused, as here.", "See the previous column."),
        ),
    ],
)
def test_a_confession_is_told_in_columns(words: str, row: tuple[bool, str, str, str]) -> None:
    assert differences.row(words, "emulator/domain/id_tokens.py", {"SignUp"}) == differences.Row(*row)


def test_differences_stand_under_the_features_that_users_know() -> None:
    titles = re.findall(r"^## (.+)$", read("docs/differences.md"), re.MULTILINE)
    assert titles == [title for title in features.HEADINGS if title in titles]
    assert {"Sign-in", "Messages", "Tokens and sessions", "Identity pools"} <= set(titles)


def test_a_file_without_a_heading_is_named() -> None:
    assert features.heading("emulator/domain/messages/log_delivery.py") == "Threat protection and log delivery"
    assert features.heading("emulator/domain/messages/delivery.py") == "Messages"
    with pytest.raises(LookupError, match=r"emulator/elsewhere\.py"):
        features.heading("emulator/elsewhere.py")
