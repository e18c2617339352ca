"""Work that goes on when the call that began it has answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Protocol


class Background(Protocol):
    """Takes work off a call's hands."""

    stopping: threading.Event
    """Set once the server stops: whoever works looks at it now and then, and leaves off."""

    def begin(self, work: Callable[[], None]) -> None:
        """Do that, now or soon. It deals with its own mistakes."""
        ...


class Threads:
    """A thread for each piece of work."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, work: Callable[[], None]) -> None:
        """Do that in a thread of its own."""
        thread = threading.Thread(target=work, name="background", daemon=True)
        self._threads = [*(other for other in self._threads if other.is_alive()), thread]
        thread.start()

    def stop(self, patience: float) -> None:
        """Ask everybody to leave off, and wait for them, so many seconds in all."""
        self.stopping.set()
        end = monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))


class Queue:
    """For tests: keeps work until it is told to do it."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._work: list[Callable[[], None]] = []

    def begin(self, work: Callable[[], None]) -> None:
        """Keep that for later."""
        self._work.append(work)

    @property
    def waiting(self) -> int:
        """How much work is kept."""
        return len(self._work)

    def work(self) -> None:
        """Do what was kept, here and now."""
        while self._work:
            self._work.pop(0)()
