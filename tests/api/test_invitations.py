"""AdminCreateUser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import NOBODY, WRONG_PASSWORD, attributes_of, refused, seen, sent
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in
from tests.conftest import NOON

BOTH = {"email": "ana@example.com", "phone_number": "+15551239934"}
STRICT = {
    "MinimumLength": 20,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 3,
}


def create(api: Api, pool: str, username: str = "ana", **members: Any) -> dict[str, Any]:
    return dict(api.idp("AdminCreateUser", UserPoolId=pool, Username=username, **members)["User"])


def offered(api: Api, client: str, password: str, username: str = "ana") -> str:
    """The challenge that a sign-in with a temporary password gets."""
    parameters = {"USERNAME": username, "PASSWORD": password}
    answer = api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return str(answer["ChallengeName"])


def test_an_administrator_makes_a_user_who_must_change_their_password(api: Api) -> None:
    pool = a_pool(api)
    user = create(api, pool, UserAttributes=pairs({"email": "ana@example.com", "email_verified": "True"}))
    assert user == {
        "Username": "ana",
        "Attributes": pairs({"sub": user["Attributes"][0]["Value"], "email": "ana@example.com"})
        + pairs({"email_verified": "true"}),
        "UserCreateDate": NOON,
        "UserLastModifiedDate": NOON,
        "Enabled": True,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }


@pytest.mark.parametrize(
    ("attributes", "mediums", "words"),
    [
        ({"email_verified": "true"}, None, "email_verified cannot be true without the attribute email."),
        ({"email_verified": "True", "email": ""}, None, "email_verified cannot be true without the attribute email."),
        (
            {"phone_number_verified": "true", "email": "ana@example.com"},
            None,
            "phone_number_verified cannot be true without the attribute phone_number.",
        ),
        ({}, ["EMAIL"], "DesiredDeliveryMediums cannot be EMAIL without the attribute email."),
        (
            {"email": "ana@example.com"},
            ["EMAIL", "SMS"],
            "DesiredDeliveryMediums cannot be SMS without the attribute phone_number.",
        ),
    ],
)
def test_an_address_that_is_verified_or_written_to_has_to_be_there(
    api: Api, attributes: dict[str, str], mediums: list[str] | None, words: str
) -> None:
    pool = a_pool(api)
    members: dict[str, Any] = {"DesiredDeliveryMediums": mediums} if mediums else {}
    for more in ({}, {"MessageAction": "SUPPRESS"}):
        with refused("InvalidParameterException", words):
            create(api, pool, UserAttributes=pairs(attributes), **members, **more)
    assert api.idp("ListUsers", UserPoolId=pool)["Users"] == []
    assert create(api, pool, UserAttributes=pairs({"email_verified": "false"}))["Username"] == "ana"


def test_a_username_that_is_an_address_may_be_verified_and_written_to(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    verified = pairs({"email_verified": "true"})
    create(api, pool, "ana@example.com", UserAttributes=verified, DesiredDeliveryMediums=["EMAIL"])
    assert api.message().to == "ana@example.com"


def test_the_invitation_brings_the_username_and_the_temporary_password(api: Api) -> None:
    pool = a_pool(api)
    create(api, pool, TemporaryPassword=PASSWORD, UserAttributes=pairs({"email": "ana@example.com"}))
    message = api.message()
    assert (message.to, message.medium, message.trigger) == (
        "ana@example.com",
        "EMAIL",
        "CustomMessage_AdminCreateUser",
    )
    assert message.subject == "Your temporary password"
    assert message.body == f"Your username is ana and temporary password is {PASSWORD}. "
    assert offered(api, a_client(api, pool), PASSWORD) == "NEW_PASSWORD_REQUIRED"


def test_the_pools_own_words_are_used(api: Api) -> None:
    template = {"EmailSubject": "Hello", "EmailMessage": "{username}: {####}", "SMSMessage": "{####} is for {username}"}
    pool = a_pool(api, AdminCreateUserConfig={"InviteMessageTemplate": template})
    create(api, pool, TemporaryPassword=PASSWORD, UserAttributes=pairs({"email": "ana@example.com"}))
    assert (api.message().subject, api.message().body) == ("Hello", f"ana: {PASSWORD}")
    create(api, pool, "bea", TemporaryPassword=PASSWORD, UserAttributes=pairs({"phone_number": "+15551239934"}))
    assert (api.message().subject, api.message().body) == (None, f"{PASSWORD} is for bea")


@pytest.mark.parametrize("seed", range(6))
def test_a_generated_password_conforms_to_the_policy(api: Api, seed: int) -> None:
    pool = a_pool(api, Policies={"PasswordPolicy": STRICT})
    name = f"user{seed}"
    create(api, pool, name, UserAttributes=pairs({"email": "ana@example.com"}))
    password = api.code(user=name)
    assert len(password) >= 20
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username=name, Password=password, Permanent=True)
    assert sign_in(api, a_client(api, pool), name, password)


def test_generated_passwords_differ(api: Api) -> None:
    pool = a_pool(api)
    for name in ("ana", "bea", "cleo"):
        create(api, pool, name, UserAttributes=pairs({"email": f"{name}@example.com"}))
    assert len({message.code for message in api.world.mailbox.messages()}) == 3


@pytest.mark.parametrize(
    ("mediums", "attributes", "reached"),
    [
        (None, BOTH, ["+15551239934"]),
        (["SMS"], BOTH, ["+15551239934"]),
        (["EMAIL"], BOTH, ["ana@example.com"]),
        (["EMAIL", "SMS"], BOTH, ["+15551239934", "ana@example.com"]),
        (None, {"email": "ana@example.com"}, ["ana@example.com"]),
        (None, {}, []),
    ],
)
def test_the_invitation_goes_where_it_is_wanted(
    api: Api, mediums: list[str] | None, attributes: dict[str, str], reached: list[str]
) -> None:
    members: dict[str, Any] = {"DesiredDeliveryMediums": mediums} if mediums else {}
    create(api, a_pool(api), UserAttributes=pairs(attributes), **members)
    assert [message.to for message in api.world.mailbox.messages()] == reached


def test_nothing_is_sent_where_that_is_suppressed(api: Api) -> None:
    create(api, a_pool(api), UserAttributes=pairs(BOTH), MessageAction="SUPPRESS")
    assert sent(api) == 0


def test_required_attributes_may_wait_for_the_first_sign_in(api: Api) -> None:
    pool = a_pool(api, Schema=[{"Name": "name", "Required": True}])
    create(api, pool, TemporaryPassword=PASSWORD)
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    challenge = api.idp(
        "InitiateAuth", ClientId=a_client(api, pool), AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    assert challenge["ChallengeParameters"]["requiredAttributes"] == '["userAttributes.name"]'


def test_a_temporary_password_conforms_to_the_policy_too(api: Api) -> None:
    words = "Password did not conform with password policy: Password must have symbol characters"
    with refused("InvalidPasswordException", words):
        create(api, a_pool(api), TemporaryPassword="Abcdefg1")


def test_a_username_is_taken_in_these_words(api: Api) -> None:
    pool = a_pool(api)
    create(api, pool)
    with refused("UsernameExistsException", "User account already exists"):
        create(api, pool)


def test_an_administrator_is_bound_by_the_schema(api: Api) -> None:
    words = "Attributes did not conform to the schema: custom:plan: Attribute does not exist in the schema.\n"
    with refused("InvalidParameterException", words):
        create(api, a_pool(api), UserAttributes=pairs({"custom:plan": "gold"}))


@pytest.mark.parametrize(("policy", "days"), [(None, 7), ({"TemporaryPasswordValidityDays": 3}, 3)])
def test_a_temporary_password_expires(api: Api, policy: dict[str, int] | None, days: int) -> None:
    pool = a_pool(api, **({"Policies": {"PasswordPolicy": policy}} if policy else {}))
    client = a_client(api, pool)
    create(api, pool, TemporaryPassword=PASSWORD)
    api.world.clock.advance(days=days, seconds=-1)
    assert offered(api, client, PASSWORD) == "NEW_PASSWORD_REQUIRED"
    api.world.clock.advance(seconds=1)
    words = "Temporary password has expired and must be reset by an administrator."
    with refused("NotAuthorizedException", words):
        offered(api, client, PASSWORD)
    with refused(*WRONG_PASSWORD):
        offered(api, client, "Wrong-Horse-1")


def test_an_invitation_is_sent_again_with_a_new_password_and_a_new_expiry(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    create(api, pool, TemporaryPassword=PASSWORD, UserAttributes=pairs({"email": "ana@example.com"}))
    api.world.clock.advance(days=8)
    user = create(api, pool, MessageAction="RESEND")
    assert (user["UserStatus"], user["UserLastModifiedDate"]) == ("FORCE_CHANGE_PASSWORD", NOON + 8 * 86_400)
    assert api.message().trigger == "CustomMessage_AdminCreateUser"
    with refused(*WRONG_PASSWORD):
        offered(api, client, PASSWORD)
    api.world.clock.advance(days=6)
    assert offered(api, client, api.code()) == "NEW_PASSWORD_REQUIRED"


def test_an_invitation_sent_again_may_bring_a_password_of_ones_own(api: Api) -> None:
    pool = a_pool(api)
    create(api, pool, UserAttributes=pairs({"email": "ana@example.com"}))
    create(api, pool, MessageAction="RESEND", TemporaryPassword="Another-Horse-2")
    assert api.code() == "Another-Horse-2"
    assert offered(api, a_client(api, pool), "Another-Horse-2") == "NEW_PASSWORD_REQUIRED"


def test_only_those_who_have_not_come_are_invited_again(api: Api) -> None:
    pool = a_pool(api)
    with refused(*NOBODY):
        create(api, pool, MessageAction="RESEND")
    a_user(api, pool)
    words = "Resend not possible. ana status is not FORCE_CHANGE_PASSWORD"
    with refused("UnsupportedUserStateException", words):
        create(api, pool, MessageAction="RESEND")


def test_in_a_pool_with_username_attributes_the_username_is_made(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    user = create(api, pool, "ana@example.com", TemporaryPassword=PASSWORD)
    assert user["Username"] == user["Attributes"][0]["Value"]
    assert attributes_of(api, pool, "ana@example.com") == {"email": "ana@example.com"}
    assert api.message().body == f"Your username is {user['Username']} and temporary password is {PASSWORD}. "
    assert seen(api, pool, user["Username"])["Username"] == user["Username"]
    with refused("UsernameExistsException", "An account with the given email already exists."):
        create(api, pool, "ana@example.com")
