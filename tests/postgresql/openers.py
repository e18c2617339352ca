"""Processes that open a new database at once: `python -m tests.postgresql.openers URL KEY NUMBER`.

They are forked from one that has imported everything, so that they come closer together than processes that start.
"""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import Any

from emulator.home import opened
from emulator.settings import Settings
from keys.entropy import SystemEntropy
from storage.server import Server

ROOT = Path(__file__).parents[2]
_PATIENCE = 60


def open_at_once(url: str, key: Path, number: int) -> list[int]:
    """Open a database in that many processes, which keep it open until all have. Return their exit statuses."""
    command = [sys.executable, "-m", "tests.postgresql.openers", url, str(key), str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    sys.stderr.write(done.stderr)  # shown by pytest if the statuses are not those that the test expects
    return [int(status) for status in done.stdout.split()]


def _open(settings: Settings, barrier: Any) -> None:
    barrier.wait(_PATIENCE)
    with opened(settings, SystemEntropy()) as home:
        barrier.wait(_PATIENCE)
        home.store.check()


def _main(url: str, key: str, number: str) -> None:
    settings = Settings(database=Server(url), key=Path(key))
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(int(number))
    processes = [fork.Process(target=_open, args=(settings, barrier)) for _ in range(int(number))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    sys.stdout.write(" ".join(str(process.exitcode) for process in processes))


if __name__ == "__main__":
    _main(*sys.argv[1:])
