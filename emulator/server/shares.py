"""How the workers of a server share its connections out: a table in memory that all of them have.

The kernel wakes every worker for a new connection, and gives it to the fastest: often the same one again and again. A
client keeps its connections, so one worker would work and the others would rest. Hence a worker lets another one go
first that has fewer connections, or as many, and has waited longer.
"""

from __future__ import annotations

import mmap
import time

_CELLS = 2
_AWAY = 1 << 62


class Shares:
    """A row for each worker: how many connections it has, and when it got the last one. Inherited by fork."""

    def __init__(self, workers: int) -> None:
        self._cells = memoryview(mmap.mmap(-1, 8 * _CELLS * workers)).cast("q")
        self.workers = workers
        for number in range(workers):
            self.leave(number)

    def leave(self, number: int) -> None:
        """Note that a worker accepts no connections, from now on."""
        self._cells[_CELLS * number] = _AWAY

    def rank(self, number: int) -> tuple[int, int, int]:
        """The worker with the lowest rank gets the next connection."""
        return self._cells[_CELLS * number], self._cells[_CELLS * number + 1], number

    def note(self, number: int, connections: int, *, is_new: bool = False) -> None:
        """Note how many connections a worker has. `is_new`: it has just got one of them."""
        if is_new:
            self._cells[_CELLS * number + 1] = time.monotonic_ns()
        self._cells[_CELLS * number] = connections


class Share:
    """A worker's row of `Shares`, which that worker alone writes. It accepts nothing itself."""

    def __init__(self, shares: Shares, number: int) -> None:
        self._shares = shares
        self._number = number
        self._connections = 0
        self._accepts = False

    def join(self) -> None:
        """Note that this worker accepts connections from now on."""
        self._accepts = True
        self._note()

    def leave(self) -> None:
        """Note that this worker accepts no connections from now on."""
        self._accepts = False
        self._shares.leave(self._number)

    def is_next(self) -> bool:
        """Whether this worker is to get the next connection."""
        mine = self._shares.rank(self._number)
        return all(mine <= self._shares.rank(other) for other in range(self._shares.workers))

    def gain(self) -> None:
        """Note a new connection."""
        self._connections += 1
        self._note(is_new=True)

    def lose(self) -> None:
        """Note the end of a connection."""
        self._connections -= 1
        self._note()

    def _note(self, *, is_new: bool = False) -> None:
        if self._accepts:
            self._shares.note(self._number, self._connections, is_new=is_new)
