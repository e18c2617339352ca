"""Managed login: the name first, then whichever factor the client, the pool and the user have."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api import second_factors
from tests.api.choosing import policy
from tests.api.recorded_functions import Recorder, answering, configured
from tests.builders import PASSWORD, Api, a_pool, a_user, claims
from tests.keys.authenticator import Authenticator
from tests.login.visitor import Html, Visitor

MANAGED = Callable[..., Visitor]
EVERY = policy("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")
RELYING_PARTY = {"MfaConfiguration": "OFF", "WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}


def ana(visitor: Visitor) -> Visitor:
    """The visitor, with Ana in the pool."""
    a_user(visitor.api, visitor.pool, email="ana@example.com", email_verified="true")
    return visitor


@pytest.mark.parametrize("choice", [True, False])
def test_a_password_alone_comes_right_after_the_name(managed: MANAGED, choice: bool) -> None:
    visitor = ana(managed(choice))
    assert set(visitor.open().html.forms[0]) == {"_csrf", "username"}
    html = visitor.fill(username="ana").html
    assert (visitor.path, set(html.forms[0])) == ("/login/password", {"_csrf", "password"})
    assert visitor.fill(password="Wrong-Horse-1").html.alert == "Incorrect username or password."
    assert visitor.fill(password=PASSWORD).who() == "ana"


def test_a_form_with_both_is_taken_as_well(managed: MANAGED) -> None:
    assert ana(managed()).open().fill(username="ana", password=PASSWORD).who() == "ana"


def test_a_code_by_email_is_chosen_and_signs_in(managed: MANAGED) -> None:
    visitor = ana(managed(**EVERY)).open().fill(username="ana")
    assert (visitor.path, visitor.html.answers) == ("/login/choose", ["PASSWORD", "EMAIL_OTP"])
    html = visitor.fill(answer="EMAIL_OTP").html
    assert (visitor.path, set(html.forms[0])) == ("/mfa", {"_csrf", "code"})
    assert "a***@e***" in visitor.page.text
    assert visitor.fill(code="00000000").html.alert == "Invalid code or auth state for the user."
    visitor.fill(code=visitor.api.code(user="ana"))
    assert claims(visitor.tokens()["access_token"])["username"] == "ana"


def test_the_password_is_chosen_and_signs_in(managed: MANAGED) -> None:
    visitor = ana(managed(**EVERY)).open().fill(username="ana").fill(answer="PASSWORD")
    assert visitor.path == "/login/password"
    assert visitor.fill(password=PASSWORD).who() == "ana"


def test_a_method_that_was_not_offered_is_refused(managed: MANAGED) -> None:
    visitor = ana(managed(**EVERY)).open().fill(username="ana")
    assert visitor.fill(answer="WEB_AUTHN").html.alert == "The selected challenge is not available."


def test_unknown_names_look_like_known_ones_where_the_client_hides_them(managed: MANAGED) -> None:
    visitor = ana(managed(**policy("PASSWORD", "EMAIL_OTP")))
    change = {"UserPoolId": visitor.pool, "ClientId": visitor.client}
    described = visitor.api.idp("DescribeUserPoolClient", **change)["UserPoolClient"]
    kept = {name: described[name] for name in described if name not in {"CreationDate", "LastModifiedDate"}}
    visitor.api.idp("UpdateUserPoolClient", **{**kept, "PreventUserExistenceErrors": "ENABLED"})
    seen = []
    for name in ("ana", "nobody"):
        visitor.open().fill(username=name)
        pages = [visitor.path, visitor.html.answers]
        visitor.fill(answer="PASSWORD").fill(password="Wrong-Horse-1")
        seen.append([*pages, visitor.path, visitor.html.alert])
    assert seen[0] == seen[1]


def test_an_unknown_user_is_migrated_by_the_password(managed: MANAGED, recorder: Recorder) -> None:
    visitor = managed(LambdaConfig=configured("UserMigration"))
    migrated = {"email": "mia@example.com", "email_verified": "true"}
    recorder.on(
        "UserMigration", answering(userAttributes=migrated, finalUserStatus="CONFIRMED", messageAction="SUPPRESS")
    )
    visitor.open().fill(username="mia")
    assert visitor.path == "/login/password"
    assert visitor.fill(password=PASSWORD).who() == "mia"
    assert recorder.sources == ["UserMigration_Authentication"]


def test_a_passkey_is_added_after_a_sign_in_and_used_for_the_next(managed: MANAGED) -> None:
    visitor, authenticator = ana(managed(**EVERY)), Authenticator()
    visitor.api.idp("SetUserPoolMfaConfig", UserPoolId=visitor.pool, **RELYING_PARTY)
    whole = visitor.asked
    visitor.asked = {name: whole[name] for name in ("client_id", "redirect_uri")}
    visitor.open("/passkeys/add", state="ignored")
    assert visitor.path == "/login"
    visitor.fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    assert visitor.path == "/passkeys/add"
    visitor.fill(credential=json.dumps(authenticator.create(options(visitor))))
    assert visitor.page.headers["Location"] == whole["redirect_uri"]
    visitor.api.http.delete_cookie("cognito")
    visitor.asked = whole
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    assert visitor.path == "/login/passkey"
    assert visitor.fill(credential="nonsense").html.alert == "Invalid CREDENTIAL"
    visitor.fill(credential=json.dumps(authenticator.get(options(visitor))))
    assert visitor.who() == "ana"


@pytest.mark.parametrize("credential", ["", "[]", "{", "{}", '{"id": 1}', "[" * 70_000])
def test_a_passkey_that_is_nonsense_is_refused(managed: MANAGED, credential: str) -> None:
    visitor = ana(managed(**EVERY))
    visitor.api.idp("SetUserPoolMfaConfig", UserPoolId=visitor.pool, **RELYING_PARTY)
    visitor.open().fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    visitor.open("/passkeys/add")
    html = visitor.html
    visitor.post(html.actions[0], {**html.forms[0], "credential": credential})
    if len(credential) > 65_536:
        assert visitor.page.status_code == 400
    else:
        assert visitor.html.alert


def test_a_passkey_is_added_for_registered_redirect_uris_only(managed: MANAGED) -> None:
    visitor = ana(managed(**EVERY))
    visitor.asked["redirect_uri"] = "https://evil.example/"
    assert visitor.open("/passkeys/add").path == "/error"


def test_a_version_2_domain_without_branding_shows_no_pages(api: Api) -> None:
    pool = a_pool(api)
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="shop", ManagedLoginVersion=2)
    visitor = Visitor.of(api, pool)
    for path in ("/login", "/signup", "/forgotPassword", "/passkeys/add"):
        page = visitor.open(path).page
        words = "Login pages unavailable. Please contact an administrator."
        assert (page.status_code, Html(page.text).alert) == (403, words)


def test_a_step_up_leads_to_the_level_that_the_request_wants(managed: MANAGED) -> None:
    visitor = ana(managed(**EVERY))
    visitor.asked["acr_values"] = "urn:none urn:cognito:loa:2"
    visitor.open().fill(username="ana")
    assert visitor.path == "/mfa"
    visitor.fill(code=visitor.api.code(user="ana"))
    assert claims(visitor.tokens()["access_token"])["acr"] == "urn:cognito:loa:2"


def options(visitor: Visitor) -> dict[str, Any]:
    """What the page asks of the browser."""
    return dict(json.loads(visitor.html.options))


def test_a_client_of_the_implicit_grant_alone_leads_to_the_page_that_adds_a_passkey(
    managed: MANAGED, recorder: Recorder
) -> None:
    visitor = ana(managed(LambdaConfig=configured("PreTokenGeneration"), **EVERY))
    visitor.api.idp("SetUserPoolMfaConfig", UserPoolId=visitor.pool, **RELYING_PARTY)
    names = {"UserPoolId": visitor.pool, "ClientId": visitor.client}
    client = visitor.api.idp("DescribeUserPoolClient", **names)["UserPoolClient"]
    kept = {name: value for name, value in client.items() if name not in {"CreationDate", "LastModifiedDate"}}
    visitor.api.idp("UpdateUserPoolClient", **{**kept, "AllowedOAuthFlows": ["implicit"]})
    visitor.open("/passkeys/add").fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    assert visitor.path == "/passkeys/add"
    assert visitor.html.options
    assert recorder.sources == []  # nothing was issued that nobody gets


def test_a_client_that_takes_no_sessions_adds_a_passkey_to_who_has_just_signed_in(managed: MANAGED) -> None:
    visitor = ana(managed(**EVERY))
    api, pool = visitor.api, {"UserPoolId": visitor.pool}
    api.idp("SetUserPoolMfaConfig", **pool, **RELYING_PARTY)
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}}
    api.idp("SetUserPoolSessionConfiguration", **pool, **tracking)
    sessions = {"MaxValidityMinutes": 0}
    api.idp("SetUserPoolClientSessionConfiguration", **pool, ClientId=visitor.client, SSOSession=sessions)
    visitor.open("/passkeys/add").fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    assert visitor.path == "/passkeys/add"
    api.world.clock.advance(seconds=180)
    assert visitor.open("/passkeys/add").path == "/login"


@pytest.mark.parametrize(
    ("pool", "client", "required", "optional"),
    [
        ({"UsernameAttributes": ["email"]}, {}, False, True),
        ({"UsernameAttributes": ["email", "phone_number"]}, {}, False, False),
        ({"UsernameAttributes": ["phone_number"]}, {}, True, False),
        ({}, {}, False, False),
        ({"Schema": [{"Name": "email", "Required": True}]}, {}, False, True),
        ({"AutoVerifiedAttributes": []}, {}, True, False),
        (policy("PASSWORD", "WEB_AUTHN"), {}, True, False),
        ({"UsernameAttributes": ["email"]}, {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}, True, False),
    ],
)
def test_a_sign_up_says_that_the_password_is_optional_where_it_is(
    managed: MANAGED, pool: dict[str, Any], client: dict[str, Any], required: bool, optional: bool
) -> None:
    visitor = managed(client=client, **{**policy("PASSWORD", "EMAIL_OTP"), **pool}).open("/signup")
    assert ("password" in visitor.html.required) is required
    assert ("Password (optional)</label>" in visitor.page.text) is optional


def test_a_sign_up_without_a_password_is_taken_where_the_page_says_so(managed: MANAGED) -> None:
    visitor = managed(**{**policy("PASSWORD", "EMAIL_OTP"), "UsernameAttributes": ["email"]}).open("/signup")
    visitor.fill(username="bea@example.com", password="")
    assert visitor.path == "/confirm"
    assert visitor.fill(code=visitor.api.code(to="bea@example.com")).returned["code"]


def test_a_classic_sign_up_wants_a_password(api: Api) -> None:
    choosing = a_pool(
        api, AutoVerifiedAttributes=["email"], UsernameAttributes=["email"], **policy("PASSWORD", "EMAIL_OTP")
    )
    visitor = Visitor.of(api, choosing, ExplicitAuthFlows=["ALLOW_USER_AUTH"]).open("/signup")
    assert "password" in visitor.html.required


@pytest.mark.parametrize(("preferred", "first"), [("Email", "EMAIL_OTP"), ("SMS", "SMS_OTP"), (None, "PASSWORD")])
def test_the_preferred_factor_comes_first(managed: MANAGED, preferred: str | None, first: str) -> None:
    visitor = managed(**policy("PASSWORD", "EMAIL_OTP", "SMS_OTP"), **second_factors.OWN_SENDER)
    second_factors.configure(visitor.api, visitor.pool, "OPTIONAL", second_factors.EMAIL, second_factors.SMS)
    a_user(visitor.api, visitor.pool, email="ana@example.com", phone_number="+15555550123")
    if preferred:
        second_factors.prefer(visitor.api, visitor.pool, **{preferred: "best"})
    second_factors.configure(visitor.api, visitor.pool, "OFF")  # as a second factor it would be no first one
    visitor.open().fill(username="ana")
    assert visitor.html.answers[0] == first
    assert sorted(visitor.html.answers) == ["EMAIL_OTP", "PASSWORD", "SMS_OTP"]
