"""The only clock. Times are floats: seconds since the epoch (UTC), rounded to milliseconds."""

from __future__ import annotations

import time


class MovableClock:
    """The system time plus an offset that can be set; with `stopped`, a fixed time plus the offset."""

    def __init__(self, stopped: float | None = None) -> None:
        self._stopped = stopped
        self.offset = 0.0

    def now(self) -> float:
        """The moment, in epoch seconds."""
        return round(self._real() + self.offset, 3)

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move the time forward, or back by negative amounts."""
        self.offset += seconds + 60 * (minutes + 60 * (hours + 24 * days))

    def set(self, moment: float) -> None:
        """Set the time; it runs on from there."""
        self.offset = moment - self._real()

    def reset(self) -> None:
        """Set the offset to zero."""
        self.offset = 0.0

    def stamp(self) -> str:
        """The time without the offset, in the format of AWS signatures (SigV4): `20150830T123600Z`."""
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._real()))

    def _real(self) -> float:
        return time.time() if self._stopped is None else self._stopped
