"""InitiateAuth and AdminInitiateAuth: the password flows, and everything that refuses them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.api.signing_in import (
    TEMPORARY,
    WRONG,
    a_newcomer,
    a_place,
    a_secret_client,
    begin,
    enter,
    proof,
    reasons,
    refusal,
    renew,
)
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in

PLAIN = {"USERNAME": "ana", "PASSWORD": PASSWORD}
EVERY_FLOW = [
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
]


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """A pool and a client, and Ana."""
    pool, client = a_place(api)
    a_user(api, pool)
    return pool, client


@pytest.mark.parametrize(
    ("flow", "admin"),
    [
        ("USER_PASSWORD_AUTH", False),
        ("ADMIN_USER_PASSWORD_AUTH", True),
        ("ADMIN_NO_SRP_AUTH", True),
    ],
)
def test_the_right_password_brings_three_tokens(api: Api, place: tuple[str, str], flow: str, admin: bool) -> None:
    pool, client = place
    answer = begin(api, client, flow, pool if admin else "", **PLAIN)
    result = answer.pop("AuthenticationResult")
    assert answer == {"ChallengeParameters": {}}
    assert result.keys() == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}
    assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_the_flows_of_administrators_are_not_for_everybody(api: Api, place: tuple[str, str], flow: str) -> None:
    told = refusal(lambda: begin(api, place[1], flow, **PLAIN))
    assert told == "InvalidParameterException: Initiate Auth method not supported."


@pytest.mark.parametrize(
    ("flow", "admin", "message"),
    [
        ("USER_PASSWORD_AUTH", False, "USER_PASSWORD_AUTH flow not enabled for this client"),
        ("ADMIN_USER_PASSWORD_AUTH", True, "Auth flow not enabled for this client"),
        ("ADMIN_NO_SRP_AUTH", True, "Auth flow not enabled for this client"),
        ("USER_SRP_AUTH", False, "USER_SRP_AUTH is not enabled for the client."),
        ("CUSTOM_AUTH", False, "CUSTOM_AUTH is not enabled for the client."),
        ("USER_AUTH", False, "USER_AUTH is not enabled for the client."),
        ("REFRESH_TOKEN_AUTH", False, "Auth flow not enabled for this client"),
        ("REFRESH_TOKEN", True, "Auth flow not enabled for this client"),
    ],
)
def test_a_flow_that_the_client_does_not_allow_is_refused(api: Api, flow: str, admin: bool, message: str) -> None:
    pool = a_pool(api)
    others = [allowed for allowed in EVERY_FLOW if allowed not in {f"ALLOW_{flow}", f"ALLOW_{flow}_AUTH"}]
    if flow == "ADMIN_NO_SRP_AUTH":
        others.remove("ALLOW_ADMIN_USER_PASSWORD_AUTH")
    client = a_client(api, pool, ExplicitAuthFlows=others)
    a_user(api, pool)
    told = refusal(lambda: begin(api, client, flow, pool if admin else "", REFRESH_TOKEN="x", **PLAIN))
    assert told == f"InvalidParameterException: {message}"


@pytest.mark.parametrize("legacy", ["USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_a_legacy_list_allows_its_flow_and_refresh(api: Api, legacy: str) -> None:
    pool, client = a_place(api, ExplicitAuthFlows=[legacy])
    a_user(api, pool)
    tokens = begin(api, client, legacy, pool if legacy == "ADMIN_NO_SRP_AUTH" else "", **PLAIN)["AuthenticationResult"]
    assert "AccessToken" in renew(api, client, tokens["RefreshToken"])["AuthenticationResult"]


def test_custom_auth_needs_its_trigger(api: Api) -> None:
    _, client = a_place(api, ExplicitAuthFlows=EVERY_FLOW)
    told = refusal(lambda: begin(api, client, "CUSTOM_AUTH", USERNAME="ana"))
    assert told == "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."


@pytest.mark.parametrize(
    ("flow", "parameters", "missing"),
    [
        ("USER_PASSWORD_AUTH", {"PASSWORD": PASSWORD}, "USERNAME"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "ana"}, "PASSWORD"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "", "PASSWORD": PASSWORD}, "USERNAME"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "ana", "PASSWORD": ""}, "PASSWORD"),
        ("REFRESH_TOKEN_AUTH", {}, "REFRESH_TOKEN"),
        ("REFRESH_TOKEN", {"USERNAME": "ana"}, "REFRESH_TOKEN"),
    ],
)
def test_what_a_flow_needs_must_be_there(
    api: Api, place: tuple[str, str], flow: str, parameters: dict[str, str], missing: str
) -> None:
    told = refusal(lambda: begin(api, place[1], flow, **parameters))
    assert told == f"InvalidParameterException: Missing required parameter {missing}"


def test_a_call_without_any_parameters_misses_the_username(api: Api, place: tuple[str, str]) -> None:
    told = refusal(lambda: api.idp("InitiateAuth", ClientId=place[1], AuthFlow="USER_PASSWORD_AUTH"))
    assert told == "InvalidParameterException: Missing required parameter USERNAME"


def test_an_unknown_client_or_pool_does_not_exist(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    gone = "ResourceNotFoundException: User pool client nobody does not exist."
    assert refusal(lambda: enter(api, "nobody")) == gone
    flow = "ADMIN_USER_PASSWORD_AUTH"
    assert refusal(lambda: begin(api, "nobody", flow, pool, **PLAIN)) == gone
    told = refusal(lambda: begin(api, client, flow, "us-east-1_gone", **PLAIN))
    assert told == "ResourceNotFoundException: User pool us-east-1_gone does not exist."


def test_a_client_of_another_pool_does_not_exist_in_this_one(api: Api, place: tuple[str, str]) -> None:
    told = refusal(lambda: begin(api, place[1], "ADMIN_USER_PASSWORD_AUTH", a_pool(api), **PLAIN))
    assert told == f"ResourceNotFoundException: User pool client {place[1]} does not exist."


def test_a_user_of_another_pool_is_nobody_here(api: Api, place: tuple[str, str]) -> None:
    _, other = a_place(api)
    assert refusal(lambda: enter(api, other)) == "UserNotFoundException: User does not exist."


# The secret hash


def test_the_secret_hash_is_over_the_name_as_it_was_typed(api: Api) -> None:
    pool = a_pool(api, AliasAttributes=["email"])
    client, secret = a_secret_client(api, pool)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    for typed in ("ana", "ana@example.com"):
        tokens = enter(api, client, typed, SECRET_HASH=proof(typed, client, secret))
        assert "AccessToken" in tokens["AuthenticationResult"]
    told = refusal(lambda: enter(api, client, "ana@example.com", SECRET_HASH=proof("ana", client, secret)))
    assert told == f"NotAuthorizedException: Unable to verify secret hash for client {client}"


def test_a_client_with_a_secret_needs_a_secret_hash(api: Api) -> None:
    pool = a_pool(api)
    client, secret = a_secret_client(api, pool)
    a_user(api, pool)
    told = refusal(lambda: enter(api, client))
    assert told == f"NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"
    wrong = f"NotAuthorizedException: Unable to verify secret hash for client {client}"
    for hashed in ("", "x", "ü💥", secret, proof("ana", client, "other"), proof("bob", client, secret)):
        parameters = {"SECRET_HASH": hashed}
        assert refusal(partial(enter, api, client, **parameters)) == wrong
    assert refusal(lambda: enter(api, client, "nobody", SECRET_HASH="x")) == wrong


def test_refresh_hashes_the_true_username(api: Api) -> None:
    pool = a_pool(api, AliasAttributes=["email"])
    client, secret = a_secret_client(api, pool)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    typed = "ana@example.com"
    tokens = enter(api, client, typed, SECRET_HASH=proof(typed, client, secret))["AuthenticationResult"]
    refresh = tokens["RefreshToken"]
    assert renew(api, client, refresh, SECRET_HASH=proof("ana", client, secret))["AuthenticationResult"]
    told = refusal(lambda: renew(api, client, refresh, SECRET_HASH=proof(typed, client, secret)))
    assert told == f"NotAuthorizedException: SecretHash does not match for the client: {client}"
    told = refusal(lambda: renew(api, client, refresh))
    assert told == f"NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"


# Who may not


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ({}, "UserNotFoundException: User does not exist."),
        ({"PreventUserExistenceErrors": "LEGACY"}, "UserNotFoundException: User does not exist."),
        ({"PreventUserExistenceErrors": "ENABLED"}, WRONG),
    ],
)
def test_an_unknown_user_is_refused_as_the_client_wants(api: Api, mode: dict[str, str], expected: str) -> None:
    pool, client = a_place(api, **mode)
    assert refusal(lambda: enter(api, client, "nobody")) == expected
    assert refusal(lambda: begin(api, client, "ADMIN_USER_PASSWORD_AUTH", pool, **PLAIN)) == expected
    assert api.world.events.last(1)[0].user is None


@pytest.mark.parametrize("password", ["wrong", PASSWORD.lower(), f"{PASSWORD} ", f" {PASSWORD}", "x" * 100_000, "\0"])
def test_a_wrong_password_is_refused(api: Api, place: tuple[str, str], password: str) -> None:
    assert refusal(lambda: enter(api, place[1], password=password)) == WRONG
    assert reasons(api) == "wrong password"
    assert api.world.events.last(1)[0].user == "ana"


@pytest.mark.parametrize("username", ["\0", "ana\0", "💥", "x" * 3000, "ANA", "ana ", "' OR 1=1 --", "%"])
def test_no_name_of_any_form_is_somebody_else(api: Api, place: tuple[str, str], username: str) -> None:
    assert refusal(lambda: enter(api, place[1], username)) == "UserNotFoundException: User does not exist."


@pytest.mark.parametrize("mode", ["LEGACY", "ENABLED"])
@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_an_unconfirmed_user_is_told_so_whatever_the_password(api: Api, mode: str, password: str) -> None:
    pool, client = a_place(api, PreventUserExistenceErrors=mode)
    api.idp("SignUp", ClientId=client, Username="ana", Password=PASSWORD)
    parameters = {"USERNAME": "ana", "PASSWORD": password}
    told = "UserNotConfirmedException: User is not confirmed."
    for _ in range(7):  # more than what locks an account
        assert refusal(lambda: begin(api, client, "USER_PASSWORD_AUTH", **parameters)) == told
    for flow in ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"):
        assert refusal(partial(begin, api, client, flow, pool, **parameters)) == told
    api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="ana")
    assert sign_in(api, client)["AccessToken"]


def test_an_administrator_cannot_begin_the_flow_of_users(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    told = "InvalidParameterException: Initiate Auth method not supported."
    assert refusal(lambda: begin(api, client, "USER_PASSWORD_AUTH", pool, **PLAIN)) == told
    assert refusal(lambda: begin(api, client, "ADMIN_USER_PASSWORD_AUTH", **PLAIN)) == told


def test_a_disabled_user_learns_it_only_with_the_right_password(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: enter(api, client, password="wrong")) == WRONG
    assert refusal(lambda: enter(api, client)) == "NotAuthorizedException: User is disabled."
    api.idp("AdminEnableUser", UserPoolId=pool, Username="ana")
    assert sign_in(api, client)


def test_a_user_whose_password_was_reset_must_choose_another(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    api.idp("AdminResetUserPassword", UserPoolId=pool, Username="ana")
    told = refusal(lambda: enter(api, client))
    assert told == "PasswordResetRequiredException: Password reset required for the user"


@pytest.mark.parametrize(("policy", "days"), [({}, 7), ({"TemporaryPasswordValidityDays": 2}, 2)])
def test_a_temporary_password_expires(api: Api, policy: dict[str, Any], days: int) -> None:
    pool = a_pool(api, Policies={"PasswordPolicy": {"MinimumLength": 8, **policy}})
    client = a_client(api, pool)
    a_newcomer(api, pool)
    api.world.clock.advance(days=days, seconds=-1)
    assert enter(api, client, password=TEMPORARY)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    api.world.clock.advance(seconds=1)
    told = refusal(lambda: enter(api, client, password=TEMPORARY))
    expired = "Temporary password has expired and must be reset by an administrator."
    assert told == f"NotAuthorizedException: {expired}"
    assert refusal(lambda: enter(api, client, password="wrong")) == WRONG


def test_a_pool_that_requires_mfa_issues_nothing_for_a_password_alone(api: Api) -> None:
    sms = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}}
    pool = a_pool(api, MfaConfiguration="ON", AutoVerifiedAttributes=["phone_number"], **sms)
    client = a_client(api, pool)
    a_user(api, pool)
    told = refusal(lambda: enter(api, client))
    assert told == "InvalidParameterException: User does not have delivery config set to turn on SMS_MFA"
    assert refusal(lambda: enter(api, client, password="wrong")) == WRONG
    a_user(api, pool, "bob", phone_number="+15555550100")
    assert enter(api, client, "bob").keys() == {"ChallengeName", "ChallengeParameters", "Session"}
