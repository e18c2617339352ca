"""What arrives: every row, the numbers that come next, the history and the files of imports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.copying import copier
from storage.copying.rows import TABLES, CannotCopy
from storage.failures import DatabaseUnusable
from storage.records.recoveries import Counts
from storage.server import Server
from storage.store import Store
from tests.copying.places import CSV, LOG, a_database, copied, csv_files, everything, new_user
from tests.storage.lives import seen
from tests.storage.rows import NOON, VAULT, a_pool, a_user
from tests.storage.test_recovery import counted, kept_passwords, lived


@pytest.fixture
def target(empty_postgresql: str) -> Server:
    """An empty PostgreSQL database."""
    return Server(empty_postgresql)


def test_a_round_trip_is_equal_row_by_row(tmp_path: Path, target: Server) -> None:
    a_database(tmp_path / "first")
    before = everything(tmp_path / "first")
    assert [name for name, rows in before.items() if not rows] == []
    there = copied(tmp_path / "first", target)
    assert there.rows == {name: len(rows) for name, rows in before.items()}
    assert there.file_bytes == len(CSV) + len("one\ntwo\n")
    assert everything(target) == before
    back = copied(target, tmp_path / "back")
    assert (back, everything(tmp_path / "back")) == (there, before)
    assert copied(tmp_path / "back", tmp_path / "again") == there
    assert everything(tmp_path / "again") == before


def test_json_is_kept_as_it_is_written(tmp_path: Path, target: Server) -> None:
    """Also what Python would write in another way, and the difference between null and nothing."""
    odd = '{"b": 1.10, "a":[1e3,null,"\\u0000\\ud800"]}'
    a_database(tmp_path / "first")
    store = Store(tmp_path / "first", VAULT)
    with store.unit(writes=True) as unit:
        unit.write(text("UPDATE user_pools SET settings = :odd"), {"odd": odd})
        unit.write(text("UPDATE recoveries SET preview = 'null' WHERE id = 'recovery a'"))
        unit.write(text("UPDATE recoveries SET preview = NULL WHERE id = 'recovery b'"))
    store.close()
    copied(tmp_path / "first", target)
    copied(target, tmp_path / "back")
    for place in (target, tmp_path / "back"):
        store = Store(place, VAULT)
        with store.unit(writes=False) as unit:
            settings = unit.read(text("SELECT DISTINCT CAST(settings AS TEXT) FROM user_pools")).scalars().all()
            previews = unit.read(text("SELECT CAST(preview AS TEXT) FROM recoveries ORDER BY id")).scalars().all()
        store.close()
        assert (settings, previews) == ([odd], ["null", None])
    assert json.loads(odd)


def test_a_number_is_not_given_again(tmp_path: Path, target: Server) -> None:
    """Also that of the last user, who was deleted: it stands in the history, and in tokens for the next page."""
    a_database(tmp_path / "first")
    copied(tmp_path / "first", target)
    copied(target, tmp_path / "back")
    numbers = []
    for place in (tmp_path / "first", target, tmp_path / "back"):
        store = Store(place, VAULT)
        with store.unit(writes=True) as unit:
            numbers.append(new_user(unit))
        store.close()
    assert numbers == [10, 10, 10]


def test_files_of_imports_go_into_the_database_and_back(tmp_path: Path, target: Server) -> None:
    a_database(tmp_path / "first")
    copied(tmp_path / "first", target)
    copied(target, tmp_path / "back")
    for place in (tmp_path / "first", target, tmp_path / "back"):
        store = Store(place, VAULT)
        assert csv_files(store) == {"import-1": CSV, "import-2": b"", "import-3": None}
        with store.unit(writes=True) as unit:
            job = unit.import_jobs.get("import-1")
            assert job
            store.uploads.append_log(unit, job, job.progress["log"], ["three"])
        store.close()
    files = {path.name: path for path in (tmp_path / "back.imports").glob("*/*")}
    assert files.keys() == {"import-1.csv", "import-2.csv", "import-1.log"}
    assert files["import-1.log"].read_text().split() == [*LOG, "three"]
    modes = {path.stat().st_mode & 0o777 for path in (*files.values(), tmp_path / "back")}
    assert (modes, (tmp_path / "back.imports").stat().st_mode & 0o777) == ({0o600}, 0o700)


def test_lines_in_a_log_that_its_job_does_not_know_are_left_out(tmp_path: Path, target: Server) -> None:
    """A job cuts them off; a block of the table would be in its way."""
    a_database(tmp_path / "first")
    [log] = (tmp_path / "first.imports").glob("*/*.log")
    log.write_bytes(log.read_bytes() + b"of a batch that was rolled back\n")
    copied(tmp_path / "first", target)
    copied(target, tmp_path / "back")
    [log] = (tmp_path / "back.imports").glob("*/*.log")
    assert log.read_text().split() == LOG


def test_a_file_that_its_job_deletes_meanwhile_arrives(tmp_path: Path, target: Server) -> None:
    a_database(tmp_path / "first")
    with copier.opened_source(tmp_path / "first") as source, copier.opened_target(target, VAULT) as filled:
        for path in (tmp_path / "first.imports").glob("*/*.csv"):
            path.unlink()
        copier.copy(source, filled)
        copier.commit(filled)
    store = Store(target, VAULT)
    assert csv_files(store)["import-1"] == CSV
    store.close()


def test_a_history_leads_back_to_the_same_states(tmp_path: Path, target: Server) -> None:
    """The images are what each database makes of texts, bytes and numbers, so they are moved to its way."""
    life = lived(tmp_path / "life", 1, jumps=False)
    copied(life.path, target)
    copied(target, tmp_path / "back")
    time, then = list(life.past.items())[2]
    expected = kept_passwords(then, life.end)
    for place in (target, tmp_path / "back"):
        store = Store(place, VAULT)
        with store.unit(writes=False) as unit:
            assert unit.history.preview("us-east-1_a", time) == counted(expected, life.end)
        with store.unit(writes=True) as unit:
            unit.now = life.now + 60
            unit.history.restore("us-east-1_a", time)
        with store.unit(writes=False) as unit:
            assert seen(unit, "us-east-1_a") == expected
        store.close()


def test_the_form_of_an_image_is_no_change(tmp_path: Path, target: Server) -> None:
    """SQLite writes 15 digits of a number and bytes in capitals; and PostgreSQL stores U+0000 in its own way."""
    store = Store(tmp_path / "first", VAULT)
    with store.unit(writes=True) as unit:
        unit.now = NOON
        pool = a_pool(unit)
        user = a_user(unit, pool, "a\0b\1\1", email="x\0\1\1")
        unit.users.add_alias(user, "email", "x\0\1\1")
        unit.write(text("UPDATE users SET created = 1764455555.9876542, verifier = x'abcdef'"))
        unit.history.begin(pool)
    for turn, enabled in enumerate((False, True)):
        with store.unit(writes=True) as unit:
            unit.now = NOON + 1 + turn
            unit.users.change(user, enabled=enabled)
    store.close()
    copied(tmp_path / "first", target)
    copied(target, tmp_path / "back")
    for place in (tmp_path / "first", target, tmp_path / "back"):
        store = Store(place, VAULT)
        with store.unit(writes=False) as unit:
            assert set(unit.history.preview(pool.id, NOON).values()) == {Counts()}
        with store.unit(writes=True) as unit:
            unit.now = NOON + 9
            unit.history.restore(pool.id, NOON)
        with store.unit(writes=False) as unit:
            found = unit.users.get(user.id)
            assert found
            assert found.username == "a\0b\1\1"
            assert found.created == pytest.approx(1764455555.98765)
        store.close()


def test_what_is_written_meanwhile_is_not_half_there(tmp_path: Path, target: Server) -> None:
    a_database(tmp_path / "first")
    before = everything(tmp_path / "first")
    store = Store(tmp_path / "first", VAULT)
    with copier.opened_source(tmp_path / "first") as source, copier.opened_target(target, VAULT) as filled:
        with store.unit(writes=True) as unit:
            pool = unit.pools.get("us-east-1_a")
            assert pool
            a_user(unit, pool, "meanwhile")
        copier.copy(source, filled)
        copier.commit(filled)
    store.close()
    assert everything(target) == before
    assert everything(tmp_path / "first") != before


def test_a_postgresql_source_is_seen_as_of_one_moment(tmp_path: Path, target: Server) -> None:
    a_database(target)
    before = everything(target)
    with copier.opened_source(target) as source, copier.opened_target(tmp_path / "copy", VAULT) as filled:
        store = Store(target, VAULT)
        with store.unit(writes=True) as unit:
            pool = unit.pools.get("us-east-1_a")
            assert pool
            a_user(unit, pool, "meanwhile")
        store.close()
        copier.copy(source, filled)
        copier.commit(filled)
    assert everything(tmp_path / "copy") == before


def test_the_schema_of_a_copy_is_that_of_a_new_database(tmp_path: Path, target: Server) -> None:
    a_database(tmp_path / "first")
    copied(tmp_path / "first", tmp_path / "copy")
    schemas = []
    for name in ("first", "copy"):
        store = Store(tmp_path / name, VAULT)
        with store.unit(writes=False) as unit:
            found = unit.read(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
            schemas.append({row.name: row.sql.split() for row in found})
        store.close()
    assert schemas[0] == schemas[1]
    indexes = text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
    copied(tmp_path / "first", target)
    store = Store(target, VAULT)
    with store.unit(writes=False) as unit:
        made = unit.read(indexes).scalars().all()
    store.close()
    assert len(made) == len(set(made)) > 2 * len(TABLES)


def test_a_row_that_got_lost_is_told(tmp_path: Path, target: Server) -> None:
    a_database(tmp_path / "first")
    with copier.opened_source(tmp_path / "first") as source, copier.opened_target(target, VAULT) as filled:
        keep = filled.insert
        filled.insert = lambda table, rows: keep(table, rows[1:] if table.name == "passkeys" else rows)  # type: ignore[method-assign]
        with pytest.raises(CannotCopy) as refused:
            copier.copy(source, filled)
    assert isinstance(refused.value.__cause__, DatabaseUnusable)
    assert str(refused.value.__cause__) == "passkeys: 1 of 2 arrived"
