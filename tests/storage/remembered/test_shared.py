"""Records that processes remember which share a database: each takes what the database has, and nothing older."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from storage.records.pools import Client, Pool
from storage.records.shared import ServerState
from storage.remembered.shared import Shared
from storage.store import Store
from storage.unit import Unit
from storage.violations import StaleRead
from tests.conftest import VAULT
from tests.storage.remembered.units import begin, rename, see, statements
from tests.storage.rows import a_client, a_pool, a_user


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@pytest.fixture
def store(kind_of_database: str, request: pytest.FixtureRequest) -> Store:
    """An empty database."""
    kept: Store = request.getfixturevalue(f"store_in_{kind_of_database}")
    return kept


@pytest.fixture
def stores(store: Store) -> Iterator[tuple[Store, Store]]:
    """The stores of two processes on one database, which follow its state."""
    with store.unit(writes=True) as unit:
        unit.server_state.begin()
    with ExitStack() as stack:
        found = (Store(store.place, VAULT, several=True), Store(store.place, VAULT, several=True))
        for each in found:
            stack.callback(each.close)
            each.on_state = followed
            see(each, Pool("us-east-1_none", "us-east-1", "", {}, 0, 0))  # has followed the state once
        yield found


@pytest.fixture
def here(stores: tuple[Store, Store]) -> Store:
    """One of them."""
    return stores[0]


@pytest.fixture
def there(stores: tuple[Store, Store]) -> Store:
    """The other."""
    return stores[1]


@pytest.fixture
def pool(here: Store) -> Pool:
    """A pool that is remembered here."""
    with here.unit(writes=True) as unit:
        pool = a_pool(unit)
    assert see(here, pool) == pool.name
    return pool


def followed(_unit: Unit, _state: ServerState) -> None:
    """The state of the server has nothing else for these tests."""


def of(sql: list[str], table: str) -> list[str]:
    return [each for each in sql if f"FROM {table}" in " ".join(each.split())]


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


class TestEarly:
    """Units that are run again if need be assume that nothing has changed, and ask along with their first statement."""

    def test_what_has_not_changed_is_confirmed_along_with_the_first_statement(self, here: Store, pool: Pool) -> None:
        with statements(here) as heard, early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            assert heard == []
            begin(unit)
            assert unit.pools.get(pool.id) == pool
        assert (len(of(heard, "users")), len(of(heard, "user_pools"))) == (1, 0)

    @pytest.mark.parametrize("change", ["there", "here"])
    def test_what_has_changed_has_the_unit_run_again(self, here: Store, there: Store, pool: Pool, change: str) -> None:
        rename({"here": here, "there": there}[change], pool, "new")
        with pytest.raises(StaleRead), early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            begin(unit)
        assert see(here, pool) == "new"
        with early(here) as unit:
            found = unit.pools.get(pool.id)
            begin(unit)
        assert found is not None
        assert found.name == "new"

    def test_a_unit_that_asks_for_nothing_is_confirmed_when_it_ends(
        self, here: Store, there: Store, pool: Pool
    ) -> None:
        with early(here) as unit:
            assert unit.pools.get(pool.id) == pool
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here) as unit:
            assert unit.pools.get(pool.id) == pool

    def test_a_refusal_is_confirmed_too(self, here: Store, there: Store, pool: Pool) -> None:
        with pytest.raises(KeyError), early(here):
            raise KeyError
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here):
            raise KeyError

    def test_nothing_is_done_outside_before_it_is_confirmed(self, here: Store, there: Store, pool: Pool) -> None:
        done: list[str] = []
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            with unit.released(acts=True):
                done.append("a message")
        assert done == []

    def test_a_unit_that_may_not_run_again_is_confirmed_at_once(self, here: Store, there: Store, pool: Pool) -> None:
        with early(here) as unit:
            unit.take_nothing_early()
            rename(there, pool, "new")
            assert unit.pools.get(pool.id) == pool  # in its transaction
        rename(there, pool, "newest")
        with pytest.raises(StaleRead), early(here) as unit:
            unit.take_nothing_early()

    def test_the_clock_of_another_time_has_the_unit_run_again(self, here: Store, there: Store) -> None:
        with there.unit(writes=True) as unit:
            unit.server_state.move_clock(60.0)
        with pytest.raises(StaleRead), early(here) as unit:
            begin(unit)

    def test_after_a_release_the_state_is_read_first(self, here: Store, there: Store, pool: Pool) -> None:
        with early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            with unit.released():
                rename(there, pool, "new")
            found = unit.pools.get(pool.id)
            assert found is not None
            assert found.name == "new"

    def test_nothing_is_assumed_before_the_state_was_read_once(self, store: Store, pool: Pool) -> None:
        new = Store(store.place, VAULT, several=True)
        new.on_state = followed
        with statements(new) as heard, early(new) as unit:
            assert len(of(heard, "server_state")) == 1
            assert unit.pools.get(pool.id) == pool
        new.close()


class TestWriting:
    """Units that write assume it too, where they run side by side."""

    @pytest.fixture
    def kind_of_database(self) -> str:
        """PostgreSQL."""
        return "postgresql"

    def test_what_was_written_on_a_wrong_assumption_is_rolled_back(self, here: Store, there: Store, pool: Pool) -> None:
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here, writes=True) as unit:
            assert unit.pools.get(pool.id) == pool
            a_user(unit, pool)
        with there.unit(writes=False) as unit:
            assert (unit.users.count(pool.id), unit.users.page(pool.id, 5, None).items) == (0, [])

    def test_what_nobody_waits_for_is_confirmed_before_the_commit(self, here: Store, there: Store, pool: Pool) -> None:
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here, writes=True) as unit:
            unit.users.count_more(pool.id, 5)
        with there.unit(writes=False) as unit:
            assert unit.users.count(pool.id) == 0

    def test_who_configures_does_not_mind_another_version_but_another_clock(
        self, here: Store, there: Store, pool: Pool
    ) -> None:
        rename(there, pool, "new")
        with early(here, writes=True, configures=True) as unit:
            found = unit.pools.get(pool.id)
            assert found is not None
            assert found.name == "new"
        with there.unit(writes=True) as unit:
            unit.server_state.move_clock(60.0)
        with pytest.raises(StaleRead), early(here, writes=True, configures=True) as unit:
            unit.pools.get(pool.id)


def client_of(store: Store, pool: Pool) -> Client:
    with store.unit(writes=True) as unit:
        return a_client(unit, pool)


def early(store: Store, *, writes: bool = False, configures: bool = False) -> Unit:
    """A unit as `work.run` begins one, to be entered."""
    unit = store.unit(writes=writes, configures=configures)
    unit.take_early()
    return unit
