"""Aliases: e-mail address, phone number and preferred username as further sign-in names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import IN_USE, NOBODY, attributes_of, confirm, refused, seen, sign_up, status_of
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in, unpaired

VERIFIED = {"email": "ana@example.com", "email_verified": "true"}
TAKEN = ("AliasExistsException", "An account with the given email already exists.")
TAKEN_ON_CONFIRMING = ("AliasExistsException", "An account with the email already exists.")
PREFERRED_TAKEN = ("AliasExistsException", "An account with the given preferred_username already exists.")
TOO_EARLY = (
    "InvalidParameterException",
    "Preferred username cannot be provided for unconfirmed account, "
    "since user pool is configured for preferred username alias.",
)


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(
        api,
        AliasAttributes=["preferred_username", "email", "phone_number"],
        AutoVerifiedAttributes=["email"],
    )


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


def update(api: Api, pool: str, username: str, **attributes: str) -> dict[str, Any]:
    members = {"UserPoolId": pool, "Username": username}
    return api.idp("AdminUpdateUserAttributes", **members, UserAttributes=pairs(attributes))


def named(api: Api, pool: str, typed: str) -> str:
    return str(seen(api, pool, typed)["Username"])


def test_an_address_signs_in_once_it_is_verified(api: Api, pool: str, client: str) -> None:
    sign_up(api, client, email="ana@example.com")
    with refused(*NOBODY):
        named(api, pool, "ana@example.com")
    confirm(api, client, api.code())
    assert sign_in(api, client, "ana@example.com")
    assert sign_in(api, client, "ana")
    update(api, pool, "ana", email_verified="false")
    with refused(*NOBODY):
        sign_in(api, client, "ana@example.com")


def test_a_phone_number_signs_in_once_it_is_verified(api: Api, pool: str, client: str) -> None:
    a_user(api, pool, phone_number="+15551239934")
    with refused(*NOBODY):
        sign_in(api, client, "+15551239934")
    update(api, pool, "ana", phone_number_verified="true")
    assert sign_in(api, client, "+15551239934")


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("ana@example.com", "email format, since user pool is configured for email alias."),
        ("+15551239934", "phone number format, since user pool is configured for phone number alias."),
    ],
)
def test_a_username_must_not_look_like_an_alias(api: Api, pool: str, client: str, username: str, words: str) -> None:
    with refused("InvalidParameterException", f"Username cannot be of {words}"):
        sign_up(api, client, username)
    with refused("InvalidParameterException", f"Username cannot be of {words}"):
        api.idp("AdminCreateUser", UserPoolId=pool, Username=username)


def test_of_two_who_give_one_address_the_first_to_prove_it_has_it(api: Api, pool: str, client: str) -> None:
    for username in ("ana", "bea"):
        sign_up(api, client, username, email="ana@example.com")
    confirm(api, client, api.code(user="bea"), "bea")
    with refused(*TAKEN_ON_CONFIRMING):
        confirm(api, client, api.code(user="ana"))
    assert status_of(api, pool) == "UNCONFIRMED"
    assert named(api, pool, "ana@example.com") == "bea"


def test_forcing_moves_an_address_to_whoever_proves_it_last(api: Api, pool: str, client: str) -> None:
    for username in ("ana", "bea"):
        sign_up(api, client, username, email="ana@example.com")
    confirm(api, client, api.code(user="bea"), "bea")
    with refused(*TAKEN_ON_CONFIRMING):
        confirm(api, client, api.code(user="ana"), ForceAliasCreation=False)
    confirm(api, client, api.code(user="ana"), ForceAliasCreation=True)
    assert named(api, pool, "ana@example.com") == "ana"
    assert attributes_of(api, pool, "bea") == {"email": "ana@example.com", "email_verified": "false"}
    assert sign_in(api, client, "bea", PASSWORD)


def test_forcing_changes_nothing_where_nobody_has_the_address(api: Api, pool: str, client: str) -> None:
    sign_up(api, client, email="ana@example.com")
    confirm(api, client, api.code(), ForceAliasCreation=True)
    assert attributes_of(api, pool) == VERIFIED


def test_an_administrator_makes_no_second_user_of_a_verified_address(api: Api, pool: str) -> None:
    a_user(api, pool, **VERIFIED)
    members = {"UserPoolId": pool, "Username": "bea", "UserAttributes": pairs(VERIFIED)}
    for forcing in ({}, {"ForceAliasCreation": False}):
        with refused("UsernameExistsException", TAKEN[1]):
            api.idp("AdminCreateUser", **members, **forcing)
    assert [user["Username"] for user in api.idp("ListUsers", UserPoolId=pool)["Users"]] == ["ana"]


def test_an_administrator_may_force_it(api: Api, pool: str) -> None:
    a_user(api, pool, **VERIFIED)
    attributes = pairs({**VERIFIED, "name": "Bea"})
    members = {"UserPoolId": pool, "Username": "bea", "UserAttributes": attributes, "MessageAction": "SUPPRESS"}
    user = api.idp("AdminCreateUser", **members, ForceAliasCreation=True)["User"]
    assert user["Attributes"][1:] == attributes
    assert named(api, pool, "ana@example.com") == "bea"
    assert attributes_of(api, pool) == {"email": "ana@example.com", "email_verified": "false"}


def test_an_unverified_address_is_forced_from_nobody(api: Api, pool: str) -> None:
    a_user(api, pool, **VERIFIED)
    unverified = pairs({"email": "ana@example.com"})
    members = {"UserPoolId": pool, "Username": "bea", "UserAttributes": unverified, "MessageAction": "SUPPRESS"}
    api.idp("AdminCreateUser", **members, ForceAliasCreation=True)
    assert named(api, pool, "ana@example.com") == "ana"
    assert attributes_of(api, pool) == VERIFIED


def test_an_update_takes_no_verified_address(api: Api, pool: str, client: str) -> None:
    a_user(api, pool, **VERIFIED)
    a_user(api, pool, "bea", email="bea@example.com", email_verified="true")
    with refused(*TAKEN):
        update(api, pool, "bea", **VERIFIED)
    assert attributes_of(api, pool, "bea")["email"] == "bea@example.com"
    update(api, pool, "bea", email="ana@example.com")
    assert named(api, pool, "ana@example.com") == "ana"
    token = sign_in(api, client, "bea")["AccessToken"]
    with refused(*TAKEN):
        api.idp("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=api.code())


def test_a_new_address_is_a_sign_in_name_only_once_verified(api: Api, pool: str, client: str) -> None:
    a_user(api, pool, **VERIFIED)
    token = sign_in(api, client)["AccessToken"]
    api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs({"email": "new@example.com"}))
    for address in ("ana@example.com", "new@example.com"):
        with refused(*NOBODY):
            named(api, pool, address)
    api.idp("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=api.code())
    assert named(api, pool, "new@example.com") == "ana"


def test_a_deleted_address_signs_nobody_in(api: Api, pool: str) -> None:
    a_user(api, pool, preferred_username="annie", **VERIFIED)
    names = ["email", "preferred_username"]
    api.idp("AdminDeleteUserAttributes", UserPoolId=pool, Username="ana@example.com", UserAttributeNames=names)
    for name in ("ana@example.com", "annie"):
        with refused(*NOBODY):
            named(api, pool, name)
    a_user(api, pool, "bea", preferred_username="annie", **VERIFIED)


def test_a_preferred_username_waits_for_the_confirmation(api: Api, pool: str, client: str) -> None:
    with refused(*TOO_EARLY):
        sign_up(api, client, preferred_username="annie")
    sign_up(api, client, email="ana@example.com")
    with refused(*TOO_EARLY):
        update(api, pool, "ana", preferred_username="annie")
    confirm(api, client, api.code())
    token = sign_in(api, client)["AccessToken"]
    api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs({"preferred_username": "annie"}))
    assert sign_in(api, client, "annie")
    update(api, pool, "annie", preferred_username="anna")
    with refused(*NOBODY):
        sign_in(api, client, "annie")
    assert sign_in(api, client, "anna")


def test_a_preferred_username_is_just_an_attribute_where_it_is_no_alias(api: Api) -> None:
    client = a_client(api, a_pool(api, AliasAttributes=["email"]))
    for username in ("ana", "bea"):
        sign_up(api, client, username, preferred_username="annie")


def test_a_preferred_username_names_one_user(api: Api, pool: str, client: str) -> None:
    a_user(api, pool, preferred_username="annie", **VERIFIED)
    a_user(api, pool, "bea")
    sub = unpaired(seen(api, pool)["UserAttributes"])["sub"]
    for taken in ("annie", "ana", "ana@example.com", sub):
        with refused(*PREFERRED_TAKEN):
            update(api, pool, "bea", preferred_username=taken)
    with refused(*IN_USE):
        sign_up(api, client, "annie")
    with refused("UsernameExistsException", PREFERRED_TAKEN[1]):
        members = {"UserPoolId": pool, "Username": "cleo", "ForceAliasCreation": True}
        api.idp("AdminCreateUser", **members, UserAttributes=pairs({"preferred_username": "annie"}))
    update(api, pool, "bea", preferred_username="bea")


def test_nobody_squats_on_the_address_of_another(api: Api, pool: str, client: str) -> None:
    a_user(api, pool, "mallory", preferred_username="ana@example.com")
    sign_up(api, client, email="ana@example.com")
    confirm(api, client, api.code(user="ana"))
    assert named(api, pool, "ana@example.com") == "ana"
    assert named(api, pool, "mallory") == "mallory"


@pytest.mark.parametrize("sensitive", [True, False])
def test_case_in_aliases(api: Api, sensitive: bool) -> None:
    pool = a_pool(
        api,
        AliasAttributes=["email", "preferred_username"],
        UsernameConfiguration={"CaseSensitive": sensitive},
    )
    client = a_client(api, pool)
    a_user(api, pool, preferred_username="Annie", email="Ana@Example.com", email_verified="true")
    assert sign_in(api, client, "Ana@Example.com")
    other = {"preferred_username": "ANNIE", "email": "ana@example.com", "email_verified": "true"}
    if sensitive:
        for name in ("ana@example.com", "ANNIE"):
            with refused(*NOBODY):
                sign_in(api, client, name)
        a_user(api, pool, "bea", **other)
    else:
        assert sign_in(api, client, "ana@example.com")
        assert sign_in(api, client, "ANNIE")
        with refused("UsernameExistsException", "An account with the given email already exists."):
            a_user(api, pool, "bea", **other)
        update(api, pool, "ana", preferred_username="annie")
