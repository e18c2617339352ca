"""Where the data lives: the directory, the key beside the database, and what is said where that cannot be."""

from __future__ import annotations

import os
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from emulator import cli
from emulator.home import HomeError, opened
from emulator.settings import Settings
from keys.entropy import SeededEntropy, SystemEntropy
from storage.store import Store

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


def open_and_close(**chosen: Any) -> None:
    with opened(Settings(**chosen), SystemEntropy()):
        pass


def refusal(**chosen: Any) -> str:
    with pytest.raises(HomeError) as refused:
        open_and_close(**chosen)
    return str(refused.value)


def sealed(store: Store) -> bytes:
    return store.vault.seal(b"secret", "test")


def test_the_data_is_a_database_and_its_key_in_a_directory_that_is_made(tmp_path: Path) -> None:
    data = tmp_path / "a" / "b"
    open_and_close(data=data)
    assert sorted(path.name for path in data.iterdir()) == ["cognito.sqlite3", "cognito.sqlite3.key"]
    assert len((data / "cognito.sqlite3.key").read_bytes()) == 32


def test_a_database_of_another_name_has_its_key_beside_it(tmp_path: Path) -> None:
    open_and_close(data=tmp_path / "unused", database=tmp_path / "mine" / "pools.db")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "pools.db", "pools.db.key"]


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_key_is_its_owners_alone_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        open_and_close(data=tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "cognito.sqlite3.key").stat().st_mode) == 0o600


def test_what_was_sealed_is_opened_after_a_restart(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path), SystemEntropy()) as store:
        kept = sealed(store)
    with opened(Settings(data=tmp_path), SystemEntropy()) as store:
        assert store.vault.open(kept, "test") == b"secret"


def test_every_home_has_a_key_of_its_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        open_and_close(data=tmp_path / name)
    keys = [(tmp_path / name / "cognito.sqlite3.key").read_bytes() for name in ("a", "b")]
    assert keys[0] != keys[1]


def test_several_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    opening = threading.Barrier(6)

    def start(number: int) -> bytes:
        opening.wait()
        with opened(Settings(data=tmp_path), SeededEntropy(number)) as store:
            return sealed(store)

    with ThreadPoolExecutor(6) as pool:
        kept = list(pool.map(start, range(6)))
    with opened(Settings(data=tmp_path), SystemEntropy()) as store:
        assert [store.vault.open(content, "test") for content in kept] == [b"secret"] * 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cognito.sqlite3", "cognito.sqlite3.key"]


def test_a_database_whose_key_is_gone_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_and_close(data=tmp_path)
    (tmp_path / "cognito.sqlite3.key").unlink()
    before = (tmp_path / "cognito.sqlite3").read_bytes()
    key = tmp_path / "cognito.sqlite3.key"
    told = f"its key {key} is missing, and nothing in it can be read without"
    assert refusal(data=tmp_path) == f"cannot keep data at {tmp_path / 'cognito.sqlite3'}: {told}"
    assert (tmp_path / "cognito.sqlite3").read_bytes() == before
    assert not key.exists()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "cognito.sqlite3.key"
    key.write_bytes(content)
    assert refusal(data=tmp_path).endswith(f"cognito.sqlite3: {key} is not a key")
    assert key.read_bytes() == content


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "notes.txt"
    (tmp_path / "notes.txt.key").write_bytes(b"k" * 32)
    database.write_text("a line of notes, long enough to be taken for something else")
    assert refusal(database=database) == f"cannot keep data at {database}: it is not an SQLite database"
    assert database.read_text().startswith("a line of notes")


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "cognito.sqlite3").mkdir()
    (tmp_path / "cognito.sqlite3.key").write_bytes(b"k" * 32)
    assert refusal(data=tmp_path).endswith("cognito.sqlite3: it is not a file")


def test_a_path_through_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = refusal(data=tmp_path / "file" / "data")
    assert told.startswith(f"cannot keep data at {tmp_path / 'file' / 'data' / 'cognito.sqlite3'}: ")
    assert told.endswith("Not a directory") or sys.platform == "win32"


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_directory_is_refused_in_words(tmp_path: Path) -> None:
    for data in (tmp_path, tmp_path / "new"):
        tmp_path.chmod(0o500)
        try:
            assert "Permission denied" in refusal(data=data)
        finally:
            tmp_path.chmod(0o700)
    open_and_close(data=tmp_path)
    (tmp_path / "cognito.sqlite3").chmod(0o400)
    assert refusal(data=tmp_path).endswith("cognito.sqlite3 is read-only")


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


def test_the_command_says_so_in_a_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert cli.main(["--data", str(tmp_path / "file" / "data"), "--port", "0"]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    [line] = errors.splitlines()
    assert line.startswith("cognito-emulator: cannot keep data at ")
