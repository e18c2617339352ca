"""Records of configuration that units take from earlier ones, which have read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import JSON, text

from storage.column_types import Configuration
from storage.records.pools import Client, Pool
from storage.remembered.alone import Alone
from storage.remembered.records import TABLES
from storage.store import Store
from storage.tables.schema import all_tables
from storage.tables.users import users
from storage.unit import Unit
from storage.violations import UniqueViolation
from tests.storage.remembered.units import begin, reading, rename, see, statements
from tests.storage.rows import NOON, VAULT, a_client, a_pool, a_secret, a_user

CONFIGURATION = [table for table in all_tables() if table.name in TABLES]


def test_what_was_read_once_is_not_read_again(sqlite: Store, pool: Pool) -> None:
    with sqlite.unit(writes=True) as unit:
        client = a_client(unit, pool)
        a_secret(unit, client)

    def read(unit: Unit) -> list[object]:
        return [
            unit.pools.get(pool.id),
            unit.clients.get(client.id),
            unit.clients.all(pool.id),
            unit.clients.secrets(client.id),
        ]

    with statements(sqlite) as heard:
        with sqlite.unit(writes=False) as unit:
            first = read(unit)
        assert len(heard) == 4
        heard.clear()
        with reading(sqlite) as unit:
            assert read(unit) == first
        assert heard == []
        with sqlite.unit(writes=True) as unit:
            assert read(unit) == first
        assert heard == []


def test_that_a_client_has_no_secrets_is_remembered_until_it_gets_one(sqlite: Store, client: Client) -> None:
    with sqlite.unit(writes=False) as unit:
        assert unit.clients.secrets(client.id) == []
    with statements(sqlite) as heard, reading(sqlite) as unit:
        assert unit.clients.secrets(client.id) == []
        assert heard == []
    with sqlite.unit(writes=True) as unit:
        a_secret(unit, client)
    with reading(sqlite) as unit:
        assert [secret.client_id for secret in unit.clients.secrets(client.id)] == [client.id]


def test_a_list_that_was_taken_may_be_changed(sqlite: Store, client: Client) -> None:
    for _ in range(3):
        with sqlite.unit(writes=False) as unit:
            found = unit.clients.all(client.pool_id)
            assert found == [client]
            found.clear()


def test_one_record_is_not_taken_for_a_list_of_it(sqlite: Store, client: Client) -> None:
    for _ in range(2):
        with sqlite.unit(writes=False) as unit:
            begin(unit)
            assert unit.clients._one(id=client.id) == client
            assert unit.clients._every(id=client.id) == [client]


def test_the_next_unit_sees_a_change(sqlite: Store, pool: Pool) -> None:
    rename(sqlite, pool, "new")
    assert see(sqlite, pool) == "new"
    with sqlite.unit(writes=True) as unit:
        found = unit.pools.get(pool.id)
        assert found is not None
        assert found.name == "new"


def test_nobody_sees_a_change_that_was_rolled_back(sqlite: Store, pool: Pool) -> None:
    with pytest.raises(KeyError), sqlite.unit(writes=True) as unit:
        unit.pools.change(pool, name="new", settings={}, modified=NOON)
        found = unit.pools.get(pool.id)
        assert found is not None
        assert found.name == "new"  # its own change
        raise KeyError
    assert see(sqlite, pool) == pool.name


def test_a_commit_that_fails_changes_nothing_for_others(sqlite: Store, pool: Pool) -> None:
    """The foreign key is checked at the commit, which fails; a unit in the middle of it keeps nothing."""
    with pytest.raises(Exception, match="FOREIGN KEY"), sqlite.unit(writes=True) as unit:
        unit.read(text("PRAGMA defer_foreign_keys = ON"))
        a_client(unit, Pool("us-east-1_gone", "us-east-1", "gone", {}, NOON, NOON))
    assert see(sqlite, pool) == pool.name
    with statements(sqlite) as heard, reading(sqlite) as unit:
        assert unit.pools.get(pool.id) == pool
        assert heard == []


def test_a_writer_takes_nothing_after_its_own_change_until_its_transaction_ends(sqlite: Store, client: Client) -> None:
    with sqlite.unit(writes=True) as unit:
        assert unit.clients.get(client.id) == client
        changed = unit.clients.change(client, name="new", settings={}, modified=NOON)
        assert unit.clients.get(client.id) == changed
        unit.commit()
        assert unit.clients.get(client.id) == changed
        unit.clients.delete(changed)
        assert unit.clients.get(client.id) is None
        unit.close()
        assert unit.clients.get(client.id) == changed


def test_a_change_that_was_not_committed_is_not_remembered(sqlite: Store, client: Client) -> None:
    with sqlite.unit(writes=True) as unit:
        unit.clients.change(client, name="new", settings={}, modified=NOON)
        unit.clients.get(client.id)
        with sqlite.unit(writes=False) as other:
            assert other.clients.get(client.id) == client


def test_a_deleted_pool_takes_its_clients_and_their_secrets_along(sqlite: Store, pool: Pool, client: Client) -> None:
    with sqlite.unit(writes=True) as unit:
        a_secret(unit, client)
    with sqlite.unit(writes=False) as unit:
        assert unit.clients.secrets(client.id)
    with sqlite.unit(writes=True) as unit:
        unit.pools.delete(pool)
        assert unit.clients.get(client.id) is None
    with reading(sqlite) as unit:
        assert unit.clients.get(client.id) is None
        assert unit.clients.secrets(client.id) == []


def test_everything_that_is_deleted_is_gone(sqlite: Store, pool: Pool, client: Client) -> None:
    with sqlite.unit(writes=True) as unit:
        unit.delete_everything()
    with reading(sqlite) as unit:
        assert (unit.pools.get(pool.id), unit.clients.get(client.id)) == (None, None)


def test_a_change_of_one_table_leaves_the_records_of_others(sqlite: Store, client: Client) -> None:
    with sqlite.unit(writes=True) as unit:
        unit.pools.change(Pool(client.pool_id, "us-east-1", "pool", {}, NOON, NOON), name="b", settings={}, modified=1)
    with statements(sqlite) as heard, reading(sqlite) as unit:
        assert unit.clients.get(client.id) == client
        assert heard == []


def test_a_user_who_comes_or_goes_leaves_their_pool_remembered(sqlite: Store, pool: Pool) -> None:
    with sqlite.unit(writes=True) as unit:
        ana = a_user(unit, pool)
    with sqlite.unit(writes=True) as unit:
        unit.users.delete(ana)
    with statements(sqlite) as heard, reading(sqlite) as unit:
        assert unit.pools.get(pool.id) == pool
        assert heard == []


def test_what_does_not_exist_is_not_remembered(sqlite: Store, pool: Pool) -> None:
    with sqlite.unit(writes=False) as unit:
        begin(unit)
        assert (unit.pools.get("us-east-1_made_up"), unit.clients.all(pool.id)) == (None, [])
    assert sqlite.remembered is not None
    assert [len(records) for records in sqlite.remembered.records.values() if records] == [1]


def test_the_oldest_record_makes_room_for_a_new_one(sqlite: Store) -> None:
    sqlite.remembered = Alone(most=2)
    with sqlite.unit(writes=True) as unit:
        pools = [a_pool(unit, f"us-east-1_{number}") for number in range(3)]
    with sqlite.unit(writes=False) as unit:
        for pool in pools:
            assert unit.pools.get(pool.id) == pool
    assert list(sqlite.remembered.records["user_pools"].values()) == pools[1:]


def test_a_store_of_several_processes_remembers_nothing(tmp_path: Path) -> None:
    store, other = (Store(tmp_path / "db", VAULT, several=True) for _ in range(2))
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
    assert see(store, pool) == pool.name
    rename(other, pool, "new")
    assert see(store, pool) == "new"
    store.close()
    other.close()


def test_a_row_that_was_refused_is_none_for_later_units(sqlite: Store, pool: Pool) -> None:
    with pytest.raises(UniqueViolation), sqlite.unit(writes=True) as unit:
        a_pool(unit, pool.id, name="new")
    assert see(sqlite, pool) == pool.name


def test_statements_tell_which_remembered_records_they_change(sqlite: Store, pool: Pool) -> None:
    """A unit that writes to users alone drops nothing, and one whose statement is not known drops everything."""
    assert sqlite.remembered is not None
    before = sqlite.remembered.version
    with sqlite.unit(writes=True) as unit:
        unit.write(users.delete())
    assert sqlite.remembered.version == before
    with sqlite.unit(writes=True) as unit:
        unit.write(text("UPDATE user_pools SET name = 'new'"))
    assert see(sqlite, pool) == "new"


def test_a_delete_from_another_table_cascades_to_no_remembered_one() -> None:
    assert len(CONFIGURATION) == len(TABLES)
    for table in CONFIGURATION:
        assert {key.column.table.name for key in table.foreign_keys} <= TABLES


def test_units_cannot_change_what_they_share() -> None:
    for table in CONFIGURATION:
        assert [column for column in table.columns if isinstance(column.type, JSON)] == [
            column for column in table.columns if isinstance(column.type, Configuration)
        ]
