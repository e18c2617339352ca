"""Workers that were forked tell one another which events they lack; and what happens where the database fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from emulator.outside.events import KEPT
from emulator.outside.shared.events import SharedEvents
from emulator.outside.shared.siblings import Siblings
from storage.failures import DatabaseUnusable
from storage.store import Store
from tests.conftest import NOON, VAULT
from tests.shared.test_forms import SIGN_UP
from tests.storage.rows import fill_up, make_room

ROOT = Path(__file__).parents[2]


def forked(path: Path) -> None:
    """Fork a worker that notes events until it is killed, and write how many are told after each round."""
    siblings = Siblings(2)
    asks, answers = os.pipe(), os.pipe()
    child = os.fork()
    number = 1 if child == 0 else 0
    events = SharedEvents(Store(path, VAULT), lambda: NOON, siblings.member(number))
    if child == 0:
        while os.read(asks[0], 1):
            for _ in range(100):
                events.note(SIGN_UP)
            os.write(answers[1], b"x")
    for _ in range(5):
        os.write(asks[1], b"x")
        os.read(answers[0], 1)
        sys.stdout.write(f"{len(events.last())}\n")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    siblings.member(1)  # as the worker that replaces it does
    sys.stdout.write(f"{len(events.last())}\n")
    events.close(5)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_worker_that_was_forked_tells_what_it_noted_until_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "cognito.sqlite3"
    Store(path, VAULT).close()
    command = [sys.executable, "-m", "tests.shared.test_siblings", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stderr, done.stdout.split()) == ("", ["100", "200", "300", "400", "500", "500"])


@pytest.fixture
def kind_of_database() -> str:
    """The disk of SQLite can be full."""
    return "sqlite"


def test_a_worker_that_is_gone_and_not_replaced_keeps_nobody_waiting_for_long(store: Store, siblings: Siblings) -> None:
    gone, asking = siblings.member(1), SharedEvents(store, lambda: NOON, siblings.member(0))
    gone.note()
    asking.note(SIGN_UP)
    assert asking.last() == [SIGN_UP]
    asking.close(5)


def test_events_wait_while_the_database_fails_and_no_call_notices(store: Store, siblings: Siblings) -> None:
    events = SharedEvents(store, lambda: NOON, siblings.member(0))
    large = replace(SIGN_UP, reason="x" * 10_000)
    fill_up(store)
    for _ in range(3):
        events.note(large)
        with pytest.raises(DatabaseUnusable):
            events.last()
    make_room(store)
    assert events.last() == [large] * 3
    events.close(5)


def test_the_events_that_wait_are_bounded_and_those_that_are_dropped_are_counted(
    store: Store, siblings: Siblings, caplog: pytest.LogCaptureFixture
) -> None:
    events = SharedEvents(store, lambda: NOON, siblings.member(0))
    with store.database.transaction(False):  # as the thread of the events may read meanwhile
        fill_up(store)
    for number in range(KEPT + 7):
        events.note(replace(SIGN_UP, user=str(number), reason="x" * (10_000 if number == 0 else 1)))
        if number % 5_000 == 0:
            with suppress(DatabaseUnusable):
                events.last()
    with pytest.raises(DatabaseUnusable):
        events.last()
    with store.database.transaction(False):
        make_room(store)
    assert [event.user for event in events.last()] == [str(number) for number in range(7, KEPT + 7)]
    assert [record.message for record in caplog.records if "dropped while" in record.message] == [
        "7 events were dropped while the database could not be used"
    ]
    events.close(5)


if __name__ == "__main__":
    forked(Path(sys.argv[1]))
