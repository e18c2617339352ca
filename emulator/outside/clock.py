"""The only clock. Time is a float: epoch seconds (UTC), whole milliseconds."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> float:
        """The moment, in epoch seconds."""
        ...


class MovableClock:
    """The real time plus an offset that tests and people move; or, given `stopped`, a time that stands still."""

    def __init__(self, stopped: float | None = None) -> None:
        self._stopped = stopped
        self.offset = 0.0

    def now(self) -> float:
        """The moment, in epoch seconds."""
        return round(self._real() + self.offset, 3)

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move time on, or back when negative."""
        self.offset += seconds + 60 * (minutes + 60 * (hours + 24 * days))

    def set(self, moment: float) -> None:
        """Make it `moment` now; time goes on from there."""
        self.offset = moment - self._real()

    def reset(self) -> None:
        """Go back to the real time."""
        self.offset = 0.0

    def stamp(self) -> str:
        """The real moment, whatever it is made to be here, as AWS's signatures write it: `20150830T123600Z`."""
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._real()))

    def _real(self) -> float:
        return time.time() if self._stopped is None else self._stopped
