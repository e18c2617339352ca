"""Users as administrators and they themselves see them: read, disabled, enabled, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import NOBODY, WRONG_PASSWORD, attributes_of, refused, seen, sign_up
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in, unpaired
from tests.conftest import NOON

REVOKED = ("NotAuthorizedException", "Access Token has been revoked")
DISABLED = ("NotAuthorizedException", "User is disabled.")


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api, Schema=[{"Name": "plan", "AttributeDataType": "String"}])


@pytest.fixture
def client(api: Api, pool: str) -> str:
    """A client of a pool in which Ana can sign in."""
    a_user(api, pool, email="ana@example.com", name="Ana", **{"custom:plan": "gold"})
    return a_client(api, pool)


def admin(api: Api, operation: str, pool: str, username: str = "ana", **members: Any) -> dict[str, Any]:
    return api.idp(operation, UserPoolId=pool, Username=username, **members)


def refresh(api: Api, client: str, token: str) -> dict[str, Any]:
    parameters = {"REFRESH_TOKEN": token}
    return api.idp("InitiateAuth", ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters)


def test_users_see_themselves(api: Api, pool: str, client: str) -> None:
    sub = unpaired(seen(api, pool)["UserAttributes"])["sub"]
    attributes = {"sub": sub, "email": "ana@example.com", "name": "Ana", "custom:plan": "gold"}
    token = sign_in(api, client)["AccessToken"]
    assert api.idp("GetUser", AccessToken=token) == {"Username": "ana", "UserAttributes": pairs(attributes)}


def test_a_client_sees_only_what_it_may_read(api: Api, pool: str, client: str) -> None:
    token = sign_in(api, a_client(api, pool, ReadAttributes=["name", "custom:plan"]))["AccessToken"]
    found = unpaired(api.idp("GetUser", AccessToken=token)["UserAttributes"])
    assert list(found) == ["sub", "name", "custom:plan"]


def test_developer_attributes_are_for_administrators(api: Api) -> None:
    schema = [{"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}]
    pool = a_pool(api, Schema=schema)
    a_user(api, pool, **{"dev:custom:rank": "7"})
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    assert list(unpaired(api.idp("GetUser", AccessToken=token)["UserAttributes"])) == ["sub"]
    assert attributes_of(api, pool) == {"dev:custom:rank": "7"}


def test_an_administrator_sees_everything_and_no_password(api: Api, pool: str, client: str) -> None:
    api.world.clock.advance(minutes=5)
    admin(api, "AdminUpdateUserAttributes", pool, UserAttributes=pairs({"name": "Bea"}))
    found = seen(api, pool)
    assert {name: found[name] for name in found if name != "UserAttributes"} == {
        "Username": "ana",
        "UserCreateDate": NOON,
        "UserLastModifiedDate": NOON + 300,
        "Enabled": True,
        "UserStatus": "CONFIRMED",
    }


def test_an_unknown_user_of_a_known_pool(api: Api, pool: str) -> None:
    with refused(*NOBODY):
        admin(api, "AdminGetUser", pool)


@pytest.mark.parametrize(
    "operation", ["AdminGetUser", "AdminDeleteUser", "AdminEnableUser", "AdminDisableUser", "AdminConfirmSignUp"]
)
def test_an_unknown_pool(api: Api, operation: str) -> None:
    with refused("ResourceNotFoundException", "User pool us-east-1_123456789 does not exist."):
        admin(api, operation, "us-east-1_123456789")


def test_a_disabled_user_cannot_sign_in(api: Api, pool: str, client: str) -> None:
    assert admin(api, "AdminDisableUser", pool) == {}
    assert seen(api, pool)["Enabled"] is False
    assert seen(api, pool)["UserStatus"] == "CONFIRMED"
    with refused(*DISABLED):
        sign_in(api, client)


def test_a_disabled_users_password_is_still_checked_first(api: Api, pool: str, client: str) -> None:
    admin(api, "AdminDisableUser", pool)
    with refused(*WRONG_PASSWORD):
        sign_in(api, client, password="Wrong-Horse-1")


def test_disabling_revokes_tokens_for_good(api: Api, pool: str, client: str) -> None:
    tokens = sign_in(api, client)
    admin(api, "AdminDisableUser", pool)
    with refused(*REVOKED):
        api.idp("GetUser", AccessToken=tokens["AccessToken"])
    assert admin(api, "AdminEnableUser", pool) == {}
    with refused(*REVOKED):
        api.idp("GetUser", AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(api, client, tokens["RefreshToken"])
    assert api.idp("GetUser", AccessToken=sign_in(api, client)["AccessToken"])["Username"] == "ana"


def test_disabling_and_enabling_twice_changes_nothing_more(api: Api, pool: str, client: str) -> None:
    for operation, enabled in [("AdminDisableUser", False), ("AdminEnableUser", True)]:
        assert [admin(api, operation, pool), admin(api, operation, pool)] == [{}, {}]
        assert seen(api, pool)["Enabled"] is enabled


def test_a_deleted_user_is_gone(api: Api, pool: str, client: str) -> None:
    tokens = sign_in(api, client)
    assert admin(api, "AdminDeleteUser", pool) == {}
    with refused(*NOBODY):
        api.idp("GetUser", AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(api, client, tokens["RefreshToken"])
    with refused(*NOBODY):
        admin(api, "AdminDeleteUser", pool)
    with refused(*NOBODY):
        sign_in(api, client)
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == 0


def test_users_delete_themselves(api: Api, pool: str, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    assert api.idp("DeleteUser", AccessToken=token) == {}
    with refused(*NOBODY):
        api.idp("DeleteUser", AccessToken=token)
    assert api.idp("ListUsers", UserPoolId=pool)["Users"] == []


def test_a_name_is_free_again_at_once_and_brings_nothing_along(api: Api, pool: str, client: str) -> None:
    api.idp("CreateGroup", UserPoolId=pool, GroupName="staff")
    admin(api, "AdminAddUserToGroup", pool, GroupName="staff")
    tokens = sign_in(api, client)
    first = unpaired(seen(api, pool)["UserAttributes"])["sub"]
    admin(api, "AdminDeleteUser", pool)
    assert sign_up(api, client)["UserSub"] != first
    with refused(*NOBODY):
        api.idp("GetUser", AccessToken=tokens["AccessToken"])
    assert admin(api, "AdminListGroupsForUser", pool)["Groups"] == []
    assert attributes_of(api, pool) == {}


def test_an_alias_is_free_again_at_once(api: Api) -> None:
    pool = a_pool(api, AliasAttributes=["email"])
    a_user(api, pool, email="ana@example.com", email_verified="true")
    admin(api, "AdminDeleteUser", pool, "ana@example.com")
    a_user(api, pool, "bea", email="ana@example.com", email_verified="true")
    assert sign_in(api, a_client(api, pool), "ana@example.com")


def test_every_name_of_a_user_serves_an_administrator(api: Api) -> None:
    pool = a_pool(api, AliasAttributes=["email"])
    a_user(api, pool, email="ana@example.com", email_verified="true")
    sub = unpaired(seen(api, pool)["UserAttributes"])["sub"]
    for name in (sub, "ana@example.com"):
        admin(api, "AdminDisableUser", pool, name)
        assert seen(api, pool)["Enabled"] is False
        admin(api, "AdminEnableUser", pool)


def test_the_answers_to_deletions_have_no_body(api: Api, pool: str, client: str) -> None:
    headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.AdminDeleteUser"}
    response = api.http.post("/", json={"UserPoolId": pool, "Username": "ana"}, headers=headers)
    assert (response.status_code, response.data) == (200, b"")


def test_a_password_is_not_shown_anywhere(api: Api, pool: str, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    for answer in (
        seen(api, pool),
        api.idp("GetUser", AccessToken=token),
        api.idp("ListUsers", UserPoolId=pool),
    ):
        assert PASSWORD not in str(answer)
        assert "$2b$" not in str(answer)
