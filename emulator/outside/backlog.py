"""Work that no call waits for, and that no call fails by."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger("cognito_emulator")
T = TypeVar("T")

GOODBYE_SECONDS = 3


class Backlog(Generic[T]):
    """Does `work` with each thing that it is given, one after the other, in a thread of its own.

    At most `waiting` things wait. What finds no room, and what the work raises, goes to `failed`, with the reason in
    words.
    """

    def __init__(self, name: str, work: Callable[[T], None], failed: Callable[[T, str], None], waiting: int) -> None:
        self._name = name
        self._work = work
        self._failed = failed
        self._queue: queue.Queue[T] = queue.Queue(waiting)
        self._started = threading.Lock()

    def put(self, thing: T) -> None:
        """Work on a thing soon."""
        try:
            self._queue.put_nowait(thing)
        except queue.Full:
            self._give_up(thing, "too many wait already")
            return
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._go, name=self._name, daemon=True).start()

    def close(self, patience: float = GOODBYE_SECONDS) -> None:
        """Wait until nothing waits any more, but no longer than `patience` seconds."""
        done = self._queue.all_tasks_done
        with done:
            done.wait_for(lambda: not self._queue.unfinished_tasks, patience)

    def _give_up(self, thing: T, why: str) -> None:
        try:
            self._failed(thing, why)
        except Exception:
            log.exception("%s: could not even tell what failed", self._name)

    def _go(self) -> None:
        while True:
            thing = self._queue.get()
            try:
                self._work(thing)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the next thing is to be worked on
                self._give_up(thing, f"{type(error).__name__}: {one_line(str(error))}")
            finally:
                self._queue.task_done()


def one_line(text: str) -> str:
    """A text as one readable line, whatever characters are in it."""
    return "".join(character if character.isprintable() else " " for character in text)
