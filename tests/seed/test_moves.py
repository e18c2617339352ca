"""A server with one of everything moves: its export goes into another server, whose export is the same, and works."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.app import create_app
from emulator.outside.world import World
from emulator.settings import Settings
from keys.entropy import SeededEntropy
from keys.vault import Vault
from storage.server import Server
from storage.store import Store
from tests.builders import Api, claims, sign_in
from tests.conftest import VAULT, Statements
from tests.postgresql.server import PostgreSQLServer
from tests.seed.documents import counts, rows, sow
from tests.seed.everything import ROLE, SECRET, Everything, build, export, federated

OTHER_VAULT = Vault(bytes(range(1, 33)))
Elsewhere = Callable[[Vault], tuple[Api, Store]]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@pytest.fixture
def elsewhere(
    kind_of_database: str, world: World, statements: Statements, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Elsewhere]:
    """Makes another server that is empty, and has this data key."""
    with ExitStack() as stack:

        def place(number: int) -> Path | Server:
            if kind_of_database == "sqlite":
                return tmp_path / f"{number}.sqlite3"
            postgresql: PostgreSQLServer = request.getfixturevalue("postgresql")
            name = postgresql.create()
            stack.callback(postgresql.drop, name)
            return postgresql.server(name)

        made: list[Store] = []

        def make(vault: Vault) -> tuple[Api, Store]:
            where = place(len(made))
            store = statements.share(Store(where, vault))
            stack.callback(store.close)
            made.append(store)
            there = replace(world, entropy=SeededEntropy(100 + len(made)))
            return Api(create_app(Settings(ephemeral=True), there, store, is_new=True).test_client(), there), store

        yield make


def test_an_export_moves_everything(api: Api, store: Store, elsewhere: Elsewhere) -> None:
    made = build(api)
    keys = [api.http.get(path).get_json() for path in _key_sets(made)]
    sealed, portable = export(api), export(api, "?portable=true")
    assert SECRET not in sealed
    assert made.secret not in sealed
    same, same_store = elsewhere(VAULT)
    told = sow(same, _read(sealed))
    assert "error" not in told, told
    assert export(same) == sealed
    before = rows(same_store)
    assert sow(same, _read(sealed)) == counts(unchanged=told["created"] + told["updated"])
    assert rows(same_store) == before
    assert sow(same, _read(sealed), "?reseed=true") == counts(updated=told["created"] + told["updated"])
    assert (export(same), export(same, "?portable=true")) == (sealed, portable)
    other, _ = elsewhere(OTHER_VAULT)
    assert "it was sealed with another data key" in sow(other, _read(sealed))["error"]
    yaml = export(api, "?portable=true&format=yaml")
    assert "error" not in sow(other, yaml)
    assert export(other, "?portable=true") == portable
    assert [other.http.get(path).get_json() for path in _key_sets(made)] == keys
    check_works(other, made)


def _key_sets(made: Everything) -> list[str]:
    return [f"/{made.pool}/.well-known/jwks.json", "/.well-known/jwks_uri", "/_emulator/idp/oidc/jwks"]


def check_works(api: Api, made: Everything) -> None:
    """What was made at another server works at this one."""
    for provider, person in (("Stand", "noor"), ("Directory", "mika")):
        found = claims(federated(api, made, provider)["id_token"])
        assert (found["email"], found["cognito:username"]) == (f"{person}@x.example", f"{provider}_{person}-1")
    login = {made.provider: sign_in(api, made.app)["IdToken"]}
    identity = api.identity("GetId", IdentityPoolId=made.identity_pool, Logins=login)["IdentityId"]
    assert identity == made.identity
    given = api.identity("GetCredentialsForIdentity", IdentityId=identity, Logins=login)["Credentials"]
    shown = api.http.get(f"/_emulator/credentials?access_key_id={given['AccessKeyId']}").get_json()
    assert (shown["role_arn"], shown["principal_tags"].keys()) == (ROLE, {"who"})


def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
