"""What a token family was granted: its scopes, nonce and audience stay with it through every refresh."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.context import Context, RequestOrigin
from emulator.domain.tokens import tokens
from emulator.domain.tokens.grants import Authentication, Grant
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from tests.api.recorded_functions import Recorder, answering, configured
from tests.api.signing_in import renew
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in

ADMIN = "aws.cognito.signin.user.admin"
ROTATES = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}}
SHOP = "https://shop.example.com"


@pytest.fixture
def functions() -> Recorder:
    """The functions."""
    return Recorder()


@pytest.fixture
def world(world: World, functions: Recorder) -> World:
    """A world that runs them."""
    return functions.in_world(world)


def granted(api: Api, store: Store, pool_id: str, client_id: str, **grant: Any) -> dict[str, Any]:
    """AuthenticationResult of tokens that Ana granted to a client."""
    with store.unit(writes=True) as unit:
        context = Context(unit, api.world, Settings(ephemeral=True), RequestOrigin())
        pool, client = unit.pools.get(pool_id), unit.clients.get(client_id)
        user = unit.users.named(pool_id, "ana")
        assert pool
        assert client
        assert user
        result = tokens.issue(context, Grant(pool, client, user, **grant), Authentication(int(context.now)))
        for happen in context.afterwards:
            happen()
    return result


def redeemed(api: Api, client: str, token: str) -> dict[str, Any]:
    answer = api.idp("GetTokensFromRefreshToken", ClientId=client, RefreshToken=token)
    return dict(answer["AuthenticationResult"])


def of_grant(result: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Scope and audience of the access token, and the ID token's nonce."""
    access, identity = claims(result["AccessToken"]), claims(result["IdToken"])
    assert "nonce" not in access
    assert identity["aud"] == access["client_id"]
    return access["scope"], access.get("aud"), identity.get("nonce")


@pytest.mark.parametrize("rotates", [True, False])
def test_scopes_nonce_and_audience_stay_through_every_refresh(api: Api, store: Store, rotates: bool) -> None:
    pool = a_pool(api)
    client = a_client(api, pool, **(ROTATES if rotates else {}))
    a_user(api, pool)
    scopes = ("openid", "shop/read")
    result = granted(api, store, pool, client, scopes=scopes, nonce="n-0S6", audience=SHOP)
    token = result["RefreshToken"]
    for _ in range(3):
        assert of_grant(result) == ("openid shop/read", SHOP, "n-0S6")
        result = redeemed(api, client, token)
        assert ("RefreshToken" in result) is rotates
        token = result.get("RefreshToken", token)
    if not rotates:
        assert of_grant(renew(api, client, token)["AuthenticationResult"]) == ("openid shop/read", SHOP, "n-0S6")


def test_a_grant_of_no_scopes_stays_one_of_no_scopes(api: Api, store: Store) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    result = granted(api, store, pool, client, scopes=())
    assert of_grant(result) == ("", None, None)
    assert of_grant(redeemed(api, client, result["RefreshToken"])) == ("", None, None)


def test_a_sign_in_by_the_api_stores_nothing_of_a_grant_and_reads_as_the_users_own(api: Api, store: Store) -> None:
    """So do the families that were stored before grants were."""
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    result = sign_in(api, client)
    with store.unit(writes=False) as unit:
        family = unit.tokens.get(claims(result["AccessToken"])["origin_jti"])
    assert family
    assert family.details.keys() == {"Acr", "Amr"}
    assert of_grant(result) == (ADMIN, None, None)
    assert of_grant(redeemed(api, client, result["RefreshToken"])) == (ADMIN, None, None)


def test_a_refresh_tells_pre_token_generation_the_scopes_and_no_function_changes_the_audience(
    api: Api, store: Store, functions: Recorder
) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    result = granted(api, store, pool, client, scopes=("openid", "shop/read"), nonce="n-0S6", audience=SHOP)
    arn = configured("PreTokenGeneration")["PreTokenGeneration"]
    config = {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn}}
    api.idp("UpdateUserPool", UserPoolId=pool, LambdaConfig=config)
    access = {"scopesToAdd": ["shop/write"], "scopesToSuppress": ["openid"], "claimsToAddOrOverride": {"aud": client}}
    identity = {"claimsToAddOrOverride": {"nonce": "forged"}, "claimsToSuppress": ["nonce"]}
    details = {"accessTokenGeneration": access, "idTokenGeneration": identity}
    functions.on("PreTokenGeneration", answering(claimsAndScopeOverrideDetails=details))
    for _ in range(2):  # What the function changed of one refresh is not there at the next.
        again = renew(api, client, result["RefreshToken"])["AuthenticationResult"]
        assert functions.events[-1]["request"]["scopes"] == ["openid", "shop/read"]
        assert of_grant(again) == ("shop/read shop/write", SHOP, "n-0S6")
