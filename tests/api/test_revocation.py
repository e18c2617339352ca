"""RevokeToken, GlobalSignOut and AdminUserGlobalSignOut really end access."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.api.signing_in import a_place, a_secret_client, enter, proof, refusal, renew
from tests.builders import Api, a_client, a_pool, a_user, sign_in

ACCESS_ENDED = "NotAuthorizedException: Access Token has been revoked"
REFRESH_ENDED = "NotAuthorizedException: Refresh Token has been revoked"
Place = tuple[str, str]


@pytest.fixture
def place(api: Api) -> Place:
    """A pool and a client, and Ana."""
    pool, client = a_place(api)
    a_user(api, pool)
    return pool, client


def reading(api: Api, tokens: dict[str, Any]) -> Callable[[], object]:
    """A call with an access token."""
    return lambda: api.idp("GetUser", AccessToken=tokens["AccessToken"])


def everywhere(api: Api, place: Place, tokens: dict[str, Any]) -> None:
    api.idp("GlobalSignOut", AccessToken=tokens["AccessToken"])


def by_an_administrator(api: Api, place: Place, tokens: dict[str, Any]) -> None:
    api.idp("AdminUserGlobalSignOut", UserPoolId=place[0], Username="ana")


@pytest.mark.parametrize("sign_out", [everywhere, by_an_administrator])
def test_a_sign_out_everywhere_ends_every_token_of_the_user(
    api: Api, place: Place, sign_out: Callable[[Api, Place, dict[str, Any]], None]
) -> None:
    pool, client = place
    other = a_client(api, pool)
    a_user(api, pool, "bob")
    mine = [(client, sign_in(api, client)), (client, sign_in(api, client)), (other, sign_in(api, other))]
    bobs = sign_in(api, client, "bob")
    renewed = renew(api, client, mine[0][1]["RefreshToken"])["AuthenticationResult"]
    sign_out(api, place, mine[1][1])
    assert refusal(reading(api, renewed)) == ACCESS_ENDED
    for held_by, tokens in mine:
        assert refusal(reading(api, tokens)) == ACCESS_ENDED
        assert refusal(partial(renew, api, held_by, tokens["RefreshToken"])) == REFRESH_ENDED
    assert reading(api, bobs)()
    assert renew(api, client, bobs["RefreshToken"])
    assert reading(api, sign_in(api, client))()


def test_a_signed_out_token_cannot_sign_out_again_but_an_administrator_can(api: Api, place: Place) -> None:
    tokens = sign_in(api, place[1])
    everywhere(api, place, tokens)
    assert refusal(lambda: everywhere(api, place, tokens)) == ACCESS_ENDED
    by_an_administrator(api, place, tokens)
    by_an_administrator(api, place, tokens)


def test_an_administrator_signs_out_nobody_who_is_not_there(api: Api, place: Place) -> None:
    told = refusal(lambda: api.idp("AdminUserGlobalSignOut", UserPoolId=place[0], Username="nobody"))
    assert told == "UserNotFoundException: User does not exist."


def test_sign_out_works_for_a_client_without_revocation(api: Api) -> None:
    pool, client = a_place(api, EnableTokenRevocation=False)
    a_user(api, pool)
    tokens = sign_in(api, client)
    everywhere(api, (pool, client), tokens)
    assert refusal(reading(api, tokens)) == ACCESS_ENDED
    assert refusal(partial(renew, api, client, tokens["RefreshToken"])) == REFRESH_ENDED


def test_revoking_ends_the_tokens_of_one_authentication_only(api: Api, place: Place) -> None:
    client = place[1]
    tokens, others = sign_in(api, client), sign_in(api, client)
    renewed = renew(api, client, tokens["RefreshToken"])["AuthenticationResult"]
    for _ in range(2):
        assert api.idp("RevokeToken", ClientId=client, Token=tokens["RefreshToken"]) == {}
    assert refusal(reading(api, tokens)) == refusal(reading(api, renewed)) == ACCESS_ENDED
    assert refusal(partial(renew, api, client, tokens["RefreshToken"])) == REFRESH_ENDED
    assert reading(api, others)()
    assert renew(api, client, others["RefreshToken"])


def test_an_expired_or_unknown_refresh_token_may_be_revoked(api: Api, place: Place) -> None:
    client = place[1]
    tokens = sign_in(api, client)
    api.world.clock.advance(days=31)
    assert api.idp("RevokeToken", ClientId=client, Token=tokens["RefreshToken"]) == {}
    assert api.idp("RevokeToken", ClientId=client, Token="made-up") == {}


@pytest.mark.parametrize("name", ["AccessToken", "IdToken"])
def test_only_refresh_tokens_are_revoked(api: Api, place: Place, name: str) -> None:
    tokens = sign_in(api, place[1])
    told = refusal(lambda: api.idp("RevokeToken", ClientId=place[1], Token=tokens[name]))
    assert told == "UnsupportedTokenTypeException: Unsupported token type"
    assert reading(api, tokens)()


def test_a_client_without_revocation_revokes_nothing(api: Api) -> None:
    pool, client = a_place(api, EnableTokenRevocation=False)
    a_user(api, pool)
    tokens = sign_in(api, client)
    told = refusal(lambda: api.idp("RevokeToken", ClientId=client, Token=tokens["RefreshToken"]))
    assert told == "UnsupportedOperationException: Revocation is not enabled on given client"
    assert renew(api, client, tokens["RefreshToken"])


def test_another_client_cannot_revoke(api: Api, place: Place) -> None:
    pool, client = place
    tokens = sign_in(api, client)
    for other in (a_client(api, pool), a_place(api)[1]):
        told = refusal(partial(api.idp, "RevokeToken", ClientId=other, Token=tokens["RefreshToken"]))
        assert told == "UnauthorizedException: Invalid client"
    told = refusal(lambda: api.idp("RevokeToken", ClientId="nobody", Token=tokens["RefreshToken"]))
    assert told == "InvalidParameterException: Invalid client"
    assert renew(api, client, tokens["RefreshToken"])


def test_a_client_with_a_secret_revokes_with_it(api: Api) -> None:
    pool = a_pool(api)
    client, secret = a_secret_client(api, pool)
    a_user(api, pool)
    hashed = proof("ana", client, secret)
    tokens = enter(api, client, SECRET_HASH=hashed)["AuthenticationResult"]
    members = {"ClientId": client, "Token": tokens["RefreshToken"]}
    wrong: list[dict[str, str]] = [{}, {"ClientSecret": secret[:-1] + "+"}, {"ClientSecret": "x" * 24}]
    for more in wrong:
        told = refusal(partial(api.idp, "RevokeToken", **members, **more))
        assert told == "UnauthorizedException: Invalid client secret"
    assert renew(api, client, tokens["RefreshToken"], SECRET_HASH=hashed)
    assert api.idp("RevokeToken", **members, ClientSecret=secret) == {}
    assert refusal(lambda: renew(api, client, tokens["RefreshToken"], SECRET_HASH=hashed)) == REFRESH_ENDED
