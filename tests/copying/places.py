"""Databases to copy, copying them, and what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from keys.entropy import SeededEntropy
from keys.vault import Vault
from storage import database
from storage.copying import copier
from storage.copying.rows import TABLES
from storage.records.events import ImportJob
from storage.store import Store
from storage.unit import Unit
from tests.storage.rows import NOON, VAULT, a_pool, a_user, fill

ANOTHER = Vault(bytes(32), SeededEntropy(7))
KEY = bytes(range(32))
"""The key of `VAULT`."""
CSV = b"x" * (1 << 20) + b"the second block"
LOG = ["one", "two"]


def a_database(place: database.Place) -> None:
    """A database with two rows in every table, with texts that are hard to keep, and with files of imports."""
    store = Store(place, VAULT)
    with store.unit(writes=True) as unit:
        filled = fill(unit)
        fill(unit, "b")
        unit.server_state.begin()
        for number, value in enumerate(("\0", "a\0b\1c\2\1\1", "\U0010ffff ß \\N \t\n\r", "", "\\", "null")):
            a_user(unit, filled.pool, f"hard {number}", name=value, enabled=number % 2 == 0)
        unit.write(text("UPDATE stand_in_attempts SET count = 9007199254740993"))
        last = a_user(unit, filled.pool, "last")
        unit.users.delete(last)
    upload(store, filled.pool.id)
    store.close()


def upload(store: Store, pool_id: str) -> None:
    """Jobs: one that runs and has a log; one whose file is empty; one that has no file yet."""
    for name, content, lines in (("import-1", CSV, LOG), ("import-2", b"", []), ("import-3", None, [])):
        job = ImportJob(name, pool_id, "InProgress", {}, NOON)
        with store.unit(writes=True) as unit:
            unit.import_jobs.add(job)
            if lines:
                length = store.uploads.append_log(unit, job, 0, lines)
                unit.import_jobs.change(job, progress={"log": length})
        if content is not None:
            with store.uploads.receiving(job) as file:
                file.write(content)
                with store.unit(writes=True) as unit:
                    store.uploads.keep(unit, file, job)


def csv_files(store: Store) -> dict[str, bytes | None]:
    """The CSV files of those jobs, None for a job that has none."""
    found: dict[str, bytes | None] = {}
    for name in ("import-1", "import-2", "import-3"):
        with store.unit(writes=False) as unit:
            job = unit.import_jobs.get(name)
        assert job
        try:
            with store.uploads.opened(job) as file:
                file.seek(0)
                found[name] = file.read()
        except FileNotFoundError:
            found[name] = None
    return found


def copied(source: database.Place, target: database.Place, vault: Vault = VAULT) -> copier.Copied:
    """Copy everything, without the command."""
    with copier.opened_source(source) as opened, copier.opened_target(target, vault) as filled:
        done = copier.copy(opened, filled)
        copier.commit(filled)
    return done


def everything(place: database.Place) -> dict[str, list[Any]]:
    """All rows but those of import blocks, by table, as Python values."""
    store = Store(place, VAULT)
    try:
        with store.unit(writes=False) as unit:
            return {table.name: sorted(map(repr, unit.read(select(table)))) for table in TABLES}
    finally:
        store.close()


def new_user(unit: Unit) -> int:
    """The number of a new user in a new pool."""
    return a_user(unit, a_pool(unit, "us-east-1_new")).id


def names(directory: Path) -> list[str]:
    """The names of the files in a directory."""
    return sorted(path.name for path in directory.iterdir())
