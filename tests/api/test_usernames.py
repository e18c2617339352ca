"""Usernames: plain ones, addresses as usernames, `sub`, and case."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import IN_USE, NOBODY, attributes_of, confirm, refused, seen, sign_up
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in, unpaired

INSENSITIVE = {"UsernameConfiguration": {"CaseSensitive": False}}
SENSITIVE = {"UsernameConfiguration": {"CaseSensitive": True}}
EMAIL_TAKEN = "An account with the given email already exists."
PHONE_TAKEN = "An account with the given phone_number already exists."
BY_ADDRESS = {"UsernameAttributes": ["email", "phone_number"]}


def sub_of(api: Api, pool: str, username: str = "ana") -> str:
    return unpaired(seen(api, pool, username)["UserAttributes"])["sub"]


def name_of(api: Api, pool: str, typed: str) -> str:
    return str(seen(api, pool, typed)["Username"])


@pytest.mark.parametrize(
    "username",
    [
        "ana",
        "Ana.Diaz+1@work",
        "-",
        "a" * 128,
        "\N{GRINNING FACE}\N{SAUROPOD}",
        "Áñå",
        "名前",
        "+15551234567",
        "'OR''1=1--",
    ],
)
def test_a_plain_username_is_kept_as_it_was_sent(api: Api, username: str) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    answer = sign_up(api, client, username)
    api.idp("AdminConfirmSignUp", UserPoolId=pool, Username=username)
    assert name_of(api, pool, username) == username
    token = sign_in(api, client, username)["AccessToken"]
    assert api.idp("GetUser", AccessToken=token)["Username"] == username
    assert name_of(api, pool, answer["UserSub"]) == username
    with refused(*IN_USE):
        sign_up(api, client, username)


PATTERN = r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"


@pytest.mark.parametrize(
    ("username", "broken"),
    [
        ("a" * 129, "Member must have length less than or equal to 128"),
        ("a b", PATTERN),
        ("a\tb", PATTERN),
        ("a\u00a0b", PATTERN),
        ("\u200d", PATTERN),
    ],
)
def test_a_username_out_of_bounds_is_refused_and_not_repeated(api: Api, username: str, broken: str) -> None:
    words = f"1 validation error detected: Value at 'username' failed to satisfy constraint: {broken}"
    with refused("InvalidParameterException", words):
        sign_up(api, a_client(api, a_pool(api)), username)


def test_a_plain_pool_lets_nobody_in_by_an_attribute(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool, email="ana@example.com", email_verified="true", preferred_username="annie")
    for name in ("ana@example.com", "annie"):
        with refused(*NOBODY):
            sign_in(api, a_client(api, pool), name)


def test_a_sub_names_its_user_everywhere_but_at_sign_in(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    sub = sign_up(api, client, email="ana@example.com")["UserSub"]
    api.idp("ResendConfirmationCode", ClientId=client, Username=sub)
    confirm(api, client, api.code(), sub)
    api.idp("ForgotPassword", ClientId=client, Username=sub)
    members = {"ClientId": client, "Username": sub, "Password": "Another-Horse-2"}
    api.idp("ConfirmForgotPassword", **members, ConfirmationCode=api.code())
    with refused(*NOBODY):
        sign_in(api, client, sub, "Another-Horse-2")
    assert sign_in(api, client, "ana", "Another-Horse-2")
    assert name_of(api, pool, sub) == "ana"


def test_nobody_takes_the_sub_of_another_as_their_username(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    sub = sub_of(api, pool)
    with refused(*IN_USE):
        sign_up(api, client, sub)
    with refused("UsernameExistsException", "User account already exists"):
        api.idp("AdminCreateUser", UserPoolId=pool, Username=sub)
    assert name_of(api, pool, sub) == "ana"


def test_a_uuid_that_is_nobodys_sub_is_a_username_like_any_other(api: Api) -> None:
    pool = a_pool(api)
    username = "34c84488-e0e1-70ae-d2ee-991ad1a898c8"
    a_user(api, pool, username)
    assert name_of(api, pool, username) == username
    assert sub_of(api, pool, username) != username


def test_case_matters_where_the_pool_says_nothing(api: Api) -> None:
    for pool in (a_pool(api), a_pool(api, **SENSITIVE)):
        client = a_client(api, pool)
        a_user(api, pool, "Ana")
        a_user(api, pool, "ana", "Another-Horse-2")
        assert name_of(api, pool, "Ana") == "Ana"
        assert sign_in(api, client, "ana", "Another-Horse-2")
        with refused(*NOBODY):
            sign_in(api, client, "ANA")


@pytest.mark.parametrize(("first", "second"), [("Ana", "aNA"), ("Émile", "éMILE"), ("ΑΘΗΝΑ", "αθηνα"), ("Жук", "жУК")])
def test_case_does_not_matter_where_the_pool_says_so(api: Api, first: str, second: str) -> None:
    pool = a_pool(api, **INSENSITIVE)
    client = a_client(api, pool)
    a_user(api, pool, first)
    with refused(*IN_USE):
        sign_up(api, client, second)
    assert name_of(api, pool, second) == first
    token = sign_in(api, client, second)["AccessToken"]
    assert api.idp("GetUser", AccessToken=token)["Username"] == first


def test_an_address_becomes_the_attribute_and_a_uuid_the_username(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    sub = sign_up(api, client, "ana@example.com")["UserSub"]
    assert name_of(api, pool, "ana@example.com") == sub
    assert name_of(api, pool, sub) == sub
    assert api.message().user == sub
    confirm(api, client, api.code(), "ana@example.com")
    assert attributes_of(api, pool, sub) == {"email": "ana@example.com", "email_verified": "true"}


def test_an_address_signs_in_before_it_is_verified(api: Api) -> None:
    pool = a_pool(api, **BY_ADDRESS)
    a_user(api, pool, "ana@example.com")
    a_user(api, pool, "+15551239934", "Another-Horse-2")
    client = a_client(api, pool)
    assert sign_in(api, client, "ana@example.com")
    assert sign_in(api, client, "+15551239934", "Another-Horse-2")


def test_both_addresses_of_a_user_sign_in(api: Api) -> None:
    pool = a_pool(api, **BY_ADDRESS)
    a_user(api, pool, "ana@example.com", phone_number="+15551239934")
    client = a_client(api, pool)
    assert sign_in(api, client, "ana@example.com")
    assert sign_in(api, client, "+15551239934")
    with refused("UsernameExistsException", PHONE_TAKEN):
        sign_up(api, client, "+15551239934")


@pytest.mark.parametrize(
    ("kinds", "typed", "message"),
    [
        (["email"], "ana", "Username should be an email."),
        (["email"], "+15551239934", "Username should be an email."),
        (["phone_number"], "ana@example.com", "Username should be a phone number."),
        (["email", "phone_number"], "ana", "Username should be either an email or a phone number."),
    ],
)
def test_a_username_must_be_an_address_there(api: Api, kinds: list[str], typed: str, message: str) -> None:
    pool = a_pool(api, UsernameAttributes=kinds)
    with refused("InvalidParameterException", message):
        sign_up(api, a_client(api, pool), typed)
    with refused("InvalidParameterException", message):
        api.idp("AdminCreateUser", UserPoolId=pool, Username=typed)


def test_the_username_and_the_attribute_must_agree(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    client = a_client(api, pool)
    sign_up(api, client, "ana@example.com", email="ana@example.com")
    with refused(
        "InvalidParameterException",
        "User email should be empty or same as username, since username attribute is email",
    ):
        sign_up(api, client, "bea@example.com", email="cleo@example.com")


@pytest.mark.parametrize(
    ("kind", "typed", "other"),
    [
        ("email", "ana@example.com", "bea@example.com"),
        ("email", "ana@example.com", "Ana@example.com"),
        ("phone_number", "+15550000001", "+15550000002"),
    ],
)
def test_an_attribute_that_differs_from_the_username_is_refused(api: Api, kind: str, typed: str, other: str) -> None:
    pool = a_pool(api, UsernameAttributes=[kind])
    client = a_client(api, pool)
    words = f"User {kind} should be empty or same as username, since username attribute is {kind}"
    with refused("InvalidParameterException", words):
        sign_up(api, client, typed, **{kind: other})
    with refused("InvalidParameterException", words):
        api.idp("AdminCreateUser", UserPoolId=pool, Username=typed, UserAttributes=pairs({kind: other}))
    sign_up(api, client, typed, **{kind: typed})


def test_an_address_serves_one_user(api: Api) -> None:
    pool = a_pool(api, **BY_ADDRESS)
    client = a_client(api, pool)
    sign_up(api, client, "ana@example.com")
    with refused("UsernameExistsException", EMAIL_TAKEN):
        sign_up(api, client, "ana@example.com")
    with refused("UsernameExistsException", EMAIL_TAKEN):
        sign_up(api, client, "+15551239934", email="ana@example.com")


def by_email(api: Api, **members: Any) -> tuple[str, str]:
    """A pool where Ana and Bea sign in by their e-mail addresses, and a client of it."""
    pool = a_pool(api, UsernameAttributes=["email"], AutoVerifiedAttributes=["email"], **members)
    for name in ("ana", "bea"):
        a_user(api, pool, f"{name}@example.com", email_verified="true")
    return pool, a_client(api, pool)


def test_a_new_address_is_the_new_sign_in_name_at_once(api: Api) -> None:
    pool, client = by_email(api)
    tokens = sign_in(api, client, "ana@example.com")
    changed = pairs({"email": "new@example.com"})
    api.idp("UpdateUserAttributes", AccessToken=tokens["AccessToken"], UserAttributes=changed)
    assert sign_in(api, client, "new@example.com")
    with refused(*NOBODY):
        sign_in(api, client, "ana@example.com")
    sign_up(api, client, "ana@example.com")
    assert name_of(api, pool, "new@example.com") != name_of(api, pool, "ana@example.com")


@pytest.mark.parametrize("waits", [[], ["email"]])
def test_nobody_changes_to_the_address_of_another(api: Api, waits: list[str]) -> None:
    pool, client = by_email(api, UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": waits})
    token = sign_in(api, client, "bea@example.com")["AccessToken"]
    taken = pairs({"email": "ana@example.com"})
    with refused("AliasExistsException", EMAIL_TAKEN):
        api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=taken)
    with refused("AliasExistsException", EMAIL_TAKEN):
        api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="bea@example.com", UserAttributes=taken)
    assert attributes_of(api, pool, "bea@example.com") == {"email": "bea@example.com", "email_verified": "true"}
    assert api.world.mailbox.messages() == []


def test_forcing_does_not_take_a_username_from_another(api: Api) -> None:
    pool, client = by_email(api)
    with refused("UsernameExistsException", EMAIL_TAKEN):
        api.idp("AdminCreateUser", UserPoolId=pool, Username="ana@example.com", ForceAliasCreation=True)
    assert sign_in(api, client, "ana@example.com", PASSWORD)


def test_case_in_addresses(api: Api) -> None:
    for setting, same in [(INSENSITIVE, True), (SENSITIVE, False)]:
        pool = a_pool(api, UsernameAttributes=["email"], **setting)
        client = a_client(api, pool)
        a_user(api, pool, "Ana@Example.com")
        assert attributes_of(api, pool, "Ana@Example.com") == {"email": "Ana@Example.com"}
        if same:
            assert sign_in(api, client, "ana@example.COM")
            with refused("UsernameExistsException", EMAIL_TAKEN):
                sign_up(api, client, "ana@example.com")
        else:
            with refused(*NOBODY):
                sign_in(api, client, "ana@example.com")
            sign_up(api, client, "ana@example.com")
