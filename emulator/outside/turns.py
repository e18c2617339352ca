"""Turns: a thread pool in which a call that waits for another server does not count against the limit.

A call has a thread from beginning to end, and one of a limited number of turns while it runs. While it waits for a
function, an identity provider or KMS, another call gets its turn: functions call back, and must be served. The same
holds while it computes for long without the interpreter's lock. Few turns are faster than many: threads that compete
for that lock spend their time on passing it around.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from queue import Empty, SimpleQueue
from typing import TypeAlias, TypeVar

from emulator.faults import ServiceUnavailable

MOST_WAITING = 500
"""Calls that may wait for other servers at once. Each has a thread and two sockets, its caller's and its own."""
_IDLE_SECONDS = 10
"""How long an idle thread is kept for the next call."""

_TOO_MANY = "Too many calls wait for functions and other servers. Try again later."

Work: TypeAlias = Callable[[], None]
A = TypeVar("A")
B = TypeVar("B")


class Turns:
    """Runs calls, at most `most` at a time and in the order of arrival, each in a thread."""

    def __init__(self, most: int, waiting: int = MOST_WAITING) -> None:
        self._lock = threading.Lock()
        self._free = self._most = most
        self._queue: deque[Work | threading.Event] = deque()
        """Waiting for a turn: calls that have not begun, and (events) calls that were answered and go on."""
        self._idle: list[SimpleQueue[Work]] = []
        self._waiting = 0
        self._most_waiting = waiting
        self._is_closed = False

    def begin(self, work: Work) -> None:
        """Run a call in another thread, as soon as a turn is free. `work` must handle its own exceptions.

        Raises RuntimeError if the system cannot start a thread.
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

    @property
    def is_shared(self) -> bool:
        """Whether there are other calls, which run, wait for a turn or have given theirs back: some of them compute."""
        return self._most - self._free + self._waiting > 1 or bool(self._queue)

    def close(self) -> None:
        """Start no more calls, and resume none that waits for another server. The threads end with the process."""
        with self._lock:
            self._is_closed = True
            self._queue.clear()

    @contextmanager
    def given_back(self, *, is_needed: bool = True) -> Iterator[None]:
        """Give the calling thread's turn back, and wait for a turn again at the end.

        If too many calls have given theirs back, raises ServiceUnavailable, or keeps the turn unless `is_needed`.
        """
        with self._lock:
            is_crowded = self._waiting >= self._most_waiting
            self._waiting += not is_crowded
        if is_crowded:
            if is_needed:
                raise ServiceUnavailable(_TOO_MANY)
            yield
            return
        self._pass_on()
        _here.turns = None
        try:
            yield
        finally:
            self._take()
            _here.turns = self

    def _take(self) -> None:
        """Wait for a turn."""
        mine = threading.Event()
        with self._lock:
            self._waiting -= 1
            if self._free and not self._is_closed:
                self._free -= 1
                return
            self._queue.append(mine)
        mine.wait()

    def _pass_on(self) -> None:
        """Give a turn to the call that has waited for one the longest, or make it free."""
        with self._lock:
            work = self._next()
            idle = self._idle.pop() if work and self._idle else None
        if work is None:
            return
        try:
            self._start(work, idle)
        except RuntimeError:  # no thread can be started: the next thread that is done with its call takes this one
            with self._lock:
                self._queue.appendleft(work)
                self._free += 1

    def _next(self) -> Work | None:
        """The call that is to begin with a turn that has become free. The caller holds the lock.

        None if the turn went to a call that resumes, or if no call waits for one.
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
        """Run a call in an idle thread, by the thread's queue, or in a new thread."""
        if idle is not None:
            idle.put(work)
        else:
            threading.Thread(target=self._work, args=[work], name="call", daemon=True).start()

    def _work(self, work: Work | None) -> None:
        """Run calls, one after the other, until there has been none for `_IDLE_SECONDS`."""
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
        """Wait for a call; None after `_IDLE_SECONDS`."""
        try:
            return mine.get(timeout=_IDLE_SECONDS)
        except Empty:
            with self._lock:
                if mine in self._idle:
                    self._idle.remove(mine)
                    return None
            return mine.get()


class Waits(Exception):
    """A call has to wait, or to compute for long. It has changed nothing so far, and is begun again where it may."""


class _EventLoop(threading.local):
    """A context in which `Waits` is raised instead of waiting, since this thread must not: all connections are its."""

    is_here = False

    def __enter__(self) -> None:
        self.is_here = True

    def __exit__(self, *_: object) -> None:
        self.is_here = False


event_loop = _EventLoop()


def leave_event_loop() -> None:
    """Raise Waits in the event loop, for what may wait or takes long. Call it before anything is changed."""
    if event_loop.is_here:
        raise Waits


class _Here(threading.local):
    turns: Turns | None = None


_here = _Here()
"""The `Turns` of which the current thread has a turn, or None."""


def given_back() -> AbstractContextManager[None]:
    """Give the calling thread's turn back while it waits for another server. Does nothing in threads without a turn.

    The caller has released its database connection, so that other calls can write meanwhile. Raises ServiceUnavailable
    if too many calls wait, and Waits in the event loop.
    """
    leave_event_loop()
    turns = _here.turns
    return nullcontext() if turns is None else turns.given_back()


_processors = threading.Semaphore(os.cpu_count() or 1)


@contextmanager
def computing() -> Iterator[None]:
    """Give the calling thread's turn back while it computes for long without the interpreter's lock: a hash, a prime.

    As many compute at once as there are processors, so that there is time left for short calls. Where too many wait,
    the turn is kept. Nothing happens to a thread that has none. Raises Waits in the event loop.
    """
    leave_event_loop()
    turns = _here.turns
    if turns is None:
        yield
        return
    with turns.given_back(is_needed=False), _processors:
        yield


_helpers = threading.Semaphore((os.cpu_count() or 1) - 1)


@cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="beside")


def beside(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """What both return, each of which computes for a quarter of a millisecond or more without the interpreter's lock.

    `second` runs beside `first`, in another thread, if there is a processor for it; else after it.
    """
    if not _helpers.acquire(blocking=False):
        return first(), second()
    try:
        other = _begun(second)
        return first(), second() if other is None else other.result()
    finally:
        _helpers.release()


def is_alone() -> bool:
    """Whether there is no other call that runs, waits or computes. A thread without a turn knows of none."""
    return _here.turns is None or not _here.turns.is_shared


def alongside(work: Callable[[], A]) -> Callable[[], A] | None:
    """Begin `work`, which may prove needless, in another thread. Returns a function that waits for its result.

    Returns None, and nothing is begun, if there is no processor for it.
    """
    if not _helpers.acquire(blocking=False):
        return None

    def run() -> A:
        try:
            return work()
        finally:
            _helpers.release()  # before anybody has the result, and may ask for the next one

    other = _begun(run)
    if other is None:
        _helpers.release()
        return None
    return other.result


def _begun(work: Callable[[], A]) -> Future[A] | None:
    """The work in another thread. None if there can be none: the system starts no more, or the process is ending."""
    try:
        return _executor().submit(work)
    except RuntimeError:
        return None


def end_helpers() -> None:
    """End the threads of `beside`. Call it before a fork, after which the new process would wait for them in vain."""
    _executor().shutdown()
    _executor.cache_clear()


def pause(seconds: float) -> None:
    """Wait, with the calling thread's turn given back. Raises what `given_back` raises."""
    with given_back():
        time.sleep(seconds)
