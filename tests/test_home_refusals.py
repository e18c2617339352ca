"""What is said, in words, where the data cannot be kept; and nothing is changed then."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from emulator import cli
from emulator.home import DataDirectoryError, opened
from emulator.settings import Settings
from keys.entropy import SystemEntropy
from storage import migrations
from storage.records.pools import ClientSecret, PoolKey
from tests.storage.rows import a_client, a_pool

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


def open_and_close(**chosen: Any) -> None:
    with opened(Settings(**chosen), SystemEntropy()):
        pass


def refusal(**chosen: Any) -> str:
    with pytest.raises(DataDirectoryError) as refused:
        open_and_close(**chosen)
    return str(refused.value)


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
    assert told.endswith(f"{tmp_path / 'file'} is a file, not a directory") or "Not a directory" in told


@posix
def test_a_read_only_directory_is_refused_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("root may write everywhere")
    try:
        assert refusal(data=tmp_path).endswith(f"{tmp_path} is read-only")
        assert refusal(data=tmp_path / "new").endswith(f"Permission denied: {tmp_path / 'new'}")
    finally:
        tmp_path.chmod(0o700)
    open_and_close(data=tmp_path)
    (tmp_path / "cognito.sqlite3").chmod(0o400)
    assert refusal(data=tmp_path).endswith("cognito.sqlite3 is read-only")
    (tmp_path / "cognito.sqlite3").chmod(0o600)
    (tmp_path / "cognito.sqlite3.key").chmod(0)
    assert refusal(data=tmp_path).endswith(f"Permission denied: {tmp_path / 'cognito.sqlite3.key'}")


Harm: TypeAlias = Callable[[Path], object]
DAMAGED = "it is damaged; restore it, with its key, from a copy"


def execute(*statements: str) -> Harm:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    return change


def overwrite(start: int) -> Harm:
    def change(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[:start] + b"\xa5" * (len(content) - start))

    return change


def cut_off(size: int) -> Harm:
    return lambda path: path.write_bytes(path.read_bytes()[:size])


def log_beside(content: bytes, size: int | None = None) -> Harm:
    def change(path: Path) -> None:
        path.with_name(f"{path.name}-wal").write_bytes(content)
        path.write_bytes(path.read_bytes()[:size])

    return change


LOG = "its write-ahead log {path}-wal is damaged; without it, what was written last is lost"
CUT = "it is empty, and its write-ahead log {path}-wal is not: it was cut off"
NEWER = "its schema is '9999', of a newer cognito-emulator; this one knows those up to '{head}'"
LINKED = "it has 2 names (hard links), each of which would get a write-ahead log; leave it one"
HARMS: dict[str, tuple[Harm, str]] = {
    "a newer schema": (execute("UPDATE alembic_version SET version_num = '9999'"), NEWER),
    "cut off": (cut_off(20_000), DAMAGED),
    "cut off early": (cut_off(50), DAMAGED),
    "other pages": (overwrite(4096), DAMAGED),
    "another first page": (overwrite(100), DAMAGED),
    "another log": (log_beside(b"not a log" * 1000), LOG),
    "a log and nothing else": (log_beside(b"\x37\x7f\x06\x82" + bytes(100), 0), CUT),
    "another name": (lambda path: os.link(path, path.with_name("other")), LINKED),
    "another program's": (execute("DROP TABLE alembic_version"), "it belongs to another program"),
    "another Alembic's": (
        execute("ALTER TABLE user_pools RENAME TO pools", "UPDATE alembic_version SET version_num = 'abc'"),
        "it belongs to another program",
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_database_that_cannot_be_used_is_refused_in_words_and_left_alone(tmp_path: Path, harm: str) -> None:
    open_and_close(data=tmp_path)
    path = tmp_path / "cognito.sqlite3"
    change, told = HARMS[harm]
    change(path)
    before = path.read_bytes()
    assert refusal(data=tmp_path) == f"cannot keep data at {path}: {told.format(path=path, head=migrations.HEAD)}"
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_alone_and_gets_no_key(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    execute("CREATE TABLE notes (text)")(path)
    before = path.read_bytes()
    assert refusal(database=path) == f"cannot keep data at {path}: it belongs to another program"
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["notes.db"]


def test_an_empty_file_and_a_log_of_zeroes_are_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "cognito.sqlite3").touch()
    (tmp_path / "cognito.sqlite3-wal").write_bytes(bytes(4096))
    open_and_close(data=tmp_path)
    open_and_close(data=tmp_path)


OTHER_KEY = "its key is another one: nothing in it can be read with this key"


def test_another_key_is_refused(tmp_path: Path) -> None:
    open_and_close(data=tmp_path)
    key = tmp_path / "cognito.sqlite3.key"
    right = key.read_bytes()
    key.write_bytes(b"k" * 32)
    assert refusal(data=tmp_path).endswith(OTHER_KEY)
    key.write_bytes(right)
    open_and_close(data=tmp_path)


def test_another_key_is_refused_after_everything_was_forgotten(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path), SystemEntropy()) as home, home.store.unit(writes=True) as unit:
        unit.delete_everything()
    (tmp_path / "cognito.sqlite3.key").write_bytes(b"k" * 32)
    assert refusal(data=tmp_path).endswith(OTHER_KEY)


@pytest.mark.parametrize("sealed", ["a key", "a secret"])
def test_a_database_from_before_keys_were_checked_tells_its_key_by_what_is_sealed(tmp_path: Path, sealed: str) -> None:
    with opened(Settings(data=tmp_path), SystemEntropy()) as home, home.store.unit(writes=True) as unit:
        pool = a_pool(unit)
        client = a_client(unit, pool)
        if sealed == "a key":
            unit.pool_keys.add(PoolKey("kid", pool.id, "id", home.store.vault.seal(b"pem", "kid"), 1))
        else:
            unit.clients.add_secret(ClientSecret("id", client.id, home.store.vault.seal(b"secret", "id"), 1))
    execute("DELETE FROM key_checks")(tmp_path / "cognito.sqlite3")  # as the migration that adds the table leaves it
    key = tmp_path / "cognito.sqlite3.key"
    right = key.read_bytes()
    key.write_bytes(b"k" * 32)
    assert refusal(data=tmp_path).endswith(OTHER_KEY)
    key.write_bytes(right)
    open_and_close(data=tmp_path)
    execute("DELETE FROM pool_keys", "DELETE FROM client_secrets")(tmp_path / "cognito.sqlite3")
    key.write_bytes(b"k" * 32)
    assert refusal(data=tmp_path).endswith(OTHER_KEY)


def test_a_second_server_is_refused_whichever_way_it_comes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "linked").symlink_to(data)
    (tmp_path / "linked.db").symlink_to(data / "cognito.sqlite3")
    with opened(Settings(data=data), SystemEntropy()) as home:
        for chosen in (
            {"data": data},
            {"data": tmp_path / "linked"},
            {"database": data / ".." / "data" / "cognito.sqlite3"},
            {"database": tmp_path / "linked.db"},
        ):
            told = refusal(**chosen)
            assert f"another cognito-emulator uses it (process {os.getpid()} on " in told
        home.data.serves("http://127.0.0.1:1")
        assert refusal(data=data).endswith(", at http://127.0.0.1:1)")
    open_and_close(database=tmp_path / "linked.db")


def test_the_command_says_so_in_a_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert cli.main(["--data", str(tmp_path / "file" / "data"), "--port", "0"]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    [line] = errors.splitlines()
    assert line.startswith("cognito-emulator: cannot keep data at ")
