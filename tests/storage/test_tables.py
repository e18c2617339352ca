"""The tables, whose modules are imported when they are first needed: whoever is about all tables sees them all."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage.tables import schema
from storage.tables.schema import MODULES, all_tables, complete_metadata

ROOT = Path(__file__).resolve().parents[2]
NUMBER = len(re.findall("^CREATE TABLE", (ROOT / "storage/migrations/schema.sql").read_text("utf-8"), re.MULTILINE))


def test_the_schema_has_all_modules_of_the_package() -> None:
    names = {path.stem for path in Path(schema.__file__).parent.glob("*.py")}
    assert len(MODULES) == len(set(MODULES))
    assert {*MODULES} == names - {"__init__", "schema"}


def test_all_tables_are_those_of_the_metadata_each_after_those_that_it_refers_to() -> None:
    tables = all_tables()
    assert len(tables) == NUMBER
    assert sorted(table.name for table in tables) == sorted(complete_metadata().tables)
    for number, table in enumerate(tables):
        assert {key.column.table for key in table.foreign_keys} <= {*tables[: number + 1]}


EVERYTHING = {
    "the metadata": "print(len(complete_metadata().tables))",
    "its tables in the order of their foreign keys": "print(len(complete_metadata().sorted_tables))",
    "the SQL of a new database": """
from storage.migrations import stored
print(stored.text().count("CREATE TABLE"))""",
    "a copy": """
from storage.copying.rows import TABLES
print(len(TABLES) + len(["import_blocks"]))""",
    "the constraints of PostgreSQL": """
from storage.postgresql.constraints import unique
print(len({table for table, _ in unique().values()}))""",
    "deleting everything": """
import pathlib, tempfile
from sqlalchemy import event
from keys.vault import Vault
from storage.store import Store
deleted = set()
with tempfile.TemporaryDirectory() as directory:
    store = Store(pathlib.Path(directory) / "x", Vault(bytes(32)))
    event.listen(store.engine, "before_cursor_execute", lambda *heard: deleted.add(heard[2]))
    with store.unit(writes=True) as unit:
        unit.delete_everything()
    store.close()
print(len([sql for sql in deleted if sql.startswith("DELETE FROM ")]) + len(["key_checks", "server_state"]))""",
}
"""What is about all tables, as code that prints how many it sees."""


@pytest.mark.parametrize("what", EVERYTHING)
def test_all_tables_are_seen_where_few_have_been_imported(what: str) -> None:
    few = "from storage.tables.schema import complete_metadata\nfrom storage.tables.groups import groups"
    assert run(f"{few}\n{EVERYTHING[what]}") == [str(NUMBER)]


def run(code: str) -> list[str]:
    """The lines that the code prints in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


ALONE = """
import sys
from importlib import import_module
from sqlalchemy import Table
from storage.tables.schema import MODULES
for name in MODULES:
    for imported in [each for each in sys.modules if each.startswith("storage.tables")]:
        del sys.modules[imported]
    for each in vars(import_module(f"storage.tables.{name}")).values():
        if isinstance(each, Table):
            print(each.name, *sorted({key.column.table.name for key in each.foreign_keys}))
"""


def test_a_table_comes_with_those_that_it_refers_to() -> None:
    """Else SQLAlchemy would look for them later, perhaps while another thread makes them."""
    assert {line.split()[0] for line in run(ALONE)} == {table.name for table in all_tables()}


def test_nothing_uses_the_metadata_of_a_table_which_may_lack_others() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {line.strip()}"
        for folder in ("storage", "tests/storage", "tests/copying", "tests/postgresql", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\.metadata\b|\bMetaData\b|schema\._", line)
    ]
    assert all(each.startswith("storage/tables/schema.py: ") for each in found)
    assert found


FIRST_CALLS = """
import pathlib, sys, tempfile
from keys.vault import Vault
from storage.records.pools import Pool
from storage.store import Store

def told():
    print(*sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("storage.tables.")))

with tempfile.TemporaryDirectory() as directory:
    store = Store(pathlib.Path(directory) / "x", Vault(bytes(32)))
    told()
    with store.unit(writes=False) as unit:
        unit.pools.page("us-east-1", 1, None)
    told()
    with store.unit(writes=True) as unit:
        unit.pools.add(Pool("us-east-1_a", "us-east-1", "a", {}, 0, 0), drawn=True)
    told()
    store.close()
"""


def test_the_first_calls_import_few_tables() -> None:
    assert [line.split() for line in run(FIRST_CALLS)] == [
        ["key_checks", "schema"],
        ["clients", "key_checks", "pools", "replicas", "schema"],
        ["clients", "key_checks", "pools", "replicas", "schema"],
    ]
