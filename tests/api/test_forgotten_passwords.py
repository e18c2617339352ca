"""ForgotPassword and ConfirmForgotPassword."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import (
    NO_CODE,
    NOT_FOUND,
    TOO_MANY,
    WRONG_CODE,
    WRONG_PASSWORD,
    attributes_of,
    refused,
    sent,
    sign_up,
    status_of,
    wrong,
)
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in

NEW = "Another-Horse-2"
BOTH = {
    "email": "ana@example.com",
    "email_verified": "true",
    "phone_number": "+15551239934",
    "phone_number_verified": "true",
}
EMAIL = {"email": "ana@example.com", "email_verified": "true"}
DETAILS = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
STUCK = ("NotAuthorizedException", "User password cannot be reset in the current state.")
DISABLED = ("NotAuthorizedException", "User is disabled.")
ADMIN_ONLY = ("NotAuthorizedException", "Contact administrator to reset password.")
NO_CONTACT = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)


@pytest.fixture
def pool(api: Api) -> str:
    """A pool in which Ana can sign in."""
    pool = a_pool(api)
    a_user(api, pool, **EMAIL)
    return pool


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


@pytest.fixture
def hiding(api: Api, pool: str) -> str:
    """A client that hides which users exist."""
    return a_client(api, pool, PreventUserExistenceErrors="ENABLED")


def forgot(api: Api, client: str, username: str = "ana") -> dict[str, Any]:
    return dict(api.idp("ForgotPassword", ClientId=client, Username=username)["CodeDeliveryDetails"])


def confirm(api: Api, client: str, code: str, password: str = NEW, username: str = "ana") -> dict[str, Any]:
    members = {"ClientId": client, "Username": username, "Password": password}
    return api.idp("ConfirmForgotPassword", **members, ConfirmationCode=code)


def recovery(*names: str) -> dict[str, Any]:
    mechanisms = [{"Name": name, "Priority": priority} for priority, name in enumerate(names, start=1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


def test_a_code_brings_a_new_password(api: Api, pool: str, client: str) -> None:
    assert forgot(api, client) == DETAILS
    message = api.message()
    assert (message.to, message.trigger) == ("ana@example.com", "CustomMessage_ForgotPassword")
    assert sign_in(api, client)
    assert confirm(api, client, api.code()) == {}
    assert status_of(api, pool) == "CONFIRMED"
    with refused(*WRONG_PASSWORD):
        sign_in(api, client)
    assert sign_in(api, client, password=NEW)


def test_a_code_is_spent_only_once(api: Api, client: str) -> None:
    forgot(api, client)
    confirm(api, client, api.code())
    with refused(*NO_CODE):
        confirm(api, client, api.code())


def test_a_code_is_good_for_an_hour(api: Api, client: str) -> None:
    forgot(api, client)
    api.world.clock.advance(minutes=59, seconds=59)
    with refused(*WRONG_CODE):
        confirm(api, client, wrong(api.code()))
    api.world.clock.advance(seconds=1)
    with refused(*NO_CODE):
        confirm(api, client, api.code())


def test_no_code_was_asked_for(api: Api, client: str) -> None:
    with refused(*NO_CODE):
        confirm(api, client, "123456")


def test_the_newest_code_counts(api: Api, client: str) -> None:
    forgot(api, client)
    first = api.code()
    forgot(api, client)
    with refused(*WRONG_CODE):
        confirm(api, client, first)
    confirm(api, client, api.code())


def test_nobody_guesses_a_code(api: Api, client: str) -> None:
    forgot(api, client)
    for _ in range(20):
        with refused(*WRONG_CODE):
            confirm(api, client, wrong(api.code()))
    with refused(*TOO_MANY):
        confirm(api, client, api.code())
    assert sign_in(api, client)


def test_codes_are_sent_twenty_times_an_hour(api: Api, client: str) -> None:
    for _ in range(20):
        forgot(api, client)
    with refused(*TOO_MANY):
        forgot(api, client)
    assert sent(api) == 20


def test_a_refused_password_leaves_the_code_good(api: Api, client: str) -> None:
    forgot(api, client)
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        confirm(api, client, api.code(), "Ab1!")
    confirm(api, client, api.code())


def test_whoever_has_no_code_learns_nothing_about_passwords(api: Api) -> None:
    policy = {"MinimumLength": 8, "PasswordHistorySize": 3}
    pool = a_pool(api, Policies={"PasswordPolicy": policy})
    a_user(api, pool, **EMAIL)
    client = a_client(api, pool)
    forgot(api, client)
    for password in (PASSWORD, NEW, "short"):
        with refused(*WRONG_CODE):
            confirm(api, client, wrong(api.code()), password)


def test_a_new_password_ends_a_lockout(api: Api, client: str) -> None:
    for _ in range(5):
        with refused(*WRONG_PASSWORD):
            sign_in(api, client, password="Wrong-Horse-1")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        sign_in(api, client)
    forgot(api, client)
    confirm(api, client, api.code())
    assert sign_in(api, client, password=NEW)


@pytest.mark.parametrize(
    ("setting", "attributes", "medium"),
    [
        ({}, BOTH, "EMAIL"),
        (recovery("verified_phone_number", "verified_email"), BOTH, "SMS"),
        (recovery("verified_email", "verified_phone_number"), BOTH, "EMAIL"),
        (recovery("verified_phone_number", "verified_email"), EMAIL, "EMAIL"),
    ],
)
def test_the_pool_decides_where_the_code_goes(
    api: Api, setting: dict[str, Any], attributes: dict[str, str], medium: str
) -> None:
    pool = a_pool(api, **setting)
    a_user(api, pool, **attributes)
    assert forgot(api, a_client(api, pool))["DeliveryMedium"] == medium


def test_a_pool_may_leave_recovery_to_administrators(api: Api) -> None:
    pool = a_pool(api, **recovery("admin_only"))
    a_user(api, pool, **EMAIL)
    for client in (a_client(api, pool), a_client(api, pool, PreventUserExistenceErrors="ENABLED")):
        for username in ("ana", "bea"):
            with refused(*ADMIN_ONLY):
                forgot(api, client, username)
    with refused(*ADMIN_ONLY):
        api.idp("AdminResetUserPassword", UserPoolId=pool, Username="ana")


def test_only_a_verified_address_gets_a_code(api: Api, pool: str, client: str, hiding: str) -> None:
    a_user(api, pool, "bea", email="bea@example.com")
    sign_up(api, client, "cleo", email="cleo@example.com")
    for username in ("bea", "cleo"):
        with refused(*NO_CONTACT):
            forgot(api, client, username)
        assert forgot(api, hiding, username)["DeliveryMedium"] == "EMAIL"
    assert sent(api) == 0


def test_an_unknown_user(api: Api, client: str, hiding: str) -> None:
    with refused(*NOT_FOUND):
        forgot(api, client, "bea")
    with refused(*NOT_FOUND):
        confirm(api, client, "123456", username="bea")
    assert forgot(api, hiding, "bea") == forgot(api, hiding, "bea")
    assert forgot(api, hiding, "ana.lee") == DETAILS
    assert sent(api) == 0
    for password in (NEW, "short"):
        with refused(*WRONG_CODE):
            confirm(api, hiding, "123456", password, "bea")


def test_a_disabled_user(api: Api, pool: str, client: str, hiding: str) -> None:
    forgot(api, client)
    code = api.code()
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    with refused(*DISABLED):
        forgot(api, client)
    with refused(*DISABLED):
        confirm(api, client, code)
    assert forgot(api, hiding) == DETAILS
    with refused(*WRONG_CODE):
        confirm(api, hiding, code)
    assert sent(api) == 1


@pytest.mark.parametrize("existence", ["LEGACY", "ENABLED"])
def test_a_user_with_a_temporary_password_cannot_reset_it(api: Api, pool: str, existence: str) -> None:
    api.idp("AdminCreateUser", UserPoolId=pool, Username="bea", MessageAction="SUPPRESS", UserAttributes=pairs(EMAIL))
    with refused(*STUCK):
        forgot(api, a_client(api, pool, PreventUserExistenceErrors=existence), "bea")


def test_whoever_signed_up_and_has_a_verified_address_is_confirmed(api: Api, pool: str, client: str) -> None:
    sign_up(api, client, "bea", email="bea@example.com")
    verified = pairs({"email_verified": "true"})
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="bea", UserAttributes=verified)
    forgot(api, client, "bea")
    confirm(api, client, api.code(), username="bea")
    assert status_of(api, pool, "bea") == "CONFIRMED"


@pytest.mark.parametrize("verified", ["true", "false"])
def test_a_code_is_void_once_its_address_has_been_replaced(api: Api, pool: str, client: str, verified: str) -> None:
    forgot(api, client)
    changed = {"email": "new@example.com", "email_verified": verified}
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=pairs(changed))
    with refused(*NO_CODE):
        confirm(api, client, api.code())
    assert attributes_of(api, pool) == changed
    assert sign_in(api, client)


def test_a_code_is_void_once_its_address_has_been_deleted(api: Api, pool: str, client: str) -> None:
    forgot(api, client)
    api.idp("AdminDeleteUserAttributes", UserPoolId=pool, Username="ana", UserAttributeNames=["email"])
    with refused(*NO_CODE):
        confirm(api, client, api.code())
    assert sign_in(api, client)


def test_a_code_verifies_the_address_it_went_to(api: Api, pool: str, client: str) -> None:
    forgot(api, client)
    unverified = pairs({"email_verified": "false"})
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=unverified)
    confirm(api, client, api.code())
    assert attributes_of(api, pool) == EMAIL


def test_a_code_takes_no_alias_back_that_has_moved_on(api: Api) -> None:
    pool = a_pool(api, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    a_user(api, pool, **EMAIL)
    forgot(api, client)
    code = api.code()
    sign_up(api, client, "bea", email="ana@example.com")
    members = {"ClientId": client, "Username": "bea", "ConfirmationCode": api.code(user="bea")}
    api.idp("ConfirmSignUp", **members, ForceAliasCreation=True)
    confirm(api, client, code)
    assert attributes_of(api, pool)["email_verified"] == "false"
    assert sign_in(api, client, password=NEW)
    assert api.idp("AdminGetUser", UserPoolId=pool, Username="ana@example.com")["Username"] == "bea"


def test_an_alias_asks_for_a_code(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    a_user(api, pool, "ana@example.com", email_verified="true")
    client = a_client(api, pool)
    forgot(api, client, "ana@example.com")
    confirm(api, client, api.code(), username="ana@example.com")
    assert sign_in(api, client, "ana@example.com", NEW)
