"""The stand-in provider's page in Chromium: its script, its style sheet in light and dark, and who can use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.browser.chromium import HERE, Browser, found
from tests.browser.test_accessibility import CHECK, TAB_ORDER, UNNAMED
from tests.sdk.conftest import Server

FILL = "(values => { for (const [id, value] of Object.entries(values)) document.getElementById(id).value = value; })"
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 22, 22)"}
NO_BOX = UNNAMED.replace("hidden]", "checkbox]):not([type=hidden]")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ephemeral server."""
    running = Server("--ephemeral", log=tmp_path_factory.mktemp("server") / "server.log")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser") / "profile") as running:
        yield running


def apple(server: Server, **changes: str) -> str:
    """An authorization request of a client of Apple, whose callback is a page of this server."""
    asked = {
        "client_id": "com.example.app",
        "redirect_uri": f"{server.url}/health",
        "response_type": "code",
        "response_mode": "form_post",
        "scope": "name email",
        "state": "s",
    }
    return f"{server.url}/_emulator/idp/apple/auth/authorize?{urlencode(asked | changes)}"


def test_a_click_posts_the_answer_to_the_client(server: Server, browser: Browser) -> None:
    browser.visit(apple(server))
    browser.click('button[name="person"]')
    browser.arrive(f"{server.url}/health")  # the form in between posts itself
    assert browser.at() == f"{server.url}/health"


def test_a_new_person_is_added_in_the_browser(server: Server, browser: Browser) -> None:
    browser.visit(apple(server, response_mode="query", scope=""))
    browser.call(FILL, {"name": "Ana", "email": "ana@example.com", "claims": '{"groups": ["a"]}'})
    browser.click('button[value="add"]')
    assert browser.at().startswith(f"{server.url}/health?code=")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_wrong_with_the_pages(server: Server, browser: Browser, scheme: str) -> None:
    found()
    axe = (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    seen: dict[str, Any] = {}
    for name, url in {
        "people": apple(server),
        "unknown hint": apple(server, login_hint="nobody@example.com"),
        "words": apple(server, redirect_uri="x"),
    }.items():
        browser.visit(url)
        browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        assert browser.run("document.querySelector('.sign strong').innerText") == "STAND-IN PROVIDER"
        browser.run(axe + "; true")
        told = browser.run(CHECK.replace("RULES", json.dumps({})))
        seen[name] = told + browser.run(TAB_ORDER) + browser.run(NO_BOX)
        assert browser.run("getComputedStyle(document.body).backgroundColor") == PAPER[scheme]
    assert seen == {"people": [], "unknown hint": [], "words": []}
