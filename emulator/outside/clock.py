"""The only clock. Times are floats: seconds since the epoch (UTC), rounded to milliseconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.unit import Unit


class MovableClock:
    """The system time plus an offset that can be set; with `stopped`, a fixed time plus the offset."""

    def __init__(self, stopped: float | None = None) -> None:
        self._stopped = stopped
        self.offset = 0.0

    @property
    def stopped(self) -> float | None:
        """The fixed time, None for a clock that runs."""
        return self._stopped

    def now(self) -> float:
        """The moment, in epoch seconds."""
        return self.at(self.offset)

    def at(self, offset: float) -> float:
        """What `now` would be with this offset."""
        return round(self.real() + offset, 3)

    def real(self) -> float:
        """The time without the offset, not rounded."""
        return time.time() if self._stopped is None else self._stopped

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move the time forward, or back by negative amounts."""
        self.move(self.offset + seconds + 60 * (minutes + 60 * (hours + 24 * days)))

    def set(self, moment: float) -> None:
        """Set the time; it runs on from there."""
        self.move(moment - self.real())

    def reset(self) -> None:
        """Set the offset to zero."""
        self.move(0.0)

    def lock(self, unit: Unit) -> None:
        """If processes share the clock, take its lock until the end of a unit that writes, and bring it up to date."""

    def exclude_writers(self, unit: Unit) -> None:
        """Let no other unit write until this one ends, in which a clock that processes share is set back.

        Where units that write run side by side, the unit begins again. Call it before the unit has written.
        """

    def move(self, offset: float) -> None:
        """Set the offset at once."""
        self.offset = offset

    @contextmanager
    def moved(self, offset: float, _unit: Unit) -> Iterator[None]:
        """A context that ends after the transaction of a unit, with which the offset is set.

        A clock that processes share moves with the commit. That of one process moves at once, under the unit's write
        lock, so that nobody writes by the former time; an exception puts it back.
        """
        before, self.offset = self.offset, offset
        try:
            yield
        except BaseException:
            self.offset = before
            raise

    def stamp(self) -> str:
        """The time without the offset, in the format of AWS signatures (SigV4): `20150830T123600Z`."""
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self.real()))
