"""Keys are generated while nobody waits for the database, whichever call needs them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.key_reserve import BackgroundReserve, KeyReserve, sealed_key
from emulator.outside.world import World
from keys.signing import SigningKey
from keys.vault import Vault
from storage.store import Store
from tests.api.exchange import a_service, own_token
from tests.api.meanwhile.exchanges import corp
from tests.api.provider_calls import a_provider
from tests.api.signing_in import begin
from tests.builders import Api, a_client, a_pool, a_user, sign_in
from tests.storage import rows


@dataclass
class Slow:
    """A reserve without keys at hand, in which somebody else writes while a key is generated."""

    keys: KeyReserve
    store: Store
    written: list[str] = field(default_factory=list)
    spares: list[SigningKey] = field(default_factory=list)

    def take(self) -> SigningKey:
        """A key; another thread has written before it is there. Fails where it has to wait for the database."""
        with ThreadPoolExecutor(1) as others:
            others.submit(self._write).result(timeout=10)
        return self.keys.take()

    def spare(self, _count: int) -> list[SigningKey]:
        """None, unless a test has put some there."""
        return self.spares

    def _write(self) -> None:
        with self.store.unit(writes=True) as unit:
            self.written.append(rows.a_pool(unit, f"us-east-1_slow{len(self.written)}").id)


@pytest.fixture
def world(world: World, store: Store) -> World:
    """A world whose reserve is empty."""
    return replace(world, key_reserve=Slow(world.key_reserve, store))


def _signs_in(api: Api, pool: str) -> Any:
    a_user(api, pool)
    return sign_in(api, a_client(api, pool))


def _is_challenged(api: Api, pool: str) -> Any:
    """The keys are there before a token is due."""
    api.idp("AdminCreateUser", UserPoolId=pool, Username="ana", TemporaryPassword="Temporary-Horse-1")
    return begin(api, a_client(api, pool), USERNAME="ana", PASSWORD="Temporary-Horse-1")


def _gets_a_client_token(api: Api, pool: str) -> Any:
    return own_token(api, a_service(api, pool))


def _asks_for_the_keys(api: Api, pool: str) -> Any:
    return api.http.get(f"/{pool}/.well-known/jwks.json").get_json()["keys"]


def _asks_for_the_certificate(api: Api, pool: str) -> Any:
    return api.idp("GetSigningCertificate", UserPoolId=pool)["Certificate"]


def _asks_for_the_keys_of_identity_pools(api: Api, _pool: str) -> Any:
    return api.http.get("/.well-known/jwks_uri").get_json()["keys"]


def _gets_an_identitys_token(api: Api, _pool: str) -> Any:
    pool = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True}
    made = api.identity("CreateIdentityPool", **pool)["IdentityPoolId"]
    return api.identity("GetOpenIdToken", IdentityId=api.identity("GetId", IdentityPoolId=made)["IdentityId"])


def _vouches(api: Api, _pool: str) -> Any:
    pool = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True, "DeveloperProviderName": "backend"}
    made = api.identity("CreateIdentityPool", **pool)["IdentityPoolId"]
    return api.identity("GetOpenIdTokenForDeveloperIdentity", IdentityPoolId=made, Logins={"backend": "ana"})


def _identifies_itself(api: Api, _pool: str) -> Any:
    return [
        api.sts("GetWebIdentityToken", **{"Audience.member.1": "app", "SigningAlgorithm": algorithm})[
            "WebIdentityToken"
        ]
        for algorithm in ("RS256", "ES384", "RS256", "ES384")
    ]


def _asks_for_the_keys_of_sts(api: Api, _pool: str) -> Any:
    return api.http.get("/sts/000000000000/.well-known/jwks.json").get_json()["keys"]


def _has_a_provider(api: Api, pool: str) -> Any:
    return a_provider(api, pool, "Corp", "SAML", corp())


@pytest.mark.parametrize(
    ("call", "keys"),
    [
        (_signs_in, 2),
        (_is_challenged, 2),
        (_gets_a_client_token, 2),
        (_asks_for_the_keys, 2),
        (_asks_for_the_certificate, 2),
        (_has_a_provider, 1),
        (_asks_for_the_keys_of_identity_pools, 1),
        (_gets_an_identitys_token, 1),
        (_vouches, 1),
        (_identifies_itself, 1),
        (_asks_for_the_keys_of_sts, 1),
    ],
)
def test_others_write_while_a_key_is_generated(api: Api, call: Callable[[Api, str], Any], keys: int) -> None:
    pool = a_pool(api)
    reserve = api.world.key_reserve
    assert isinstance(reserve, Slow)
    assert reserve.written == []
    assert call(api, pool)
    assert len(reserve.written) == keys


def test_a_pool_keeps_the_keys_that_it_got(api: Api) -> None:
    pool = a_pool(api)
    first = {key["kid"] for key in _asks_for_the_keys(api, pool)}
    _signs_in(api, pool)
    assert {key["kid"] for key in _asks_for_the_keys(api, pool)} == first
    assert len(first) == 2


def test_a_key_set_is_the_same_when_it_is_made_and_ever_after(api: Api) -> None:
    """Also in the order of its keys, so that it is the same for whoever compares the bytes."""
    pool = a_pool(api)
    assert _asks_for_the_keys(api, pool) == _asks_for_the_keys(api, pool)


def test_spare_keys_are_never_generated_then_and_there() -> None:
    made: list[SigningKey] = []

    def generate() -> SigningKey:
        made.append(SigningKey(str(len(made)), b""))
        return made[-1]

    reserve = BackgroundReserve(size=2, generate=generate)
    assert reserve.spare(2) == []
    assert made == []
    assert reserve.take() is made[0]


def test_a_key_of_the_reserve_is_sealed_when_it_is_made() -> None:
    vault = Vault(bytes(32))
    key = sealed_key(vault, lambda: SigningKey("k", b"pem"))
    before = vault.seal_key.cache_info()
    assert vault.open(vault.seal_key(key.pem, key.kid), "k") == b"pem"
    assert (before.misses, vault.seal_key.cache_info().misses) == (1, 1)


def test_a_pool_gets_what_was_sealed(api: Api, store: Store) -> None:
    reserve = api.world.key_reserve
    assert isinstance(reserve, Slow)
    reserve.spares = [sealed_key(store.vault, reserve.keys.take) for _ in range(2)]
    sealed = {key.kid: store.vault.seal_key(key.pem, key.kid) for key in reserve.spares}
    pool = a_pool(api)
    with store.unit(writes=False) as unit:
        assert {key.kid: key.sealed for key in unit.pool_keys.of(pool).values()} == sealed


def test_no_key_is_made_while_some_are_taken_in_a_row() -> None:
    """It rests until nobody has taken one meanwhile, and then makes them."""
    told: list[str] = []

    def generate() -> SigningKey:
        told.append("made")
        if told.count("made") == 3:
            raise Enough
        return SigningKey("k", b"")

    def rest(_seconds: float) -> None:
        told.append("rest")
        if len(told) < 3:
            reserve.spare(2)

    reserve = BackgroundReserve(size=8, generate=generate, rest=rest)
    reserve.spare(2)
    with pytest.raises(Enough):
        reserve.fill()
    assert told == ["rest", "rest", "rest", "made", "made", "made"]


class Enough(Exception):
    """Ends what goes on forever."""
