"""Passkeys at the pages, beyond a first one and its use."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp
from emulator.outside.world import World
from tests.api.choosing import policy
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


def sign_up(visitor: Visitor, **asked: str) -> Visitor:
    """Bea signs up and confirms."""
    visitor.open("/signup", **asked)
    visitor.fill(username="bea", password=PASSWORD, requiredAttributes__email="bea@example.com")
    return visitor.fill(code=visitor.api.code(to="bea@example.com"))


def test_who_signs_up_is_offered_a_passkey_and_then_leads_back_with_a_code(managed: Managed) -> None:
    visitor, authenticator = ana(managed), Authenticator()
    sign_up(visitor)
    assert visitor.path == "/passkeys/offer"
    assert visitor.fill(credential="{}").html.alert == "Credential data is not valid"
    visitor.fill(credential=json.dumps(authenticator.create(options(visitor))))
    assert visitor.who() == "bea"
    visitor.api.http.delete_cookie("cognito")
    visitor.open().fill(username="bea").fill(answer="WEB_AUTHN")
    visitor.fill(credential=json.dumps(authenticator.get(options(visitor))))
    assert visitor.who() == "bea"


@pytest.mark.parametrize("asked", [{}, {"prompt": "login"}, {"max_age": "0"}])
def test_who_wants_no_passkey_goes_on_at_once(managed: Managed, asked: dict[str, str]) -> None:
    visitor = sign_up(ana(managed), **asked)
    assert visitor.path == "/passkeys/offer"
    assert visitor.html.answers == ["LATER"]
    visitor.post(visitor.html.actions[1], visitor.html.forms[1] | {"answer": "LATER"})
    assert visitor.who() == "bea"
    assert visitor.open("/oauth2/authorize").returned["code"]


def test_no_passkey_is_offered_where_none_could_sign_in(managed: Managed) -> None:
    elsewhere = ana(managed)
    web = {"WebAuthnConfiguration": {"RelyingPartyId": "shop.example.com"}, "MfaConfiguration": "OFF"}
    elsewhere.api.idp("SetUserPoolMfaConfig", UserPoolId=elsewhere.pool, **web)
    assert sign_up(elsewhere).who() == "bea"


@pytest.mark.parametrize(
    ("pool", "client"),
    [
        (policy("PASSWORD", "EMAIL_OTP"), {}),
        ({}, {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}),
    ],
)
def test_no_passkey_is_offered_where_the_pool_or_the_client_has_none(
    managed: Managed, pool: dict[str, object], client: dict[str, object]
) -> None:
    assert sign_up(ana(managed, client=client, **pool)).returned["code"]


def test_the_offer_is_for_who_has_just_signed_up_alone(managed: Managed) -> None:
    visitor = ana(managed)
    sign_up(visitor)
    page = visitor.html
    kept = visitor.api.http.get_cookie("page-data")
    assert kept
    visitor.open("/login", prompt="login").fill(answer="other").fill(username="ana").fill(answer="PASSWORD")
    visitor.fill(password=PASSWORD)
    assert visitor.who() == "ana"
    visitor.api.http.set_cookie("page-data", kept.value)
    visitor.asked["prompt"] = "login"
    assert visitor.open("/passkeys/offer").path == "/login"
    visitor.api.http.set_cookie("page-data", kept.value)
    visitor.post(page.actions[1] + "&prompt=login", page.forms[1] | {"answer": "LATER"})
    assert visitor.path == "/login"
    visitor.api.http.delete_cookie("page-data")
    assert visitor.open("/passkeys/offer").path == "/login"


def test_an_offer_that_nobody_answers_in_time_asks_who_signs_in(managed: Managed) -> None:
    visitor = sign_up(ana(managed), prompt="login")
    page = visitor.html
    visitor.api.world.clock.advance(seconds=181)
    visitor.post(page.actions[1], page.forms[1] | {"answer": "LATER"})
    assert visitor.path == "/login"


def test_an_offer_ends_in_tokens_for_the_implicit_grant(managed: Managed) -> None:
    visitor = ana(managed, client={"AllowedOAuthFlows": ["implicit"]})
    visitor.asked["response_type"] = "token"
    sign_up(visitor)
    visitor.post(visitor.html.actions[1], visitor.html.forms[1] | {"answer": "LATER"})
    assert visitor.page.headers["Location"].startswith(f"{CALLBACK}#")
