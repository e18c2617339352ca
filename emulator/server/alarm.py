"""A timer that each request sets and clears, mostly without a timer of the event loop."""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable


class Alarm:
    """Calls `ring` once the time that was set last is over, unless it was cleared.

    The event loop's timer stays where it is when the alarm is cleared or set again: it looks, when it comes, whether
    the time is over, and else waits for the rest. So a request that sets and clears an alarm costs two assignments.
    """

    def __init__(self, loop: AbstractEventLoop, ring: Callable[[], object]) -> None:
        self._loop = loop
        self._ring = ring
        self.seconds = 0.0
        """The time that was set last."""
        self._due: float | None = None
        self._timer: TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Whether the alarm will ring."""
        return self._due is not None

    def set(self, seconds: float) -> None:
        """Ring in so many seconds, and not when it was to ring before."""
        self.seconds = seconds
        self._due = due = self._loop.time() + seconds
        if self._timer and self._timer.when() > due:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(due, self._look)

    def clear(self) -> None:
        """Do not ring."""
        self._due = None

    def end(self) -> None:
        """Do not ring, and release the event loop's timer."""
        self._due = None
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._due > self._loop.time():
            self._timer = self._loop.call_at(self._due, self._look)
        else:
            self._due = None
            self._ring()
