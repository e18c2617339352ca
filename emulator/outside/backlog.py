"""A bounded queue with one worker thread, for deliveries that no call waits for and no call fails by."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from emulator.redaction import one_line

log = logging.getLogger("cognito_emulator")
T = TypeVar("T")

GOODBYE_SECONDS = 3


class Backlog(Generic[T]):
    """Calls `work` with each item, one after the other, in a thread of its own.

    At most `waiting` items are queued. An item for which there is no room, or for which `work` raises, goes to `failed`
    with the reason.
    """

    def __init__(self, name: str, work: Callable[[T], None], failed: Callable[[T, str], None], waiting: int) -> None:
        self._name = name
        self._work = work
        self._failed = failed
        self._queue: queue.Queue[T] = queue.Queue(waiting)
        self._started = threading.Lock()

    def put(self, item: T) -> None:
        """Queue an item, without waiting. If there is no room, it goes to `failed` at once, in this thread."""
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self._give_up(item, "too many wait already")
            return
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._work_off, name=self._name, daemon=True).start()

    def close(self, patience: float = GOODBYE_SECONDS) -> None:
        """Wait until the queue is empty and its last item done, for at most `patience` seconds."""
        done = self._queue.all_tasks_done
        with done:
            done.wait_for(lambda: not self._queue.unfinished_tasks, patience)

    def _give_up(self, item: T, why: str) -> None:
        try:
            self._failed(item, why)
        except Exception:
            log.exception("%s: could not even tell what failed", self._name)

    def _work_off(self) -> None:
        while True:
            item = self._queue.get()
            try:
                self._work(item)
            except Exception as error:  # noqa: BLE001 - the worker thread goes on with the next item
                self._give_up(item, f"{type(error).__name__}: {one_line(str(error))}")
            finally:
                self._queue.task_done()
