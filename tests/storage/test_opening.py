"""Opening databases: new ones, files of other programs, unusual paths, several processes at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.failures import DatabaseUnusable
from storage.sqlite import check
from storage.store import Store
from storage.tables.schema import all_tables
from storage.unit import Unit
from tests.storage.processes import ROOT, hear, tell, waiting
from tests.storage.rows import VAULT, fill


def rows(unit: Unit) -> dict[str, list[tuple[object, ...]]]:
    return {table.name: [tuple(row) for row in unit.read(table.select())] for table in all_tables()}


def test_every_table_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        filled = fill(unit)
        before = rows(unit)
    store.close()
    store = Store(path, VAULT)
    with store.unit(writes=False) as unit:
        assert rows(unit) == before
        assert all(found for name, found in before.items() if name != "server_state")  # made by processes that share
        assert unit.users.get(filled.user.id) == filled.user
    store.close()


def test_a_closed_database_is_one_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "one.sqlite3", VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["one.sqlite3"]


@pytest.mark.parametrize(
    "name", ["a?b", "a#b", "a%20b", "a%2Fb", "a b", "ü\U0001f600", "a?mode=ro", ":memory:", "a&b=c"]
)
def test_a_database_lies_where_its_path_says(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / name
    path.parent.mkdir()
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
    store.close()
    assert [each.name for each in path.parent.iterdir()] == [name]
    store = Store(path, VAULT)
    with store.unit(writes=False) as unit:
        assert unit.pools.get("us-east-1_a") is not None
    store.close()


def test_a_store_knows_whether_it_has_made_the_tables(tmp_path: Path) -> None:
    for is_new in (True, False):
        store = Store(tmp_path / "one.sqlite3", VAULT)
        assert store.is_new is is_new
        store.close()


def test_every_connection_is_set_up(sqlite: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30000}
    with sqlite.unit(writes=False) as one, sqlite.unit(writes=False) as two, sqlite.unit(writes=True) as three:
        for unit in (one, two, three):
            assert {name: unit.read(text(f"PRAGMA {name}")).scalar() for name in wanted} == wanted


def test_a_database_that_need_not_be_durable_waits_for_no_disk(tmp_path: Path) -> None:
    store = Store(tmp_path / "one.sqlite3", VAULT, durable=False)
    with store.unit(writes=True) as one, store.unit(writes=False) as two:
        for unit in (one, two):
            assert unit.read(text("PRAGMA synchronous")).scalar() == 0
            assert unit.read(text("PRAGMA journal_mode")).scalar() == "wal"
    store.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ana," * 1000)
    with pytest.raises(DatabaseUnusable, match="it is not an SQLite database"):
        check(path)
    with pytest.raises(DatabaseUnusable, match="it is damaged"):
        Store(path, VAULT)
    assert path.read_text() == "Dear Ana," * 1000


def test_a_database_that_is_being_made_by_another_is_waited_for(tmp_path: Path) -> None:
    """SQLite does not wait for locks while switching to WAL, whatever the busy timeout."""
    path = tmp_path / "busy.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.1, other.rollback)
    timer.start()
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
    store.close()
    timer.join()
    other.close()


def test_processes_that_open_one_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    with waiting("open", 3) as processes:
        for turn in range(40):
            path = tmp_path / f"{turn}.sqlite3"
            for process in processes:
                tell(process, path)
            assert [hear(process) for process in processes] == ["opened"] * 3


PROBE = """
import sys
from pathlib import Path
from storage.store import Store
from keys.vault import Vault
store = Store(Path(sys.argv[1]), Vault(bytes(32)))
with store.unit(writes=False) as unit:
    unit.users.page("us-east-1_a", 10, None)
store.close()
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"alembic", "mako", "psycopg"}), end="")
print(*{"sqlalchemy.orm"} & set(sys.modules), end="")
"""


def test_neither_a_new_database_nor_one_at_head_costs_the_import_of_alembic(tmp_path: Path) -> None:
    for _ in ("new", "at head"):
        command = [sys.executable, "-c", PROBE, str(tmp_path / "database.sqlite3")]
        probe = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (probe.stdout, probe.stderr, probe.returncode) == ("", "", 0)
