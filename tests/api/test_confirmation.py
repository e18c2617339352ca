"""ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp: how a new account is confirmed."""

from __future__ import annotations

import pytest

from emulator.settings import Settings
from tests.api.people import (
    NO_CODE,
    NOBODY,
    NOT_FOUND,
    TOO_MANY,
    WRONG_CODE,
    attributes_of,
    confirm,
    refused,
    sent,
    sign_up,
    status_of,
    wrong,
)
from tests.builders import Api, a_client, a_pool, pairs

CONFIRMED = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api, AutoVerifiedAttributes=["email"])


@pytest.fixture
def client(api: Api, pool: str) -> str:
    """A client of a pool in which Ana has signed up, and has a code."""
    client = a_client(api, pool)
    sign_up(api, client, email="ana@example.com")
    return client


def resend(api: Api, client: str, username: str = "ana") -> dict[str, object]:
    return api.idp("ResendConfirmationCode", ClientId=client, Username=username)


def test_the_right_code_confirms_the_user_and_verifies_the_address(api: Api, pool: str, client: str) -> None:
    assert confirm(api, client, api.code()) == {}
    assert status_of(api, pool) == "CONFIRMED"
    assert attributes_of(api, pool) == {"email": "ana@example.com", "email_verified": "true"}


def test_a_code_is_spent_only_once(api: Api, client: str) -> None:
    confirm(api, client, api.code())
    with refused(*CONFIRMED):
        confirm(api, client, api.code())


def test_a_wrong_code_leaves_the_right_one_good(api: Api, pool: str, client: str) -> None:
    with refused(*WRONG_CODE):
        confirm(api, client, wrong(api.code()))
    assert status_of(api, pool) == "UNCONFIRMED"
    confirm(api, client, api.code())


def test_a_code_is_good_for_a_day(api: Api, client: str) -> None:
    api.world.clock.advance(hours=24)
    with refused(*NO_CODE):
        confirm(api, client, api.code())


def test_a_code_is_good_to_the_last_moment_of_its_day(api: Api, client: str) -> None:
    api.world.clock.advance(hours=24, seconds=-1)
    confirm(api, client, api.code())


def test_nobody_guesses_a_code(api: Api, client: str) -> None:
    code = api.code()
    for _ in range(15):
        with refused(*WRONG_CODE):
            confirm(api, client, wrong(code))
    with refused(*TOO_MANY):
        confirm(api, client, code)
    api.world.clock.advance(hours=1)
    confirm(api, client, code)


def test_a_new_code_gives_no_new_guesses(api: Api, client: str) -> None:
    for _ in range(15):
        with refused(*WRONG_CODE):
            confirm(api, client, wrong(api.code()))
    resend(api, client)
    with refused(*TOO_MANY):
        confirm(api, client, api.code())


def test_another_users_code_is_worth_nothing(api: Api, client: str) -> None:
    sign_up(api, client, "bea", email="bea@example.com")
    with refused(*WRONG_CODE):
        confirm(api, client, api.code(user="bea"))


def test_a_code_for_another_purpose_is_worth_nothing(api: Api, pool: str, client: str) -> None:
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=pairs({"email": "a@b.org"}))
    with refused(*WRONG_CODE):
        confirm(api, client, api.code(to="a@b.org"))


def test_a_code_is_void_once_its_address_has_been_replaced(api: Api, pool: str, client: str) -> None:
    code = api.code()
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=pairs({"email": "a@b.org"}))
    with refused(*NO_CODE):
        confirm(api, client, code)
    assert status_of(api, pool) == "UNCONFIRMED"
    assert attributes_of(api, pool) == {"email": "a@b.org", "email_verified": "false"}


def test_a_code_to_the_phone_leaves_the_email_address_unverified(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email", "phone_number"])
    client = a_client(api, pool)
    sign_up(api, client, email="ana@example.com", phone_number="+15551239934")
    confirm(api, client, api.code())
    assert attributes_of(api, pool) == {
        "email": "ana@example.com",
        "phone_number": "+15551239934",
        "email_verified": "false",
        "phone_number_verified": "true",
    }


def test_a_resent_code_replaces_the_one_before(api: Api, client: str) -> None:
    first = api.code()
    assert resend(api, client) == {
        "CodeDeliveryDetails": {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    }
    assert api.message().trigger == "CustomMessage_ResendCode"
    assert api.code() != first
    with refused(*WRONG_CODE):
        confirm(api, client, first)
    confirm(api, client, api.code())


def test_codes_are_resent_five_times_an_hour(api: Api, client: str) -> None:
    for _ in range(5):
        resend(api, client)
    with refused(*TOO_MANY):
        resend(api, client)
    assert sent(api) == 6
    api.world.clock.advance(hours=1)
    resend(api, client)


def test_a_confirmed_user_gets_no_new_code(api: Api, client: str) -> None:
    confirm(api, client, api.code())
    with refused("InvalidParameterException", "User is already confirmed."):
        resend(api, client)


def test_no_code_is_resent_where_the_pool_verifies_nothing(api: Api) -> None:
    client = a_client(api, a_pool(api))
    sign_up(api, client, email="ana@example.com")
    with refused("InvalidParameterException", "Auto verification not turned on."):
        resend(api, client)
    with refused(*NO_CODE):
        confirm(api, client, "123456")


def test_an_unknown_user_is_told_to_a_client_that_does_not_hide_it(api: Api, client: str) -> None:
    with refused(*NOT_FOUND):
        confirm(api, client, "123456", "bea")
    with refused(*NOT_FOUND):
        resend(api, client, "bea")


def test_an_unknown_user_is_hidden_by_a_client_that_hides_it(api: Api, pool: str) -> None:
    client = a_client(api, pool, PreventUserExistenceErrors="ENABLED")
    with refused(*NO_CODE):
        confirm(api, client, "123456", "bea")
    assert resend(api, client, "bea") == {
        "CodeDeliveryDetails": {"Destination": "b***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    }
    assert sent(api) == 0


def test_hiding_says_nothing_else_where_the_pool_verifies_nothing(api: Api) -> None:
    client = a_client(api, a_pool(api), PreventUserExistenceErrors="ENABLED")
    sign_up(api, client, email="ana@example.com")
    for username in ("ana", "bea"):
        with refused("InvalidParameterException", "Auto verification not turned on."):
            resend(api, client, username)


def test_a_taken_username_is_told_even_by_a_client_that_hides_who_exists(api: Api, pool: str) -> None:
    client = a_client(api, pool, PreventUserExistenceErrors="ENABLED")
    sign_up(api, client)
    with refused("UsernameExistsException", "User already exists"):
        sign_up(api, client)


def test_an_administrator_confirms_without_a_code(api: Api, pool: str, client: str) -> None:
    code = api.code()
    assert api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="ana") == {}
    assert status_of(api, pool) == "CONFIRMED"
    assert attributes_of(api, pool) == {"email": "ana@example.com", "email_verified": "false"}
    with refused(*CONFIRMED):
        confirm(api, client, code)
    with refused(*CONFIRMED):
        api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="ana")


def test_an_administrator_confirms_nobody_unknown(api: Api, pool: str) -> None:
    with refused(*NOBODY):
        api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="bea")


def test_only_those_who_signed_up_are_confirmed(api: Api, pool: str) -> None:
    api.idp("AdminCreateUser", UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD"):
        api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="ana")


def test_a_client_of_another_pool_knows_nobody_here(api: Api, client: str) -> None:
    other = a_client(api, a_pool(api))
    with refused(*NOT_FOUND):
        confirm(api, other, api.code())


class TestWithAFixedCode:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(ephemeral=True, code="135790")

    def test_every_message_brings_the_code_of_the_settings(self, api: Api, client: str) -> None:
        assert api.code() == "135790"
        with refused(*WRONG_CODE):
            confirm(api, client, "135791")
        confirm(api, client, "135790")
        api.idp("ForgotPassword", ClientId=client, Username="ana")
        assert api.code() == "135790"
