"""GetOpenIdToken: who gets a token, what it says, and which pools refuse it."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from emulator.context import Context, RequestOrigin
from emulator.domain.identities import open_id_tokens
from emulator.domain.identities.token_problems import Expired, NotAToken, TokenProblem, Unverified, WrongIssuer
from emulator.settings import Settings
from keys.signing import KeyRing, generate
from storage.store import Store
from tests.api.identity_app import App, an_app, refused
from tests.builders import Api, claims
from tests.conftest import NOON

ISSUER = "https://cognito-identity.amazonaws.com"


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


def test_the_token_of_a_user_says_who_that_is(mine: App) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana)
    answer = mine.token(identity, ana)
    assert answer["IdentityId"] == identity
    sub = claims(ana[mine.provider])["sub"]
    pool = mine.identity_pool
    assert mine.opened(answer["Token"]) == {
        "sub": identity,
        "aud": pool,
        "amr": ["authenticated", mine.provider, f"{mine.provider}:CognitoSignIn:{sub}"],
        "iss": ISSUER,
        f"{ISSUER}/identity-pool-arn": f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool}",
        "exp": NOON + 600,
        "iat": NOON,
    }
    header = jwt.get_unverified_header(answer["Token"])
    [key] = mine.api.http.get("/.well-known/jwks_uri").get_json()["keys"]
    assert header == {"kid": key["kid"], "typ": "JWS", "alg": "RS512"}
    assert header["kid"].startswith("us-east-1-")


def test_the_token_of_a_guest_says_so(mine: App) -> None:
    assert mine.opened(mine.token(mine.get_id())["Token"])["amr"] == ["unauthenticated"]


def test_a_token_is_given_to_whom_credentials_are_given(mine: App) -> None:
    ana, eve = mine.a_user("ana"), mine.a_user("eve")
    identity, guest = mine.get_id(ana), mine.get_id()
    assert refused(mine.token, identity) == refused(mine.credentials, identity)
    assert refused(mine.token, identity, eve) == refused(mine.credentials, identity, eve)
    assert refused(mine.token, guest, {mine.provider: "x"}) == refused(mine.credentials, guest, {mine.provider: "x"})
    assert mine.token(guest, eve)["IdentityId"] == guest
    assert mine.described(guest)["Logins"] == [mine.provider]
    assert mine.token(mine.get_id(), ana)["IdentityId"] == identity
    gone = "us-east-1:11111111-2222-3333-4444-555555555555"
    assert refused(mine.token, gone) == ("ResourceNotFoundException", f"Identity '{gone}' not found.")
    mine.update(AllowUnauthenticatedIdentities=False)
    assert refused(mine.token, guest, {})[0] == "NotAuthorizedException"


@pytest.mark.parametrize("allowed", [None, True])
def test_the_basic_flow_is_allowed_unless_the_pool_says_no(mine: App, allowed: bool | None) -> None:
    mine.update(**({} if allowed is None else {"AllowClassicFlow": allowed}))
    assert mine.token(mine.get_id())["Token"]


def test_a_pool_may_refuse_the_basic_flow(mine: App) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana)
    mine.update(AllowClassicFlow=False)
    told = ("InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow.")
    assert refused(mine.token, identity, ana) == told
    assert refused(mine.token, mine.get_id()) == told
    assert mine.credentials(identity, ana)


def test_role_mappings_refuse_the_basic_flow(mine: App) -> None:
    key = f"{mine.provider}:{mine.client}"
    mine.roles(RoleMappings={key: {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}})
    told = "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."
    assert refused(mine.token, mine.get_id()) == ("InvalidParameterException", told)
    mine.roles()
    assert mine.token(mine.get_id())


@pytest.fixture
def opening(mine: App, store: Store) -> Any:
    """Opens a token as STS does."""

    def opened(token: str) -> Any:
        with store.unit(writes=False) as unit:
            context = Context(unit, mine.api.world, Settings(), RequestOrigin())
            return open_id_tokens.open_token(context, token)

    return opened


def test_a_token_is_opened_by_the_server_that_issued_it(mine: App, opening: Any) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana)
    held = opening(mine.token(identity, ana)["Token"])
    assert (held.identity_id, held.pool_id) == (identity, mine.identity_pool)
    assert held.methods[:2] == ("authenticated", mine.provider)
    assert (held.principal_tags, held.issued, held.expires) == ({}, NOON, NOON + 600)


def test_a_token_that_is_not_good_is_not_opened(mine: App, opening: Any) -> None:
    token = mine.token(mine.get_id())["Token"]
    header, body, _ = token.split(".")
    stranger, own = generate(), jwt.decode(token, options={"verify_signature": False})
    wrong: dict[str, type[TokenProblem]] = {
        "x": NotAToken,
        mine.a_user()[mine.provider]: WrongIssuer,
        f"{header}.{body}.{mine.token(mine.get_id())['Token'].split('.')[2]}": Unverified,
        KeyRing().sign(stranger, own, algorithm="RS512"): Unverified,
        KeyRing().sign(stranger, own): Unverified,
    }
    for forged, problem in wrong.items():
        with pytest.raises(problem):
            opening(forged)
    mine.api.world.clock.advance(seconds=600)
    with pytest.raises(Expired):
        opening(token)
