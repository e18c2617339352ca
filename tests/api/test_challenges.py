"""NEW_PASSWORD_REQUIRED: a user with a temporary password chooses their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.signing_in import (
    TEMPORARY,
    WRONG,
    a_newcomer,
    a_place,
    a_secret_client,
    begin,
    challenged,
    enter,
    proof,
    refusal,
    respond,
)
from tests.builders import Api, a_client, a_pool, claims, sign_in, unpaired

UNWRITABLE = "NotAuthorizedException: A client attempted to write unauthorized attribute"
REQUIRED = [{"Name": "email", "Required": True}, {"Name": "family_name", "Required": True}]


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """A pool and a client, and Ana with a temporary password."""
    pool, client = a_place(api)
    a_newcomer(api, pool)
    return pool, client


@pytest.fixture
def strict(api: Api) -> tuple[str, str]:
    """A pool that requires an e-mail address and a family name, and Ana who has only the address."""
    pool = a_pool(api, Schema=[*REQUIRED, {"Name": "plan", "AttributeDataType": "String", "Mutable": False}])
    client = a_client(api, pool)
    a_newcomer(api, pool, email="ana@example.com", email_verified="true", name='Ana "Ü"')
    return pool, client


def test_the_challenge_is_exactly_this(api: Api, place: tuple[str, str]) -> None:
    challenge = enter(api, place[1], password=TEMPORARY)
    session = challenge.pop("Session")
    assert session.startswith("AYABe")
    assert 20 <= len(session) <= 4096
    assert challenge == {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ChallengeParameters": {"USER_ID_FOR_SRP": "ana", "requiredAttributes": "[]", "userAttributes": "{}"},
    }


def test_the_challenge_tells_the_attributes_as_json_in_strings(api: Api, strict: tuple[str, str]) -> None:
    assert enter(api, strict[1], password=TEMPORARY)["ChallengeParameters"] == {
        "USER_ID_FOR_SRP": "ana",
        "requiredAttributes": '["userAttributes.family_name"]',
        "userAttributes": '{"family_name":"","email":"ana@example.com","email_verified":"true","name":"Ana \\"Ü\\""}',
    }


def test_the_user_is_told_by_their_true_name(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    client = a_client(api, pool)
    a_newcomer(api, pool, "ana@example.com")
    parameters = enter(api, client, "ana@example.com", TEMPORARY)["ChallengeParameters"]
    user = api.idp("AdminGetUser", UserPoolId=pool, Username="ana@example.com")
    assert parameters["USER_ID_FOR_SRP"] == user["Username"] == unpaired(user["UserAttributes"])["sub"]
    assert json.loads(parameters["userAttributes"]) == {"email": "ana@example.com"}


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("second", [False, True])
def test_whoever_asked_anybody_may_answer(api: Api, place: tuple[str, str], first: bool, second: bool) -> None:
    pool, client = place
    flow = "ADMIN_USER_PASSWORD_AUTH" if first else "USER_PASSWORD_AUTH"
    challenge = begin(api, client, flow, pool if first else "", USERNAME="ana", PASSWORD=TEMPORARY)
    answer = respond(api, client, challenge["Session"], pool if second else "")
    assert answer.keys() == {"ChallengeParameters", "AuthenticationResult"}
    assert answer["ChallengeParameters"] == {}
    assert answer["AuthenticationResult"].keys() == {
        "AccessToken",
        "IdToken",
        "RefreshToken",
        "ExpiresIn",
        "TokenType",
    }


def test_the_answer_confirms_the_user_and_ends_the_temporary_password(api: Api, strict: tuple[str, str]) -> None:
    pool, client = strict
    tokens = respond(api, client, challenged(api, client), userAttributes__family_name="Ruiz", userAttributes__name="A")
    user = api.idp("AdminGetUser", UserPoolId=pool, Username="ana")
    assert user["UserStatus"] == "CONFIRMED"
    held = unpaired(user["UserAttributes"])
    assert (held["family_name"], held["name"], held["email_verified"]) == ("Ruiz", "A", "true")
    assert claims(tokens["AuthenticationResult"]["IdToken"])["family_name"] == "Ruiz"
    assert sign_in(api, client)
    assert refusal(lambda: enter(api, client, password=TEMPORARY)) == WRONG


def test_the_temporary_password_may_be_kept(api: Api, place: tuple[str, str]) -> None:
    respond(api, place[1], challenged(api, place[1]), NEW_PASSWORD=TEMPORARY)
    assert sign_in(api, place[1], password=TEMPORARY)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ({"NEW_PASSWORD": None}, "InvalidParameterException: Missing required parameter NEW_PASSWORD"),
        ({"NEW_PASSWORD": ""}, "InvalidParameterException: Missing required parameter NEW_PASSWORD"),
        ({"USERNAME": None}, "InvalidParameterException: Missing required parameter USERNAME"),
        (
            {"NEW_PASSWORD": "Ab1-"},
            "InvalidPasswordException: Password did not conform with policy: Password not long enough",
        ),
        (
            {"NEW_PASSWORD": "lower-case-1"},
            "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters",
        ),
        (
            {"userAttributes__family_name": None},
            "InvalidParameterException: Invalid attributes given, family_name is missing",
        ),
        (
            {"userAttributes__family_name": ""},
            "InvalidParameterException: Invalid attributes given, family_name is missing",
        ),
        (
            {"userAttributes__email": "bob@example.com"},
            "NotAuthorizedException: Cannot modify an already provided email",
        ),
        (
            {"userAttributes__email": "ana@example.com"},
            "NotAuthorizedException: Cannot modify an already provided email",
        ),
        ({"userAttributes__email_verified": "true"}, UNWRITABLE),
        ({"userAttributes__custom:none": "x"}, UNWRITABLE),
        ({"userAttributes__sub": "x"}, "InvalidParameterException: Cannot modify the non-mutable attribute sub"),
        ({"userAttributes__name": "x" * 2049}, "InvalidParameterException: Invalid attributes given, name is too long"),
        ({"userAttributes__phone_number": "12"}, "InvalidParameterException: Invalid phone number format."),
    ],
)
def test_a_refused_answer_changes_nothing_and_leaves_the_session_good(
    api: Api, strict: tuple[str, str], responses: dict[str, Any], expected: str
) -> None:
    pool, client = strict
    before = api.idp("AdminGetUser", UserPoolId=pool, Username="ana")
    session = challenged(api, client)
    good = {"userAttributes__family_name": "Ruiz"}
    assert refusal(lambda: respond(api, client, session, **{**good, **responses})) == expected
    assert api.idp("AdminGetUser", UserPoolId=pool, Username="ana") == before
    assert respond(api, client, session, **good)["AuthenticationResult"]


def test_an_attribute_that_never_changes_may_be_given_now(api: Api, strict: tuple[str, str]) -> None:
    pool, client = strict
    respond(
        api, client, challenged(api, client), userAttributes__family_name="R", **{"userAttributes__custom:plan": "b"}
    )
    held = unpaired(api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserAttributes"])
    assert held["custom:plan"] == "b"


def test_an_attribute_that_the_client_may_not_write_is_refused(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool, WriteAttributes=["name"])
    a_newcomer(api, pool)
    session = challenged(api, client)
    assert refusal(lambda: respond(api, client, session, userAttributes__nickname="A")) == UNWRITABLE
    assert respond(api, client, session, userAttributes__name="A")["AuthenticationResult"]


def test_a_new_address_is_not_verified_whatever_the_old_one_was(api: Api) -> None:
    """Else whoever has a temporary password could take the address of somebody else for an alias."""
    pool = a_pool(api, AliasAttributes=["email"])
    client = a_client(api, pool)
    a_newcomer(api, pool, email="ana@example.com", email_verified="true")
    respond(api, client, challenged(api, client), userAttributes__email="victim@example.com")
    held = unpaired(api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserAttributes"])
    assert (held["email"], held["email_verified"]) == ("victim@example.com", "false")
    assert refusal(lambda: enter(api, client, "victim@example.com")) == "UserNotFoundException: User does not exist."


def test_the_history_holds_for_the_new_password_and_leaves_the_session_good(api: Api) -> None:
    pool = a_pool(api, Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}})
    client = a_client(api, pool)
    a_newcomer(api, pool)
    session = challenged(api, client)
    told = refusal(lambda: respond(api, client, session, NEW_PASSWORD=TEMPORARY))
    assert told == "PasswordHistoryPolicyViolationException: Password has previously been used."
    assert respond(api, client, session)["AuthenticationResult"]


def test_the_secret_hash_may_be_over_any_name_of_the_user(api: Api) -> None:
    pool = a_pool(api, AliasAttributes=["email"])
    client, secret = a_secret_client(api, pool)
    a_newcomer(api, pool, email="ana@example.com", email_verified="true")
    typed = "ana@example.com"
    challenge = enter(api, client, typed, TEMPORARY, SECRET_HASH=proof(typed, client, secret))
    session = challenge["Session"]
    told = refusal(lambda: respond(api, client, session))
    assert told == f"NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"
    told = refusal(lambda: respond(api, client, session, SECRET_HASH=proof("bob", client, secret)))
    assert told == f"NotAuthorizedException: Unable to verify secret hash for client {client}"
    assert respond(api, client, session, USERNAME=typed, SECRET_HASH=proof("ana", client, secret))
