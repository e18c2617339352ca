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


def until(person: Person, expression: str) -> None:
    """Wait until the page, by itself, is such that an expression is true. The browser says when it changes."""
    person.browser.run(
        "new Promise(done => { const look = () => (" + expression + ") && done(true); look();"
        "new MutationObserver(look).observe(document.body, {childList: true, subtree: true, attributes: true}); })"
    )


def test_what_happens_is_seen_at_once_in_the_inbox_and_among_the_events(server: Server, browser: Browser) -> None:
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="live", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    person = Person(browser)
    browser.navigate(f"{server.url}/_emulator/messages?pool={pool}")
    mail = [{"Name": "email", "Value": "bea@example.com"}]
    idp.sign_up(ClientId=client, Username="bea", Password=PASSWORD, UserAttributes=mail)
    until(person, "document.querySelector('.code')")
    idp.confirm_sign_up(ClientId=client, Username="bea", ConfirmationCode=person.sees(".code"))
    person.click("Events")
    until(person, "document.getElementById('live').textContent === 'live'")
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        idp.initiate_auth(
            ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "bea", "PASSWORD": "wrong"}
        )
    until(person, "document.querySelector('tbody tr')?.textContent.includes('wrong password')")
    browser.run(
        "(q => { q.value = 'confirmsign'; q.dispatchEvent(new Event('input')); })(document.getElementById('q'))"
    )
    assert browser.run("[...document.querySelectorAll('tbody tr')].filter(each => !each.hidden).length") == 1
    person.click("bea")
    assert person.sees("h1") == "bea"
    person.click("mint tokens")
    person.send("mint", client=client)
    browser.leave(lambda: browser.run("document.querySelector('section form').requestSubmit()"))
    assert person.sees("#inspected") == "This token is accepted"
    token = browser.run("document.querySelector('[name=token]').value")
    person.click("Clock")
    person.send("advance", advance="2h")
    assert person.sees("[role=status]") == "The clock is moved."
    person.click("Tokens")
    person.send("decode", token=token)
    assert person.sees("#inspected") == "This token is not accepted"
    person.click("Clock")
    person.click("reset")
    person.click("Seed")
    exported = browser.run(
        "fetch([...document.links].find(each => each.textContent === 'Export').href).then(a => a.text())"
    )
    assert pool in exported
    person.send("reset", sure=True)
    person.send("apply", document=exported)
    assert person.sees("[role=status]") == "The seed is applied."
    assert pool in [each["Id"] for each in idp.list_user_pools(MaxResults=60)["UserPools"]]


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
