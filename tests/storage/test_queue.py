"""The queue of processes that write: one at a time, in turn, and freed by death."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import VAULT
from tests.python_functions.processes import until

if sys.platform == "win32":
    pytest.skip("Windows has no such locks, and no fork", allow_module_level=True)

from storage.queue import Queue
from storage.store import Store

WRITER = """
import sys
from pathlib import Path
from storage.queue import Queue

queue = Queue(Path(sys.argv[1]))
for command in sys.stdin:
    if command != "enter\\n":
        queue.__exit__()
    if command != "leave\\n":
        queue.__enter__()
        print("inside", flush=True)
"""


class Writer:
    """A process that enters the queue, and leaves it, when it is told to."""

    def __init__(self, database: Path) -> None:
        command = [sys.executable, "-c", WRITER, str(database)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._asked = self._entered = 0
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)

    def tell(self, command: str) -> None:
        """`enter`, `leave`, or `again`: leave and enter at once."""
        self._asked += command != "leave"
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()

    def has_entered(self) -> bool:
        """Whether it has entered as often as it was told to."""
        assert self.process.stdout is not None
        self._entered += (self.process.stdout.read(1024) or b"").count(b"inside")
        return self._entered == self._asked

    def waits(self) -> bool:
        """Whether the kernel has it wait for a lock."""
        pid = str(self.process.pid)
        lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        return any(line[1] == "->" and line[5] == pid for line in lines)

    def kill(self) -> None:
        self.process.kill()
        with self.process:
            pass


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[list[Writer]]:
    """Three writers to one database."""
    with ExitStack() as stack:
        made = [Writer(tmp_path / "db") for _ in range(3)]
        for writer in made:
            stack.callback(writer.kill)
        yield made


pytestmark = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the system does not tell who waits")


def test_one_process_writes_at_a_time_and_the_next_enters_when_it_leaves(writers: list[Writer]) -> None:
    first, second, _ = writers
    first.tell("enter")
    assert until(first.has_entered)
    second.tell("enter")
    assert until(second.waits)
    assert not second.has_entered()
    first.tell("leave")
    assert until(second.has_entered)


def test_a_process_that_writes_again_at_once_comes_after_the_one_that_waits(writers: list[Writer]) -> None:
    first, second, _ = writers
    first.tell("enter")
    assert until(first.has_entered)
    second.tell("enter")
    assert until(second.waits)
    for _ in range(20):
        first.tell("again")
        assert until(second.has_entered)
        assert until(first.waits)
        assert not first.has_entered()
        first, second = second, first


def test_a_process_that_is_killed_leaves_the_queue(writers: list[Writer]) -> None:
    first, second, third = writers
    first.tell("enter")
    assert until(first.has_entered)
    second.tell("enter")
    assert until(second.waits)
    third.tell("enter")
    assert until(third.waits)
    second.kill()  # it was the next
    first.kill()
    assert until(third.has_entered)


def test_the_queue_is_its_owners_alone_and_ends_with_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "db", VAULT, several=True)
    file = tmp_path / "db.queue"
    assert file.stat().st_mode & 0o777 == 0o600
    with store.unit(writes=True) as unit:
        unit.delete_everything()
    store.close()
    with Queue(tmp_path / "db"):
        pass


def test_a_store_of_one_process_has_no_queue(tmp_path: Path) -> None:
    Store(tmp_path / "db", VAULT).close()
    assert not (tmp_path / "db.queue").exists()
