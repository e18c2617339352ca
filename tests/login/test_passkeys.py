"""Passkeys at the pages, beyond a first one and its use."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from emulator.outside.http import CannedHttp
from emulator.outside.world import World
from tests.builders import PASSWORD, a_user, sign_in
from tests.keys.authenticator import Authenticator
from tests.login.test_managed_login import EVERY, RELYING_PARTY, options
from tests.login.visitor import Html, Visitor
from tests.oauth.browser import CALLBACK
from tests.oauth.tool import BACK, URL, a_document

Managed = Callable[..., Visitor]


def ana(managed: Managed, **pool: object) -> Visitor:
    """A visitor of a pool with passkeys, and Ana in it."""
    visitor = managed(**{**EVERY, **pool})
    a_user(visitor.api, visitor.pool, email="ana@example.com", email_verified="true")
    visitor.api.idp("SetUserPoolMfaConfig", UserPoolId=visitor.pool, **RELYING_PARTY)
    return visitor


def register(visitor: Visitor, authenticator: Authenticator) -> None:
    """Add a passkey of Ana's by the operations."""
    token = {"AccessToken": sign_in(visitor.api, visitor.client)["AccessToken"]}
    asked = visitor.api.idp("StartWebAuthnRegistration", **token)["CredentialCreationOptions"]
    visitor.api.idp("CompleteWebAuthnRegistration", **token, Credential=authenticator.create(asked))


def test_as_many_passkeys_as_possible_with_the_longest_ids_can_be_chosen_from(managed: Managed) -> None:
    """Browsers drop cookies of more than 4096 bytes."""
    visitor, authenticator = ana(managed), Authenticator(id_bytes=1023)
    for _ in range(20):
        register(visitor, authenticator)
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    asked = options(visitor)
    assert {each["id"] for each in asked["allowCredentials"]} == {*authenticator.credentials}
    assert len(asked["allowCredentials"]) == 20
    cookie = visitor.api.http.get_cookie("page-data")
    assert cookie
    assert len(cookie.value) < 3000
    last = list(authenticator.credentials)[-1]
    visitor.fill(credential=json.dumps(authenticator.get(asked, last)))
    assert visitor.who() == "ana"


def test_a_passkey_is_asked_for_with_the_same_challenge_after_a_wrong_answer(managed: Managed) -> None:
    visitor, authenticator = ana(managed), Authenticator()
    register(visitor, authenticator)
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    asked = options(visitor)
    assert visitor.fill(credential="{}").html.alert == "Incorrect username or password."
    assert options(visitor) == asked


def test_a_sign_in_that_is_over_begins_anew(managed: Managed) -> None:
    visitor, authenticator = ana(managed), Authenticator()
    register(visitor, authenticator)
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    visitor.api.world.clock.advance(seconds=181)
    assert visitor.open("/login/passkey").path == "/login"
    visitor.fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    assert visitor.who() == "ana"


@pytest.fixture
def world(world: World) -> World:
    """A world with the metadata document of a tool."""
    http = CannedHttp()
    http.put(URL, a_document())
    return replace(world, http=http)


def test_a_client_id_that_is_a_url_leads_to_the_page_that_adds_a_passkey(managed: Managed) -> None:
    visitor, authenticator = ana(managed), Authenticator()
    members = {"ClientId": visitor.client, "PolicyName": "tools", "URLPatterns": ["https://*.example.com/*"]}
    visitor.api.idp("CreateCIMDPolicy", UserPoolId=visitor.pool, **members)
    visitor.asked = {"client_id": URL, "redirect_uri": BACK}
    assert visitor.open("/passkeys/add").path == "/login"
    at_login = visitor.html.actions[0]
    visitor.fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    assert visitor.path == "/passkeys/add"
    visitor.fill(credential=json.dumps(authenticator.create(options(visitor))))
    assert visitor.page.headers["Location"] == BACK
    answer = visitor.api.http.get(at_login)  # with the session
    form = Html(answer.text).forms[0] | {"answer": "continue"}
    code = parse_qs(urlsplit(visitor.api.http.post(at_login, data=form).headers["Location"]).query)["code"][0]
    asked = {"client_id": URL, "redirect_uri": BACK, "code": code, "grant_type": "authorization_code"}
    answer = visitor.api.http.post("/oauth2/token", data=asked)
    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_grant"})


def test_a_redirect_uri_that_the_document_lacks_adds_no_passkey(managed: Managed) -> None:
    visitor = ana(managed)
    members = {"ClientId": visitor.client, "PolicyName": "tools", "URLPatterns": ["https://*.example.com/*"]}
    visitor.api.idp("CreateCIMDPolicy", UserPoolId=visitor.pool, **members)
    visitor.asked = {"client_id": URL, "redirect_uri": CALLBACK}
    assert visitor.open("/passkeys/add").path == "/error"
