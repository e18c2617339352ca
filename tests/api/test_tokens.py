"""What tokens say, claim by claim and type by type; how long they live; refresh."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import jwt
import pytest

from tests.api.signing_in import a_place, refusal, renew
from tests.builders import Api, a_client, a_pool, a_user, claims, pairs, sign_in, unpaired
from tests.conftest import NOON

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ROLE = "arn:aws:iam::000000000000:role/"
ATTRIBUTES = {
    "address": "1 Calle Mayor, Madrid",
    "birthdate": "1990-01-02",
    "email": "ana@example.com",
    "email_verified": "true",
    "phone_number": "+34600000000",
    "phone_number_verified": "false",
    "name": "Ana Ñandú 💥",
    "updated_at": "1700000000",
    "zoneinfo": "Europe/Madrid",
    "custom:age": "42",
    "custom:member": "true",
    "dev:custom:note": "seen",
}
SCHEMA = [
    {"Name": "age", "AttributeDataType": "Number"},
    {"Name": "member", "AttributeDataType": "Boolean"},
    {"Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
]


def jtis(*tokens: str) -> list[str]:
    return [claims(token)["jti"] for token in tokens]


def test_both_tokens_say_exactly_this(api: Api) -> None:
    pool = a_pool(api, Schema=SCHEMA)
    client = a_client(api, pool)
    sub = unpaired(a_user(api, pool, **ATTRIBUTES)["Attributes"])["sub"]
    for group, members in {
        "readers": {"Precedence": 9, "RoleArn": f"{ROLE}reader"},
        "admins": {"Precedence": 1, "RoleArn": f"{ROLE}admin"},
        "everybody": {},
    }.items():
        api.idp("CreateGroup", UserPoolId=pool, GroupName=group, **members)
        api.idp("AdminAddUserToGroup", UserPoolId=pool, GroupName=group, Username="ana")
    api.world.clock.advance(seconds=0.7)
    tokens = sign_in(api, client)
    access, identity = claims(tokens["AccessToken"]), claims(tokens["IdToken"])
    now = int(NOON)
    shared = {
        "sub": sub,
        "iss": f"http://localhost/{pool}",
        "origin_jti": access["origin_jti"],
        "event_id": access["event_id"],
        "auth_time": now,
        "iat": now,
        "exp": now + 3600,
        "cognito:groups": ["admins", "readers", "everybody"],
        "acr": "urn:cognito:loa:1",
        "amr": ["pwd"],
    }
    assert access == shared | {
        "client_id": client,
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "username": "ana",
        "jti": access["jti"],
    }
    assert identity == shared | {
        "aud": client,
        "token_use": "id",
        "cognito:username": "ana",
        "cognito:roles": [f"{ROLE}admin", f"{ROLE}reader"],
        "cognito:preferred_role": f"{ROLE}admin",
        "jti": identity["jti"],
        **ATTRIBUTES,
        "address": {"formatted": "1 Calle Mayor, Madrid"},
        "email_verified": True,
        "phone_number_verified": False,
        "updated_at": 1700000000,
    }
    assert identity["email_verified"] is True
    assert all(type(token[name]) is int for token in (access, identity) for name in ("auth_time", "iat", "exp"))


def test_the_ids_in_tokens_are_uuids_and_only_the_jti_is_of_one_token(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    first, second = sign_in(api, client), sign_in(api, client)
    told = [claims(token) for answer in (first, second) for token in (answer["AccessToken"], answer["IdToken"])]
    assert len({token["jti"] for token in told}) == 4
    assert len({token["origin_jti"] for token in told}) == len({token["event_id"] for token in told}) == 2
    for name in ("jti", "origin_jti", "event_id", "sub"):
        assert all(re.fullmatch(UUID, token[name]) for token in told)


def test_a_user_in_no_group_has_no_group_claims(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    tokens = sign_in(api, client)
    for token in (tokens["AccessToken"], tokens["IdToken"]):
        assert not [name for name in claims(token) if name.startswith("cognito:") and name != "cognito:username"]


def test_two_best_roles_of_equal_precedence_leave_none_preferred(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    for group in ("a", "b"):
        api.idp("CreateGroup", UserPoolId=pool, GroupName=group, Precedence=0, RoleArn=ROLE + group)
        api.idp("AdminAddUserToGroup", UserPoolId=pool, GroupName=group, Username="ana")
    identity = claims(sign_in(api, client)["IdToken"])
    assert identity["cognito:roles"] == [f"{ROLE}a", f"{ROLE}b"]
    assert "cognito:preferred_role" not in identity


def test_the_header_is_kid_and_alg_and_each_token_has_its_own_key(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    tokens = sign_in(api, client)
    headers = [jwt.get_unverified_header(tokens[name]) for name in ("AccessToken", "IdToken")]
    assert [header.keys() for header in headers] == [{"kid", "alg"}] * 2
    assert {header["alg"] for header in headers} == {"RS256"}
    assert headers[0]["kid"] != headers[1]["kid"]


def test_the_id_token_tells_only_what_the_client_may_read(api: Api) -> None:
    pool = a_pool(api, Schema=SCHEMA)
    client = a_client(api, pool, ReadAttributes=["email", "custom:age"])
    a_user(api, pool, **{name: value for name, value in ATTRIBUTES.items() if not name.startswith("dev:")})
    identity = claims(sign_in(api, client)["IdToken"])
    assert identity.keys() & ATTRIBUTES.keys() == {"email", "custom:age"}
    assert "sub" in identity


def test_without_revocation_there_are_no_ids_to_revoke_by(api: Api) -> None:
    pool, client = a_place(api, EnableTokenRevocation=False)
    a_user(api, pool)
    tokens = sign_in(api, client)
    for token in (tokens["AccessToken"], tokens["IdToken"]):
        assert not claims(token).keys() & {"jti", "origin_jti"}
        assert claims(token)["event_id"]
    assert api.idp("GetUser", AccessToken=tokens["AccessToken"])["Username"] == "ana"


@pytest.mark.parametrize(
    ("text", "claim"),
    [("0", 0), ("1700000000", 1700000000), ("1.5", 1.5), ("2.0", 2), ("9007199254740993", 9007199254740993)],
)
def test_updated_at_is_a_number(api: Api, text: str, claim: float) -> None:
    pool, client = a_place(api)
    a_user(api, pool, updated_at=text)
    found = claims(sign_in(api, client)["IdToken"])["updated_at"]
    assert (found, type(found)) == (claim, type(claim))


def test_no_number_is_too_large_for_a_token(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool, updated_at="9" * 2048)
    assert claims(sign_in(api, client)["IdToken"])["updated_at"] == "9" * 2048


@pytest.mark.parametrize(
    ("members", "access", "identity", "refresh"),
    [
        ({}, 3600, 3600, 30 * 86400),
        ({"AccessTokenValidity": 2, "IdTokenValidity": 3, "RefreshTokenValidity": 1}, 7200, 10800, 86400),
        (
            {
                "AccessTokenValidity": 300,
                "IdTokenValidity": 5,
                "RefreshTokenValidity": 2,
                "TokenValidityUnits": {"AccessToken": "seconds", "IdToken": "minutes", "RefreshToken": "hours"},
            },
            300,
            300,
            7200,
        ),
        ({"IdTokenValidity": 1, "TokenValidityUnits": {"IdToken": "days"}}, 3600, 86400, 30 * 86400),
    ],
)
def test_tokens_live_as_long_as_the_client_says(
    api: Api, members: dict[str, Any], access: int, identity: int, refresh: int
) -> None:
    pool, client = a_place(api, **members)
    a_user(api, pool)
    tokens = sign_in(api, client)
    assert tokens["ExpiresIn"] == access
    assert claims(tokens["AccessToken"])["exp"] - int(NOON) == access
    assert claims(tokens["IdToken"])["exp"] - int(NOON) == identity
    api.world.clock.advance(seconds=refresh - 0.001)
    assert renew(api, client, tokens["RefreshToken"])["AuthenticationResult"]["ExpiresIn"] == access
    api.world.clock.advance(seconds=0.001)
    told = refusal(lambda: renew(api, client, tokens["RefreshToken"]))
    assert told == "NotAuthorizedException: Refresh Token has expired"


# Refresh


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
@pytest.mark.parametrize("admin", [False, True])
def test_refresh_gives_new_tokens_of_the_same_authentication(api: Api, flow: str, admin: bool) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    tokens = sign_in(api, client)
    api.world.clock.advance(hours=5)
    members: dict[str, Any] = {"ClientId": client, "AuthFlow": flow}
    members["AuthParameters"] = {"REFRESH_TOKEN": tokens["RefreshToken"]}
    operation = "AdminInitiateAuth" if admin else "InitiateAuth"
    answer = api.idp(operation, **members, **({"UserPoolId": pool} if admin else {}))
    renewed = answer.pop("AuthenticationResult")
    assert answer == {"ChallengeParameters": {}}
    assert renewed.keys() == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
    for name in ("AccessToken", "IdToken"):
        before, after = claims(tokens[name]), claims(renewed[name])
        changed = {claim for claim in before if before[claim] != after.get(claim)}
        assert changed == {"iat", "exp", "jti"}
        assert after.keys() == before.keys()
        assert after["iat"] - before["iat"] == after["exp"] - before["exp"] == 5 * 3600
    assert api.idp("GetUser", AccessToken=renewed["AccessToken"])["Username"] == "ana"


def test_refresh_reads_attributes_and_groups_anew(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool, name="Ana")
    tokens = sign_in(api, client)
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=pairs({"name": "Anna"}))
    api.idp("CreateGroup", UserPoolId=pool, GroupName="staff")
    api.idp("AdminAddUserToGroup", UserPoolId=pool, GroupName="staff", Username="ana")
    renewed = renew(api, client, tokens["RefreshToken"])["AuthenticationResult"]
    assert claims(renewed["IdToken"])["name"] == "Anna"
    assert claims(renewed["AccessToken"])["cognito:groups"] == ["staff"]


def test_a_refresh_token_looks_like_awss_and_serves_again_and_again(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    refresh = sign_in(api, client)["RefreshToken"]
    assert refresh.count(".") == 4
    renewed = [renew(api, client, refresh)["AuthenticationResult"] for _ in range(3)]
    assert len(set(jtis(*(answer["AccessToken"] for answer in renewed)))) == 3


@pytest.mark.parametrize("token", ["x", "a.b.c", "a.b.c.d.e", "💥", "x" * 5000])
def test_a_made_up_refresh_token_is_invalid(api: Api, token: str) -> None:
    _, client = a_place(api)
    assert refusal(lambda: renew(api, client, token)) == "NotAuthorizedException: Invalid Refresh Token"


def test_no_other_token_refreshes(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    tokens = sign_in(api, client)
    for token in (tokens["AccessToken"], tokens["IdToken"], tokens["RefreshToken"][:-1], tokens["RefreshToken"] + "A"):
        assert refusal(partial(renew, api, client, token)) == "NotAuthorizedException: Invalid Refresh Token"


def test_another_client_cannot_refresh(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    refresh = sign_in(api, client)["RefreshToken"]
    for other in (a_client(api, pool), a_place(api)[1]):
        assert refusal(partial(renew, api, other, refresh)) == "NotAuthorizedException: Invalid Refresh Token"
    assert renew(api, client, refresh)


def test_a_disabled_user_cannot_refresh_nor_once_enabled_again(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    refresh = sign_in(api, client)["RefreshToken"]
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: renew(api, client, refresh)) == "NotAuthorizedException: User is disabled."
    api.idp("AdminEnableUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: renew(api, client, refresh)) == "NotAuthorizedException: Refresh Token has been revoked"


def test_a_deleted_user_cannot_refresh_nor_their_namesake(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    refresh = sign_in(api, client)["RefreshToken"]
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    a_user(api, pool)
    assert refusal(lambda: renew(api, client, refresh)) == "NotAuthorizedException: Invalid Refresh Token"
