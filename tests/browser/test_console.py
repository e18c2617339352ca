"""The console in a real browser, by its links, forms and buttons, without a script of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import console_tour
from tests.browser.chromium import HERE, Browser
from tests.browser.test_accessibility import CHECK
from tests.builders import PASSWORD
from tests.sdk.conftest import Server

_SEND = """((button, fields) => {
    const form = [...document.forms].find(each => [...each.elements].some(one => one.name in fields)
        && [...each.querySelectorAll('button')].some(one => one.textContent === button));
    for (const [name, value] of Object.entries(fields)) {
        const field = form.elements[name];
        if (field.type === 'checkbox') field.checked = value; else field.value = value;
    }
    [...form.querySelectorAll('button')].find(one => one.textContent === button).click();
})"""
_CLICK = """(words => [...document.querySelectorAll('a, button')]
    .find(each => each.textContent.trim() === words).click())"""


class Person:
    """Somebody in front of a browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def click(self, words: str) -> None:
        """Click the first link or button that says so, and wait for the next page."""
        self.browser.leave(lambda: self.browser.call(_CLICK, words))

    def send(self, button: str, **fields: str | bool) -> None:
        """Fill in the form that has these fields and this button, and click it."""
        self.browser.leave(lambda: self.browser.call(_SEND, button, fields))

    def sees(self, selector: str) -> str:
        """The text of an element."""
        return str(self.browser.call("(selector => document.querySelector(selector)?.textContent)", selector))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ephemeral server."""
    running = Server("--ephemeral", log=tmp_path_factory.mktemp("server") / "server.log")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests of this module."""
    with Browser(tmp_path_factory.mktemp("browser") / "profile") as running:
        yield running


def test_a_pool_a_client_and_a_user_are_made_and_the_user_signs_in(server: Server, browser: Browser) -> None:
    person = Person(browser)
    browser.navigate(f"{server.url}/_emulator")
    person.send("create", PoolName="shop")
    assert person.sees("h1") == "shop"
    pool = browser.at()
    person.click("App clients")
    person.send("create", ClientName="web")
    assert person.sees("h1") == "web"
    client = browser.at()
    person.click("Users")
    person.send("create", Username="ana", TemporaryPassword="short", Permanent=True)
    assert person.sees("[role=alert]").startswith("InvalidPasswordException: ")
    person.send("create", TemporaryPassword=PASSWORD)
    assert person.sees("h1") == "ana"
    person.click("disable")
    assert person.sees(".tag.bad") == "disabled"
    person.click("enable")
    browser.navigate(client)
    person.click("sign in")
    person.send("Sign in", username="ana", password=PASSWORD)
    assert person.sees("h1") == "Signed in"
    browser.navigate(pool)
    person.click("delete")
    assert person.sees("[role=status]") == "Deleted."


def test_nothing_serious_is_wrong_with_any_page(server: Server, browser: Browser) -> None:
    axe = (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    wrong = {}
    for name in console_tour.pages(server, browser):
        browser.run("document.querySelectorAll('details').forEach(each => each.open = true)")
        browser.run(axe + "; true")
        for scheme in ("light", "dark"):
            preference = [{"name": "prefers-color-scheme", "value": scheme}]
            browser.command("Emulation.setEmulatedMedia", features=preference)
            told = browser.run(CHECK.replace("RULES", "{}"))
            if told:
                wrong[name, scheme] = told
    assert wrong == {}
