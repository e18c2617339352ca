"""GetTokensFromRefreshToken, and refresh tokens that take each other's place."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from emulator.context import Context, RequestOrigin
from emulator.domain.tokens import tokens
from emulator.faults import RefreshTokenReuseException
from emulator.settings import Settings
from storage.store import Store
from tests.api.signing_in import a_place, a_secret_client, refusal, renew
from tests.builders import Api, Refused, a_client, a_pool, a_user, claims, sign_in

USED = "RefreshTokenReuseException: Refresh Token has already been used"
REVOKED = "NotAuthorizedException: Refresh Token has been revoked"
INVALID = "NotAuthorizedException: Invalid Refresh Token."
NO_REFRESH = ["ALLOW_USER_PASSWORD_AUTH"]


def rotation(grace: int | None = None) -> dict[str, Any]:
    """A client's settings: refresh tokens rotate."""
    seconds = {} if grace is None else {"RetryGracePeriodSeconds": grace}
    return {"ExplicitAuthFlows": NO_REFRESH, "RefreshTokenRotation": {"Feature": "ENABLED", **seconds}}


def redeem(api: Api, client: str, token: str, **more: str) -> dict[str, Any]:
    """GetTokensFromRefreshToken; answers AuthenticationResult."""
    answer = api.idp("GetTokensFromRefreshToken", ClientId=client, RefreshToken=token, **more)
    assert list(answer) == ["AuthenticationResult"]
    return dict(answer["AuthenticationResult"])


def test_without_rotation_the_refresh_token_stays_and_is_not_told(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    first = sign_in(api, client)
    api.world.clock.advance(minutes=10)
    again = redeem(api, client, first["RefreshToken"])
    assert sorted(again) == ["AccessToken", "ExpiresIn", "IdToken", "TokenType"]
    before, after = claims(first["AccessToken"]), claims(again["AccessToken"])
    assert after["origin_jti"] == before["origin_jti"]
    assert after["auth_time"] == before["auth_time"]
    assert after["iat"] == before["iat"] + 600
    assert renew(api, client, first["RefreshToken"])["AuthenticationResult"]["IdToken"]


def test_each_refresh_gives_another_refresh_token_of_the_same_family(api: Api) -> None:
    pool, client = a_place(api, **rotation(60))
    a_user(api, pool)
    tokens = [sign_in(api, client)]
    for _ in range(3):
        tokens.append(redeem(api, client, tokens[-1]["RefreshToken"]))
    assert len({each["RefreshToken"] for each in tokens}) == 4
    assert len({claims(each["IdToken"])["origin_jti"] for each in tokens}) == 1


def test_a_rotated_token_expires_when_the_first_would_have(api: Api) -> None:
    pool, client = a_place(api, **rotation(), RefreshTokenValidity=1)
    a_user(api, pool)
    token = sign_in(api, client)["RefreshToken"]
    api.world.clock.advance(hours=23)
    token = redeem(api, client, token)["RefreshToken"]
    api.world.clock.advance(hours=1)
    assert refusal(lambda: redeem(api, client, token)) == "NotAuthorizedException: Refresh Token has expired"


def test_within_the_grace_period_the_old_token_is_still_good(api: Api) -> None:
    pool, client = a_place(api, **rotation(30))
    a_user(api, pool)
    first = sign_in(api, client)["RefreshToken"]
    lost = redeem(api, client, first)["RefreshToken"]
    api.world.clock.advance(seconds=29)
    found = redeem(api, client, first)["RefreshToken"]
    assert redeem(api, client, lost)["AccessToken"]
    assert redeem(api, client, found)["AccessToken"]


@pytest.mark.parametrize("grace", [None, 0, 30])
def test_reuse_after_the_grace_period_ends_the_family(api: Api, grace: int | None) -> None:
    pool, client = a_place(api, **rotation(grace))
    a_user(api, pool)
    other = sign_in(api, client)
    stolen = sign_in(api, client)["RefreshToken"]
    fresh = redeem(api, client, stolen)
    api.world.clock.advance(seconds=grace or 0)
    assert refusal(lambda: redeem(api, client, stolen)) == USED
    assert refusal(lambda: redeem(api, client, fresh["RefreshToken"])) == REVOKED
    told = refusal(lambda: api.idp("GetUser", AccessToken=fresh["AccessToken"]))
    assert told == "NotAuthorizedException: Access Token has been revoked"
    assert redeem(api, client, other["RefreshToken"])["IdToken"]


def test_two_who_rotate_one_token_at_once_do_not_both_keep_it(api: Api) -> None:
    pool, client = a_place(api, **rotation())
    a_user(api, pool)
    token = sign_in(api, client)["RefreshToken"]
    won: list[str] = []
    lost: list[str] = []

    def race() -> None:
        caller = Api(api.http.application.test_client(), api.world)
        try:
            won.append(redeem(caller, client, token)["RefreshToken"])
        except Refused as refused:
            lost.append(str(refused))

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert sorted(lost) == [REVOKED, REVOKED, USED]


@pytest.mark.parametrize("flows", [NO_REFRESH, [], ["USER_PASSWORD_AUTH"]])
def test_the_plain_flow_is_refused_where_tokens_rotate(api: Api, flows: list[str]) -> None:
    pool, client = a_place(api, **{**rotation(60), "ExplicitAuthFlows": flows})
    told = refusal(lambda: renew(api, client, "x" * 30))
    assert told == "InvalidParameterException: Auth flow not enabled for this client"
    assert pool


def test_a_token_that_was_rotated_out_is_no_good_once_rotation_is_off(api: Api) -> None:
    pool, client = a_place(api, **rotation())
    a_user(api, pool)
    first = sign_in(api, client)["RefreshToken"]
    second = redeem(api, client, first)["RefreshToken"]
    api.idp("UpdateUserPoolClient", UserPoolId=pool, ClientId=client, ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"])
    assert refusal(lambda: renew(api, client, first)) == REVOKED
    assert refusal(lambda: renew(api, client, second)) == REVOKED


def test_a_client_with_a_secret_sends_the_secret_itself(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    public = a_client(api, pool)
    client, secret = a_secret_client(api, pool)
    wrong = f"NotAuthorizedException: Unable to verify client secret for client {client}"
    for given in ({}, {"ClientSecret": "x" * 30}):
        assert refusal(lambda: redeem(api, client, "token", **given)) == wrong  # noqa: B023
    assert refusal(lambda: redeem(api, client, "token", ClientSecret=secret)) == INVALID
    mine = sign_in(api, public)["RefreshToken"]
    assert refusal(lambda: redeem(api, client, mine, ClientSecret=secret)) == INVALID
    assert redeem(api, public, mine)["AccessToken"]


def test_a_made_up_token_and_a_client_that_is_not_there_are_refused(api: Api) -> None:
    _, client = a_place(api)
    assert refusal(lambda: redeem(api, client, "made-up")) == INVALID
    told = "ResourceNotFoundException: User pool client nobody does not exist."
    assert refusal(lambda: redeem(api, "nobody", "made-up")) == told


def test_a_token_used_within_the_grace_period_still_ends_the_family_after_it(api: Api) -> None:
    pool, client = a_place(api, **rotation(30))
    a_user(api, pool)
    first = sign_in(api, client)["RefreshToken"]
    heirs = [redeem(api, client, first)["RefreshToken"]]
    api.world.clock.advance(seconds=29)
    heirs.append(redeem(api, client, first)["RefreshToken"])
    api.world.clock.advance(seconds=1)
    assert refusal(lambda: redeem(api, client, first)) == USED
    for heir in heirs:
        assert refusal(partial(redeem, api, client, heir)) == REVOKED
    assert refusal(lambda: redeem(api, client, first)) == REVOKED


def test_a_rotated_out_token_is_reused_by_its_own_client_only(api: Api) -> None:
    pool, client = a_place(api, **rotation())
    a_user(api, pool)
    first = sign_in(api, client)["RefreshToken"]
    second = redeem(api, client, first)["RefreshToken"]
    stranger = a_client(api, pool, **rotation())
    assert refusal(lambda: redeem(api, stranger, first)) == INVALID
    assert redeem(api, client, second)["IdToken"]


def test_any_token_of_a_family_revokes_it(api: Api) -> None:
    pool, client = a_place(api, **rotation())
    a_user(api, pool)
    first = sign_in(api, client)["RefreshToken"]
    second = redeem(api, client, first)["RefreshToken"]
    api.idp("RevokeToken", ClientId=client, Token=first)
    assert refusal(lambda: redeem(api, client, second)) == REVOKED


def test_a_disabled_and_a_deleted_user_cannot_refresh(api: Api) -> None:
    pool, client = a_place(api, **rotation())
    a_user(api, pool)
    token = sign_in(api, client)["RefreshToken"]
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: redeem(api, client, token)) == "NotAuthorizedException: User is disabled."
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: redeem(api, client, token)) == INVALID


def test_a_refresh_without_rotation_needs_no_flow_of_the_clients(api: Api) -> None:
    pool, client = a_place(api, ExplicitAuthFlows=NO_REFRESH)
    a_user(api, pool)
    assert redeem(api, client, sign_in(api, client)["RefreshToken"])["AccessToken"]


def test_who_takes_a_tokens_place_second_at_the_same_moment_loses(api: Api, store: Store) -> None:
    """The database decides: both had found the token unused before either wrote."""
    pool, client_id = a_place(api, **rotation())
    a_user(api, pool)
    token = sign_in(api, client_id)["RefreshToken"]
    with store.unit(writes=True) as unit:
        context = Context(unit, api.world, Settings(ephemeral=True), RequestOrigin())
        client = unit.clients.get(client_id)
        assert client
        assert tokens.rotate(context, client, token)
        with pytest.raises(RefreshTokenReuseException):
            tokens.rotate(context, client, token)
    assert refusal(lambda: redeem(api, client_id, token)) == REVOKED
