"""The login pages in a real browser: from the application to its callback, by what a person clicks and types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest

from tests.browser.chromium import HERE, Browser
from tests.browser.test_passkeys import plug_in
from tests.builders import PASSWORD
from tests.sdk.conftest import Server
from tests.sdk.place import Authenticator, asked

READ_QR_CODE = """(selector => {
    const image = document.querySelector(selector), canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const drawn = canvas.getContext('2d');
    drawn.fillStyle = 'white';
    drawn.fillRect(0, 0, canvas.width, canvas.height);
    drawn.drawImage(image, 0, 0);
    const { data, width, height } = drawn.getImageData(0, 0, canvas.width, canvas.height);
    return jsQR(data, width, height).data;
})"""
"""What an authenticator app reads of the image of a QR code."""
CALLBACK = "http://localhost:9/callback"
"""Nothing listens there: the browser shows an error, and its URL is the application's."""
NEW = "Better-Horse-2"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ephemeral server."""
    running = Server("--ephemeral", log=tmp_path_factory.mktemp("server") / "server.log")
    yield running
    running.stop()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser without cookies."""
    with Browser(tmp_path / "profile") as running:
        yield running


class App:
    """A pool with an application, and somebody in front of a browser."""

    def __init__(self, server: Server, browser: Browser, *, managed: bool = False, **pool: Any) -> None:
        self.server, self.browser = server, browser
        self.idp = server.client("cognito-idp")
        members = {"PoolName": "app", "AutoVerifiedAttributes": ["email"], **pool}
        self.pool = self.idp.create_user_pool(**members)["UserPool"]["Id"]
        self.client = self.idp.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="web",
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid", "email"],
            CallbackURLs=[CALLBACK],
            SupportedIdentityProviders=["COGNITO"],
            ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        if managed:
            prefix = self.pool.rpartition("_")[2].lower()
            self.idp.create_user_pool_domain(UserPoolId=self.pool, Domain=prefix, ManagedLoginVersion=2)
            named = {"UserPoolId": self.pool, "ClientId": self.client}
            self.idp.create_managed_login_branding(**named, UseCognitoProvidedValues=True)
        self.base = server.url.replace("127.0.0.1", "localhost")

    def ana(self, password: str = PASSWORD, *, permanent: bool = True) -> None:
        """Ana, with a verified address."""
        given = [{"Name": "email", "Value": "ana@example.com"}, {"Name": "email_verified", "Value": "true"}]
        named = {"UserPoolId": self.pool, "Username": "ana"}
        self.idp.admin_create_user(**named, UserAttributes=given, MessageAction="SUPPRESS", TemporaryPassword=password)
        if permanent:
            self.idp.admin_set_user_password(**named, Password=password, Permanent=True)

    def open(self, path: str = "/oauth2/authorize", **more: str) -> None:
        """Open a page as the application leads there."""
        query = {"client_id": self.client, "response_type": "code", "redirect_uri": CALLBACK, "state": "xyz", **more}
        self.browser.navigate(f"{self.base}{path}?{urlencode(query)}")

    def type(self, **fields: str) -> None:
        """Type into fields, by their names, so that scripts notice."""
        for name, value in fields.items():
            self.browser.call(
                "((name, value) => { const field = document.getElementsByName(name)[0]; field.focus();"
                " field.value = value; field.dispatchEvent(new Event('input', {bubbles: true})); })",
                name,
                value,
            )

    def click(self, selector: str = "form button") -> None:
        """Click, and wait for the next page."""
        self.browser.click(selector)

    def send(self, **fields: str) -> None:
        """Fill in the first form and send it."""
        self.type(**fields)
        self.click()

    @property
    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.browser.at()).path

    @property
    def code(self) -> str:
        """The code in the newest message."""
        return str(asked(f"{self.server.url}/_emulator/messages?pool={self.pool}")["messages"][-1]["code"])

    def text(self, selector: str) -> str:
        """The text of an element."""
        return str(self.browser.call("(selector => document.querySelector(selector).textContent)", selector))

    def check_signed_in(self) -> None:
        """The browser is back at the application, with a code and the application's state."""
        at = self.browser.at()
        assert at.startswith(CALLBACK), at
        given = parse_qs(urlsplit(at).query)
        assert given["state"] == ["xyz"]
        assert given["code"]


def test_signing_up_leads_over_the_code_in_the_inbox_to_the_application(server: Server, browser: Browser) -> None:
    app = App(server, browser)
    app.open()
    assert app.path == "/login"
    app.click("a[href^='/signup']")
    app.type(password="Short1")
    kept = "Array.from(document.querySelectorAll('#rules li')).map(rule => rule.dataset.rule + ' ' + rule.dataset.kept)"
    assert browser.run(kept) == [
        "MinimumLength no",
        "RequireUppercase yes",
        "RequireLowercase yes",
        "RequireNumbers yes",
        "RequireSymbols no",
    ]
    app.send(username="bea", **{"requiredAttributes[email]": "bea@example.com"}, password=PASSWORD)
    assert app.path == "/confirm"
    app.send(code=app.code)
    app.check_signed_in()
    app.open()
    app.check_signed_in()


def test_a_temporary_password_is_replaced(server: Server, browser: Browser) -> None:
    app = App(server, browser)
    app.ana("Temporary-1", permanent=False)
    app.open()
    app.send(username="ana", password="Temporary-1")
    assert app.path == "/changePassword"
    app.send(password=NEW, confirm_password=NEW)
    app.check_signed_in()


def test_a_forgotten_password_is_replaced(server: Server, browser: Browser) -> None:
    app = App(server, browser)
    app.ana()
    app.open()
    app.send(username="ana", password="Wrong-Horse-1")
    assert app.text("[role=alert]") == "Incorrect username or password."
    app.click("a[href^='/forgotPassword']")
    app.send(username="ana")
    app.send(code=app.code, password=NEW, confirm_password=NEW)
    app.check_signed_in()


def test_an_authenticator_app_is_set_up_and_asked_for(server: Server, browser: Browser) -> None:
    app = App(server, browser, PoolName="Shop @ Home, 100+")
    app.ana()
    totp = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    app.idp.set_user_pool_mfa_config(UserPoolId=app.pool, MfaConfiguration="ON", **totp)
    app.open()
    app.send(username="ana", password=PASSWORD)
    browser.run((HERE / "node_modules" / "jsqr" / "dist" / "jsQR.js").read_text(encoding="utf-8") + "; true")
    read = urlsplit(browser.call(READ_QR_CODE, "img.qr"))
    secret = app.text("#secret")
    assert (read.scheme, read.netloc, unquote(read.path)) == ("otpauth", "totp", "/Shop @ Home, 100+:ana")
    assert parse_qs(read.query) == {"secret": [secret], "issuer": ["Shop @ Home, 100+"]}
    authenticator = Authenticator(server, secret)
    app.send(code=authenticator.code())
    app.check_signed_in()
    app.open("/logout", response_type="code")
    app.send(username="ana", password=PASSWORD)
    assert app.path == "/mfa"
    app.send(code=authenticator.code())
    app.check_signed_in()


def test_a_passkey_is_added_and_signs_in(server: Server, browser: Browser) -> None:
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}}
    app = App(server, browser, managed=True, Policies=factors)
    app.ana()
    web = {"RelyingPartyId": "localhost", "UserVerification": "required"}
    app.idp.set_user_pool_mfa_config(UserPoolId=app.pool, MfaConfiguration="OFF", WebAuthnConfiguration=web)
    app.open("/passkeys/add")
    assert app.path == "/login"
    plug_in(browser)
    app.send(username="ana")
    app.click("button[value=PASSWORD]")
    app.send(password=PASSWORD)
    assert app.path == "/passkeys/add"
    app.click()
    assert browser.at() == CALLBACK
    app.open(prompt="login")
    app.send(username="ana")
    app.click("button[value=WEB_AUTHN]")
    app.click()
    app.check_signed_in()


def test_a_second_factor_is_chosen(server: Server, browser: Browser) -> None:
    sender = {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a.example",
    }
    app = App(server, browser, EmailConfiguration=sender)
    app.ana()
    app.idp.set_user_pool_mfa_config(
        UserPoolId=app.pool,
        MfaConfiguration="ON",
        EmailMfaConfiguration={},
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    app.open()
    app.send(username="ana", password=PASSWORD)
    while app.path != "/mfa":
        app.click("button[value=EMAIL_OTP]")
    app.send(code=app.code)
    app.check_signed_in()


def test_a_passkey_is_offered_after_the_sign_up(server: Server, browser: Browser) -> None:
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}}
    app = App(server, browser, managed=True, Policies=factors)
    web = {"RelyingPartyId": "localhost", "UserVerification": "required"}
    app.idp.set_user_pool_mfa_config(UserPoolId=app.pool, MfaConfiguration="OFF", WebAuthnConfiguration=web)
    app.open("/signup")
    plug_in(browser)
    app.send(username="bea", **{"requiredAttributes[email]": "bea@example.com"}, password=PASSWORD)
    app.send(code=app.code)
    assert app.path == "/passkeys/offer"
    app.click()
    app.check_signed_in()
    app.open(prompt="login")
    app.send(username="bea")
    app.click("button[value=WEB_AUTHN]")
    app.click()
    app.check_signed_in()
