"""Every claim of every token, by name and JSON type, and nothing else: whichever way it was got.

The ways of signing in are those of the hostile rows: each challenge is answered rightly until there are tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from tests.api.exchange import ADMIN, a_service, acting, an_exchanger, derive, own_token
from tests.api.hostile_places import Challenge, Place, plain, with_devices
from tests.api.hostile_rows import ROWS, Row
from tests.api.signing_in import begin, renew
from tests.builders import PASSWORD, Api, a_client, claims, pairs, sign_in, unpaired

TYPES: dict[str, type] = {
    "sub": str,
    "iss": str,
    "aud": str,
    "client_id": str,
    "token_use": str,
    "scope": str,
    "auth_time": int,
    "iat": int,
    "exp": int,
    "jti": str,
    "origin_jti": str,
    "event_id": str,
    "username": str,
    "device_key": str,
    "version": int,
    "act": dict,
    "acr": str,
    "amr": list,
    "cognito:username": str,
    "cognito:groups": list,
    "cognito:roles": list,
    "cognito:preferred_role": str,
    "email": str,
    "email_verified": bool,
    "phone_number": str,
    "phone_number_verified": bool,
    "address": dict,
    "birthdate": str,
    "updated_at": int,
    "zoneinfo": str,
    "custom:age": str,
    "custom:member": str,
}
BOTH = {"sub", "iss", "token_use", "auth_time", "iat", "exp", "jti", "origin_jti", "event_id", "cognito:groups"}
LEVEL = {"acr", "amr"}
ACCESS = BOTH | LEVEL | {"client_id", "scope", "username"}
IDENTITY = BOTH | LEVEL | {"aud", "cognito:username", "cognito:roles", "cognito:preferred_role"}
ADDRESSES = {"email", "email_verified", "phone_number", "phone_number_verified"}
SET = {
    "address": "1 Calle Mayor, Madrid",
    "birthdate": "1990-01-02",
    "updated_at": "1700000000",
    "zoneinfo": "Europe/Madrid",
    "custom:age": "42",
    "custom:member": "true",
}
ROLE = "arn:aws:iam::000000000000:role/reader"
ROTATING = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}}

LEVELS: dict[str, tuple[int, list[str]] | None] = {
    "CUSTOM_CHALLENGE": None,
    "SELECT_CHALLENGE": (2, ["email_otp"]),
    "EMAIL_OTP as first factor": (2, ["email_otp"]),
    "SMS_OTP": (2, ["sms"]),
    "WEB_AUTHN": (3, ["swk"]),
    "EMAIL_OTP as second factor": (3, ["pwd", "email_otp", "mfa"]),
    "SMS_MFA": (3, ["pwd", "sms", "mfa"]),
    "SELECT_MFA_TYPE": (3, ["pwd", "sms", "mfa"]),
    "SOFTWARE_TOKEN_MFA": (4, ["pwd", "otp", "mfa"]),
    "MFA_SETUP": (4, ["pwd", "otp", "mfa"]),
}
"""What a way to sign in comes to, where that is not a password alone."""

Tokens = dict[str, Any]


@pytest.fixture
def world(world: World) -> World:
    """A world that runs functions."""
    return replace(world, lambdas=Functions())


def endow(place: Place) -> dict[str, Any]:
    """Give Ana attributes of every type and a group with a role; answers her attributes."""
    api, names = place.api, {"UserPoolId": place.pool, "Username": "ana"}
    schema = [
        {"Name": "age", "AttributeDataType": "Number", "Mutable": True},
        {"Name": "member", "AttributeDataType": "Boolean", "Mutable": True},
    ]
    api.idp("AddCustomAttributes", UserPoolId=place.pool, CustomAttributes=schema)
    api.idp("AdminUpdateUserAttributes", **names, UserAttributes=pairs(SET))
    api.idp("CreateGroup", UserPoolId=place.pool, GroupName="readers", RoleArn=ROLE)
    api.idp("AdminAddUserToGroup", **names, GroupName="readers")
    return unpaired(api.idp("AdminGetUser", **names)["UserAttributes"])


def typed(said: dict[str, Any]) -> dict[str, type]:
    """The claims of a token, by the type of each."""
    return {name: type(value) for name, value in said.items()}


def expected(names: set[str]) -> dict[str, type]:
    return {name: TYPES[name] for name in names}


def check(
    place: Place,
    tokens: Tokens,
    *,
    access: frozenset[str] = frozenset(),
    client: str = "",
    level: tuple[int, list[str]] | None = (1, ["pwd"]),
) -> None:
    """Check both tokens of a sign-in of Ana's against the table, and that they agree with each other."""
    unnamed = LEVEL if level is None else set()
    attributes = unpaired(
        place.api.idp("AdminGetUser", UserPoolId=place.pool, Username="ana")["UserAttributes"],
    )
    said, told = claims(tokens["AccessToken"]), claims(tokens["IdToken"])
    assert typed(said) == expected((ACCESS | access) - unnamed)
    assert typed(told) == expected((IDENTITY | (attributes.keys() & ADDRESSES) | SET.keys()) - unnamed)
    if level:
        assert said["acr"] == told["acr"] == f"urn:cognito:loa:{level[0]}"
        assert said["amr"] == told["amr"] == level[1]
    client = client or place.client
    assert {said[name] for name in ("username", "token_use", "scope", "client_id")} == {"ana", "access", ADMIN, client}
    assert (told["cognito:username"], told["token_use"], told["aud"]) == ("ana", "id", client)
    assert said["sub"] == told["sub"] == attributes["sub"]
    assert said["iss"] == told["iss"] == f"http://localhost/{place.pool}"
    assert said["cognito:groups"] == told["cognito:groups"] == ["readers"]
    assert (told["cognito:roles"], told["cognito:preferred_role"]) == ([ROLE], ROLE)
    for name in ("origin_jti", "event_id", "auth_time", "iat", "exp"):
        assert said[name] == told[name]
    assert said["jti"] != told["jti"]
    assert said["exp"] - said["iat"] == tokens["ExpiresIn"] == 3600
    assert tokens["TokenType"] == "Bearer"


def to_the_end(place: Place, row: Row) -> Tokens:
    """Sign Ana in by way of that challenge, and of all that follow."""
    challenge: Challenge = row.reach(place, "ana")
    right = row.right
    for _ in range(4):
        name = challenge["ChallengeName"]
        challenge = place.answer(name, challenge.get("Session"), right(place, "ana", challenge))
        if "AuthenticationResult" in challenge:
            return dict(challenge["AuthenticationResult"])
        right = next(row.right for row in ROWS if row.challenge == challenge["ChallengeName"])
    raise AssertionError(f"still asked for {challenge['ChallengeName']}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_way_to_sign_in_gives_exactly_these_claims(api: Api, row: Row) -> None:
    place = row.settle(api)
    endow(place)
    tokens = to_the_end(place, row)
    keyed = row.settle is with_devices
    level = LEVELS.get(row.name, (1, ["pwd"]))
    check(place, tokens, access=frozenset({"device_key"} if keyed else ()), level=level)
    if keyed:
        assert claims(tokens["AccessToken"])["device_key"] == place.kept["ana"][0]
    assert claims(tokens["IdToken"])["auth_time"] == claims(tokens["IdToken"])["iat"] == int(api.world.clock.now())


def by_password(place: Place) -> Tokens:
    return sign_in(place.api, place.client)


def by_an_administrator(place: Place) -> Tokens:
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    answer = begin(place.api, place.client, "ADMIN_USER_PASSWORD_AUTH", place.pool, **parameters)
    return dict(answer["AuthenticationResult"])


def by_a_refresh(place: Place) -> Tokens:
    return dict(renew(place.api, place.client, by_password(place)["RefreshToken"])["AuthenticationResult"])


def by_the_other_refresh(place: Place) -> Tokens:
    token = by_password(place)["RefreshToken"]
    answer = place.api.idp("GetTokensFromRefreshToken", ClientId=place.client, RefreshToken=token)
    return dict(answer["AuthenticationResult"])


@pytest.mark.parametrize("get", [by_password, by_an_administrator, by_a_refresh, by_the_other_refresh])
def test_passwords_and_refreshes_give_exactly_these_claims(api: Api, get: Callable[[Place], Tokens]) -> None:
    place = plain(api)
    endow(place)
    check(place, get(place))


@pytest.mark.parametrize("revocable", [True, False])
def test_tokens_that_rotate_name_their_family_whether_or_not_they_can_be_revoked(api: Api, revocable: bool) -> None:
    place = plain(api)
    endow(place)
    client = a_client(api, place.pool, **ROTATING, EnableTokenRevocation=revocable)
    first = sign_in(api, client)
    api.world.clock.advance(minutes=7)
    answer = api.idp("GetTokensFromRefreshToken", ClientId=client, RefreshToken=first["RefreshToken"])
    tokens = answer["AuthenticationResult"]
    for each in (first, tokens):
        check(place, each, client=client)
    before, after = claims(first["IdToken"]), claims(tokens["IdToken"])
    assert {name for name in before if before[name] != after[name]} == {"iat", "exp", "jti"}
    assert after["iat"] - after["auth_time"] == 7 * 60


def test_what_cannot_be_revoked_has_no_ids_of_its_own(api: Api) -> None:
    place = plain(api)
    endow(place)
    tokens = sign_in(api, a_client(api, place.pool, EnableTokenRevocation=False))
    assert typed(claims(tokens["AccessToken"])) == expected(ACCESS - {"jti", "origin_jti"})
    assert typed(claims(tokens["IdToken"])) == expected((IDENTITY | ADDRESSES | SET.keys()) - {"jti", "origin_jti"})


def test_a_new_device_is_named_in_the_access_token_alone(api: Api) -> None:
    place = with_devices(api)
    endow(place)
    tokens = sign_in(api, place.client)
    check(place, tokens, access=frozenset({"device_key"}))
    assert claims(tokens["AccessToken"])["device_key"] == tokens["NewDeviceMetadata"]["DeviceKey"]


def test_tracked_sessions_leave_the_claims_as_they_are(api: Api) -> None:
    place = plain(api)
    endow(place)
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 1}}
    api.idp("SetUserPoolSessionConfiguration", UserPoolId=place.pool, **tracking)
    check(place, sign_in(api, place.client))


def test_a_clients_own_token_says_exactly_this(api: Api) -> None:
    place = plain(api)
    said = claims(own_token(api, a_service(api, place.pool)))
    names = {"sub", "token_use", "scope", "auth_time", "iss", "exp", "iat", "version", "jti", "client_id"}
    assert typed(said) == expected(names)
    assert (said["sub"], said["token_use"], said["version"]) == (said["client_id"], "access", 2)


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("audience", [[], ["https://orders.example"]])
def test_a_derived_token_says_exactly_this(api: Api, acts: bool, audience: list[str]) -> None:
    place = plain(api)
    endow(place)
    client = an_exchanger(api, place.pool)
    more: dict[str, Any] = {"Audiences": audience} if audience else {}
    more |= acting(own_token(api, a_service(api, place.pool))) if acts else {}
    added = {"act"} if acts else set()
    subject = sign_in(api, place.client)["AccessToken"]
    said = claims(derive(api, client, subject, **more)["IssuedToken"])
    assert typed(said) == expected(ACCESS | added | ({"aud"} if audience else set()))
    assert (said["client_id"], said["scope"], said["username"]) == (client, ADMIN, "ana")
    told = claims(derive(api, client, subject, RequestedTokenType="ID_TOKEN", **more)["IssuedToken"])
    assert typed(told) == expected(IDENTITY | ADDRESSES | SET.keys() | added)
    assert told["aud"] == (audience[0] if audience else client)
