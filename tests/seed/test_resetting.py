"""A reset to the seed: in one transaction, quickly, and with the keys that applications have in a cache."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from emulator.settings import Settings
from storage.store import Store
from tests.builders import Api, a_user
from tests.seed.documents import CLIENT, EXAMPLE, POOL, rows

OTHER = "user_pools: [{Id: us-east-1_other, PoolName: other, groups: [{GroupName: staff}]}]"


@pytest.fixture
def seeds(tmp_path: Path) -> tuple[Path, ...]:
    paths = tmp_path / "seed.yaml", tmp_path / "other.yaml"
    for path, content in zip(paths, (EXAMPLE, OTHER), strict=True):
        path.write_text(content, encoding="utf-8")
    return paths


@pytest.fixture
def settings(seeds: tuple[Path, ...]) -> Settings:
    return replace(Settings(ephemeral=True), seed=seeds)


def reset(api: Api, query: str = "", status: int = 200) -> dict[str, str]:
    response = api.http.post(f"/_emulator/reset?reseed=true{query}")
    assert response.status_code == status
    told: dict[str, str] = response.get_json()
    return told


def usernames(api: Api) -> list[str]:
    return [each["Username"] for each in api.idp("ListUsers", UserPoolId=POOL)["Users"]]


def test_a_reset_applies_the_files(api: Api, store: Store) -> None:
    assert reset(api) == {}
    before = rows(store)["user_pool_clients"]
    a_user(api, POOL)
    api.idp("UpdateUserPoolClient", UserPoolId=POOL, ClientId=CLIENT, ClientName="renamed")
    api.idp("CreateUserPool", PoolName="more")
    api.world.clock.advance(days=9)
    assert reset(api) == {}
    assert [each["Id"] for each in api.idp("ListUserPools", MaxResults=9)["UserPools"]] == [POOL, "us-east-1_other"]
    assert usernames(api) == ["ada"]
    assert (rows(store)["user_pool_clients"], api.world.clock.offset) == (before, 0)


def test_a_reset_that_is_refused_leaves_everything_as_it_was(api: Api, store: Store, seeds: tuple[Path, ...]) -> None:
    reset(api)
    a_user(api, POOL)
    api.world.clock.advance(days=9)
    api.world.rates.limit({("us-east-1", "UserRead"): 9})
    before = rows(store)
    refused = "clients: [{ClientName: web, CallbackURLs: [http://app.example]}]"  # when everything has been deleted
    seeds[1].write_text(OTHER.replace("groups: [{GroupName: staff}]", refused), encoding="utf-8")
    assert "CallbackURLs" in reset(api, status=400)["error"]
    assert (rows(store), api.world.clock.offset, bool(api.world.rates)) == (before, 9 * 86_400, True)


def test_pools_with_pinned_ids_keep_their_keys(api: Api) -> None:
    reset(api)
    keys = api.http.get(f"/{POOL}/.well-known/jwks.json").get_json()
    reset(api)
    assert api.http.get(f"/{POOL}/.well-known/jwks.json").get_json() == keys
    api.http.post("/_emulator/reset")
    reset(api)
    assert api.http.get(f"/{POOL}/.well-known/jwks.json").get_json() != keys


def test_the_reset_of_one_pool_applies_what_the_files_say_of_it(api: Api) -> None:
    reset(api)
    for pool, group in ((POOL, "admins"), ("us-east-1_other", "staff")):
        api.idp("DeleteGroup", UserPoolId=pool, GroupName=group)
        a_user(api, pool)
    api.idp("UpdateUserPoolClient", UserPoolId=POOL, ClientId=CLIENT, ClientName="renamed")
    reset(api, f"&pool={POOL}")
    assert [each["GroupName"] for each in api.idp("ListGroups", UserPoolId=POOL)["Groups"]] == ["admins"]
    assert usernames(api) == ["ada"]
    assert api.idp("ListUserPoolClients", UserPoolId=POOL)["UserPoolClients"][0]["ClientName"] == "web"
    assert api.idp("ListGroups", UserPoolId="us-east-1_other")["Groups"] == []
    assert len(api.idp("ListUsers", UserPoolId="us-east-1_other")["Users"]) == 1


def test_a_pool_that_is_gone_is_made_again(api: Api) -> None:
    reset(api)
    api.idp("DeleteUserPool", UserPoolId=POOL)
    reset(api, f"&pool={POOL}")
    assert usernames(api) == ["ada"]


def test_the_reset_of_a_pool_that_the_files_do_not_name_is_refused(api: Api) -> None:
    pool = api.idp("CreateUserPool", PoolName="more")["UserPool"]["Id"]
    a_user(api, pool)
    told = reset(api, f"&pool={pool}", 400)
    assert told == {"error": f"reseed: the seed says nothing of the pool {pool}"}
    assert len(api.idp("ListUsers", UserPoolId=pool)["Users"]) == 1


def test_a_file_that_has_become_wrong_leaves_everything_as_it_is(
    api: Api, store: Store, seeds: tuple[Path, ...]
) -> None:
    reset(api)
    before = rows(store)
    seeds[1].write_text("user_pools: [{PoolName: a, domains: [{Domain: aws}]}]", encoding="utf-8")
    told = reset(api, status=400)["error"]
    assert told.endswith("other.yaml: user_pools[0].domains[0].Domain: Domain cannot contain reserved word: aws")
    seeds[0].unlink()
    assert "seed.yaml: No such file or directory" in reset(api, status=400)["error"]
    assert rows(store) == before
