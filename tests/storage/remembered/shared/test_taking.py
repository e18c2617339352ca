"""Records that processes remember which share a database: each takes what the database has, and nothing older."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.records.pools import Pool
from storage.remembered.shared import Shared
from storage.store import Store
from tests.storage.remembered.shared.stores import client_of, of
from tests.storage.remembered.units import begin, rename, see, statements
from tests.storage.rows import a_client, a_pool, a_user


class TestTaking:
    def test_a_unit_takes_what_an_earlier_one_has_read(self, here: Store, pool: Pool) -> None:
        with statements(here) as heard:
            assert see(here, pool) == pool.name
        assert (len(of(heard, "user_pools")), len(of(heard, "server_state"))) == (0, 1)

    def test_a_unit_reads_what_another_process_has_changed(self, here: Store, there: Store, pool: Pool) -> None:
        for name in ("one", "two"):
            rename(there, pool, name)
            assert [see(here, pool), see(here, pool), see(there, pool)] == [name] * 3

    def test_a_unit_reads_what_its_own_process_has_changed(self, here: Store, pool: Pool) -> None:
        for name in ("one", "two"):
            rename(here, pool, name)
            assert [see(here, pool), see(here, pool)] == [name, name]

    def test_a_unit_that_changes_takes_nothing_afterwards(self, here: Store, pool: Pool) -> None:
        with here.unit(writes=True, configures=False) as unit:
            assert unit.pools.get(pool.id) == pool
            changed = unit.pools.change(pool, name="new", settings={}, modified=1)
            assert unit.pools.get(pool.id) == changed
        with here.unit(writes=False) as unit:
            assert unit.pools.get(pool.id) == changed

    def test_a_unit_that_has_changed_takes_nothing_when_it_follows_the_state_again(
        self, here: Store, pool: Pool
    ) -> None:
        with here.unit(writes=True, configures=False) as unit:
            changed = unit.pools.change(pool, name="new", settings={}, modified=1)
            unit.follow()
            assert unit.pools.get(pool.id) == changed

    def test_what_was_rolled_back_is_remembered_by_nobody(self, here: Store, there: Store, pool: Pool) -> None:
        with pytest.raises(KeyError), here.unit(writes=True) as unit:
            unit.pools.change(pool, name="new", settings={}, modified=1)
            assert unit.pools.get(pool.id) != pool
            raise KeyError
        assert (see(here, pool), see(there, pool)) == (pool.name, pool.name)

    def test_a_user_who_comes_leaves_the_configuration_as_it_is(self, here: Store, pool: Pool) -> None:
        with here.unit(writes=False) as unit:
            before = unit.server_state.get()
        with here.unit(writes=True, configures=False) as unit:
            a_user(unit, pool)
        with here.unit(writes=False) as unit:
            assert unit.server_state.get() == before

    def test_a_reader_goes_on_with_what_it_saw_while_another_process_changes(
        self, here: Store, there: Store, pool: Pool
    ) -> None:
        with here.unit(writes=False) as unit:
            begin(unit)
            rename(there, pool, "new")
            assert see(here, pool) == "new"  # and is remembered
            assert unit.pools.get(pool.id) == pool
        assert see(here, pool) == "new"

    def test_what_an_older_transaction_has_read_is_taken_by_no_later_one(
        self, here: Store, there: Store, pool: Pool
    ) -> None:
        client = client_of(there, pool)
        with here.unit(writes=False) as unit:
            begin(unit)
            with there.unit(writes=True) as other:
                other.clients.change(client, name="new", settings={}, modified=1)
            assert see(here, pool) == pool.name
            assert unit.clients.get(client.id) == client  # and is not kept for others
        with here.unit(writes=False) as unit:
            found = unit.clients.get(client.id)
            assert found is not None
            assert found.name == "new"

    def test_an_earlier_state_of_the_database_is_never_taken_for_a_later_one(self, here: Store, pool: Pool) -> None:
        """As when a database is put back: its configuration counts on from an earlier version."""
        states: set[int] = set()
        for name in ("one", "two", "three"):
            rename(here, pool, name)
            see(here, pool)
            assert isinstance(here.remembered, Shared)
            states.add(here.remembered.version)
        assert len(states) == 3
        assert sorted(states) != [1, 2, 3]


class TestSideBySide:
    """Where units that write run side by side: PostgreSQL."""

    @pytest.fixture
    def kind_of_database(self) -> str:
        """PostgreSQL."""
        return "postgresql"

    def test_who_configures_sees_what_was_changed_while_they_waited(self, here: Store, there: Store) -> None:
        with here.unit(writes=True) as unit:
            pool, lock = a_pool(unit), a_pool(unit, "us-east-1_b")
        assert see(here, pool) == pool.name
        with there.unit(writes=True) as other, ThreadPoolExecutor(1) as threads:
            other.pools.get(lock.id)

            def configure() -> tuple[str, int]:
                with here.unit(writes=True) as unit:
                    unit.pools.get(lock.id)
                    found = unit.pools.get(pool.id)
                    return (found.name if found else "", len(unit.clients.all(pool.id)))

            seen = threads.submit(configure)
            a_client(other, other.pools.change(pool, name="new", settings={}, modified=1))
            other.commit()
            assert seen.result(timeout=10) == ("new", 1)

    def test_who_sees_one_moment_takes_nothing_from_who_has_seen_a_later_one(
        self, here: Store, there: Store, pool: Pool
    ) -> None:
        client = client_of(there, pool)
        assert see(here, pool) == pool.name
        with here.unit(writes=False) as reader:
            begin(reader)
            with here.unit(writes=True, configures=False) as writer:
                begin(writer)
                with there.unit(writes=True) as other:
                    new = other.clients.change(client, name="new", settings={}, modified=1)
                assert writer.clients.get(client.id) == new  # and is kept
            assert reader.clients.get(client.id) == client

    def test_who_writes_takes_what_who_writes_has_kept(self, here: Store, there: Store, pool: Pool) -> None:
        client = client_of(there, pool)
        for asked in (1, 0):
            with statements(here) as heard, here.unit(writes=True, configures=False) as unit:
                assert unit.clients.get(client.id) == client
            assert len(of(heard, "user_pool_clients")) == asked
