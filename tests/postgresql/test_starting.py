"""What is said, in words, where a PostgreSQL database cannot be used; and several servers that start on one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from emulator import databases
from emulator.data_errors import DataDirectoryError
from emulator.home import opened
from emulator.settings import Settings
from keys.entropy import SystemEntropy
from storage import migrations
from storage.server import Server
from tests.postgresql.openers import open_at_once
from tests.postgresql.server import GUARDED, PASSWORD, PostgreSQLServer
from tests.sdk.conftest import Start


def open_and_close(url: str, **chosen: Any) -> None:
    with opened(Settings(database=Server(url), **chosen), SystemEntropy()):
        pass


def refusal(url: str, data: Path, **chosen: Any) -> str:
    with pytest.raises(DataDirectoryError) as refused:
        open_and_close(url, data=data, **chosen)
    shown = databases.shown(Server(url))
    assert str(refused.value).startswith(f"cannot keep data at {shown}: ")
    return str(refused.value).removeprefix(f"cannot keep data at {shown}: ")


def test_the_key_is_made_in_the_data_directory(empty_postgresql: str, tmp_path: Path) -> None:
    open_and_close(empty_postgresql, data=tmp_path / "data")
    [key] = (tmp_path / "data").iterdir()
    assert (key.name, len(key.read_bytes()), key.stat().st_mode & 0o777) == ("cognito.key", 32, 0o600)
    open_and_close(empty_postgresql, data=tmp_path / "unused", key=key)


def test_a_server_with_another_key_is_refused_and_leaves_no_key_behind(empty_postgresql: str, tmp_path: Path) -> None:
    open_and_close(empty_postgresql, data=tmp_path / "one")
    (tmp_path / "another").write_bytes(bytes(32))
    told = refusal(empty_postgresql, tmp_path, key=tmp_path / "another")
    assert told == "its key is another one: nothing in it can be read with this key"
    missing = tmp_path / "two" / "cognito.key"
    told = refusal(empty_postgresql, tmp_path / "two")
    assert told == f"its key {missing} is missing, and nothing in it can be read without"
    assert not missing.exists()


def another_program(postgresql: PostgreSQLServer, name: str) -> None:
    postgresql.execute("CREATE TABLE users (id integer)", name)


def a_newer_version(postgresql: PostgreSQLServer, name: str) -> None:
    postgresql.execute("CREATE TABLE alembic_version (version_num varchar(32))", name)
    postgresql.execute("INSERT INTO alembic_version VALUES ('9999')", name)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (another_program, "it has tables of another program"),
        (
            a_newer_version,
            "its schema is '9999', of a newer cognito-emulator or of another program; "
            f"this one knows those up to '{migrations.HEAD}'",
        ),
    ],
)
def test_a_database_that_is_not_ours_is_refused_and_left_alone(
    postgresql: PostgreSQLServer, tmp_path: Path, change: Callable[[PostgreSQLServer, str], None], told: str
) -> None:
    name = postgresql.create()
    change(postgresql, name)
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    before = postgresql.execute(tables, name)
    assert refusal(postgresql.url(name), tmp_path) == told
    assert postgresql.execute(tables, name) == before


def test_a_database_of_another_encoding_is_refused(postgresql: PostgreSQLServer, tmp_path: Path) -> None:
    postgresql.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    assert refusal(postgresql.url("latin"), tmp_path) == "its encoding is LATIN1, and must be UTF8"


def test_a_server_that_cannot_be_used_is_told_by_the_drivers_words(
    postgresql: PostgreSQLServer, tmp_path: Path
) -> None:
    nowhere = refusal("postgresql+psycopg://postgres@127.0.0.1:1/postgres", tmp_path)
    assert nowhere.startswith("its server cannot be reached (connection failed: ")
    assert 'database "missing" does not exist' in refusal(postgresql.url("missing"), tmp_path)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("sslmod=require", "libpq has no option sslmod, which its URL has"),
        ("plugin=x&autocommit=1", "libpq has no option autocommit, plugin, which its URL has"),
        ("sslmode=allow&sslmode=prefer", "its URL has the option sslmode more than once"),
        ("connect_timeout=soon", "an option of its URL is wrong (bad value for connect_timeout: 'soon')"),
    ],
)
def test_a_wrong_option_of_the_url_is_told(
    postgresql: PostgreSQLServer, tmp_path: Path, options: str, told: str
) -> None:
    assert refusal(f"{postgresql.url('postgres')}?{options}", tmp_path) == told


def test_an_option_cannot_change_the_encoding_of_statements(empty_postgresql: str, tmp_path: Path) -> None:
    chosen = Settings(database=Server(f"{empty_postgresql}?client_encoding=latin1"), data=tmp_path)
    with opened(chosen, SystemEntropy()) as home, home.store.unit(writes=False) as unit:
        assert unit.read(text("SHOW client_encoding")).scalar() == "UTF8"


def test_a_server_that_accepts_connections_and_says_nothing_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told = refusal(f"postgresql+psycopg://postgres@127.0.0.1:{silent.getsockname()[1]}/postgres", tmp_path)
    assert told.startswith("its server cannot be reached (connection timeout expired")


@pytest.mark.parametrize("variable", [False, True])
def test_a_wrong_password_ends_the_command_without_showing_it(
    postgresql: PostgreSQLServer, empty_postgresql: str, tmp_path: Path, variable: bool
) -> None:
    url = empty_postgresql.replace("postgres@", f"{GUARDED}:{PASSWORD}-wrong@")
    command = [sys.executable, "-m", "cognito_emulator", "--port", "0", "--data", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COGNITO_")}
    if variable:
        environment["COGNITO_EMULATOR_DATABASE"] = url
    else:
        command += ["--database", url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f'password authentication failed for user "{GUARDED}"' in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr


def test_the_password_is_used_and_not_logged(
    postgresql: PostgreSQLServer, empty_postgresql: str, start: Start, tmp_path: Path
) -> None:
    name = empty_postgresql.rpartition("/")[2]
    postgresql.execute(f'ALTER DATABASE "{name}" OWNER TO {GUARDED}')
    url = empty_postgresql.replace("postgres@", f"{GUARDED}:{PASSWORD}@")
    server = start("--database", url, "--key", str(tmp_path / "key"))
    assert server.stop() == 0
    told = server.log.read_text()
    assert "one inbox, one clock" in told
    assert PASSWORD not in told
    assert PASSWORD not in repr(Settings(database=Server(url)))


def test_twenty_processes_that_open_a_new_database_at_once_share_one_schema(
    empty_postgresql: str, tmp_path: Path
) -> None:
    assert open_at_once(empty_postgresql, tmp_path / "key", 20) == [0] * 20


def test_servers_that_start_at_once_share_one_schema(
    empty_postgresql: str, start: Start, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count = request.config.getoption("--servers")
    chosen = ("--database", empty_postgresql, "--key", str(tmp_path / "key"))
    with ThreadPoolExecutor(count) as executor:
        servers = [each.result() for each in [executor.submit(start, *chosen) for _ in range(count)]]
    for server in servers:
        with urlopen(f"{server.url}/health", timeout=20) as answer:
            assert answer.status == 200
    pool = servers[0].client("cognito-idp").create_user_pool(PoolName="shared")["UserPool"]["Id"]
    assert servers[-1].client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "shared"
