"""Addresses that change: codes, VerifyUserAttribute, and verification before an update."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import (
    NO_CODE,
    TOO_MANY,
    WRONG_CODE,
    attributes_of,
    refused,
    sent,
    wrong,
)
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in

ANA = {"email": "ana@example.com", "email_verified": "true"}
TO_NEW = {"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
ONLY = "Invalid attribute name. Only phone_number and email can be verified."


def signed_in(api: Api, **members: Any) -> tuple[str, str]:
    """A pool that verifies e-mail addresses, and Ana's access token."""
    pool = a_pool(api, AutoVerifiedAttributes=["email", "phone_number"], **members)
    a_user(api, pool, **ANA)
    return pool, str(sign_in(api, a_client(api, pool))["AccessToken"])


def held(api: Api, **members: Any) -> tuple[str, str]:
    """The same, where a new address waits for its verification."""
    waits = {"AttributesRequireVerificationBeforeUpdate": ["email", "phone_number"]}
    return signed_in(api, UserAttributeUpdateSettings=waits, **members)


def update(api: Api, token: str, **attributes: str) -> list[dict[str, str]]:
    answer = api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs(attributes))
    return list(answer["CodeDeliveryDetailsList"])


def admin_update(api: Api, pool: str, username: str = "ana", **attributes: str) -> None:
    members = {"UserPoolId": pool, "Username": username}
    assert api.idp("AdminUpdateUserAttributes", **members, UserAttributes=pairs(attributes)) == {}


def ask(api: Api, token: str, name: str = "email") -> dict[str, str]:
    answer = api.idp("GetUserAttributeVerificationCode", AccessToken=token, AttributeName=name)
    return dict(answer["CodeDeliveryDetails"])


def verify(api: Api, token: str, code: str, name: str = "email") -> dict[str, Any]:
    return api.idp("VerifyUserAttribute", AccessToken=token, AttributeName=name, Code=code)


def test_a_code_goes_to_a_new_address(api: Api) -> None:
    pool, token = signed_in(api)
    assert update(api, token, email="new@example.com") == [TO_NEW]
    assert (api.message().to, api.message().trigger) == ("new@example.com", "CustomMessage_UpdateUserAttribute")
    assert attributes_of(api, pool) == {"email": "new@example.com", "email_verified": "false"}
    assert verify(api, token, api.code()) == {}
    assert attributes_of(api, pool) == {"email": "new@example.com", "email_verified": "true"}


def test_two_new_addresses_get_a_code_each(api: Api) -> None:
    pool, token = signed_in(api)
    told = update(api, token, email="new@example.com", phone_number="+15551239934")
    assert [details["AttributeName"] for details in told] == ["email", "phone_number"]
    verify(api, token, api.code(to="+15551239934"), "phone_number")
    verify(api, token, api.code(to="new@example.com"))
    assert attributes_of(api, pool) == {
        "email": "new@example.com",
        "email_verified": "true",
        "phone_number": "+15551239934",
        "phone_number_verified": "true",
    }


def test_an_administrators_new_address_gets_a_code_too(api: Api) -> None:
    pool, token = signed_in(api)
    admin_update(api, pool, email="new@example.com")
    assert api.message().to == "new@example.com"
    verify(api, token, api.code())
    assert attributes_of(api, pool)["email_verified"] == "true"


def test_the_same_address_gets_no_code(api: Api) -> None:
    _, token = signed_in(api)
    assert update(api, token, email="ana@example.com") == []
    assert sent(api) == 0


def test_a_code_to_verify_an_address_can_be_asked_for(api: Api) -> None:
    pool, token = signed_in(api)
    admin_update(api, pool, email_verified="false")
    assert ask(api, token) == {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert api.message().trigger == "CustomMessage_VerifyUserAttribute"
    verify(api, token, api.code())
    assert attributes_of(api, pool)["email_verified"] == "true"


def test_five_codes_an_hour_can_be_asked_for(api: Api) -> None:
    _, token = signed_in(api)
    for _ in range(5):
        ask(api, token)
    with refused(*TOO_MANY):
        ask(api, token)


def test_a_code_needs_an_address(api: Api) -> None:
    _, token = signed_in(api)
    with refused("InvalidParameterException", "User does not have a phone_number attribute."):
        ask(api, token, "phone_number")


@pytest.mark.parametrize("name", ["name", "custom:plan", "email_verified"])
def test_only_addresses_are_verified(api: Api, name: str) -> None:
    _, token = signed_in(api)
    with refused("InvalidParameterException", ONLY):
        ask(api, token, name)
    with refused("InvalidParameterException", ONLY):
        verify(api, token, "123456", name)


def test_a_wrong_an_old_and_a_spent_code(api: Api) -> None:
    _, token = signed_in(api)
    with refused(*NO_CODE):
        verify(api, token, "123456")
    ask(api, token)
    with refused(*WRONG_CODE):
        verify(api, token, wrong(api.code()))
    verify(api, token, api.code())
    with refused(*NO_CODE):
        verify(api, token, api.code())


def test_a_code_is_good_for_a_day(api: Api) -> None:
    pool, token = signed_in(api)
    ask(api, token)
    api.world.clock.advance(hours=24)
    client = api.idp("ListUserPoolClients", UserPoolId=pool)["UserPoolClients"][0]["ClientId"]
    with refused(*NO_CODE):
        verify(api, str(sign_in(api, client)["AccessToken"]), api.code())


def test_nobody_guesses_a_code(api: Api) -> None:
    _, token = signed_in(api)
    ask(api, token)
    for _ in range(15):
        with refused(*WRONG_CODE):
            verify(api, token, wrong(api.code()))
    with refused(*TOO_MANY):
        verify(api, token, api.code())


def test_a_code_is_void_once_its_address_has_been_replaced(api: Api) -> None:
    pool, token = signed_in(api)
    update(api, token, email="typo@example.com")
    code = api.code()
    admin_update(api, pool, email="new@example.com", email_verified="true")
    with refused(*NO_CODE):
        verify(api, token, code)
    assert attributes_of(api, pool) == {"email": "new@example.com", "email_verified": "true"}


def test_a_code_is_void_once_its_address_has_been_deleted(api: Api) -> None:
    pool, token = held(api)
    update(api, token, email="new@example.com")
    code = api.code()
    api.idp("DeleteUserAttributes", AccessToken=token, UserAttributeNames=["email"])
    with refused(*NO_CODE):
        verify(api, token, code)
    assert attributes_of(api, pool) == {}


def test_where_updates_wait_the_old_address_stays_until_the_new_one_is_verified(api: Api) -> None:
    pool, token = held(api)
    assert update(api, token, email="new@example.com", name="Ana") == [TO_NEW]
    assert api.message().to == "new@example.com"
    assert attributes_of(api, pool) == {**ANA, "name": "Ana"}
    with refused(*WRONG_CODE):
        verify(api, token, wrong(api.code()))
    verify(api, token, api.code())
    assert attributes_of(api, pool) == {"name": "Ana", "email": "new@example.com", "email_verified": "true"}


def test_a_first_address_does_not_wait(api: Api) -> None:
    pool, token = held(api)
    update(api, token, phone_number="+15551239934")
    assert attributes_of(api, pool)["phone_number"] == "+15551239934"
    assert attributes_of(api, pool)["phone_number_verified"] == "false"


def test_an_administrators_update_waits_too_unless_they_vouch_for_it(api: Api) -> None:
    pool, token = held(api)
    admin_update(api, pool, email="new@example.com")
    assert attributes_of(api, pool) == ANA
    code = api.code()
    admin_update(api, pool, email="other@example.com", email_verified="true")
    assert attributes_of(api, pool) == {"email": "other@example.com", "email_verified": "true"}
    with refused(*NO_CODE):
        verify(api, token, code)


def test_a_second_update_replaces_the_one_that_waits(api: Api) -> None:
    pool, token = held(api)
    update(api, token, email="typo@example.com")
    first = api.code()
    update(api, token, email="new@example.com")
    with refused(*WRONG_CODE):
        verify(api, token, first)
    verify(api, token, api.code())
    assert attributes_of(api, pool)["email"] == "new@example.com"


def test_going_back_to_the_present_address_gives_up_the_one_that_waits(api: Api) -> None:
    pool, token = held(api)
    update(api, token, email="new@example.com")
    assert update(api, token, email="ana@example.com") == []
    with refused(*NO_CODE):
        verify(api, token, api.code())
    assert attributes_of(api, pool) == ANA


def test_a_new_code_goes_to_the_address_that_waits(api: Api) -> None:
    pool, token = held(api)
    update(api, token, email="new@example.com")
    first = api.code()
    assert ask(api, token) == TO_NEW
    assert api.code() != first
    verify(api, token, api.code())
    assert attributes_of(api, pool)["email"] == "new@example.com"


def test_the_old_address_signs_in_until_the_new_one_is_verified(api: Api) -> None:
    pool, token = held(api, AliasAttributes=["email"])
    client = a_client(api, pool)
    update(api, token, email="new@example.com")
    assert sign_in(api, client, "ana@example.com", PASSWORD)
    with refused("UserNotFoundException", "User does not exist."):
        sign_in(api, client, "new@example.com")
    verify(api, token, api.code())
    assert sign_in(api, client, "new@example.com")
    with refused("UserNotFoundException", "User does not exist."):
        sign_in(api, client, "ana@example.com")


def test_an_address_that_somebody_verified_first_cannot_be_verified(api: Api) -> None:
    pool, token = held(api, AliasAttributes=["email"])
    update(api, token, email="new@example.com")
    a_user(api, pool, "bea", email="new@example.com", email_verified="true")
    with refused("AliasExistsException", "An account with the given email already exists."):
        verify(api, token, api.code())
    assert attributes_of(api, pool) == ANA
