"""Other processes on the same database: `python -m tests.storage.processes TASK`, which waits for a path on stdin."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from storage.store import Store
from tests.storage.rows import NOON, VAULT, a_user

ROOT = Path(__file__).parents[2]


def open_each() -> None:
    """Open each database whose path is read, and print the result."""
    for line in sys.stdin:
        try:
            Store(Path(line.strip()), VAULT).close()
        except (SQLAlchemyError, OSError) as error:
            say(repr(error))
        else:
            say("opened")


def write_on() -> None:
    """Add users to the pool of a database until killed, and print each user that was committed."""
    store = Store(Path(sys.stdin.readline().strip()), VAULT)
    with store.unit(writes=False) as unit:
        (pool,) = unit.pools.page("us-east-1", 2, None).items
    for turn in range(100_000):
        with store.unit(writes=True) as unit:
            name = f"user {unit.users.count(pool.id)}"
            user = a_user(unit, pool, name, email=f"{turn}@example.com")
            unit.users.add_alias(user, "email", name)
        say(str(user.id))


def restore() -> None:
    """Restore the pool of a database to noon, and die before a statement whose number is read after the path.

    With 0, die after the commit.
    """
    path, number = sys.stdin.readline().strip(), int(sys.stdin.readline())
    store, statements = Store(Path(path), VAULT), itertools.count(1)

    def die(*_: object) -> None:
        if next(statements) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    with store.unit(writes=True) as unit:
        unit.now = NOON + 120
        event.listen(store.engine, "before_cursor_execute", die)
        unit.history.restore("us-east-1_a", NOON)
    say("committed")
    os.kill(os.getpid(), signal.SIGKILL)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def waiting(task: str, number: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Start processes that have imported their modules and wait for a path."""
    command = [sys.executable, "-m", "tests.storage.processes", task]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(number)
        ]
        for process in processes:
            stack.callback(process.kill)
        assert [hear(process) for process in processes] == ["waiting"] * number
        yield processes


def tell(process: subprocess.Popen[str], path: Path, *more: object) -> None:
    """Write a line with the path, and more lines, to a process."""
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in (path, *more)))
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    """The next line that a process printed, "" if it has ended."""
    assert process.stdout is not None
    line = process.stdout.readline()
    return line.strip() if line.endswith("\n") else ""


if __name__ == "__main__":
    say("waiting")
    {"open": open_each, "write": write_on, "restore": restore}[sys.argv[1]]()
