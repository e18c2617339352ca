"""Migrations: Alembic and the tables make the same schema, and older databases are upgraded."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from storage import migrations
from storage.failures import DatabaseUnusable
from storage.migrations import stored
from storage.sqlite import check, engine_for
from storage.store import Store
from storage.tables.schema import all_tables, complete_metadata
from tests.postgresql.server import PostgreSQLServer
from tests.storage import older
from tests.storage.conftest import migrated
from tests.storage.rows import VAULT, fill


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The engine of a database that Alembic's migrations created."""
    migrated(tmp_path / "migrated.sqlite3")
    engine = engine_for(tmp_path / "migrated.sqlite3")
    yield engine
    engine.dispose()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Connection]:
    """A writing connection to an empty file."""
    engine = engine_for(tmp_path / "empty.sqlite3")
    with engine.connect().execution_options(writes=True) as connection:
        yield connection
    engine.dispose()


def schema(connection: Connection) -> dict[str, tuple[object, ...]]:
    """The schema in SQLite, by table and index: columns in order, constraints in any order, options."""
    found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return {name: clauses(sql) for name, sql in found}


def clauses(sql: str) -> tuple[object, ...]:
    opening, body, options = re.fullmatch(r"(.*?)\((.*)\)(.*)", " ".join(sql.split()).replace('"', ""), re.S).groups()  # type: ignore[union-attr]
    parts = [part.strip() for part in re.split(r",(?![^(]*\))", body)]
    constraints = [part for part in parts if part.startswith("CONSTRAINT ")]
    return opening.strip(), [part for part in parts if part not in constraints], sorted(constraints), options.strip()


def test_alembic_sees_no_difference_to_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, complete_metadata()) == []


def test_sqlite_keeps_the_same_of_both(engine: Engine, sqlite: Store) -> None:
    """`compare_metadata` ignores WITHOUT ROWID, AUTOINCREMENT, partial indexes and ON DELETE."""
    with engine.connect() as migrated, sqlite.engine.connect() as made:
        assert schema(migrated) == schema(made)
        everything = str(schema(made))
    for said in ("WITHOUT ROWID", "AUTOINCREMENT", "WHERE email IS NOT NULL", "ON DELETE CASCADE"):
        assert said in everything


def test_the_stored_sql_is_that_of_the_tables(sqlite: Store) -> None:
    """If it fails: scripts/docs writes it anew."""
    assert stored.text() == Path(stored.__file__).with_name("schema.sql").read_text(encoding="utf-8")
    with sqlite.engine.connect() as connection:
        made = {name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE sql IS NOT NULL"))}
    named = {str(index.name) for table in all_tables() for index in table.indexes}
    assert made - {"alembic_version", "sqlite_sequence"} == named | set(complete_metadata().tables)


def test_both_are_at_the_newest_revision(engine: Engine, sqlite: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]
    for each in (engine, sqlite.engine):
        with each.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [
                migrations.HEAD
            ]


def test_a_migration_that_does_not_commit_leaves_nothing(empty: Connection) -> None:
    migrations.migrate(empty)
    assert inspect(empty).has_table("users")
    empty.rollback()
    assert schema(empty) == {}


def test_a_migrated_database_is_opened_as_it_is(engine: Engine, tmp_path: Path) -> None:
    with engine.connect() as connection:
        before = schema(connection)
    store = Store(tmp_path / "migrated.sqlite3", VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
        with unit.store.engine.connect() as connection:
            assert schema(connection) == before
    store.close()


def test_a_database_from_before_the_first_revision_is_brought_up_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with writing(path) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
        version = unit.read(text("SELECT version_num FROM alembic_version")).scalars().all()
    assert version == [migrations.HEAD]
    store.close()


@pytest.mark.parametrize("revision", older.REVISIONS)
def test_an_older_database_is_migrated_and_keeps_everything(tmp_path: Path, sqlite: Store, revision: str) -> None:
    path = tmp_path / "old.sqlite3"
    older.build(path, revision)
    before = older.contents(path)
    counts = [{"pool_id": row["id"], "users": row.pop("user_count")} for row in before["user_pools"]]
    assert all(before[table] for table in before if (table, revision) not in WITHOUT_ROW)
    check(path)
    store = Store(path, VAULT)
    with store.engine.connect() as migrated, sqlite.engine.connect() as made:
        assert schema(migrated) == schema(made)
        assert migrated.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [migrations.HEAD]
        assert migrated.execute(text("PRAGMA foreign_key_check")).all() == []
    after = older.contents(path)
    for table, rows in before.items():
        kept = [{column: row[column] for column in old} for old, row in zip(rows, after[table], strict=False)]
        assert kept == rows, table
        assert len(after[table]) == len(rows) or table == "key_checks"
    assert after["user_counts"] == [count for count in counts if count["users"]] != []
    with store.unit(writes=True) as unit:
        pool, client, user = unit.pools.get("us-east-1_a"), unit.clients.get("client a"), unit.users.get(1)
        assert pool is not None
        assert client is not None
        assert user is not None
        assert (pool.name, user.username, user.password, user.verifier) == ("pool", "ana a", "digest", None)
        [group] = unit.groups.of(user)
        assert unit.groups.named(pool.id, "admins") == group
        [secret] = unit.clients.secrets(client.id)
        assert VAULT.open(secret.sealed, secret.id) == b"secret"
        found = unit.tokens.refresh_token("refresh a")
        assert found is not None
        token, family = found
        assert (token.rotated, family.device_key, family.session, family.details) == (None, None, None, {})
        fill(unit, "b")
    store.close()


WITHOUT_ROW = {("key_checks", "0004"), ("key_checks", "0005")}
"""Tables that `older.build` leaves empty."""


def test_what_is_compared_without_case_is_written_so(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    older.build(path, "0003")
    heeds, ignores = "{}", '{"UsernameConfiguration": {"CaseSensitive": false}}'
    with writing(path) as connection:
        connection.execute(text("DELETE FROM user_pools"))
        for pool, settings in (("us-east-1_a", heeds), ("us-east-1_b", ignores)):
            values = {"pool": pool, "settings": settings}
            statement = "INSERT INTO user_pools VALUES (:pool, 'us-east-1', 'old', :settings, 1, 1, 1, '{}')"
            connection.execute(text(statement), values)
            for name in ("Staff", "STAFF", "staff", "Émile"):
                statement = (
                    "INSERT INTO groups (pool_id, name, settings, created, modified) VALUES (:pool, :name, '{}', 1, 1)"
                )
                connection.execute(text(statement), {"pool": pool, "name": name})
            for number in range(1_100):
                statement = """INSERT INTO users (pool_id, username, username_key, sub, status, enabled, attributes,
                settings, created, modified, email, family_name) VALUES (:pool, :name, :name, :name, 'CONFIRMED', 1,
                '{"email": "Ana@Example.com"}', '{}', 1, 1, 'Ana@Example.com', :family)"""
                family = "ÉMILE" if number % 2 else None
                connection.execute(text(statement), {"pool": pool, "name": f"Ana{number}", "family": family})
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        keys = unit.read(text("SELECT pool_id, name, key FROM groups ORDER BY id")).all()
        assert [tuple(key) for key in keys] == [
            ("us-east-1_a", "Staff", "Staff"),
            ("us-east-1_a", "STAFF", "STAFF"),
            ("us-east-1_a", "staff", "staff"),
            ("us-east-1_a", "Émile", "Émile"),
            ("us-east-1_b", "Staff", "staff"),
            ("us-east-1_b", "STAFF", " STAFF"),
            ("us-east-1_b", "staff", " staff"),
            ("us-east-1_b", "Émile", "émile"),
        ]
        for pool in ("us-east-1_a", "us-east-1_b"):
            for column, key, found in (("email", "ana@example.com", 1_100), ("family_name", "émile", 550)):
                page = unit.users.page(pool, 2_000, None, column=column, equals=key)
                assert len(page.items) == found
            assert page.items[0].attributes == {"email": "Ana@Example.com"}
            assert page.items[0].username.startswith("Ana")
    store.close()


@contextmanager
def writing(path: Path) -> Iterator[Connection]:
    """A connection to the database at `path`, committed at the end."""
    engine = engine_for(path)
    with engine.connect().execution_options(writes=True) as connection:
        yield connection
        connection.commit()
    engine.dispose()


def test_a_database_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "later.sqlite3"
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
        unit.write(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    before = path.read_bytes()
    with pytest.raises(
        DatabaseUnusable, match=f"'9999', of a newer cognito-emulator; this one knows those up to '{migrations.HEAD}'"
    ):
        check(path)
    assert path.read_bytes() == before


def test_migrations_run_wherever_they_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty: Connection
) -> None:
    """`%` is special in Alembic's configuration."""
    installed = tmp_path / "100%" / "%(here)s"
    shutil.copytree(Path(migrations.__file__).parent, installed, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "__file__", str(installed / "__init__.py"))
    migrations.migrate(empty)
    assert inspect(empty).has_table("users")


def test_the_migrations_make_the_same_schema_in_postgresql(
    postgresql: PostgreSQLServer, postgresql_template: str, migrated_template: str
) -> None:
    columns = (
        "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    constraints = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
    for query in (columns, indexes, constraints):
        assert postgresql.execute(query, migrated_template) == postgresql.execute(query, postgresql_template)
