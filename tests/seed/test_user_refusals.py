"""What is wrong with an entry of a user is said at its path, and nothing of the document is applied."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.builders import PASSWORD, Api, pairs
from tests.seed.documents import POOL, rows, sow, wrong
from tests.seed.seeded_users import SUB, Json, ana, named, users

HASH = "$2b$04$" + "a" * 21 + "e" + "b" * 31
PATH = "user_pools[0].users[0]"
IDENTITY = '{"userId":"42","providerName":"Corp","providerType":"OIDC","primary":true}'

ALONE: list[tuple[Json, str, str]] = [
    ({"TemporaryPassword": PASSWORD, "Password": PASSWORD}, "TemporaryPassword", "Password is there too"),
    ({"Password": PASSWORD, "PasswordHash": HASH}, "PasswordHash", "Password is there too"),
    ({"Password": "short"}, "Password", "Password did not conform with policy: Password not long enough"),
    ({"TemporaryPassword": "short-1"}, "TemporaryPassword", "Password did not conform with policy: Password not long"),
    ({"PasswordHash": "secret"}, "PasswordHash", "it is no hash: a bcrypt hash begins with $2a$, $2b$ or $2y$"),
    ({"PasswordHash": HASH.replace("$04$", "$15$")}, "PasswordHash", "it has the parameter cost above 14"),
    ({"PasswordHash": "bcrypt-sha384:secret"}, "PasswordHash", "it is no hash of an export"),
    ({"PasswordHash": HASH, "Verifier": "a:b:c"}, "Verifier", "it is no verifier of an export"),
    ({"PasswordHash": HASH, "Verifier": "aa:bb"}, "Verifier", "it is no verifier of an export"),
    ({"Verifier": "a:b:c"}, "Verifier", "it belongs to a PasswordHash, and there is none"),
    ({"PastPasswordHashes": [HASH, "x"]}, "PastPasswordHashes[1]", "it is no hash"),
    ({"UserStatus": "ARCHIVED"}, "UserStatus", "no user of this server has it"),
    ({"UserStatus": "confirmed"}, "UserStatus", "it must satisfy enum value set"),
    ({"TemporaryPassword": PASSWORD, "UserStatus": "CONFIRMED"}, "TemporaryPassword", "UserStatus is CONFIRMED"),
    ({"Password": PASSWORD, "UserStatus": "EXTERNAL_PROVIDER"}, "Password", "UserStatus is EXTERNAL_PROVIDER"),
    ({"Enabled": "yes"}, "Enabled", "it is neither true nor false"),
    ({"SecretCode": "0189018901890189"}, "SecretCode", "it is no secret in Base32"),
    ({"UserMFASettingList": ["TOTP"]}, "UserMFASettingList[0]", "there is no such method"),
    ({"PreferredMfaSetting": "SMS_MFA"}, "PreferredMfaSetting", "UserMFASettingList does not have it"),
    ({"groups": ["staff"]}, "groups[0]", "the pool has no group staff"),
    ({"groups": ["admins", "admins"]}, "groups[1]", "it is there twice"),
    ({"groups": "admins"}, "groups", "it is no list"),
    ({"UserAttributes": [{"Name": "name"}]}, "UserAttributes[0]", "it has no Value"),
    ({"UserAttributes": {"name": "Ana"}}, "UserAttributes", "it is no list"),
    ({"UserAttributes": named(name="A") + named(name="B")}, "UserAttributes[1]", "the attribute name is there twice"),
    ({"UserAttributes": named(name="A"), "Attributes": []}, "Attributes", "it is the same as UserAttributes"),
    ({"UserAttributes": named(sub="1")}, "UserAttributes[0]", "a sub is a UUID in lower case"),
    ({"UserAttributes": named(name="a\0b")}, "UserAttributes[0]", "it has a NUL character"),
    ({"UserAttributes": named(name="A", email="x")}, "UserAttributes[1]", "Invalid email address format."),
    ({"UserAttributes": named(phone_number="1")}, "UserAttributes[0]", "Invalid phone number format."),
    ({"UserAttributes": pairs({"custom:x": "y"})}, "UserAttributes[0]", "Attributes did not conform to the schema"),
    ({"UserAttributes": named(name="A" * 2049)}, "UserAttributes[0].Value", "it must have length less than or equal"),
    ({"UserAttributes": named(email_verified="true")}, "UserAttributes[0]", "email_verified cannot be true without"),
    ({"UserAttributes": named(identities="{}")}, "UserAttributes[0]", "it is no list of identities in JSON"),
    ({"UserAttributes": named(identities="[" * 100_000)}, "UserAttributes[0]", "it is no list of identities in JSON"),
    ({"UserAttributes": named(identities="[{}]")}, "UserAttributes[0]", "an identity has a providerName"),
    ({"UserAttributes": named(identities=f"[{IDENTITY},{IDENTITY}]")}, "UserAttributes[0]", "it has an identity twice"),
    ({"LinkedProviders": [{"ProviderName": "Corp"}]}, "LinkedProviders[0]", "the attribute identities has no such"),
    ({"Username": "a b"}, "Username", "it must satisfy regular expression pattern"),
    ({"Username": ""}, "Username", "it must "),
    ({"MessageAction": "SUPPRESS"}, "MessageAction", "there is no such member"),
    ({"password": PASSWORD}, "password", "there is no such member; Password perhaps?"),
    ({"Devices": [{"DeviceKey": "us-east-1_a"}]}, "Devices[0].DeviceGroupKey", "it is missing"),
    (
        {"Devices": [{"DeviceKey": "us-east-1_a", "DeviceGroupKey": "g", "Verifier": "aa"}]},
        "Devices[0].Verifier",
        "it is no verifier of an export",
    ),
    ({"SealedSecretCode": "AAAA"}, "SealedSecretCode", "it was sealed with another data key"),
]


@pytest.mark.parametrize(("members", "member", "reason"), ALONE, ids=[f"{each[1]}: {each[2][:40]}" for each in ALONE])
def test_a_mistake_is_told_at_its_path(api: Api, members: Json, member: str, reason: str) -> None:
    error = wrong(api, users({"Username": "ana"} | members))
    assert error.startswith(f"{PATH}.{member}: {reason}")
    assert members.get("Password", "short") == "short" or members["Password"] not in error


def test_a_username_is_required(api: Api) -> None:
    assert wrong(api, users({"Password": PASSWORD})) == f"{PATH}.Username: it is missing"


@pytest.mark.parametrize(
    ("pool", "username", "reason"),
    [
        ({"UsernameAttributes": ["email"]}, "ana", "Username should be an email."),
        ({"AliasAttributes": ["email"]}, "ana@example.com", "Username cannot be of email format"),
    ],
)
def test_a_username_follows_the_rules_of_the_pool(api: Api, pool: Json, username: str, reason: str) -> None:
    assert wrong(api, users(ana(Username=username), **pool)).startswith(f"{PATH}.Username: {reason}")


def test_an_attribute_that_is_required_is_missed(api: Api) -> None:
    schema = [{"Name": "email", "Required": True}]
    reason = "Attributes did not conform to the schema: email: The attribute is required"
    assert wrong(api, users(ana(), Schema=schema)) == f"{PATH}.UserAttributes: {reason}"


TWO: list[tuple[Json, Json, Json, str]] = [
    ({}, ana(), ana(), f"users[1]: it describes the same as {PATH}"),
    (
        {"UsernameConfiguration": {"CaseSensitive": False}},
        ana(),
        ana(Username="ANA"),
        "users[1].Username: another user has the name",
    ),
    (
        {},
        ana(UserAttributes=named(sub=SUB)),
        ana(Username="bob", UserAttributes=named(sub=SUB)),
        f"users[1].UserAttributes[0]: it is the sub of {PATH} too",
    ),
    (
        {},
        ana(UserAttributes=named(sub=SUB)),
        ana(Username=SUB),
        "users[1].Username: another user has the name",
    ),
    (
        {"AliasAttributes": ["email"]},
        ana(UserAttributes=named(email="a@example.com", email_verified="true")),
        ana(Username="bob", UserAttributes=named(email="a@example.com", email_verified="true")),
        "users[1].UserAttributes[0]: An account with the given email already exists.",
    ),
    (
        {"UsernameAttributes": ["email"]},
        ana(Username="a@example.com"),
        {"Username": SUB, "UserAttributes": named(email="a@example.com")},
        "users[1].UserAttributes[0]: An account with the given email already exists.",
    ),
]


@pytest.mark.parametrize(("pool", "first", "second", "error"), TWO)
def test_two_users_cannot_have_one_name(api: Api, pool: Json, first: Json, second: Json, error: str) -> None:
    assert wrong(api, users(first, second, **pool)) == f"user_pools[0].{error}"


@pytest.mark.parametrize(("pool", "first", "second", "error"), TWO[1:])
def test_a_new_user_cannot_have_the_name_of_one_who_exists(
    api: Api, pool: Json, first: Json, second: Json, error: str
) -> None:
    assert "error" not in sow(api, users(first, **pool))
    told = sow(api, users(second, **pool))
    if "users[1].Username" in error:
        assert told["updated"] == 1  # an entry in another spelling describes the user
        return
    assert "error" in told


def test_nothing_is_applied_where_one_user_is_wrong(api: Api, store: Store) -> None:
    assert "error" not in sow(api, users(ana()))
    before = rows(store)
    wrong(api, users(ana(groups=["admins"], Enabled=False), {"Username": "bob", "groups": ["nobody"]}))
    assert rows(store) == before


def test_an_error_quotes_no_secret(api: Api) -> None:
    secrets: list[dict[str, Any]] = [
        {"Password": "sec ret"},
        {"PasswordHash": "$2b$secret"},
        {"SecretCode": "secret-secret-secret"},
        {"Verifier": "secret"},
    ]
    for members in secrets:
        error = wrong(api, users({"Username": "ana"} | members))
        assert next(iter(members.values())) not in error


def test_the_pool_is_named_by_no_user(api: Api) -> None:
    assert wrong(api, users(ana(UserPoolId=POOL))) == f"{PATH}.UserPoolId: there is no such member"
