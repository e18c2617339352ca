"""How the workers of one server learn which events their siblings have noted and not stored yet, and ask for them.

Two counters for each worker, in memory that the processes share, and a socket, the bell, by which a worker is asked.
Made before the workers are forked, and inherited by them; a worker that replaces another one takes its place.
"""

from __future__ import annotations

import mmap
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

_LOOK_SECONDS = 0.002
_NOTED, _ASKED = b"n", b"a"


class Siblings:
    """The places of the workers of one server."""

    def __init__(self, workers: int = 1) -> None:
        self._counters = memoryview(mmap.mmap(-1, 16 * workers)).cast("Q")
        """Two numbers of 64 bits for each worker, each of which one process alone changes: noted, stored."""
        self._bells = [socket.socketpair() for _ in range(workers)]
        for ends in self._bells:
            for end in ends:
                end.setblocking(False)

    def close(self) -> None:
        """Close the bells of this process."""
        for ends in self._bells:
            for end in ends:
                end.close()

    def member(self, number: int = 0) -> Member:
        """The place of a worker, counted from 0. The events of a worker that had the place before are lost."""
        self._counters[2 * number] = self._counters[2 * number + 1] = 0
        return Member(number, self._counters, self._bells)


class Member:
    """One worker among its siblings."""

    def __init__(
        self, number: int, counters: memoryview[int], bells: list[tuple[socket.socket, socket.socket]]
    ) -> None:
        self.number = number
        """From 0."""
        self._counters = counters
        self._bells = bells
        self._bell = bells[number][0]

    @property
    def noted(self) -> int:
        """How many events this worker has noted."""
        return self._counters[2 * self.number]

    def note(self) -> None:
        """Count an event that this worker has noted. Call it under a lock."""
        self._counters[2 * self.number] += 1

    def store(self, count: int) -> None:
        """Note that the first `count` events of this worker are stored in the database, or given up."""
        self._counters[2 * self.number + 1] = count

    def wake(self, *, at_once: bool = False) -> None:
        """Wake the thread of this worker that waits; with `at_once`, as if a sibling asked."""
        self._ring(self.number, _ASKED if at_once else _NOTED)

    def wait(self) -> bool:
        """Wait to be woken or asked. Whether a sibling has asked."""
        return _ASKED in self._heard(None)

    def wait_to_be_asked(self, patience: float) -> None:
        """Wait until a sibling asks, for `patience` seconds at most."""
        end = time.monotonic() + patience
        while (left := end - time.monotonic()) > 0 and _ASKED not in self._heard(left):
            pass

    def ask(self) -> Mapping[int, int]:
        """Ask the siblings that have events to store. Returns, by sibling, how many it has noted."""
        others = [number for number in range(len(self._bells)) if number != self.number]
        counted = {number: self._counters[2 * number] for number in others}
        lacking = {number: noted for number, noted in counted.items() if self._lacks(number, noted)}
        for number in lacking:
            self._ring(number, _ASKED)
        return lacking

    def wait_until_stored(self, lacking: Mapping[int, int], patience: float) -> None:
        """Wait until the siblings have stored what they had noted, for `patience` seconds at most."""
        end = time.monotonic() + patience
        while any(self._lacks(number, noted) for number, noted in lacking.items()) and time.monotonic() < end:
            time.sleep(_LOOK_SECONDS)

    def _lacks(self, number: int, noted: int) -> bool:
        """Whether a sibling has not stored so many events, and has not been replaced by another process."""
        return self._counters[2 * number + 1] < noted <= self._counters[2 * number]

    def _heard(self, patience: float | None) -> bytes:
        try:
            self._bell.settimeout(patience)
            return self._bell.recv(4096)
        except OSError:  # nobody rang in time, or the worker is about to end and has closed the bell
            return b""

    def _ring(self, number: int, byte: bytes) -> None:
        with suppress(BlockingIOError):  # it is ringing already
            self._bells[number][1].send(byte)
