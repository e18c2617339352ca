"""[Admin]UpdateUserAttributes and [Admin]DeleteUserAttributes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import NOBODY, UNWRITABLE, attributes_of, refused, seen, sent
from tests.builders import Api, a_client, a_pool, a_user, pairs, sign_in
from tests.conftest import NOON

CHANGED = "Invalid user attributes: "
SCHEMA = [
    {"Name": "family_name", "Required": True},
    {"Name": "plan", "AttributeDataType": "String"},
    {
        "Name": "size",
        "AttributeDataType": "Number",
        "Mutable": True,
        "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
    },
    {"Name": "code", "AttributeDataType": "String", "Mutable": False},
    {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
]


@pytest.fixture
def pool(api: Api) -> str:
    """A pool in which Ana can sign in."""
    pool = a_pool(api, Schema=SCHEMA)
    a_user(api, pool, email="ana@example.com", email_verified="true", family_name="Diaz", **{"custom:code": "x"})
    return pool


@pytest.fixture
def token(api: Api, pool: str) -> str:
    """Ana's access token."""
    return str(sign_in(api, a_client(api, pool))["AccessToken"])


def admin_update(api: Api, pool: str, **attributes: str) -> dict[str, Any]:
    return api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=pairs(attributes))


def update(api: Api, token: str, **attributes: str) -> dict[str, Any]:
    return api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs(attributes))


def admin_delete(api: Api, pool: str, *names: str) -> dict[str, Any]:
    return api.idp("AdminDeleteUserAttributes", UserPoolId=pool, Username="ana", UserAttributeNames=list(names))


def delete(api: Api, token: str, *names: str) -> dict[str, Any]:
    return api.idp("DeleteUserAttributes", AccessToken=token, UserAttributeNames=list(names))


def test_users_change_their_attributes(api: Api, pool: str, token: str) -> None:
    api.world.clock.advance(minutes=1)
    assert update(api, token, name="Ana", **{"custom:plan": "gold"}) == {"CodeDeliveryDetailsList": []}
    assert attributes_of(api, pool) == {
        "email": "ana@example.com",
        "email_verified": "true",
        "family_name": "Diaz",
        "custom:code": "x",
        "name": "Ana",
        "custom:plan": "gold",
    }
    assert seen(api, pool)["UserLastModifiedDate"] == NOON + 60


def test_an_administrator_changes_what_a_client_may_not(api: Api, pool: str) -> None:
    assert admin_update(api, pool, phone_number="+15551239934", phone_number_verified="True") == {}
    assert admin_update(api, pool, **{"dev:custom:rank": "7"}) == {}
    found = attributes_of(api, pool)
    assert (found["phone_number_verified"], found["dev:custom:rank"]) == ("true", "7")


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "dev:custom:rank"])
def test_a_client_may_not_change_or_delete(api: Api, token: str, name: str) -> None:
    with refused(*UNWRITABLE):
        update(api, token, **{name: "true"})
    with refused(*UNWRITABLE):
        delete(api, token, name)


def test_a_client_writes_only_what_it_lists(api: Api, pool: str) -> None:
    writer = a_client(api, pool, WriteAttributes=["family_name", "name"])
    token = sign_in(api, writer)["AccessToken"]
    update(api, token, name="Ana")
    with refused(*UNWRITABLE):
        update(api, token, name="Bea", nickname="B")
    with refused(*UNWRITABLE):
        delete(api, token, "email")
    assert attributes_of(api, pool)["name"] == "Ana"


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"custom:nope": "1"}, f"{CHANGED}user.custom:nope: Attribute does not exist in the schema.\n"),
        ({"nope": "1"}, f"{CHANGED}user.nope: Attribute does not exist in the schema.\n"),
        ({"sub": "1"}, "Cannot modify the non-mutable attribute sub"),
        ({"custom:code": "y"}, f"{CHANGED}user.custom:code: Attribute cannot be updated.\n"),
        ({"family_name": ""}, f"{CHANGED}family_name: Required attribute cannot be deleted.\n"),
        ({"email": "nonsense"}, "Invalid email address format."),
        ({"phone_number": "5551234"}, "Invalid phone number format."),
    ],
)
def test_a_change_is_refused(api: Api, pool: str, token: str, attributes: dict[str, str], message: str) -> None:
    before = attributes_of(api, pool)
    with refused("InvalidParameterException", message):
        admin_update(api, pool, **attributes)
    with refused("InvalidParameterException", message):
        update(api, token, **attributes)
    assert attributes_of(api, pool) == before


def test_an_attribute_needs_a_value(api: Api, pool: str) -> None:
    with refused("InvalidParameterException", "Attribute value for picture must not be null"):
        api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=[{"Name": "picture"}])


def test_a_blank_value_removes_an_attribute(api: Api, pool: str, token: str) -> None:
    update(api, token, name="Ana", nickname="A")
    update(api, token, name="")
    admin_update(api, pool, nickname="")
    assert {"name", "nickname"}.isdisjoint(attributes_of(api, pool))


def test_a_removed_address_takes_its_verification_along(api: Api, pool: str, token: str) -> None:
    update(api, token, email="")
    assert {"email", "email_verified"}.isdisjoint(attributes_of(api, pool))
    update(api, token, email="ana@example.com")
    assert attributes_of(api, pool)["email_verified"] == "false"


def test_attributes_are_deleted(api: Api, pool: str, token: str) -> None:
    update(api, token, name="Ana", **{"custom:plan": "gold"})
    assert delete(api, token, "name") == {}
    assert admin_delete(api, pool, "custom:plan", "email") == {}
    assert attributes_of(api, pool) == {"family_name": "Diaz", "custom:code": "x"}


def test_deleting_what_is_not_set_changes_nothing(api: Api, pool: str, token: str) -> None:
    before = attributes_of(api, pool)
    delete(api, token, "nickname")
    admin_delete(api, pool, "nickname", "nickname")
    assert attributes_of(api, pool) == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("custom:nope", f"{CHANGED}user.custom:nope: Attribute does not exist in the schema.\n"),
        ("family_name", f"{CHANGED}family_name: Required attribute cannot be deleted."),
        ("sub", f"{CHANGED}sub: Required attribute cannot be deleted."),
        ("custom:code", f"{CHANGED}user.custom:code: Attribute cannot be updated.\n"),
    ],
)
def test_a_deletion_is_refused(api: Api, pool: str, token: str, name: str, message: str) -> None:
    with refused("InvalidParameterException", message):
        admin_delete(api, pool, "email", name)
    with refused("InvalidParameterException", message):
        delete(api, token, "email", name)
    assert attributes_of(api, pool)["email"] == "ana@example.com"


def test_every_unknown_attribute_of_a_deletion_is_named(api: Api, pool: str, token: str) -> None:
    lines = [f"user.{name}: Attribute does not exist in the schema.\n" for name in ("nope", "custom:nope")]
    names, words = ("family_name", "nope", "email", "custom:nope", "nope"), f"{CHANGED}{''.join(lines)}"
    with refused("InvalidParameterException", words):
        admin_delete(api, pool, *names)
    with refused("InvalidParameterException", words):
        delete(api, token, *names)
    assert attributes_of(api, pool)["email"] == "ana@example.com"


def test_a_new_address_is_unverified_at_once(api: Api, pool: str, token: str) -> None:
    assert update(api, token, email="new@example.com") == {"CodeDeliveryDetailsList": []}
    assert attributes_of(api, pool)["email"] == "new@example.com"
    assert attributes_of(api, pool)["email_verified"] == "false"
    assert sent(api) == 0


def test_an_administrators_new_address_is_unverified_too(api: Api, pool: str) -> None:
    admin_update(api, pool, email="new@example.com")
    assert attributes_of(api, pool)["email_verified"] == "false"


@pytest.mark.parametrize("spelling", ["true", "True", "TRUE"])
def test_an_administrator_may_vouch_for_a_new_address(api: Api, pool: str, spelling: str) -> None:
    admin_update(api, pool, email="new@example.com", email_verified=spelling)
    assert attributes_of(api, pool)["email"] == "new@example.com"
    assert attributes_of(api, pool)["email_verified"] == "true"
    assert sent(api) == 0


def test_the_same_address_stays_verified(api: Api, pool: str, token: str) -> None:
    update(api, token, email="ana@example.com", name="Ana")
    assert attributes_of(api, pool)["email_verified"] == "true"


def test_of_an_attribute_given_twice_the_last_counts(api: Api, pool: str, token: str) -> None:
    twice = [{"Name": "name", "Value": "Ana"}, {"Name": "name", "Value": "Bea"}]
    api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=twice)
    assert attributes_of(api, pool)["name"] == "Bea"


def test_an_attribute_may_have_2048_characters_and_no_more(api: Api, pool: str) -> None:
    admin_update(api, pool, nickname="\N{GRINNING FACE}" * 1024)
    with refused("InvalidParameterException", TOO_LONG):
        admin_update(api, pool, nickname="n" * 2049)


TOO_LONG = (
    "1 validation error detected: Value at 'userAttributes.1.member.value' failed to satisfy constraint: "
    "Member must have length less than or equal to 2048"
)


def test_nobody_unknown_is_changed(api: Api, pool: str) -> None:
    members = {"UserPoolId": pool, "Username": "bea"}
    with refused(*NOBODY):
        api.idp("AdminUpdateUserAttributes", **members, UserAttributes=pairs({"name": "Ana"}))
    with refused(*NOBODY):
        api.idp("AdminDeleteUserAttributes", **members, UserAttributeNames=["name"])
