"""Which pools have a history, since when and for how long; that sign-ins are not in it; and that it knows the clock."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from emulator.app import create_app
from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.world import World
from emulator.settings import Settings
from storage.records.pools import Pool
from storage.store import Store
from storage.tables.history import history
from storage.tables.pools import user_pools
from tests.api.second_factors import a_place, an_enrolled, answer, challenged, code_of
from tests.api.signing_in import refusal, renew
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in

MINUTE, DAY = 60.0, 86_400.0


def rows(store: Store) -> list[Any]:
    """The changes and the marks of the clock, oldest first."""
    with store.unit(writes=False) as unit:
        return list(unit.read(select(history).order_by(history.c.number)).all())


def pool_of(store: Store, pool_id: str) -> Pool:
    with store.unit(writes=False) as unit:
        pool = unit.pools.get(pool_id)
    assert pool is not None
    return pool


def since(api: Api, store: Store, pool_id: str) -> float | None:
    """How many seconds ago the history of a pool begins."""
    begun = pool_of(store, pool_id).history_since
    return None if begun is None else round(api.world.clock.now() - begun, 3)


def set_tier(api: Api, pool: str, tier: str) -> None:
    api.idp("UpdateUserPool", UserPoolId=pool, UserPoolTier=tier)


def rename(api: Api, pool: str, name: str = "Ana") -> None:
    members = {"UserPoolId": pool, "Username": "ana", "UserAttributes": pairs({"given_name": name})}
    api.idp("AdminUpdateUserAttributes", **members)


def restart(store: Store, clock: MovableClock) -> None:
    create_app(Settings(ephemeral=True), World(clock, background=Queue()), store)


@pytest.mark.parametrize("tier", ["ESSENTIALS", "PLUS"])
def test_the_history_of_a_new_pool_begins_with_the_pool(api: Api, store: Store, tier: str) -> None:
    pool = a_pool(api, UserPoolTier=tier)
    a_user(api, pool)
    api.world.clock.advance(minutes=1)
    assert since(api, store, pool) == MINUTE
    assert [(row.pool_id, row.kind, row.before is None) for row in rows(store)] == [
        (pool, "user", True),
        (pool, "user", False),
    ]


def test_a_lite_pool_has_no_history(api: Api, store: Store) -> None:
    pool = a_pool(api, UserPoolTier="LITE")
    a_user(api, pool)
    assert since(api, store, pool) is None
    assert rows(store) == []


def test_the_time_in_the_lite_tier_is_a_hole(api: Api, store: Store) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    set_tier(api, pool, "LITE")
    assert since(api, store, pool) is None
    rename(api, pool)
    assert rows(store) == []
    api.world.clock.advance(minutes=1)
    set_tier(api, pool, "PLUS")
    assert since(api, store, pool) == 0
    rename(api, pool, "Eva")
    api.world.clock.advance(minutes=1)
    set_tier(api, pool, "ESSENTIALS")
    assert since(api, store, pool) == MINUTE
    assert len(rows(store)) == 1


def test_a_pool_of_an_older_version_gets_a_history_at_the_next_start(api: Api, store: Store) -> None:
    pool, lite = a_pool(api), a_pool(api, UserPoolTier="LITE")
    with store.unit(writes=True) as unit:
        unit.write(user_pools.update(), {"history_since": None})
    api.world.clock.advance(minutes=1)
    for _ in range(2):
        restart(store, api.world.clock)
        assert (since(api, store, pool), since(api, store, lite)) in {(0, None), (MINUTE, None)}
        api.world.clock.advance(minutes=1)
    assert since(api, store, pool) == 2 * MINUTE


def test_sign_ins_tokens_and_wrong_passwords_are_not_in_the_history(api: Api, store: Store) -> None:
    pool, client = a_place(api)
    secret = an_enrolled(api, pool, client)
    before = len(rows(store))
    challenge = challenged(api, client, "SOFTWARE_TOKEN_MFA")
    signed_in = answer(
        api, client, "SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code_of(api, secret)
    )["AuthenticationResult"]
    refusal(lambda: sign_in(api, client, password="wrong"))
    access = renew(api, client, signed_in["RefreshToken"])["AuthenticationResult"]["AccessToken"]
    api.idp("AssociateSoftwareToken", AccessToken=access)
    api.idp("GlobalSignOut", AccessToken=access)
    assert len(rows(store)) == before


def test_a_verifier_that_a_sign_in_computes_is_not_in_the_history(api: Api, store: Store) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    with store.unit(writes=True) as unit:
        user = unit.users.named(pool, "ana")
        assert user is not None
        unit.users.change(user, verifier=None)
    before = len(rows(store))
    sign_in(api, client, password=PASSWORD)
    with store.unit(writes=False) as unit:
        assert unit.users.named(pool, "ana") != user
    assert len(rows(store)) == before


def test_a_clock_that_is_set_back_leaves_a_mark(api: Api, store: Store) -> None:
    a_user(api, a_pool(api))
    before, now = len(rows(store)), api.world.clock.now()
    for body in ({"advance": "2h"}, {"advance": "-1h"}, {"reset": True}, {"now": "2030-01-01T00:00:00Z"}):
        assert api.http.post("/_emulator/clock", json=body).status_code == 200
    marks = [(row.pool_id, row.time) for row in rows(store)[before:]]
    assert marks == [(None, now + 3_600), (None, now)]


def test_a_start_with_a_clock_that_is_behind_leaves_a_mark(api: Api, store: Store) -> None:
    a_user(api, a_pool(api))
    restart(store, api.world.clock)
    assert [row for row in rows(store) if row.pool_id is None] == []
    api.world.clock.advance(minutes=-1)
    restart(store, api.world.clock)
    assert [row.time for row in rows(store) if row.pool_id is None] == [api.world.clock.now()]


def sweep(api: Api) -> None:
    """A call, after which the background gets its turn."""
    api.idp("ListUserPools", MaxResults=1)
    assert isinstance(api.world.background, Queue)
    api.world.background.work()


@pytest.mark.parametrize(("tier", "days"), [("ESSENTIALS", 1), ("PLUS", 14)])
def test_a_history_is_as_long_as_the_tier_allows(api: Api, store: Store, tier: str, days: int) -> None:
    pool = a_pool(api, UserPoolTier=tier)
    a_user(api, pool)
    for turn in range(300):
        rename(api, pool, str(turn))
    api.world.clock.advance(days=days, minutes=-1)
    rename(api, pool, "newest")
    sweep(api)
    assert len(rows(store)) == 303
    api.world.clock.advance(minutes=31)
    sweep(api)
    assert len(rows(store)) == 1
    assert since(api, store, pool) == days * DAY
    api.world.clock.advance(days=days)
    sweep(api)
    assert rows(store) == []


def test_an_open_recovery_keeps_the_history_that_it_needs(api: Api, store: Store) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    with store.unit(writes=True) as unit:
        unit.pools.pause(pool_of(store, pool), api.world.clock.now() + 2 * DAY)
    api.world.clock.advance(days=1, minutes=30)
    sweep(api)
    assert len(rows(store)) == 2
    api.world.clock.advance(days=1)
    sweep(api)
    assert rows(store) == []


def test_a_reset_pool_begins_a_new_history(api: Api, store: Store) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    api.world.clock.advance(minutes=1)
    assert api.http.post(f"/_emulator/reset?pool={pool}").status_code == 200
    assert (rows(store), since(api, store, pool)) == ([], 0)
