"""Turns: how many calls are worked on at once, in which order, and what happens to one that waits for the outside.

A call has a thread from its beginning to its end, and a turn while it is worked on. While it waits for a function, a
provider or a KMS, its turn is somebody else's: functions call back, and have to be served.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from queue import Empty, SimpleQueue
from typing import TypeAlias

from emulator.faults import ServiceUnavailable

MOST_WAITING = 500
"""Calls that may wait for the outside at once. Each has a thread and two connections, its caller's and its own."""
_IDLE_SECONDS = 10
"""How long a thread without a call is kept for the next one."""

_TOO_MANY = "Too many calls wait for functions and other servers. Try again later."

Work: TypeAlias = Callable[[], None]


class Turns:
    """Works on calls, `most` at a time, first come, first served; each in a thread of its own."""

    def __init__(self, most: int, waiting: int = MOST_WAITING) -> None:
        self._lock = threading.Lock()
        self._free = most
        self._queue: deque[Work | threading.Event] = deque()
        """Calls that have not begun, and those that have been answered from outside and want to go on."""
        self._idle: list[SimpleQueue[Work]] = []
        self._waiting = 0
        self._most_waiting = waiting
        self._is_closed = False

    def begin(self, work: Work) -> None:
        """Work on a call in another thread, once it is its turn. `work` must handle its own exceptions.

        Raises RuntimeError where the system has no thread left.
        """
        with self._lock:
            if self._is_closed or not self._free:
                self._queue.append(work)
                return
            self._free -= 1
            idle = self._idle.pop() if self._idle else None
        try:
            self._start(work, idle)
        except RuntimeError:
            with self._lock:
                self._free += 1
            raise

    def close(self) -> None:
        """Begin no call any more, and let none go on that returns from outside. The threads end with the process."""
        with self._lock:
            self._is_closed = True
            self._queue.clear()

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """Give the calling thread's turn back, and take one again at the end.

        Raises ServiceUnavailable where too many wait.
        """
        with self._lock:
            if self._waiting >= self._most_waiting:
                raise ServiceUnavailable(_TOO_MANY)
            self._waiting += 1
        self._pass_on()
        _here.turns = None
        try:
            yield
        finally:
            self._take()
            _here.turns = self

    def _take(self) -> None:
        mine = threading.Event()
        with self._lock:
            self._waiting -= 1
            if self._free and not self._is_closed:
                self._free -= 1
                return
            self._queue.append(mine)
        mine.wait()

    def _pass_on(self) -> None:
        """Give a turn to whoever has waited longest for one."""
        with self._lock:
            work = self._next()
            idle = self._idle.pop() if work and self._idle else None
        if work is None:
            return
        try:
            self._start(work, idle)
        except RuntimeError:  # there is no thread left: the next one that is done with a call takes it
            with self._lock:
                self._queue.appendleft(work)
                self._free += 1

    def _next(self) -> Work | None:
        """The call that is to begin with a turn that has become free. None where the turn went on to another thread,
        or nobody wants it. The caller holds the lock.
        """
        if self._is_closed or not self._queue:
            self._free += 1
            return None
        first = self._queue.popleft()
        if isinstance(first, threading.Event):
            first.set()
            return None
        return first

    def _start(self, work: Work, idle: SimpleQueue[Work] | None) -> None:
        if idle is not None:
            idle.put(work)
        else:
            threading.Thread(target=self._work, args=[work], name="call", daemon=True).start()

    def _work(self, work: Work | None) -> None:
        """Work on calls, one after the other, until there has been none for a while."""
        _here.turns = self
        mine: SimpleQueue[Work] = SimpleQueue()
        while work:
            work()
            with self._lock:
                work = self._next()
                if work is None:
                    self._idle.append(mine)
            work = work or self._rest(mine)

    def _rest(self, mine: SimpleQueue[Work]) -> Work | None:
        """Wait for a call; None where there is none for too long."""
        try:
            return mine.get(timeout=_IDLE_SECONDS)
        except Empty:
            with self._lock:
                if mine in self._idle:
                    self._idle.remove(mine)
                    return None
            return mine.get()


class _Here(threading.local):
    turns: Turns | None = None


_here = _Here()
"""Whose turn the calling thread has: that of a call which is being worked on, or none."""


def given_back() -> AbstractContextManager[None]:
    """Give the calling thread's turn back while it waits for the outside; nothing where it has none.

    Whoever waits has released the database: others write meanwhile, and take turns for it. Raises ServiceUnavailable
    where too many wait.
    """
    turns = _here.turns
    return nullcontext() if turns is None else turns.given_back()
