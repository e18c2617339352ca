"""SignUp."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api.people import IN_USE, UNWRITABLE, attributes_of, refused, seen, sent, sign_up
from tests.builders import PASSWORD, Api, a_client, a_pool, pairs
from tests.conftest import NOON

SCHEMA = "Attributes did not conform to the schema: "
POLICY = "Password did not conform with policy: "
LOCKED_DOWN = {"AllowAdminCreateUserOnly": True}


def test_a_sign_up_makes_an_unconfirmed_user(api: Api) -> None:
    pool = a_pool(api)
    answer = sign_up(api, a_client(api, pool), email="ana@example.com")
    assert answer == {"UserConfirmed": False, "UserSub": answer["UserSub"]}
    assert seen(api, pool) == {
        "Username": "ana",
        "UserAttributes": pairs({"sub": answer["UserSub"], "email": "ana@example.com", "email_verified": "false"}),
        "UserCreateDate": NOON,
        "UserLastModifiedDate": NOON,
        "Enabled": True,
        "UserStatus": "UNCONFIRMED",
    }
    assert sent(api) == 0


def test_a_code_goes_to_the_address_that_the_pool_verifies(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    answer = sign_up(api, a_client(api, pool), email="ana@example.com")
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    message = api.message()
    assert (message.pool, message.user, message.medium, message.to) == (pool, "ana", "EMAIL", "ana@example.com")
    assert message.trigger == "CustomMessage_SignUp"
    assert message.time == NOON
    assert message.code is not None
    assert re.fullmatch("[0-9]{6}", message.code)
    assert message.code in message.body


def test_the_phone_gets_the_one_code_where_both_addresses_are_verified(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email", "phone_number"])
    answer = sign_up(api, a_client(api, pool), email="ana@example.com", phone_number="+15551239934")
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "+*******9934",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    assert [message.to for message in api.world.mailbox.messages()] == ["+15551239934"]


@pytest.mark.parametrize(
    ("verified", "attributes"),
    [([], {"email": "ana@example.com"}), (["email"], {}), (["phone_number"], {"email": "ana@example.com"})],
)
def test_nothing_is_sent_where_no_verified_attribute_was_given(
    api: Api, verified: list[str], attributes: dict[str, str]
) -> None:
    answer = sign_up(api, a_client(api, a_pool(api, AutoVerifiedAttributes=verified)), **attributes)
    assert "CodeDeliveryDetails" not in answer
    assert sent(api) == 0


def test_codes_are_not_alike(api: Api) -> None:
    client = a_client(api, a_pool(api, AutoVerifiedAttributes=["email"]))
    for number in range(8):
        sign_up(api, client, f"user{number}", email=f"user{number}@example.com")
    assert len({message.code for message in api.world.mailbox.messages()}) == 8


def test_a_username_can_be_taken_only_once(api: Api) -> None:
    client = a_client(api, a_pool(api))
    sign_up(api, client)
    with refused(*IN_USE):
        sign_up(api, client)


def test_two_pools_may_have_users_of_one_name(api: Api) -> None:
    subs = {sign_up(api, a_client(api, a_pool(api)))["UserSub"] for _ in range(2)}
    assert len(subs) == 2


def test_a_pool_may_leave_sign_up_to_administrators(api: Api) -> None:
    client = a_client(api, a_pool(api, AdminCreateUserConfig=LOCKED_DOWN))
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        sign_up(api, client)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Ab1!", "Password not long enough"),
        ("abcdefg1!", "Password must have uppercase characters"),
        ("ABCDEFG1!", "Password must have lowercase characters"),
        ("Abcdefgh!", "Password must have numeric characters"),
        ("Abcdefgh1", "Password must have symbol characters"),
    ],
)
def test_the_password_policy_holds(api: Api, password: str, rule: str) -> None:
    pool = a_pool(api)
    with refused("InvalidPasswordException", POLICY + rule):
        sign_up(api, a_client(api, pool), password=password)
    assert api.idp("ListUsers", UserPoolId=pool)["Users"] == []


def test_a_password_of_256_characters_counts_to_its_last(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    password = "Aa1!" + "x" * 252
    sign_up(api, client, password=password)
    api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="ana")
    parameters = {"USERNAME": "ana", "PASSWORD": password[:-1] + "y"}
    with refused("NotAuthorizedException", "Incorrect username or password."):
        api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    parameters["PASSWORD"] = password
    api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)


def test_a_password_is_needed_where_nobody_signs_in_without_one(api: Api) -> None:
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        api.idp("SignUp", ClientId=a_client(api, a_pool(api)), Username="ana")


def test_a_required_attribute_must_be_given(api: Api) -> None:
    pool = a_pool(api, Schema=[{"Name": "email", "Required": True}, {"Name": "name", "Required": True}])
    client = a_client(api, pool)
    missing = "name: The attribute is required\nemail: The attribute is required\n"
    with refused("InvalidParameterException", SCHEMA + missing):
        sign_up(api, client)
    with refused("InvalidParameterException", SCHEMA + "email: The attribute is required\n"):
        sign_up(api, client, name="Ana", email="")


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"custom:plan": "gold"}, SCHEMA + "custom:plan: Attribute does not exist in the schema.\n"),
        ({"nonsense": "1"}, SCHEMA + "nonsense: Attribute does not exist in the schema.\n"),
        ({"email": "ana"}, "Invalid email address format."),
        ({"phone_number": "0123"}, "Invalid phone number format."),
    ],
)
def test_attributes_conform_to_the_schema(api: Api, attributes: dict[str, str], message: str) -> None:
    client = a_client(api, a_pool(api))
    with refused("InvalidParameterException", message):
        sign_up(api, client, **attributes)


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "dev:custom:rank", "custom:rank"])
def test_a_client_writes_only_what_it_may(api: Api, name: str) -> None:
    schema = [
        {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
        {"Name": "rank", "AttributeDataType": "String"},
    ]
    pool = a_pool(api, Schema=schema)
    with refused(*UNWRITABLE):
        sign_up(api, a_client(api, pool, WriteAttributes=["email"]), **{name: "true"})


def test_an_attribute_needs_a_value(api: Api) -> None:
    client = a_client(api, a_pool(api))
    with refused("InvalidParameterException", "Attribute value for picture must not be null"):
        api.idp("SignUp", ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=[{"Name": "picture"}])


def test_an_attribute_may_have_2048_characters(api: Api) -> None:
    pool = a_pool(api)
    sign_up(api, a_client(api, pool), nickname="n" * 2048)
    assert attributes_of(api, pool) == {"nickname": "n" * 2048}


def test_of_an_attribute_given_twice_the_last_counts(api: Api) -> None:
    pool = a_pool(api)
    twice = [{"Name": "name", "Value": "Ana"}, {"Name": "name", "Value": "Bea"}]
    api.idp("SignUp", ClientId=a_client(api, pool), Username="ana", Password=PASSWORD, UserAttributes=twice)
    assert attributes_of(api, pool) == {"name": "Bea"}


def test_a_refused_sign_up_leaves_nothing(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    sign_up(api, client, "ana@example.com")
    with refused("UsernameExistsException", "An account with the given email already exists."):
        sign_up(api, client, "ana@example.com")
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == 1
    assert sent(api) == 1


def secret_client(api: Api, pool: str) -> dict[str, Any]:
    created = api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName="client", GenerateSecret=True)
    return dict(created["UserPoolClient"])


OPERATIONS: dict[str, dict[str, Any]] = {
    "SignUp": {"Password": PASSWORD},
    "ConfirmSignUp": {"ConfirmationCode": "123456"},
    "ResendConfirmationCode": {},
    "ForgotPassword": {},
    "ConfirmForgotPassword": {"ConfirmationCode": "123456", "Password": PASSWORD},
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_client_with_a_secret_proves_it_on_every_call(api: Api, operation: str) -> None:
    client = secret_client(api, a_pool(api))["ClientId"]
    members = {"ClientId": client, "Username": "ana", **OPERATIONS[operation]}
    missing = f"Client {client} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", missing):
        api.idp(operation, **members)
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {client}"):
        api.idp(operation, **members, SecretHash="bm90IHRoZSBoYXNo")


def test_the_secret_hash_is_over_the_username_as_it_was_sent(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    client = secret_client(api, pool)
    answer = sign_up(api, client["ClientId"], "Ana@Example.com", secret=client["ClientSecret"])
    assert seen(api, pool, "Ana@Example.com")["Username"] == answer["UserSub"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_client_is_refused(api: Api, operation: str) -> None:
    with refused("ResourceNotFoundException", "User pool client 0123456789abcdefghijklmnop does not exist."):
        api.idp(operation, ClientId="0123456789abcdefghijklmnop", Username="ana", **OPERATIONS[operation])
