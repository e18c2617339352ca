"""Factors that few pools have: codes by SMS as the first one, passkeys that count as two."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.choosing import policy
from tests.api.second_factors import EMAIL, OWN_SENDER, TOTP, code_of, configure, enrol, prefer
from tests.builders import PASSWORD, a_user, claims
from tests.keys.authenticator import Authenticator
from tests.login.test_managed_login import options
from tests.login.test_passkeys import register
from tests.login.visitor import Visitor

Managed = Callable[..., Visitor]
PHONE = "+15555550123"
BOTH = {"RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
BY_SMS = {"AutoVerifiedAttributes": ["phone_number"], **policy("PASSWORD", "SMS_OTP", "WEB_AUTHN")}


def test_a_code_by_sms_signs_in_and_verifies_the_number(managed: Managed) -> None:
    visitor = managed(**BY_SMS)
    a_user(visitor.api, visitor.pool, phone_number=PHONE)
    visitor.open().fill(username="ana")
    assert visitor.html.answers == ["PASSWORD", "SMS_OTP"]
    visitor.fill(answer="SMS_OTP")
    assert (visitor.path, "+*******0123" in visitor.page.text) == ("/mfa", True)
    visitor.fill(code=visitor.api.code(to=PHONE))
    assert visitor.who() == "ana"
    found = visitor.api.idp("AdminGetUser", UserPoolId=visitor.pool, Username="ana")["UserAttributes"]
    assert {"Name": "phone_number_verified", "Value": "true"} in found


def test_a_sign_up_by_phone_without_a_password_ends_in_the_application(managed: Managed) -> None:
    visitor = managed(UsernameAttributes=["phone_number"], **BY_SMS).open("/signup")
    visitor.fill(username=PHONE, password="")
    assert "+*******0123" in visitor.page.text
    visitor.fill(code=visitor.api.code(to=PHONE))
    access = claims(visitor.tokens()["access_token"])
    assert access["amr"] == ["sms"]
    visitor.api.http.delete_cookie("cognito")
    visitor.open().fill(username=PHONE)
    assert visitor.path == "/mfa"
    assert visitor.fill(code=visitor.api.code(to=PHONE)).returned["code"]


def test_an_unconfirmed_user_is_confirmed_by_the_code_of_a_sign_in(managed: Managed) -> None:
    visitor = managed(**BY_SMS).open("/signup")
    visitor.fill(username="bea", password=PASSWORD, requiredAttributes__phone_number=PHONE)
    visitor.open().fill(username="bea").fill(answer="SMS_OTP")
    visitor.fill(code=visitor.api.code(to=PHONE))
    assert visitor.who() == "bea"
    assert visitor.status("bea") == "CONFIRMED"


def with_passkey_mfa(managed: Managed, mode: str, authenticator: Authenticator) -> Visitor:
    """Ana, with a passkey that counts as two factors, in a pool with further second factors."""
    visitor = managed(**policy("PASSWORD", "WEB_AUTHN"), **OWN_SENDER)
    configure(visitor.api, visitor.pool, "OPTIONAL", TOTP, EMAIL, {"WebAuthnConfiguration": BOTH})
    a_user(visitor.api, visitor.pool, email="ana@example.com", email_verified="true")
    register(visitor, authenticator)
    configure(visitor.api, visitor.pool, mode, TOTP, EMAIL, {"WebAuthnConfiguration": BOTH})
    return visitor


@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
def test_a_passkey_with_user_verification_is_both_factors(managed: Managed, mode: str) -> None:
    authenticator = Authenticator()
    visitor = with_passkey_mfa(managed, mode, authenticator)
    visitor.open().fill(username="ana")
    assert "WEB_AUTHN" in visitor.html.answers
    visitor.fill(answer="WEB_AUTHN")
    visitor.fill(credential=json.dumps(authenticator.get(options(visitor))))
    assert claims(visitor.tokens()["access_token"])["amr"] == ["swk"]


def test_a_passkey_without_user_verification_is_followed_by_a_second_factor(managed: Managed) -> None:
    authenticator = Authenticator()
    visitor = with_passkey_mfa(managed, "ON", authenticator)
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    authenticator.verifies_user = False
    visitor.fill(credential=json.dumps(authenticator.get(options(visitor))))
    assert visitor.path == "/mfa", visitor.page.text
    assert visitor.fill(code=visitor.api.code(user="ana")).who() == "ana"


def test_who_gives_the_password_instead_is_asked_for_another_second_factor(managed: Managed) -> None:
    authenticator = Authenticator()
    visitor = with_passkey_mfa(managed, "ON", authenticator)
    token = sign_in_with_code(visitor)
    secret = enrol(visitor.api, token)
    prefer(visitor.api, visitor.pool, WebAuthn="on", SoftwareToken="on")
    visitor.api.world.clock.advance(seconds=30)
    visitor.api.http.delete_cookie("cognito")
    visitor.open().fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    assert visitor.path == "/mfa", visitor.page.text
    assert visitor.fill(code=code_of(visitor.api, secret)).who() == "ana"


def sign_in_with_code(visitor: Visitor) -> str:
    """An access token by the operations, over a code by e-mail."""
    api = visitor.api
    asked = sign_in_begun(visitor)
    responses = {"USERNAME": "ana", "EMAIL_OTP_CODE": api.code(user="ana")}
    named = {"ChallengeName": asked["ChallengeName"], "Session": asked["Session"], "ClientId": visitor.client}
    done = api.idp("RespondToAuthChallenge", **named, ChallengeResponses=responses)
    return str(done["AuthenticationResult"]["AccessToken"])


def sign_in_begun(visitor: Visitor) -> dict[str, Any]:
    """InitiateAuth with the password."""
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    members = {"ClientId": visitor.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
    return visitor.api.idp("InitiateAuth", **members)
