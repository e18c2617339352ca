"""SQLite and PostgreSQL side by side: the same calls to two servers of ours in turn, one with each database.

Times of a call for one caller and for sixteen, and the processor time that a call takes: of our server, and of all
processes of PostgreSQL. Processor times are known on Linux only.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from bench.calls import ROWS, Caller, Row, Site
from bench.machine import started

CALLERS = 16
_WARM_UP = 8


@dataclass(frozen=True)
class Times:
    """The figures of one row at one server, in milliseconds. Processor times are those of a call of one caller."""

    one: float
    many: float
    many_p99: float
    ours: float
    postgresql: float


@dataclass(frozen=True)
class Measured:
    """A server of ours, and what tells the processor time of its database's server."""

    site: Site
    pid: int
    of_database: Callable[[], float]


def compare(url: str, seconds: float) -> Iterator[tuple[str, list[Times]]]:
    """The figures of each row: with SQLite, and with the empty database of that URL, which is filled."""
    with ExitStack() as stack:
        key = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "key"
        commands = [("--ephemeral",), ("--database", url, "--key", str(key), "--password-cost", "4")]
        measured = []
        for command, of_database in zip(commands, (lambda: 0.0, _postgresql(url)), strict=True):
            server = stack.enter_context(started("-m", "cognito_emulator", "--port", "0", *command))
            site = Site(server.url)
            site.prepare()
            server.rest()  # it makes new keys in place of those that the pools got
            measured.append(Measured(site, server.process.pid, of_database))
        for row in ROWS:
            yield row.name, _row(measured, row, seconds)


def _row(servers: Sequence[Measured], row: Row, seconds: float) -> list[Times]:
    ones = _in_turn(servers, row, seconds)
    found = []
    for server, (one, ours, postgresql) in zip(servers, ones, strict=True):
        many = [0.0] if row.pause else _at_once(server.site, row, seconds)
        p99 = many[int(len(many) * 0.99)]
        found.append(Times(one, statistics.median(many), p99, ours, postgresql))
    return found


def _in_turn(servers: Sequence[Measured], row: Row, seconds: float) -> list[tuple[float, float, float]]:
    """For one caller, the median of the best turn and the processor milliseconds, ours and the database's.

    The servers are called by turns of a few calls. The best turn is the one that other programs disturbed least.
    """
    callers = [Caller(server.site.url) for server in servers]
    times: list[list[float]] = [[] for _ in servers]
    spent = [[0.0, 0.0] for _ in servers]
    counts = [0 for _ in servers]
    end = time.perf_counter() + len(servers) * seconds
    turn = 0
    while turn < 4 or time.perf_counter() < end:
        for number, (server, caller) in enumerate(zip(servers, callers, strict=True)):
            before = _of(server.pid), server.of_database()
            taken = [_timed(row, caller, server.site) for _ in range(3 if row.pause else 15)]
            if turn:
                times[number].append(statistics.median(taken))
                counts[number] += len(taken)
                spent[number][0] += _of(server.pid) - before[0]
                spent[number][1] += server.of_database() - before[1]
        turn += 1
    return [
        (min(medians), 1000 * ours / count, 1000 * postgresql / count)
        for medians, (ours, postgresql), count in zip(times, spent, counts, strict=True)
    ]


def _at_once(site: Site, row: Row, seconds: float) -> list[float]:
    """The sorted milliseconds of sixteen callers, threads of this process."""
    times: list[list[float]] = [[] for _ in range(CALLERS)]
    end = time.perf_counter() + seconds

    def call(taken: list[float]) -> None:
        caller = Caller(site.url)
        while len(taken) < _WARM_UP + 5 or time.perf_counter() < end:
            taken.append(_timed(row, caller, site))

    threads = [threading.Thread(target=call, args=[taken]) for taken in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(each for taken in times for each in taken[_WARM_UP:])


def _timed(row: Row, caller: Caller, site: Site) -> float:
    time.sleep(row.pause)
    begun = time.perf_counter()
    row.run(caller, site, f"-{os.getpid()}-{threading.get_ident()}-{time.perf_counter_ns()}")
    return (time.perf_counter() - begun) * 1000


def _of(pid: int) -> float:
    """The processor seconds of a process so far, 0 where they are not known."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED of that process (Linux, posix-timers.h)
    except (AttributeError, OSError):
        return 0.0


def _postgresql(url: str) -> Callable[[], float]:
    """Tells the processor seconds of the processes that work for a database on this machine."""
    import psycopg

    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    known: dict[int, float] = {}

    def seconds() -> float:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            known.update((pid, _of(pid)) for [pid] in connection.execute(query))
        return sum(known.values())  # of those that have ended, too

    return seconds


@contextmanager
def of_the_tests(*, fast: bool = False) -> Iterator[tuple[str, str]]:
    """The URLs of two databases on the PostgreSQL server that the tests bring.

    Unless `fast`, it keeps what was committed if the machine fails, which SQLite with `synchronous = NORMAL` does not.
    """
    from tests.postgresql.server import PostgreSQLServer

    server = PostgreSQLServer(fast=fast)
    try:
        yield server.url(server.create()), server.url(server.create())
    finally:
        server.close()
