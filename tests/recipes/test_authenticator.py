"""Amplify's Authenticator in a real browser: every one of its forms that a user without passkeys gets to see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.builders import PASSWORD as BETTER
from tests.recipes.page import PASSWORD, POOL, Site, blocks
from tests.recipes.test_pages import application
from tests.sdk.conftest import Server
from tests.sdk.place import Authenticator, asked

_FIND = """((selector, text) => new Promise((found, fail) => {
    const until = Date.now() + 30000;
    (function look() {
        const fits = (each) => !each.disabled && (text === undefined || each.textContent === text);
        const element = Array.from(document.querySelectorAll(selector)).find(fits);
        if (element) return found(element);
        if (Date.now() > until) return fail(new Error(selector + ' is not in ' + document.body.innerText));
        setTimeout(look, 10);
    })();
}))"""


class Forms:
    """The forms of the component, and a user in front of them."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site, self.browser = site, browser

    def text(self, selector: str) -> str:
        """The text of an element, once it is there."""
        return str(self.browser.run(f"{_FIND}({json.dumps(selector)}).then(found => found.textContent)"))

    def click(self, selector: str) -> None:
        """Click an element, once it is there."""
        self.browser.run(f"{_FIND}({json.dumps(selector)}).then(found => found.click())")

    def send(self, **fields: str) -> None:
        """Type into fields, by their names, so that React notices, and send their form."""
        typed = (
            "((field, value) => { Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set"
            ".call(field, value); field.dispatchEvent(new Event('input', {bubbles: true})); })"
        )
        for name, value in fields.items():
            found = f"{_FIND}({json.dumps(f'input[name={name}]')})"
            self.browser.run(f"{found}.then(field => {typed}(field, {json.dumps(value)}))")
        self.click(f"form:has(input[name={next(iter(fields))}]) button[type=submit]")

    def check_signed_in(self, username: str) -> None:
        """The application greets the user. Then signs out."""
        greeting = json.dumps(f"Sign {username} out")
        self.browser.run(f"{_FIND}('#root button', {greeting}).then(found => found.click())")

    @property
    def code(self) -> str:
        """The code in the newest message."""
        return str(asked(f"{self.site.server.url}/_emulator/messages?pool={POOL}")["messages"][-1]["code"])


@pytest.fixture
def forms(tmp_path: Path) -> Iterator[Forms]:
    """The forms, on a server of their own."""
    server = Server("--ephemeral", log=tmp_path / "server.log")
    site = Site(server)
    [code] = blocks("Amplify's Authenticator")
    with Browser(tmp_path / "profile") as browser, application(site, browser, code, "", tmp_path) as page:
        page.open()
        yield Forms(site, browser)
    server.stop()


def test_the_authenticator_signs_up_confirms_and_signs_in(forms: Forms) -> None:
    forms.click("[role=tab]:nth-of-type(2)")
    forms.send(username="bea", email="bea@example.com", password=BETTER, confirm_password=BETTER)
    assert "b***@e***" in forms.text("[data-amplify-authenticator-confirmsignup]")
    forms.send(confirmation_code="000000")
    assert forms.text("[role=alert]") == "Invalid verification code provided, please try again."
    forms.send(confirmation_code=forms.code)
    forms.check_signed_in("bea")


def test_the_authenticator_signs_in_and_out(forms: Forms) -> None:
    forms.send(username="ada", password="Wrong-Horse-1")
    assert forms.text("[role=alert]") == "Incorrect username or password."
    forms.send(username="ada", password=PASSWORD)
    forms.check_signed_in("ada")
    assert forms.text("[data-amplify-authenticator-signin] button[type=submit]")


def test_the_authenticator_replaces_a_forgotten_password(forms: Forms) -> None:
    forms.click("[data-amplify-authenticator-signin] .amplify-button--link")
    forms.text("[data-amplify-authenticator-forgotpassword]")
    forms.send(username="ada")
    forms.text("input[name=confirmation_code]")
    forms.send(confirmation_code=forms.code, password=BETTER, confirm_password=BETTER)
    forms.send(username="ada", password=BETTER)
    forms.check_signed_in("ada")


def test_the_authenticator_sets_an_app_up_and_asks_for_its_code(forms: Forms) -> None:
    forms.site.server.client("cognito-idp").set_user_pool_mfa_config(
        UserPoolId=POOL, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    forms.send(username="ada", password=PASSWORD)
    app = Authenticator(forms.site.server, forms.text("[data-amplify-copy] div"))
    assert forms.browser.run(f"{_FIND}('img[data-amplify-qrcode]').then(found => found.naturalWidth > 100)") is True
    forms.send(confirmation_code=app.code())
    forms.check_signed_in("ada")
    forms.send(username="ada", password=PASSWORD)
    forms.text("[data-amplify-authenticator-confirmsignin]")
    forms.send(confirmation_code=app.code())
    forms.check_signed_in("ada")
