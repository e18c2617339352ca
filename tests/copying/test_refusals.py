"""Sources and targets that are refused in words, and are left as they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import migrations
from storage.copying import copier
from storage.copying.rows import Source, Target
from storage.server import Server
from storage.store import Store
from tests.copying.conftest import Refusal
from tests.copying.places import ANOTHER, KEY, a_database, everything, names
from tests.postgresql.server import PostgreSQLServer
from tests.storage.rows import VAULT, a_pool


def test_a_missing_source_is_not_made(tmp_path: Path, refusal: Refusal) -> None:
    said = refusal("--from", f"sqlite:///{tmp_path}/nothing/x", "--to", f"sqlite:///{tmp_path}/new/")
    assert said == f"cannot copy from {tmp_path}/nothing/x: there is no such file"
    assert names(tmp_path) == []


def an_empty_file(path: Path) -> None:
    path.write_bytes(b"")


def a_text(path: Path) -> None:
    path.write_text("a text that is no database at all")


def another_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()


def a_revision(number: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (number,))
        connection.close()

    return change


OLDER = (
    f"its schema is '0007', of an older cognito-emulator, and this one copies '{migrations.HEAD}'; "
    "start a server of this version on it once, or on a copy of it"
)
NEWER = f"its schema is '9999', of a newer cognito-emulator; this one knows those up to '{migrations.HEAD}'"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (an_empty_file, "it is an empty file"),
        (a_text, "it is not an SQLite database"),
        (another_program, "it belongs to another program"),
        (a_revision("0007"), OLDER),
        (a_revision("9999"), NEWER),
    ],
)
def test_a_source_that_is_not_ours_or_of_another_version_is_refused(
    source: Path, tmp_path: Path, refusal: Refusal, change: Callable[[Path], None], told: str
) -> None:
    change(source / "cognito.sqlite3")
    said = refusal("--from", f"sqlite:///{source}", "--to", f"sqlite:///{tmp_path}/new/")
    assert said == f"cannot copy from {source}/cognito.sqlite3: {told}"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("revision", "told"), [("0007", OLDER), ("9999", "its schema is '9999', of a newer")])
def test_a_postgresql_source_of_another_version_is_refused(
    postgresql: PostgreSQLServer, empty_postgresql: str, tmp_path: Path, refusal: Refusal, revision: str, told: str
) -> None:
    arguments = ("--from", empty_postgresql, "--to", f"sqlite:///{tmp_path}/new/", "--from-key", tmp_path / "key")
    assert refusal(*arguments).endswith(": there is no data of a cognito-emulator in it")
    Store(Server(empty_postgresql), VAULT).close()
    name = empty_postgresql.rpartition("/")[2]
    postgresql.execute(f"UPDATE alembic_version SET version_num = '{revision}'", name)
    assert told in refusal(*arguments)


def test_a_missing_or_wrong_key_is_refused(source: Path, tmp_path: Path, refusal: Refusal) -> None:
    arguments = ("--from", f"sqlite:///{source}", "--to", f"sqlite:///{tmp_path}/new/")
    (tmp_path / "wrong").write_bytes(bytes(32))
    (tmp_path / "short").write_bytes(b"short")
    said = refusal(*arguments, "--from-key", tmp_path / "wrong")
    assert said.endswith(": its key is another one: nothing in it can be read with this key")
    assert refusal(*arguments, "--from-key", tmp_path / "short").endswith(f"{tmp_path}/short is not a key")
    (source / "cognito.sqlite3.key").unlink()
    assert f"its key {source}/cognito.sqlite3.key is missing" in refusal(*arguments)
    assert not (tmp_path / "new").exists()


def test_a_database_is_not_copied_to_itself(source: Path, empty_postgresql: str, refusal: Refusal) -> None:
    (source / "link").symlink_to(source / "cognito.sqlite3")
    for target in (source, source / "link", source / "cognito.sqlite3"):
        said = refusal("--from", f"sqlite:///{source}", "--to", f"sqlite:///{target}")
        assert said == f"cannot copy {source}/cognito.sqlite3 to itself"
    other = empty_postgresql.replace("postgres@", "me:s3cret@") + "?sslmode=disable"
    said = refusal("--from", empty_postgresql, "--to", other)
    assert said.endswith(" to itself")
    assert "s3cret" not in said


def test_a_target_that_is_not_empty_is_left_alone(
    source: Path, empty_postgresql: str, tmp_path: Path, refusal: Refusal
) -> None:
    for target, place in ((empty_postgresql, Server(empty_postgresql)), (f"sqlite:///{tmp_path}/b", tmp_path / "b")):
        store = Store(place, VAULT)
        with store.unit(writes=True) as unit:
            a_pool(unit)
        store.close()
        before = everything(place)
        key = tmp_path / f"key of {type(place).__name__}"
        said = refusal("--from", f"sqlite:///{source}", "--to", target, "--to-key", key)
        assert ": it is not empty: " in said
        assert everything(place) == before
        assert not key.exists()


def test_empty_tables_with_another_key_are_refused(
    source: Path, empty_postgresql: str, tmp_path: Path, refusal: Refusal
) -> None:
    Store(Server(empty_postgresql), ANOTHER).close()
    arguments = ("--from", f"sqlite:///{source}", "--to", empty_postgresql, "--to-key", tmp_path / "key")
    assert refusal(*arguments).endswith(": its key is another one: nothing in it can be read with this key")


def test_another_key_in_the_place_of_the_new_one_is_refused(
    source: Path, empty_postgresql: str, tmp_path: Path, refusal: Refusal
) -> None:
    (tmp_path / "key").write_bytes(bytes(32))
    for target in (empty_postgresql, f"sqlite:///{tmp_path}/new/"):
        said = refusal("--from", f"sqlite:///{source}", "--to", target, "--to-key", tmp_path / "key")
        assert said.endswith(f"{tmp_path}/key is there already, with another key; --to-key names another file")
    assert (tmp_path / "key").read_bytes() == bytes(32)
    assert not (tmp_path / "new").exists()


def test_tables_of_another_program_are_refused(
    postgresql: PostgreSQLServer, source: Path, empty_postgresql: str, tmp_path: Path, refusal: Refusal
) -> None:
    postgresql.execute("CREATE TABLE users (id integer)", empty_postgresql.rpartition("/")[2])
    said = refusal("--from", f"sqlite:///{source}", "--to", empty_postgresql, "--to-key", tmp_path / "key")
    assert said.endswith(": it is not empty: it has tables of another program")


def test_a_log_without_its_database_is_refused(source: Path, tmp_path: Path, refusal: Refusal) -> None:
    """SQLite would write it into the new database."""
    (tmp_path / "new-wal").write_bytes(b"\x37\x7f\x06\x82")
    said = refusal("--from", f"sqlite:///{source}", "--to", f"sqlite:///{tmp_path}/new")
    assert f": there is {tmp_path}/new-wal, of a database that is gone" in said
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_connection_that_is_cut_meanwhile_is_told(
    postgresql: PostgreSQLServer,
    source: Path,
    empty_postgresql: str,
    tmp_path: Path,
    refusal: Refusal,
    monkeypatch: pytest.MonkeyPatch,
    side: str,
) -> None:
    name, copy = empty_postgresql.rpartition("/")[2], copier.copy
    key = tmp_path / "key"
    key.write_bytes(KEY)
    if side == "from":
        a_database(Server(empty_postgresql))

    def cut(opened: Source, filled: Target) -> copier.Copied:
        postgresql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        return copy(opened, filled)

    monkeypatch.setattr(copier, "copy", cut)
    places = [f"sqlite:///{source if side == 'to' else tmp_path / 'new'}", empty_postgresql]
    first, second = places if side == "to" else reversed(places)
    said = refusal("--from", first, "--to", second, "--from-key", key, "--to-key", key)
    assert said.startswith(f"cannot copy {side} postgresql+psycopg://***@")
    assert said.endswith(": its server cannot be reached")
    assert not (tmp_path / "new").exists()
