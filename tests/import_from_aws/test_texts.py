"""Texts come back as they were, whatever they look like, from our reader and from others."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from emulator.commands.import_from_aws import text
from emulator.policies import documents

HOSTILE = [
    "no",
    "Yes",
    "null",
    "~",
    "",
    " ",
    "2012-10-17",
    "2001-12-14t21:59:43.10-05:00",
    "007",
    "1e3",
    "0x1F",
    "1_000",
    "12:30:45",
    ".inf",
    "=",
    "<<",
    "!x",
    "&a",
    "*a",
    "%YAML 1.2",
    "---",
    "...",
    "# no comment",
    "a # b",
    "a: b",
    "- a",
    "? a",
    "{a}",
    "[a]",
    "'a'",
    '"a"',
    "@a",
    "`a`",
    "|",
    ">",
    "a\nb",
    "a\n",
    "\na",
    " a\nb",
    "a \nb",
    "a\n\n\nb\n\n",
    "a\r\nb",
    "a\tb",
    "a\x85b\u2028c",
    "\ufeffa",
    "\U0001f600 and\n\U0001f600",
    "ä ö ü",
    "a\x00b\x1bc\x7f",
    "x" * 300 + " " + "y" * 300,
]


@pytest.mark.parametrize("quickly", [False, True])
def test_hostile_texts(quickly: bool) -> None:
    entries = [{"Name": each, "Values": [each, {"Value": each}], each or "empty": 1} for each in HOSTILE]
    written = "list:\n" + text.listed(entries, 6, quickly=quickly)
    assert yaml.safe_load(written) == {"list": entries}
    expected = [{**entry, entry["Name"] or "empty": "1"} for entry in entries]
    assert documents.parsed(written) == {"list": expected}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1), st.booleans())
def test_any_text(texts: list[str], quickly: bool) -> None:
    written = "list:\n" + text.listed([{"Values": texts}], 2, quickly=quickly)
    assert documents.parsed(written) == {"list": [{"Values": texts}]}
    assert yaml.safe_load(written) == {"list": [{"Values": texts}]}


def test_what_is_short_is_on_one_line() -> None:
    entry = {
        "Name": "web",
        "Flows": ["code"],
        "Text": "one\ntwo\n",
        "Attributes": [{"Name": "email", "Value": "a@b.c"}],
    }
    assert text.listed([entry], 2) == (
        "  - Name: web\n"
        "    Flows: [code]\n"
        "    Text: |\n"
        "      one\n"
        "      two\n"
        "    Attributes:\n"
        "      - {Name: email, Value: a@b.c}\n"
    )
