"""No query scans a table: its cost does not grow with the number of users, by query plan and by measurement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import UniqueConstraint

from storage.store import Store
from storage.tables.schema import all_tables
from tests.storage.crowd import crowd
from tests.storage.rows import VAULT, fill
from tests.storage.scenario import Asked, methods, play, recorded

FEW, MANY = 100, 2_000

FULL = {
    "Unit.delete_everything": "empties every table, so it reads every table",
    "PublishedSecretRepository.all": "before every table is emptied",
    "PoolRepository.all": "for an export, which has all pools",
    "PoolRepository.without_history": "at the start of a server, one row for each pool",
    "PoolRepository.regions": "for developers alone, one row for each pool",
    "HistoryRepository.pools_with_changes_before": "at each sweep, one row for each pool",
    "HistoryRepository.newest": "at the start of a server, one row for each pool",
    "HistoryRepository.note_clock": "when the clock is set back, one row for each pool",
    "MessageRepository.delete": "there are ten thousand messages at most",
    "EventRepository.after": "ends at its limit; there are ten thousand events at most",
    "EventRepository.stored_last": "ends at its limit; there are ten thousand events at most",
    "EventRepository.newest": "ends at its limit; there are ten thousand events at most",
    "CIMDPolicyRepository.of_all_pools": "for a client id that is a URL: a hundred for each pool at most",
    "ProviderRepository.of_all_pools": "for a log-out message to no domain of a pool: a few rows for each pool",
    "IdentityPoolRepository.page_of_all": "ends at its limit; for tokens of an issuer that the table of roles lacks",
    "MetadataDocumentRepository.all": "for developers and tests alone",
    "MetadataDocumentRepository.delete_put": "for tests alone, as many as they put there",
    "StandInRepository.all": "for developers and tests alone",
    "StandInRepository.delete_kind": "for tests alone, as many as they put there",
    "ServerKeyRepository.all": "for an export, which has all keys: a handful",
    "ProvisionedLimitRepository.all": "at the start of a server, as many as there are categories and regions",
}
"""The methods that may scan a table, with the reason."""

SORTED = {
    "PoolRepository.page": "the pools of one region and those with a replica there",
    "GroupRepository.of": "the groups of one user, by name",
    "HistoryRepository.preview": "the changes of one pool since a point",
    "HistoryRepository.restore": "the changes of one pool since a point",
    "IdentityRepository.logins_of": "the logins of the identities of one page",
}
"""The methods that may sort rows, since there are few rows, however many users there are."""

BULK = {
    "PoolRepository.delete": "takes the pool's users with it",
    "PoolContentRepository.delete": "takes the pool's users",
    "ClientRepository.delete": "takes the client's tokens with it",
    "GroupRepository.delete": "takes the memberships with it",
    "IdentityPoolRepository.delete": "takes the pool's identities with it",
    "IdentityPoolRepository.empty": "takes the pool's identities",
} | FULL
"""The methods whose cost may grow with the number of users, since they change as many rows."""

OF_A_SWEEP = "SCAN oldest"
"""Reads the rows that a sweep has found, as many as its limit allows."""

WITHOUT_QUERY = {
    "ServerStateRepository.go_by_clock",
    "ServerStateRepository.exclude_writers",
    "ClientRepository.at_hand",
    "ClientRepository.count_after",
}
"""Methods that say what the next transaction or statement on PostgreSQL begins or ends with, or take what is
remembered."""


def run(store: Store, size: int) -> list[Asked]:
    with store.unit(writes=True) as unit:
        filled, doomed = fill(unit), fill(unit, "b")
        crowd(unit, filled, range(10_000, 10_000 + size))
        crowd(unit, doomed, range(20_000, 20_000 + size))
    with store.unit(writes=True) as unit, recorded(store, unit) as asked:
        play(unit, filled, doomed)
    return asked


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Asked]]]:
    """A store with many users, and the statements of the scenario there."""
    store = Store(tmp_path_factory.mktemp("many") / "many.sqlite3", VAULT)
    yield store, run(store, MANY)
    store.close()


def plans(store: Store, asked: list[Asked]) -> dict[tuple[str, str], list[str]]:
    """SQLite's query plan of each statement that searches rows."""
    found = {}
    with store.engine.connect() as connection:
        for each in asked:
            if not each.sql.startswith(("INSERT", "SAVEPOINT", "BEGIN")):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each.sql}", each.parameters)
                found[each.by, each.sql] = [row[3] for row in rows]
    return found


def test_the_scenario_calls_every_method_of_every_repository(many: tuple[Store, list[Asked]]) -> None:
    assert methods() - {each.by for each in many[1]} == WITHOUT_QUERY


def test_no_query_scans_a_table(many: tuple[Store, list[Asked]]) -> None:
    found = plans(*many)
    assert len(found) > 60
    scans = {
        (by, sql, step)
        for (by, sql), plan in found.items()
        for step in plan
        if re.match("SCAN ", step) and step != OF_A_SWEEP and by not in FULL
    }
    assert scans == set()


def test_no_query_sorts_what_it_found(many: tuple[Store, list[Asked]]) -> None:
    found = plans(*many)
    sorts = {(by, sql) for (by, sql), plan in found.items() if "TEMP B-TREE" in str(plan) and by not in SORTED}
    assert sorts == set()


def test_no_query_makes_an_index_for_itself(many: tuple[Store, list[Asked]]) -> None:
    assert [key for key, plan in plans(*many).items() if "AUTOMATIC" in str(plan)] == []


def test_no_statement_works_more_among_many_users_than_among_few(
    many: tuple[Store, list[Asked]], tmp_path: Path
) -> None:
    """A search may use an index and still read all users of a pool, which only the steps show."""
    store = Store(tmp_path / "few.sqlite3", VAULT)
    few = run(store, FEW)
    store.close()
    assert [(each.by, each.sql) for each in few] == [(each.by, each.sql) for each in many[1]]
    grown = {
        (small.by, small.sql, small.steps, large.steps)
        for small, large in zip(few, many[1], strict=True)
        if large.steps > small.steps + 50 and small.by not in BULK
    }
    assert grown == set()


@pytest.mark.parametrize("by", BULK)
def test_what_may_grow_with_the_users_does(many: tuple[Store, list[Asked]], by: str) -> None:
    """Checks that steps are counted: otherwise the test before this one could not fail."""
    assert max(each.steps for each in many[1] if each.by == by) > (MANY if by not in FULL else 1)


def test_the_rows_that_go_with_another_are_found_by_an_index() -> None:
    """Otherwise deleting a user would scan every table that refers to users."""
    for table in all_tables():
        uniques = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
        ways = [each.columns.keys() for each in table.indexes] + [each.columns.keys() for each in uniques]
        for reference in table.foreign_key_constraints:
            assert reference.column_keys in [way[: len(reference.column_keys)] for way in ways], table.name
