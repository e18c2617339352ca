"""Temporary AWS credentials, and whose role they carry."""

from __future__ import annotations

import re
from typing import Any

import pytest

from keys import account_keys
from storage.store import Store
from tests.api.identity_app import GUEST, USER, App, an_app, refused
from tests.builders import Api
from tests.conftest import NOON

UNASSIGNED = (
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
)
ADMIN = "arn:aws:iam::000000000000:role/admin"
STAFF = "arn:aws:iam::000000000000:role/staff"


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


def session(store: Store, credentials: dict[str, Any]) -> dict[str, Any]:
    return account_keys.open_session_token(store.vault.credential_key, credentials["SessionToken"])


def test_credentials_look_like_awss_and_last_an_hour(mine: App) -> None:
    identity = mine.get_id()
    answer = mine.credentials(identity)
    assert answer.keys() == {"IdentityId", "Credentials"}
    credentials = answer["Credentials"]
    assert credentials.keys() == {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"}
    assert re.fullmatch(r"ASIA[A-Z2-7]{16}", credentials["AccessKeyId"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", credentials["SecretKey"])
    assert credentials["SessionToken"].startswith("IQoJb3JpZ2lu")
    assert len(credentials["SessionToken"]) < 4096
    assert credentials["Expiration"] == NOON + 3600
    assert account_keys.account_of(credentials["AccessKeyId"]) == "000000000000"


def test_each_call_gives_new_keys(mine: App) -> None:
    identity = mine.get_id()
    first, again = (mine.credentials(identity)["Credentials"] for _ in range(2))
    for name in ("AccessKeyId", "SecretKey", "SessionToken"):
        assert first[name] != again[name]


def test_the_session_token_says_whose_it_is(mine: App, store: Store) -> None:
    guest = mine.get_id()
    held = session(store, mine.credentials(guest)["Credentials"])
    assert (held["role"], held["identity"], held["pool"]) == (GUEST, guest, mine.identity_pool)
    assert held["methods"] == ["unauthenticated"]
    logins = mine.a_user()
    sub = mine.api.idp("AdminGetUser", UserPoolId=mine.user_pool, Username="ana")["UserAttributes"][0]["Value"]
    held = session(store, mine.credentials(guest, logins)["Credentials"])
    assert held["role"] == USER
    assert held["methods"] == ["authenticated", mine.provider, f"{mine.provider}:CognitoSignIn:{sub}"]


def test_the_keys_are_of_the_roles_account(mine: App) -> None:
    mine.roles(Roles={"unauthenticated": "arn:aws:iam::123456789012:role/guest"})
    key = mine.credentials(mine.get_id())["Credentials"]["AccessKeyId"]
    assert account_keys.account_of(key) == "123456789012"


@pytest.mark.parametrize("role", ["arn:aws:iam::000000000000:user/ana", "arn:aws:iam::1:role/guest", "x" * 20])
def test_what_is_no_role_cannot_be_assumed(mine: App, role: str) -> None:
    mine.roles(Roles={"unauthenticated": role})
    assert refused(mine.credentials, mine.get_id()) == UNASSIGNED


def test_a_pool_without_roles_gives_no_credentials(mine: App) -> None:
    mine.roles(Roles={})
    logins = mine.a_user()
    assert refused(mine.credentials, mine.get_id()) == UNASSIGNED
    assert refused(mine.credentials, mine.get_id(logins), logins) == UNASSIGNED


def grouped(mine: App, **roles: tuple[str, int]) -> dict[str, str]:
    """The logins of a user who is in groups with these roles and precedences."""
    mine.a_user()
    for name, (role, precedence) in roles.items():
        group = {"UserPoolId": mine.user_pool, "GroupName": name}
        mine.api.idp("CreateGroup", **group, RoleArn=role, Precedence=precedence)
        mine.api.idp("AdminAddUserToGroup", **group, Username="ana")
    return mine.logins()


def mapped(mine: App, **mapping: Any) -> None:
    mine.roles(RoleMappings={f"{mine.provider}:{mine.client}": {"AmbiguousRoleResolution": "Deny", **mapping}})


def test_the_group_of_the_lowest_precedence_gives_the_role(mine: App, store: Store) -> None:
    mapped(mine, Type="Token")
    logins = grouped(mine, admins=(ADMIN, 1), staff=(STAFF, 2))
    identity = mine.get_id(logins)
    assert session(store, mine.credentials(identity, logins)["Credentials"])["role"] == ADMIN
    chosen = mine.credentials(identity, logins, CustomRoleArn=STAFF)["Credentials"]
    assert session(store, chosen)["role"] == STAFF
    told = refused(mine.credentials, identity, logins, CustomRoleArn=USER)
    assert told == ("NotAuthorizedException", f"Access to Role '{USER}' is forbidden.")


def test_two_groups_of_one_precedence_are_ambiguous(mine: App, store: Store) -> None:
    mapped(mine, Type="Token")
    logins = grouped(mine, admins=(ADMIN, 1), staff=(STAFF, 1))
    identity = mine.get_id(logins)
    assert refused(mine.credentials, identity, logins) == (
        "NotAuthorizedException",
        f"The ambiguous role mapping rules for: {mine.provider}:{mine.client} denied this request.",
    )
    mapped(mine, Type="Token", AmbiguousRoleResolution="AuthenticatedRole")
    assert session(store, mine.credentials(identity, logins)["Credentials"])["role"] == USER


def test_rules_read_the_claims_of_the_token(mine: App, store: Store) -> None:
    rule = {"Claim": "cognito:groups", "MatchType": "Contains", "Value": "admins", "RoleARN": STAFF}
    mapped(mine, Type="Rules", RulesConfiguration={"Rules": [rule]})
    logins = grouped(mine, admins=(ADMIN, 1))
    assert session(store, mine.credentials(mine.get_id(logins), logins)["Credentials"])["role"] == STAFF


def test_mappings_do_not_apply_to_guests(mine: App, store: Store) -> None:
    mapped(mine, Type="Token")
    assert session(store, mine.credentials(mine.get_id())["Credentials"])["role"] == GUEST


def test_a_refusal_changes_no_identity(mine: App) -> None:
    mapped(mine, Type="Token")
    guest, logins = mine.get_id(), mine.a_user()
    assert refused(mine.credentials, guest, logins)[0] == "NotAuthorizedException"
    assert mine.described(guest)["Logins"] == []
    assert mine.credentials(guest)["IdentityId"] == guest
