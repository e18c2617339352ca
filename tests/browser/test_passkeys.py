"""A passkey, made and used by a real browser on a page of an application, against a real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import Browser, Script
from tests.builders import PASSWORD, claims
from tests.sdk.conftest import Server

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """An ephemeral server."""
    running = Server("--ephemeral", log=tmp_path / "server.log")
    yield running
    running.stop()


@pytest.fixture
def page() -> Iterator[str]:
    """An application's page, on localhost, where browsers allow passkeys without TLS."""
    handler = partial(Quiet, directory=str(Path(__file__).parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://localhost:{serving.server_port}/passkeys.html"
        serving.shutdown()
        thread.join()


@pytest.fixture
def browser(tmp_path: Path, page: str) -> Iterator[Browser]:
    """A browser on that page."""
    with Browser(tmp_path / "profile") as running:
        running.visit(page)
        yield running


def a_place(idp: Any, **passkeys: str) -> tuple[str, str]:
    """A pool whose users sign in with passkeys too, and a client of it; `ana` is a user."""
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}
    pool = idp.create_user_pool(PoolName="app", Policies={"SignInPolicy": factors})["UserPool"]["Id"]
    idp.set_user_pool_mfa_config(
        UserPoolId=pool, WebAuthnConfiguration={"RelyingPartyId": "localhost", **passkeys}, MfaConfiguration="OFF"
    )
    client = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    return pool, client


def signed_in(idp: Any, client: str) -> str:
    """The access token of a sign-in with the password."""
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    answer = idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return str(answer["AuthenticationResult"]["AccessToken"])


def plug_in(browser: Browser, **more: Any) -> str:
    """Give the browser an authenticator; answers its id."""
    browser.command("WebAuthn.enable")
    options = AUTHENTICATOR | more
    return str(browser.command("WebAuthn.addVirtualAuthenticator", options=options)["authenticatorId"])


def test_a_browser_registers_a_passkey_and_signs_in_with_it(server: Server, browser: Browser) -> None:
    idp = server.client("cognito-idp")
    _, client = a_place(idp, UserVerification="required")
    authenticator, token = plug_in(browser), signed_in(idp, client)
    made = browser.call("register", server.url, token)
    listed = idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    assert [(each["CredentialId"], each["RelyingPartyId"]) for each in listed] == [(made, "localhost")]
    assert listed[0]["AuthenticatorAttachment"] == "platform"
    assert listed[0]["AuthenticatorTransports"] == ["internal"]
    for _ in range(2):
        result = browser.call("signIn", server.url, client, "ana")["AuthenticationResult"]
        assert claims(result["IdToken"])["cognito:username"] == "ana"
        assert idp.get_user(AccessToken=result["AccessToken"])["Username"] == "ana"
    held = browser.command("WebAuthn.getCredentials", authenticatorId=authenticator)["credentials"]
    assert [each["rpId"] for each in held] == ["localhost"]


def test_a_browser_makes_no_second_passkey_on_the_same_authenticator(server: Server, browser: Browser) -> None:
    idp = server.client("cognito-idp")
    _, client = a_place(idp)
    plug_in(browser)
    token = signed_in(idp, client)
    browser.call("register", server.url, token)
    with pytest.raises(Script, match="InvalidStateError"):
        browser.call("register", server.url, token)
    assert len(idp.list_web_authn_credentials(AccessToken=token)["Credentials"]) == 1


def test_a_passkey_that_was_deleted_signs_nobody_in(server: Server, browser: Browser) -> None:
    idp = server.client("cognito-idp")
    _, client = a_place(idp)
    plug_in(browser)
    token = signed_in(idp, client)
    made = browser.call("register", server.url, token)
    idp.delete_web_authn_credential(AccessToken=token, CredentialId=made)
    asked = idp.initiate_auth(
        ClientId=client,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ana", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )
    assert "WEB_AUTHN" not in asked["AvailableChallenges"]


def test_a_user_who_is_not_verified_makes_no_passkey_where_that_is_required(server: Server, browser: Browser) -> None:
    idp = server.client("cognito-idp")
    _, client = a_place(idp, UserVerification="required")
    plug_in(browser, isUserVerified=False)
    token = signed_in(idp, client)
    with pytest.raises(Script, match="NotAllowedError"):
        browser.call("register", server.url, token)
    assert idp.list_web_authn_credentials(AccessToken=token)["Credentials"] == []
