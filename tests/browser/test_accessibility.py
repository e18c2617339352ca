"""axe-core finds nothing serious on any login page, and every page can be used by keyboard alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import tour
from tests.browser.chromium import HERE, Browser, found
from tests.sdk.conftest import Server

CHECK = """axe.run(document, {rules: RULES}).then(found => found.violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => each.id + ": " + each.nodes.map(node => node.html + " " + node.failureSummary).join("; ")))"""
TAB_ORDER = """(() => { const able = document.querySelectorAll("a[href], button, input:not([type=hidden])");
    return Array.from(able).filter(each => each.tabIndex !== 0).map(each => each.outerHTML); })()"""
UNNAMED = """Array.from(document.querySelectorAll("input:not([type=hidden])"))
    .filter(each => !each.autocomplete).map(each => each.outerHTML)"""
AWS_COLORS = {"color-contrast": {"enabled": False}}
"""AWS's default style sheet of the classic pages has colors of too little contrast."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ephemeral server."""
    running = Server("--ephemeral", log=tmp_path_factory.mktemp("server") / "server.log")
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("scheme", "rules"),
    [(None, AWS_COLORS), ("LIGHT", {}), ("DARK", {})],
    ids=["classic", "light", "dark"],
)
def test_nothing_serious_is_wrong_with_any_page(
    server: Server, tmp_path: Path, scheme: str | None, rules: dict[str, Any]
) -> None:
    found()
    axe = (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    settings = {"categories": {"global": {"colorSchemeMode": scheme}}}
    wrong = {}
    seen = []
    with Browser(tmp_path / "profile") as browser:
        for name in tour.pages(server, browser, managed=scheme is not None, settings=settings):
            browser.run(axe + "; true")
            told = browser.run(CHECK.replace("RULES", json.dumps(rules)))
            told += browser.run(TAB_ORDER) + browser.run(UNNAMED)
            seen.append(name)
            if told:
                wrong[name] = told
    assert wrong == {}
    assert {
        "login",
        "signup",
        "confirm",
        "forgotPassword",
        "changePassword",
        "continue",
        "login-refused",
        "mfa-register-totp",
    } <= {*seen}
