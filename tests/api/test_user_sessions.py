"""Tracked sessions: listed, limited, revoked; and how pools and clients are told to keep count."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.api.signing_in import refusal, renew
from tests.builders import Api, a_client, a_pool, a_user, sign_in
from tests.conftest import NOON

OFF = "OperationNotEnabledException: Session tracking is not enabled for the user pool."
GONE = "ResourceNotFoundException: Session does not exist."
REVOKED = "NotAuthorizedException: Refresh Token has been revoked"
LITE = (
    "FeatureUnavailableInTierException: "
    "The following features need to be disabled for the LITE pricing tier configured: Session Tracking"
)


def track(api: Api, pool: str, most: int = 20, mode: str = "ENABLED") -> dict[str, Any]:
    """Let the pool keep count."""
    return api.idp(
        "SetUserPoolSessionConfiguration",
        UserPoolId=pool,
        UserSessionTracking=mode,
        TokenSession={"MaxPerUser": most},
    )


@pytest.fixture
def pool(api: Api) -> str:
    """A pool that keeps count of sessions, with a user."""
    pool = a_pool(api)
    track(api, pool)
    a_user(api, pool)
    return pool


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


def listed(api: Api, token: str) -> list[dict[str, Any]]:
    """The user's own list."""
    return list(api.idp("ListUserSessions", AccessToken=token)["Sessions"])


def seen(api: Api, pool: str) -> list[dict[str, Any]]:
    """The administrator's list."""
    return list(api.idp("AdminListUserSessions", UserPoolId=pool, Username="ana")["Sessions"])


def test_a_pool_keeps_no_count_until_it_is_told(api: Api) -> None:
    pool = a_pool(api)
    told = {"UserPoolId": pool, "UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}
    assert api.idp("GetUserPoolSessionConfiguration", UserPoolId=pool) == told
    told |= {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 3}}
    assert track(api, pool, 3) == told
    assert api.idp("GetUserPoolSessionConfiguration", UserPoolId=pool) == told
    assert "TokenSession" not in api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]


def test_a_client_is_told_for_how_long_it_reuses_an_sso_session(api: Api, pool: str, client: str) -> None:
    names = {"UserPoolId": pool, "ClientId": client}
    told = {**names, "SSOSession": {"MaxValidityMinutes": 60}}
    assert api.idp("GetUserPoolClientSessionConfiguration", **names) == told
    told["SSOSession"] = {"MaxValidityMinutes": 0}
    assert api.idp("SetUserPoolClientSessionConfiguration", **told) == told
    track(api, pool, mode="DISABLED")
    assert api.idp("GetUserPoolClientSessionConfiguration", **names) == told
    assert refusal(lambda: api.idp("SetUserPoolClientSessionConfiguration", **told)) == OFF


def test_the_lite_tier_tracks_no_sessions(api: Api) -> None:
    pool = a_pool(api, UserPoolTier="LITE")
    assert refusal(lambda: track(api, pool)) == LITE
    assert refusal(lambda: track(api, pool, mode="DISABLED")) == LITE


def test_a_pool_that_tracks_sessions_does_not_become_lite(api: Api, pool: str) -> None:
    assert refusal(lambda: api.idp("UpdateUserPool", UserPoolId=pool, UserPoolTier="LITE")) == LITE
    track(api, pool, mode="DISABLED")
    assert api.idp("UpdateUserPool", UserPoolId=pool, UserPoolTier="LITE") == {}


def test_sessions_say_where_and_when_they_were_used(api: Api, pool: str, client: str) -> None:
    api.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    first = sign_in(api, client)
    api.world.clock.advance(minutes=5)
    api.headers["User-Agent"] = "curious"
    second = sign_in(api, client)
    mine = listed(api, second["AccessToken"])
    members = "ClientId CreateDate DeviceType IsCurrentSession LastActiveDate LastIPAddress SessionId SessionType"
    assert [sorted(each) for each in mine] == [members.split()] * 2
    assert [each["DeviceType"] for each in mine] == ["Firefox on Linux", "unknown"]
    assert [each["IsCurrentSession"] for each in mine] == [False, True]
    assert [each["CreateDate"] for each in mine] == [NOON, NOON + 300]
    assert {each["LastIPAddress"] for each in mine} == {"127.0.0.1"}
    assert {(each["ClientId"], each["SessionType"]) for each in mine} == {(client, "TOKEN")}
    assert all(each["SessionId"].startswith("tkn") and len(each["SessionId"]) == 28 for each in mine)
    assert [each["IsCurrentSession"] for each in seen(api, pool)] == [False, False]
    api.world.clock.advance(minutes=5)
    renew(api, client, first["RefreshToken"])
    assert [each["LastActiveDate"] for each in seen(api, pool)] == [NOON + 600, NOON + 300]
    assert seen(api, pool)[0]["DeviceType"] == "unknown"


def test_only_active_sessions_are_listed(api: Api, pool: str) -> None:
    client = a_client(api, pool, RefreshTokenValidity=1)
    tokens = [sign_in(api, client) for _ in range(3)]
    api.idp("RevokeToken", ClientId=client, Token=tokens[0]["RefreshToken"], RevokeAssociatedSessions="LINKED")
    assert len(seen(api, pool)) == 2
    api.world.clock.advance(days=1)
    assert seen(api, pool) == []


def test_the_session_used_least_recently_makes_room_for_a_new_one(api: Api, pool: str, client: str) -> None:
    tokens = []
    for _ in range(3):
        tokens.append(sign_in(api, client))
        api.world.clock.advance(minutes=1)
    renew(api, client, tokens[0]["RefreshToken"])
    track(api, pool, 2)
    assert len(seen(api, pool)) == 3
    newest = sign_in(api, client)
    assert len(seen(api, pool)) == 2
    assert renew(api, client, tokens[0]["RefreshToken"])
    for evicted in tokens[1:]:
        assert refusal(lambda: renew(api, client, evicted["RefreshToken"])) == REVOKED  # noqa: B023
    assert renew(api, client, newest["RefreshToken"])


def test_a_session_is_revoked_with_its_tokens_and_no_other_is(api: Api, pool: str, client: str) -> None:
    lost, kept = sign_in(api, client), sign_in(api, client)
    doomed = next(each for each in listed(api, kept["AccessToken"]) if not each["IsCurrentSession"])
    revoke = {"AccessToken": kept["AccessToken"], "SessionId": doomed["SessionId"]}
    assert api.idp("RevokeUserSession", **revoke, RevokeAssociatedSessions="LINKED") == {}
    assert refusal(lambda: renew(api, client, lost["RefreshToken"])) == REVOKED
    told = refusal(lambda: api.idp("GetUser", AccessToken=lost["AccessToken"]))
    assert told == "NotAuthorizedException: Access Token has been revoked"
    assert refusal(lambda: api.idp("RevokeUserSession", **revoke)) == GONE
    assert renew(api, client, kept["RefreshToken"])
    assert pool


def test_the_current_session_is_not_revoked_by_itself_but_by_an_administrator(api: Api, pool: str, client: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    session = listed(api, token)[0]["SessionId"]
    told = "InvalidParameterException: The current session cannot be revoked."
    assert refusal(lambda: api.idp("RevokeUserSession", AccessToken=token, SessionId=session)) == told
    assert api.idp("AdminRevokeUserSession", UserPoolId=pool, Username="ana", SessionId=session) == {}
    assert seen(api, pool) == []


def test_another_users_session_is_not_found(api: Api, pool: str, client: str) -> None:
    a_user(api, pool, "bob")
    mine, theirs = sign_in(api, client), sign_in(api, client, "bob")
    session = listed(api, theirs["AccessToken"])[0]["SessionId"]
    revoke = {"AccessToken": mine["AccessToken"], "SessionId": session}
    assert refusal(lambda: api.idp("RevokeUserSession", **revoke)) == GONE
    names = {"UserPoolId": pool, "Username": "ana", "SessionId": session}
    assert refusal(lambda: api.idp("AdminRevokeUserSession", **names)) == GONE
    assert renew(api, client, theirs["RefreshToken"])


def test_a_pool_that_keeps_no_count_says_so(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    session = "tkn" + "a" * 25
    assert refusal(lambda: listed(api, token)) == OFF
    assert refusal(lambda: seen(api, pool)) == OFF
    assert refusal(lambda: api.idp("RevokeUserSession", AccessToken=token, SessionId=session)) == OFF


def test_there_is_one_page_and_no_token_for_another(api: Api, pool: str) -> None:
    names = {"UserPoolId": pool, "Username": "ana", "NextToken": "forged"}
    told = "InvalidParameterException: Invalid pagination token given."
    assert refusal(lambda: api.idp("AdminListUserSessions", **names)) == told


def test_an_administrator_names_a_user_who_is_there(api: Api, pool: str) -> None:
    told = "UserNotFoundException: User does not exist."
    names = {"UserPoolId": pool, "Username": "nobody"}
    assert refusal(lambda: api.idp("AdminListUserSessions", **names)) == told
    assert refusal(lambda: api.idp("AdminRevokeUserSession", **names, SessionId="tkn" + "a" * 25)) == told


@pytest.mark.parametrize("session", ["tkn" + "a" * 25, "sso" + "a" * 25])
def test_a_made_up_session_is_not_found(api: Api, pool: str, client: str, session: str) -> None:
    token = sign_in(api, client)["AccessToken"]
    assert refusal(lambda: api.idp("RevokeUserSession", AccessToken=token, SessionId=session)) == GONE
    assert len(seen(api, pool)) == 1


def test_users_and_their_limits_do_not_mix_and_clients_do(api: Api, pool: str, client: str) -> None:
    track(api, pool, 1)
    a_user(api, pool, "bob")
    bobs, mine = sign_in(api, client, "bob"), sign_in(api, client)
    other = a_client(api, pool)
    sign_in(api, other)
    assert refusal(lambda: renew(api, client, mine["RefreshToken"])) == REVOKED
    assert [each["ClientId"] for each in seen(api, pool)] == [other]
    assert renew(api, client, bobs["RefreshToken"])


def test_a_sign_in_that_fails_ends_no_session(api: Api, pool: str, client: str) -> None:
    track(api, pool, 1)
    kept = sign_in(api, client)
    wrong = "NotAuthorizedException: Incorrect username or password."
    assert refusal(lambda: sign_in(api, client, password="Wrong-Horse-9")) == wrong
    assert renew(api, client, kept["RefreshToken"])


def test_sessions_of_before_are_not_counted_and_those_of_a_pause_neither(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    client = a_client(api, pool)
    before = sign_in(api, client)
    track(api, pool)
    counted = sign_in(api, client)
    track(api, pool, mode="DISABLED")
    paused = sign_in(api, client)
    track(api, pool, 1)
    assert len(seen(api, pool)) == 1
    sign_in(api, client)
    assert refusal(lambda: renew(api, client, counted["RefreshToken"])) == REVOKED
    assert all(renew(api, client, tokens["RefreshToken"]) for tokens in (before, paused))


def test_rotation_keeps_a_session_and_notes_its_use(api: Api, pool: str) -> None:
    rotation = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}}
    client = a_client(api, pool, **rotation)
    token = sign_in(api, client)["RefreshToken"]
    (before,) = seen(api, pool)
    api.world.clock.advance(hours=2)
    api.headers["User-Agent"] = "Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux#6.1 lang/python#3.12.1"
    api.idp("GetTokensFromRefreshToken", ClientId=client, RefreshToken=token)
    (after,) = seen(api, pool)
    assert before | {"LastActiveDate": NOON + 7200, "DeviceType": "AWS SDK for Python on Linux"} == after


def test_who_signs_in_at_once_keeps_to_the_limit(api: Api, pool: str, client: str) -> None:
    track(api, pool, 2)
    callers = [Api(api.http.application.test_client(), api.world) for _ in range(6)]
    threads = [threading.Thread(target=sign_in, args=(caller, client)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen(api, pool)) == 2
