"""User pools, app clients, their secrets and signing keys."""

from __future__ import annotations

from typing import Any

import pytest

from storage.unit import Unit
from tests.storage.rows import NOON, VAULT, a_client, a_group, a_key, a_pool, a_secret, a_user


def test_a_pool_is_got_as_it_was_added(unit: Unit) -> None:
    pool = a_pool(unit)
    assert unit.pools.get(pool.id) == pool
    assert unit.pools.get("us-east-1_other") is None


def test_times_keep_their_milliseconds(unit: Unit) -> None:
    a_pool(unit)
    kept = unit.pools.get("us-east-1_a")
    assert kept is not None
    assert kept.created == NOON


def test_settings_keep_every_json_type_and_their_order(unit: Unit) -> None:
    settings = {"z": [1, 1.5, True, None, {"ü": "\U0001f600"}], "a": {"": ""}, "m": 10**15}
    changed = unit.pools.change(a_pool(unit), name="new", settings=settings, modified=NOON + 1)
    assert unit.pools.get(changed.id) == changed
    assert list(changed.settings) == ["z", "a", "m"]
    kept = unit.pools.get(changed.id)
    assert kept is not None
    assert list(kept.settings) == ["z", "a", "m"]


@pytest.mark.parametrize("value", ["\ud800", "\0\x7f\u2028", 2**70, 1e16, 5e-324, 0.1, "é"])
def test_settings_keep_what_json_can_say(unit: Unit, value: Any) -> None:
    """Lone surrogates, which UTF-8 cannot say, and numbers of more than 64 bits among them."""
    changed = unit.pools.change(a_pool(unit), name="new", settings={"m": [value]}, modified=NOON)
    assert unit.pools.get(changed.id) == changed


def test_a_changed_pool_keeps_who_is_counted_in_it(unit: Unit) -> None:
    pool = a_pool(unit)
    a_user(unit, pool)
    unit.pools.change(pool, name="new", settings={}, modified=NOON)
    assert unit.users.count(pool.id) == 1


def test_changing_one_pool_changes_no_other(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    unit.pools.change(pool, name="new", settings={}, modified=NOON + 1)
    assert unit.pools.get(other.id) == other


def test_pools_come_by_region(unit: Unit) -> None:
    here, there = a_pool(unit), a_pool(unit, "eu-west-1_a", region="eu-west-1")
    assert unit.pools.page("us-east-1", 10, None).items == [here]
    assert unit.pools.page("eu-west-1", 10, None).items == [there]
    assert unit.pools.page("eu-north-1", 10, None).items == []


def test_an_emptied_pool_keeps_its_settings_clients_and_keys(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    client, key = a_client(unit, pool), a_key(unit, pool)
    a_user(unit, pool)
    a_group(unit, pool)
    a_user(unit, other)
    unit.pool_contents.delete(pool)
    assert unit.pools.get(pool.id) == pool
    assert unit.clients.all(pool.id) == [client]
    assert unit.pool_keys.of(pool.id) == {"id": key}
    assert unit.users.page(pool.id, 10, None).items == []
    assert unit.groups.count(pool.id) == 0
    assert len(unit.users.page(other.id, 10, None).items) == 1


def test_a_client_is_got_changed_and_deleted(unit: Unit) -> None:
    client = a_client(unit, a_pool(unit))
    assert unit.clients.get(client.id) == client
    changed = unit.clients.change(client, name="app", settings={"a": 1}, modified=NOON + 1)
    assert unit.clients.get(client.id) == changed
    assert changed.created == client.created
    unit.clients.delete(client)
    assert unit.clients.get(client.id) is None


def test_clients_are_listed_and_counted_by_pool(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    first, second = a_client(unit, pool, "1"), a_client(unit, pool, "2")
    a_client(unit, other, "3")
    assert unit.clients.all(pool.id) == [first, second]
    assert unit.clients.page(pool.id, 10, None).items == [first, second]
    assert unit.clients.count(pool.id) == 2
    assert unit.clients.count("us-east-1_none") == 0


def test_secrets_come_oldest_first_and_open_under_their_id_alone(unit: Unit) -> None:
    client = a_client(unit, a_pool(unit))
    newer = a_secret(unit, client, "client--2", NOON + 1)
    older = a_secret(unit, client, "client--1", NOON)
    assert unit.clients.secrets(client.id) == [older, newer]
    assert VAULT.open(unit.clients.secrets(client.id)[0].sealed, older.id) == b"secret"
    assert unit.clients.secrets("nobody") == []


def test_keys_come_by_use(unit: Unit) -> None:
    pool = a_pool(unit)
    assert unit.pool_keys.of(pool.id) == {}
    keys = {use: a_key(unit, pool, use, use) for use in ("id", "access")}
    a_key(unit, a_pool(unit, "us-east-1_b"), "theirs", "id")
    assert unit.pool_keys.of(pool.id) == keys
