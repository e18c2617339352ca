"""Where the data lives: the directory, the key beside the database, and whose they are."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from emulator.home import DataDirectoryError, opened
from emulator.settings import Settings
from keys.entropy import SeededEntropy, SystemEntropy
from storage.records.events import ImportJob
from storage.records.pools import ProvisionedLimit
from storage.store import Store

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


def open_and_close(**chosen: Any) -> None:
    with opened(Settings(**chosen), SystemEntropy()):
        pass


def sealed(store: Store) -> bytes:
    return store.vault.seal(b"secret", "test")


def test_the_data_is_a_database_and_its_key_in_a_directory_that_is_made(tmp_path: Path) -> None:
    data = tmp_path / "a" / "b"
    open_and_close(data=data)
    assert sorted(path.name for path in data.iterdir()) == [
        "cognito.sqlite3",
        "cognito.sqlite3.key",
        "cognito.sqlite3.lock",
    ]
    assert len((data / "cognito.sqlite3.key").read_bytes()) == 32


def test_a_database_of_another_name_has_its_key_beside_it(tmp_path: Path) -> None:
    open_and_close(data=tmp_path / "unused", database=tmp_path / "mine" / "pools.db")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "pools.db", "pools.db.key", "pools.db.lock"]


def modes(directory: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [directory, *directory.rglob("*")]}


OURS = {"", ".key", ".lock", "-wal", "-shm"}


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_all_is_its_owners_alone_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with opened(Settings(data=tmp_path / "new" / "data"), SystemEntropy()) as home:
            keep_a_log(home.store)
            found = modes(tmp_path / "new" / "data")
    finally:
        os.umask(before)
    files = {f"cognito.sqlite3{suffix}": 0o600 for suffix in OURS} | {"job.log": 0o600}
    assert found == files | {"data": 0o700, "cognito.sqlite3.imports": 0o700, "pool": 0o700}


def keep_a_log(store: Store) -> None:
    """Write to the database and beside it."""
    with store.unit(writes=True) as unit:
        unit.provisioned_limits.put(ProvisionedLimit("us-east-1", "UserCreation", 1))
        store.uploads.append_log(unit, ImportJob("job", "pool", "Created", {}, 0.0, {}), 0, ["a line"])


@posix
def test_what_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    open_and_close(data=data)
    for path in (data, *data.iterdir()):
        path.chmod(0o755)
    open_and_close(data=data)
    assert set(modes(data).values()) == {0o600, 0o700}
    assert modes(data)["data"] == 0o700


@posix
def test_a_key_that_lies_elsewhere_keeps_its_mode(tmp_path: Path) -> None:
    """As one does that is mounted from somewhere, where it may be read-only."""
    key = tmp_path / "mounted"
    key.write_bytes(b"k" * 32)
    key.chmod(0o440)
    data = tmp_path / "data"
    data.mkdir()
    (data / "cognito.sqlite3.key").symlink_to(key)
    open_and_close(data=data)
    assert stat.S_IMODE(key.stat().st_mode) == 0o440


@posix
@pytest.mark.parametrize("chosen", [{"data": "."}, {"database": "pools.db"}, {"database": "cognito.sqlite3"}])
def test_what_is_not_ours_keeps_its_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o755)
    (tmp_path / "notes").touch()
    (tmp_path / "notes").chmod(0o644)
    for _ in range(2):
        open_and_close(**{name: Path(text) for name, text in chosen.items()})
    found = modes(tmp_path)
    assert (found.pop(tmp_path.name), found.pop("notes")) == (0o755, 0o644)
    assert set(found.values()) == {0o600}


def test_what_was_sealed_is_opened_after_a_restart(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path), SystemEntropy()) as home:
        kept = sealed(home.store)
    with opened(Settings(data=tmp_path), SystemEntropy()) as home:
        assert home.store.vault.open(kept, "test") == b"secret"


def test_a_backup_of_a_running_server_is_opened_with_a_copy_of_its_key(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path), SystemEntropy()) as home:
        keep_a_log(home.store)
        kept = sealed(home.store)
        source, copy = (sqlite3.connect(tmp_path / name) for name in ("cognito.sqlite3", "copy.db"))
        with closing(source), closing(copy):
            source.backup(copy)
        shutil.copy(tmp_path / "cognito.sqlite3.key", tmp_path / "copy.db.key")
        with opened(Settings(database=tmp_path / "copy.db"), SystemEntropy()) as other:
            assert other.store.vault.open(kept, "test") == b"secret"
            with other.store.unit(writes=False) as unit:
                assert len(unit.provisioned_limits.all()) == 1


def test_every_home_has_a_key_of_its_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        open_and_close(data=tmp_path / name)
    keys = [(tmp_path / name / "cognito.sqlite3.key").read_bytes() for name in ("a", "b")]
    assert keys[0] != keys[1]


def test_of_several_that_start_together_one_opens_and_the_others_are_refused(tmp_path: Path) -> None:
    opening, told = threading.Barrier(6), threading.Barrier(6)

    def start(number: int) -> str:
        opening.wait()
        try:
            with opened(Settings(data=tmp_path), SeededEntropy(number)):
                told.wait()
                return "opened"
        except DataDirectoryError as error:
            told.wait()
            return str(error)

    with ThreadPoolExecutor(6) as pool:
        ends = sorted(pool.map(start, range(6)))
    assert ends.pop() == "opened"
    assert all("another cognito-emulator uses it" in end for end in ends)
    open_and_close(data=tmp_path)


def test_only_what_is_ephemeral_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    synchronous = []
    for chosen in (Settings(ephemeral=True), Settings(data=tmp_path)):
        with opened(chosen, SystemEntropy()) as home, home.store.unit(writes=False) as unit:
            synchronous.append(unit.read(text("PRAGMA synchronous")).scalar())
    assert synchronous == [0, 1]


def test_what_is_ephemeral_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with opened(Settings(ephemeral=True, data=tmp_path / "data"), SystemEntropy()):
        [directory] = tmp_path.iterdir()
        assert directory.name.startswith("cognito-emulator-")
        assert (directory / "cognito.sqlite3").exists()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeyError), opened(Settings(ephemeral=True), SystemEntropy()):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
