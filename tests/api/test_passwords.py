"""ChangePassword, AdminSetUserPassword, AdminResetUserPassword, and the history of passwords."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import (
    NO_CODE,
    NOBODY,
    TOO_MANY,
    WRONG_PASSWORD,
    attributes_of,
    refused,
    seen,
    sent,
    sign_up,
    status_of,
)
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in
from tests.conftest import NOON

NEW = "Another-Horse-2"
USED = ("PasswordHistoryPolicyViolationException", "Password has previously been used.")
STUCK = ("NotAuthorizedException", "User password cannot be reset in the current state.")
LOCKED = ("NotAuthorizedException", "Password attempts exceeded")
RESET = ("PasswordResetRequiredException", "Password reset required for the user")
SHORT = ("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
NO_CONTACT = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)


@pytest.fixture
def pool(api: Api) -> str:
    """A pool in which Ana can sign in."""
    pool = a_pool(api)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    return pool


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


def change(api: Api, token: str, new: str, **members: str) -> dict[str, Any]:
    return api.idp("ChangePassword", AccessToken=token, ProposedPassword=new, **members)


def set_password(api: Api, pool: str, password: str, permanent: bool = True) -> dict[str, Any]:
    members = {"UserPoolId": pool, "Username": "ana", "Password": password}
    return api.idp("AdminSetUserPassword", **members, Permanent=permanent)


def reset(api: Api, pool: str, username: str = "ana") -> dict[str, Any]:
    return api.idp("AdminResetUserPassword", UserPoolId=pool, Username=username)


def challenge(api: Api, client: str, password: str) -> str:
    parameters = {"USERNAME": "ana", "PASSWORD": password}
    answer = api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return str(answer["ChallengeName"])


def lock_out(api: Api, client: str) -> None:
    for _ in range(5):
        with refused(*WRONG_PASSWORD):
            sign_in(api, client, password="Wrong-Horse-1")
    with refused(*LOCKED):
        sign_in(api, client)


def test_users_change_their_password(api: Api, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    assert change(api, token, NEW, PreviousPassword=PASSWORD) == {}
    with refused(*WRONG_PASSWORD):
        sign_in(api, client)
    assert sign_in(api, client, password=NEW)
    assert api.idp("GetUser", AccessToken=token)["Username"] == "ana"


@pytest.mark.parametrize("previous", [{}, {"PreviousPassword": "Wrong-Horse-1"}])
def test_the_present_password_must_be_known(api: Api, client: str, previous: dict[str, str]) -> None:
    token = sign_in(api, client)["AccessToken"]
    with refused(*WRONG_PASSWORD):
        change(api, token, NEW, **previous)
    assert sign_in(api, client)


def test_the_present_password_is_not_guessed(api: Api, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    for _ in range(5):
        with refused(*WRONG_PASSWORD):
            change(api, token, NEW, PreviousPassword="Wrong-Horse-1")
    with refused(*TOO_MANY):
        change(api, token, NEW, PreviousPassword=PASSWORD)
    api.world.clock.advance(hours=1)
    change(api, str(sign_in(api, client)["AccessToken"]), NEW, PreviousPassword=PASSWORD)


def test_a_change_forgives_the_tries_before_it(api: Api, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    present = PASSWORD
    for number in range(2):
        for _ in range(4):
            with refused(*WRONG_PASSWORD):
                change(api, token, NEW, PreviousPassword="Wrong-Horse-1")
        change(api, token, NEW + str(number), PreviousPassword=present)
        present = NEW + str(number)
    assert sign_in(api, client, password=present)


def test_a_new_password_conforms_to_the_policy(api: Api, pool: str, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    with refused(*SHORT):
        change(api, token, "Ab1!", PreviousPassword=PASSWORD)
    for permanent in (True, False):
        with refused(*SHORT):
            set_password(api, pool, "Ab1!", permanent)
    assert sign_in(api, client)


def test_an_administrator_sets_a_password_for_good(api: Api, pool: str, client: str) -> None:
    tokens = sign_in(api, client)
    api.world.clock.advance(minutes=1)
    assert set_password(api, pool, NEW) == {}
    assert seen(api, pool)["UserLastModifiedDate"] == NOON + 60
    assert sign_in(api, client, password=NEW)
    with refused(*WRONG_PASSWORD):
        sign_in(api, client)
    assert api.idp("GetUser", AccessToken=tokens["AccessToken"])
    assert sent(api) == 0


def test_an_administrator_sets_a_temporary_password(api: Api, pool: str, client: str) -> None:
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username="ana", Password=NEW)
    assert status_of(api, pool) == "FORCE_CHANGE_PASSWORD"
    assert challenge(api, client, NEW) == "NEW_PASSWORD_REQUIRED"
    api.world.clock.advance(days=7)
    words = "Temporary password has expired and must be reset by an administrator."
    with refused("NotAuthorizedException", words):
        challenge(api, client, NEW)
    set_password(api, pool, NEW, permanent=False)
    assert challenge(api, client, NEW) == "NEW_PASSWORD_REQUIRED"


def test_a_set_password_confirms_whoever_signed_up(api: Api, pool: str, client: str) -> None:
    sign_up(api, client, "bea", email="bea@example.com")
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username="bea", Password=NEW, Permanent=True)
    assert status_of(api, pool, "bea") == "CONFIRMED"
    assert attributes_of(api, pool, "bea")["email_verified"] == "false"
    assert sign_in(api, client, "bea", NEW)


def test_a_set_password_ends_a_lockout(api: Api, pool: str, client: str) -> None:
    lock_out(api, client)
    set_password(api, pool, NEW)
    assert sign_in(api, client, password=NEW)


@pytest.mark.parametrize("password", [NEW, "short"])
@pytest.mark.parametrize("permanent", [True, False])
def test_nobody_unknown_gets_a_password(api: Api, pool: str, password: str, permanent: bool) -> None:
    members = {"UserPoolId": pool, "Username": "bea", "Password": password, "Permanent": permanent}
    with refused(*NOBODY):
        api.idp("AdminSetUserPassword", **members)


def test_a_reset_makes_the_password_unusable_and_sends_a_code(api: Api, pool: str, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    assert reset(api, pool) == {}
    assert status_of(api, pool) == "RESET_REQUIRED"
    assert (api.message().to, api.message().trigger) == ("ana@example.com", "CustomMessage_ForgotPassword")
    with refused(*RESET):
        sign_in(api, client)
    with refused(*RESET):
        api.idp("GetUser", AccessToken=token)
    members = {"ClientId": client, "Username": "ana", "Password": NEW}
    assert api.idp("ConfirmForgotPassword", **members, ConfirmationCode=api.code()) == {}
    assert status_of(api, pool) == "CONFIRMED"
    assert sign_in(api, client, password=NEW)


def test_a_reset_can_be_repeated_and_undone_by_setting_a_password(api: Api, pool: str, client: str) -> None:
    for _ in range(25):
        reset(api, pool)
    set_password(api, pool, NEW)
    assert sign_in(api, client, password=NEW)


def test_a_reset_needs_somebody_who_had_a_password_of_their_own(api: Api, pool: str, client: str) -> None:
    api.idp("AdminCreateUser", UserPoolId=pool, Username="bea", MessageAction="SUPPRESS")
    sign_up(api, client, "cleo")
    for username in ("bea", "cleo"):
        with refused(*STUCK):
            reset(api, pool, username)
    with refused(*NOBODY):
        reset(api, pool, "dora")


def test_a_reset_needs_a_verified_address(api: Api, pool: str) -> None:
    unverified = pairs({"email_verified": "false"})
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=unverified)
    with refused(*NO_CONTACT):
        reset(api, pool)
    assert status_of(api, pool) == "CONFIRMED"


def test_a_disabled_user_is_not_reset(api: Api, pool: str) -> None:
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    with refused("NotAuthorizedException", "User is disabled."):
        reset(api, pool)


def remembering(api: Api, size: int) -> tuple[str, str]:
    policy = {"MinimumLength": 8, "PasswordHistorySize": size}
    pool = a_pool(api, Policies={"PasswordPolicy": policy})
    a_user(api, pool, password="password-0", email="ana@example.com", email_verified="true")
    return pool, a_client(api, pool)


def test_the_last_passwords_cannot_be_used_again(api: Api) -> None:
    pool, client = remembering(api, 3)
    for number in (1, 2):
        set_password(api, pool, f"password-{number}")
    token = sign_in(api, client, password="password-2")["AccessToken"]
    for number in (0, 1, 2):
        with refused(*USED):
            set_password(api, pool, f"password-{number}")
        with refused(*USED):
            change(api, token, f"password-{number}", PreviousPassword="password-2")
    set_password(api, pool, "password-3")
    set_password(api, pool, "password-0")
    assert sign_in(api, client, password="password-0")


def test_a_history_of_one_is_the_present_password(api: Api) -> None:
    pool, _ = remembering(api, 1)
    with refused(*USED):
        set_password(api, pool, "password-0")
    set_password(api, pool, "password-1")
    set_password(api, pool, "password-0")


def test_a_temporary_password_may_be_an_old_one(api: Api) -> None:
    pool, _ = remembering(api, 3)
    set_password(api, pool, "password-0", permanent=False)


def test_without_a_history_any_password_may_be_used_again(api: Api, pool: str, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    change(api, token, PASSWORD, PreviousPassword=PASSWORD)
    assert sign_in(api, client)


def test_the_history_holds_for_a_forgotten_password_too(api: Api) -> None:
    pool, client = remembering(api, 2)
    api.idp("ForgotPassword", ClientId=client, Username="ana")
    members = {"ClientId": client, "Username": "ana", "ConfirmationCode": api.code()}
    with refused(*USED):
        api.idp("ConfirmForgotPassword", **members, Password="password-0")
    api.idp("ConfirmForgotPassword", **members, Password="password-1")
    with refused(*NO_CODE):
        api.idp("ConfirmForgotPassword", **members, Password="password-2")
    assert status_of(api, pool) == "CONFIRMED"
