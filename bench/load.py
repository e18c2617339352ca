"""Load generation: one caller for latency, sixteen callers for throughput and for creating users."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from typing import Any

from bench.calls import ROWS, Caller, Row, Site, admin_create_user
from bench.oauth import Refused

PROCESSES, THREADS = 2, 8


def latencies(site: Site, row: Row, seconds: float) -> list[float]:
    """The sorted milliseconds of at least 20 calls by one caller, after five calls to warm up."""
    caller = Caller(site.url)
    measured: list[float] = []
    count, end = 0, time.perf_counter() + seconds
    while len(measured) < 20 or time.perf_counter() < end:
        time.sleep(row.pause)
        begun = time.perf_counter()
        row.run(caller, site, f"-{os.getpid()}-{time.perf_counter_ns()}")
        if count >= 5:
            measured.append((time.perf_counter() - begun) * 1000)
        count += 1
    return sorted(measured)


def throughput(site: Site, row: Row, seconds: float) -> float:
    """Calls a second of 16 callers."""
    return crowded(site, row, seconds) / seconds


def crowded(site: Site, row: Row, seconds: float) -> int:
    """How many calls 16 callers make in so many seconds."""
    return sum(spread(site, row.name, [seconds] * PROCESSES))


def spread(site: Site, what: str, shares: Sequence[Any]) -> list[int]:
    """Run callers in several processes, so that the interpreter lock of the client is not the limit."""
    with ProcessPoolExecutor(len(shares), multiprocessing.get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.05] * len(shares)))  # start the processes before the measurement
        return list(pool.map(share_of, [asdict(site)] * len(shares), [what] * len(shares), shares))


def share_of(site: dict[str, Any], what: str, share: Any) -> int:
    """Run the callers of one process. Returns the number of calls."""
    work = load(Site(**site), share) if what == "fill" else repeat(Site(**site), what, share)
    lock, counts, failures = threading.Lock(), [0] * THREADS, []

    def call(number: int) -> None:
        caller = Caller(site["url"])
        try:
            while True:
                with lock:
                    job = next(work, None)
                if job is None:
                    return
                job(caller)
                counts[number] += 1
        except (Refused, OSError, http.client.HTTPException) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=call, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Refused(str(failures[0]))
    return sum(counts)


def load(site: Site, numbers: Sequence[int]) -> Iterator[Callable[[Caller], object]]:
    for number in numbers:
        yield lambda caller, number=number: admin_create_user(caller, site, str(number))  # type: ignore[misc]


def repeat(site: Site, name: str, seconds: float) -> Iterator[Callable[[Caller], object]]:
    row = next(row for row in ROWS if row.name == name)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        unique = f"-{os.getpid()}-{time.perf_counter_ns()}"
        yield lambda caller, unique=unique: row.run(caller, site, unique)  # type: ignore[misc]


def fill(site: Site, users: int) -> float:
    """Create users by 16 callers until there are `users`. Returns users a second."""
    missing = users - site.users
    if missing <= 0:
        return 0.0
    begun = time.perf_counter()
    spread(site, "fill", [range(site.users + n, users, PROCESSES) for n in range(PROCESSES)])
    site.users = users
    return missing / (time.perf_counter() - begun)
