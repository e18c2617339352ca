"""Background work: it goes on after the call that started it has answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Protocol


class Background(Protocol):
    """Runs work asynchronously."""

    stopping: threading.Event
    """Set when the server stops. Work polls it, and returns soon after."""

    def begin(self, work: Callable[[], None]) -> None:
        """Run `work` asynchronously. It must handle its own exceptions."""
        ...


class Threads:
    """The real form: a daemon thread for each piece of work."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, work: Callable[[], None]) -> None:
        """Run `work` in a new thread."""
        thread = threading.Thread(target=work, name="background", daemon=True)
        self._threads = [*(other for other in self._threads if other.is_alive()), thread]
        thread.start()

    def stop(self, patience: float) -> None:
        """Set `stopping`, and wait up to `patience` seconds in total for the threads to end."""
        self.stopping.set()
        end = monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))


class Queue:
    """The test form: queues work until `work` is called."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._work: list[Callable[[], None]] = []

    def begin(self, work: Callable[[], None]) -> None:
        """Queue `work`."""
        self._work.append(work)

    @property
    def waiting(self) -> int:
        """The length of the queue."""
        return len(self._work)

    def work(self) -> None:
        """Run the queued work in this thread, and what it queues itself."""
        while self._work:
            self._work.pop(0)()
