"""A tour of the login pages: each is opened as a person comes to it, and shown to whoever wants to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.browser.chromium import Browser
from tests.browser.test_login_pages import NEW, App
from tests.browser.test_passkeys import plug_in
from tests.builders import PASSWORD
from tests.sdk.conftest import Server

_SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a.example",
}
_CHOICE = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}}
_OIDC = {
    "client_id": "id",
    "client_secret": "secret",
    "attributes_request_method": "GET",
    "oidc_issuer": "https://idp.example.com",
    "authorize_scopes": "openid",
    "authorize_url": "https://idp.example.com/authorize",
    "token_url": "https://idp.example.com/token",
    "attributes_url": "https://idp.example.com/userinfo",
    "jwks_uri": "https://idp.example.com/jwks",
}
_GOOGLE = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}


def pages(server: Server, browser: Browser, *, managed: bool, settings: Any = None) -> Iterator[str]:
    """Open one page after the other, and answer each one's name while it is shown.

    `settings` are those of the managed login style.
    """
    yield from _first_factors(_app(server, browser, settings, managed=managed, Policies=_CHOICE if managed else {}))
    yield from _second_factors(_app(server, browser, settings, managed=managed, EmailConfiguration=_SENDER))


def _app(server: Server, browser: Browser, settings: Any, *, managed: bool, **pool: Any) -> App:
    app = App(server, browser, managed=managed, **pool)
    named = {"UserPoolId": app.pool, "ClientId": app.client}
    for name, kind, details in (("Google", "Google", _GOOGLE), ("AcmeCorp", "OIDC", _OIDC)):
        app.idp.create_identity_provider(
            UserPoolId=app.pool, ProviderName=name, ProviderType=kind, ProviderDetails=details
        )
    client = app.idp.describe_user_pool_client(**named)["UserPoolClient"]
    kept = {name: value for name, value in client.items() if name not in {"CreationDate", "LastModifiedDate"}}
    app.idp.update_user_pool_client(**kept | {"SupportedIdentityProviders": ["COGNITO", "Google", "AcmeCorp"]})
    if managed and settings:
        style = app.idp.describe_managed_login_branding_by_client(**named)["ManagedLoginBranding"]
        changed = {"UserPoolId": app.pool, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        app.idp.update_managed_login_branding(**changed, Settings=settings)
    for name in ("terms-of-use", "privacy-policy"):
        links = {"cognito:default": f"https://shop.example/{name}"}
        app.idp.create_terms(**named, TermsName=name, TermsSource="LINK", Enforcement="NONE", Links=links)
    app.ana()
    return app


def _first_factors(app: App) -> Iterator[str]:
    managed = app.idp.describe_user_pool(UserPoolId=app.pool)["UserPool"].get("Domain") is not None
    app.open()
    yield "login"
    app.open("/signup")
    yield "signup"
    app.type(password="short")
    yield "signup-rules"
    app.send(username="bea", **{"requiredAttributes[email]": "bea@example.com"}, password=PASSWORD)
    yield "confirm"
    for name in ("resendcode", "confirmForgotPassword", "forgotPassword"):
        app.open(f"/{name}")
        yield name
    app.send(username="ana")
    yield "confirmForgotPassword-sent"
    app.open("/error", error="invalid_request")
    yield "error"
    yield from _choice(app) if managed else _password(app)


def _password(app: App) -> Iterator[str]:
    app.open()
    app.send(username="ana", password="Wrong-Horse-1")
    yield "login-refused"
    app.send(username="ana", password=PASSWORD)
    app.open("/login")
    yield "continue"


def _choice(app: App) -> Iterator[str]:
    web = {"RelyingPartyId": "localhost", "UserVerification": "required"}
    app.idp.set_user_pool_mfa_config(UserPoolId=app.pool, MfaConfiguration="OFF", WebAuthnConfiguration=web)
    app.open("/passkeys/add")
    plug_in(app.browser)
    app.send(username="ana")
    yield "login-choose"
    app.click("button[value=PASSWORD]")
    yield "login-password"
    app.send(password="Wrong-Horse-1")
    yield "login-refused"
    app.send(password=PASSWORD)
    app.open("/login")
    yield "continue"
    app.open("/passkeys/add")
    yield "passkeys-add"
    app.click()
    app.open(prompt="login")
    app.send(username="ana")
    app.click("button[value=WEB_AUTHN]")
    yield "login-passkey"
    app.open("/signup")
    app.send(username="dan", **{"requiredAttributes[email]": "dan@example.com"}, password=PASSWORD)
    app.send(code=app.code)
    assert app.path == "/passkeys/offer"
    yield "passkeys-offer"


def _second_factors(app: App) -> Iterator[str]:
    app.idp.admin_set_user_password(UserPoolId=app.pool, Username="ana", Password="Temporary-1", Permanent=False)
    app.idp.set_user_pool_mfa_config(
        UserPoolId=app.pool,
        MfaConfiguration="ON",
        EmailMfaConfiguration={},
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    app.open("/logout", response_type="code")
    if app.path == "/login":
        app.open(prompt="login")
    _sign_in(app, "ana", "Temporary-1")
    yield "changePassword"
    app.send(password=NEW, confirm_password=NEW)
    yield "mfa"
    named = {"UserPoolId": app.pool, "Username": "cal"}
    app.idp.admin_create_user(**named, MessageAction="SUPPRESS")
    app.idp.admin_set_user_password(**named, Password=PASSWORD, Permanent=True)
    for answer, name in (("SOFTWARE_TOKEN_MFA", "mfa-register-totp"), ("EMAIL_OTP", "mfa-register-address")):
        app.open(prompt="login")
        _sign_in(app, "cal", PASSWORD)
        yield f"mfa-choose-{answer}"
        app.click(f"button[value={answer}]")
        assert app.path == f"/{name.replace('-', '/')}"
        yield name


def _sign_in(app: App, username: str, password: str) -> None:
    if _has(app, "password"):
        app.send(username=username, password=password)
        return
    app.send(username=username)
    if not _has(app, "password"):
        app.click("button[value=PASSWORD]")
    app.send(password=password)


def _has(app: App, field: str) -> bool:
    return bool(app.browser.call("(name => document.getElementsByName(name).length > 0)", field))
