"""What is special about PostgreSQL: locks of rows and names, deadlocks, connections, texts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import text

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import Contended, DatabaseUnusable
from storage.postgresql.database import PostgreSQL
from storage.records.pools import Pool
from storage.records.users import User
from storage.store import Store
from storage.tables.schema import all_tables
from storage.unit import Unit
from storage.violations import UniqueViolation
from tests.conftest import VAULT
from tests.postgresql.server import PostgreSQLServer
from tests.storage.rows import a_pool, a_stand_ins_attempts, a_user

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def store(store_in_postgresql: Store) -> Store:
    return store_in_postgresql


@pytest.fixture
def pool(store: Store) -> Pool:
    with store.unit(writes=True) as unit:
        return a_pool(unit)


@pytest.fixture
def user(store: Store, pool: Pool) -> User:
    with store.unit(writes=True) as unit:
        return a_user(unit, pool, "ana")


@contextmanager
def meanwhile(store: Store, work: Callable[[], object]) -> Iterator[Future[object]]:
    """Run something in another thread, until it waits for a lock; it ends after the block."""
    with ThreadPoolExecutor(1) as executor:
        ended = executor.submit(work)
        until(lambda: is_waiting(store) or ended.done())
        yield ended
        ended.result(timeout=30)


def is_waiting(store: Store) -> bool:
    with store.engine.connect() as connection:
        return bool(connection.execute(text(_WAITING)).scalar())


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def named(unit: Unit, number: int) -> User:
    found = unit.users.get(number)
    assert found is not None
    return found


def count_up(store: Store, user: User) -> None:
    with store.unit(writes=True, configures=False) as unit:
        found = named(unit, user.id)
        count = int(found.attributes.get("count", "0"))
        unit.users.change(found, attributes={"count": str(count + 1)}, searched={})


def test_a_user_who_is_read_to_be_changed_is_locked(store: Store, user: User) -> None:
    with ExitStack() as stack, store.unit(writes=True, configures=False) as unit:
        found = named(unit, user.id)
        ended = stack.enter_context(meanwhile(store, lambda: count_up(store, user)))
        assert not ended.done()
        unit.users.change(found, attributes={"count": "1"}, searched={})
    with store.unit(writes=False) as unit:
        assert named(unit, user.id).attributes == {"count": "2"}


def test_those_who_only_read_wait_for_nobody(store: Store, user: User) -> None:
    with store.unit(writes=True) as unit:
        unit.users.change(named(unit, user.id), attributes={"count": "1"}, searched={})
        with store.unit(writes=False) as reader:
            assert named(reader, user.id).attributes == {}


def test_configuration_is_locked_by_those_who_configure_only(store: Store, pool: Pool) -> None:
    def configure() -> None:
        with store.unit(writes=True) as unit:
            unit.pools.get(pool.id)

    with ExitStack() as stack, store.unit(writes=True) as unit:
        unit.pools.get(pool.id)
        with store.unit(writes=True, configures=False) as other:
            assert other.pools.get(pool.id) == pool
        assert not stack.enter_context(meanwhile(store, configure)).done()


def test_users_who_come_at_once_wait_for_the_counter_of_their_pool_at_the_commit_only(store: Store, pool: Pool) -> None:
    with store.unit(writes=True, configures=False) as one, store.unit(writes=True, configures=False) as two:
        a_user(one, pool, "ana")
        a_user(two, pool, "bob")
        one.commit()
    with store.unit(writes=False) as unit:
        assert unit.users.count(pool.id) == 2


def test_a_name_is_held_by_one_unit_at_a_time(store: Store) -> None:
    def hold() -> None:
        with store.unit(writes=True) as unit:
            unit.lock("attempts", "nobody")
            unit.users.get(1)

    with ExitStack() as stack, store.unit(writes=True) as unit:
        unit.lock("attempts", "nobody")
        unit.lock("attempts", "nobody")
        unit.users.get(1)
        with store.unit(writes=True) as other:
            other.lock("attempts", "somebody")
            other.users.get(1)
        assert not stack.enter_context(meanwhile(store, hold)).done()


def test_of_two_calls_that_wait_for_each_other_one_is_run_again(
    store: Store, pool: Pool, user: User, world: World, settings: Settings
) -> None:
    with store.unit(writes=True) as unit:
        other = a_user(unit, pool, "bob")
    met = threading.Barrier(2)
    runs: list[int] = []

    def take(first: User, second: User) -> None:
        def function(context: Context) -> None:
            runs.append(first.id)
            named(context.unit, first.id)
            if runs.count(first.id) == 1:
                met.wait()
            named(context.unit, second.id)

        work.run(store, True, lambda unit: Context(unit, world, settings, RequestOrigin()), function, configures=False)

    with ThreadPoolExecutor(2) as executor:
        for ended in [executor.submit(take, user, other), executor.submit(take, other, user)]:
            ended.result(timeout=30)
    assert len(runs) >= 3  # more, if the one that runs again gets its row before the other one wakes up


def test_a_call_that_has_called_a_function_is_not_run_again(store: Store, world: World, settings: Settings) -> None:
    runs: list[bool] = []

    def function(context: Context) -> None:
        runs.append(True)
        with context.unit.released(acts=True):
            pass
        raise Contended

    with pytest.raises(DatabaseUnusable, match="other calls were working on the same data"):
        work.run(store, True, lambda unit: Context(unit, world, settings, RequestOrigin()), function)
    assert len(runs) == 1


def test_a_call_that_adds_what_another_has_just_added_is_run_again(
    store: Store, pool: Pool, world: World, settings: Settings
) -> None:
    """As with signing keys and identities, which are made where there are none."""

    def find_or_add(context: Context) -> User:
        found = context.unit.users.named(pool.id, "ana")
        if found:
            return found
        with store.unit(writes=True) as other:
            a_user(other, pool, "ana", sub="first")
        return a_user(context.unit, pool, "ana", sub="second")

    found = work.run(store, True, lambda unit: Context(unit, world, settings, RequestOrigin()), find_or_add)
    assert found.sub == "first"


def test_a_unit_that_was_refused_a_row_goes_on(store: Store, pool: Pool, user: User) -> None:
    with store.unit(writes=True) as unit:
        with pytest.raises(UniqueViolation) as refused:
            a_user(unit, pool, "ana", sub="another")
        assert refused.value.columns == ("pool_id", "username_key")
        a_user(unit, pool, "bob")
    with store.unit(writes=False) as unit:
        assert [each.username for each in unit.users.page(pool.id, 10, None).items] == ["ana", "bob"]


@pytest.mark.parametrize("value", ["\0", "a\0b\1c\2", "\1", "\U0010ffff", "ß ſ İ"])
def test_any_text_comes_back_as_it_was(store: Store, pool: Pool, value: str) -> None:
    with store.unit(writes=True) as unit:
        a_user(unit, pool, "ana", name=value)
    with store.unit(writes=False) as unit:
        for search in ({"equals": value}, {"begins": value[:1]}):
            assert [each.username for each in unit.users.page(pool.id, 5, None, column="name", **search).items] == [
                "ana"
            ]


def test_texts_are_in_the_order_of_their_code_points(store: Store, pool: Pool) -> None:
    names = ["", "\0", "\1", " ", "B", "a", "b", "~", "é", "\ud7ff", "\ufffd", "\U0001f600"]
    with store.unit(writes=True) as unit:
        for number, name in enumerate(reversed(names)):
            a_user(unit, pool, f"user {number}", name=f"x{name}")
    with store.unit(writes=False) as unit:
        first = unit.users.page(pool.id, 5, None, column="name", begins="x")
        rest = unit.users.page(pool.id, 50, first.token, column="name", begins="x")
    found = [len(names) - 1 - int(each.username.split()[1]) for each in (*first.items, *rest.items)]
    assert found == list(range(len(names)))


def test_numbers_beyond_32_bits_are_stored(store: Store, pool: Pool) -> None:
    with store.unit(writes=True) as unit:
        unit.stand_in_attempts.put(a_stand_ins_attempts(pool))
        unit.read(text("UPDATE stand_in_attempts SET count = 4294967295"))
        found = unit.stand_in_attempts.get(pool.id, "digest", "password")
    assert found is not None
    assert found.count == 4294967295


def test_no_name_of_a_constraint_is_cut_off() -> None:
    tables = all_tables()
    names = [str(each.name) for table in tables for each in table.constraints]
    names += [str(each.name) for table in tables for each in table.indexes]
    assert [name for name in names if len(name) > 63] == []


def test_a_statement_that_takes_too_long_is_told(postgresql: PostgreSQLServer, postgresql_template: str) -> None:
    store = Store(postgresql.server(postgresql.create(postgresql_template), patience=1), VAULT)
    with pytest.raises(DatabaseUnusable, match="a statement took too long"), store.unit(writes=False) as unit:
        unit.read(text("SELECT pg_sleep(30)"))
    store.close()


def test_connections_that_were_cut_are_made_anew(store: Store, user: User, postgresql: PostgreSQLServer) -> None:
    units = [store.unit(writes=False) for _ in range(5)]
    with ExitStack() as stack:
        for unit in units:
            named(stack.enter_context(unit), user.id)
    name = store.engine.url.database
    postgresql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    for _ in range(5):
        with store.unit(writes=False) as again:
            assert named(again, user.id) == user


def connections(postgresql: PostgreSQLServer, store: Store) -> int:
    name = store.engine.url.database
    [[found]] = postgresql.execute(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'")
    return int(found)


def test_there_are_no_more_connections_than_allowed_and_few_at_rest(
    postgresql: PostgreSQLServer, postgresql_template: str
) -> None:
    store = Store(postgresql.server(postgresql.create(postgresql_template), connections=8), VAULT)
    database = store.database
    assert isinstance(database, PostgreSQL)
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
    threads, most = 16, []
    met = threading.Barrier(threads)

    def add(number: int) -> None:
        met.wait()
        for turn in range(5):
            with store.unit(writes=True, configures=False) as unit:
                a_user(unit, pool, f"{number} {turn}")
        most.append(connections(postgresql, store))

    with ThreadPoolExecutor(threads) as executor:
        for ended in [executor.submit(add, number) for number in range(threads)]:
            ended.result(timeout=30)
    assert 3 < max(most) <= 8
    database.trimmer.trim()
    database.trimmer.trim()
    until(lambda: connections(postgresql, store) <= 3)
    with store.unit(writes=False) as unit:
        assert unit.users.count(pool.id) == threads * 5
    store.close()
