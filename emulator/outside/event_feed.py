"""What is sent to those who watch events as they happen: one feed for a process, with a place in it for each watcher.

Calls only append to the feed. A watcher that reads slowly falls behind, and past the end of the feed it is told that
events were left out: nobody waits for it, and nothing is kept for it alone.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec import Struct

from emulator.outside.streams import Stream

if TYPE_CHECKING:
    from emulator.outside.events import Event

KEPT = 1_000
"""The events that a slow watcher may fall behind by, and that a new one may ask for."""
MOST_WATCHERS = 100
"""The watchers of one process. Each has a connection."""
_AT_ONCE = 200
"""The events that are written in one go."""
_RETRY = b"retry: 1000\n\n"
"""How long a browser waits before it connects again, in milliseconds."""
_LEFT_OUT = b": events were left out\n\n"


class TooManyWatchers(Exception):
    """`MOST_WATCHERS` watch."""


class Noted(Struct, frozen=True):
    """An event with its number, which grows, and a mark that tells it from another event of the same number."""

    number: int
    mark: str
    event: Event

    def text(self) -> bytes:
        """The event as one message of the stream (HTML Standard, 9.2.5)."""
        return f"id: {self.number}.{self.mark}\ndata: {json.dumps(self.event.shown())}\n\n".encode()


def place(last_id: str) -> tuple[int, str] | None:
    """The number and the mark of a Last-Event-ID; None for what is no id of ours."""
    number, _, mark = last_id.partition(".")
    return (int(number), mark) if number.isascii() and number.isdecimal() and len(number) <= 18 and mark else None


class Feed:
    """The newest events that watchers have not all been sent. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring: deque[Noted] = deque(maxlen=KEPT)
        self._total = 0
        """How many events have ever been put."""
        self._is_armed = False
        """Whether the next event is to wake the server."""
        self._wakes: WeakKeyDictionary[Watcher, Callable[[], None] | None] = WeakKeyDictionary()
        self._written = (0, 0, b"")
        """The messages that were made last, and from where to where they go: most watchers are sent the same."""

    @property
    def is_watched(self) -> bool:
        """Whether anybody watches."""
        return bool(self._wakes)

    def put(self, noted: Iterable[Noted]) -> None:
        """Append events, and wake the server, which sends them."""
        with self._lock:
            before = self._total
            for each in noted:
                self._ring.append(each)
                self._total += 1
            if not self._is_armed or self._total == before:
                return
            self._is_armed = False
            wakes = set(self._wakes.values())
        for wake in wakes:
            if wake:
                wake()

    def watch(self, before: Sequence[Noted], *, is_all: bool = True) -> Watcher:
        """A watcher of all events from now on, that is sent some of before first; those are not all unless `is_all`.

        Raises TooManyWatchers.
        """
        with self._lock:
            if len(self._wakes) >= MOST_WATCHERS:
                raise TooManyWatchers
            watcher = Watcher(self, self._total, before, is_all=is_all)
            self._wakes[watcher] = None
            return watcher

    def listen(self, watcher: Watcher, wake: Callable[[], None]) -> None:
        """Call `wake` when a watcher has something to take."""
        with self._lock:
            self._wakes[watcher] = wake

    def leave(self, watcher: Watcher) -> None:
        """Forget a watcher; with the last one, all events."""
        with self._lock:
            self._wakes.pop(watcher, None)
            if not self._wakes:
                self._ring.clear()

    def after(self, place: int) -> tuple[bytes, int]:
        """The next messages after that many events, and how many events there were with them."""
        with self._lock:
            self._is_armed = True
            first = self._total - len(self._ring)
            begin = max(place, first)
            end = min(begin + _AT_ONCE, self._total)
            written = self._written
            is_new = written[:2] != (begin, end)
            wanted = list(islice(self._ring, begin - first, end - first)) if is_new else []
        if is_new:
            written = self._written = (begin, end, b"".join(each.text() for each in wanted))
        return (_LEFT_OUT if place < first else b"") + written[2], end


class Watcher(Stream):
    """The stream of one watcher."""

    beat = b":\n\n"

    def __init__(self, feed: Feed, place: int, before: Sequence[Noted], *, is_all: bool) -> None:
        self._feed = feed
        self._place = place
        self._is_closed = False
        texts = [each.text() for each in before]
        parts = (b"".join(texts[begin : begin + _AT_ONCE]) for begin in range(0, len(texts), _AT_ONCE))
        self._first = deque([_RETRY if is_all else _RETRY + _LEFT_OUT, *parts])

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` when there is another event."""
        self._feed.listen(self, wake)

    def take(self) -> bytes:
        """The next messages."""
        if self._is_closed:
            return b""
        if self._first:
            return self._first.popleft()
        taken, self._place = self._feed.after(self._place)
        return taken

    def close(self) -> None:
        """Watch no longer."""
        self._is_closed = True
        self._feed.leave(self)
