"""Messages that were sent. Nothing leaves the machine: they are kept here, where tests and people read them.

They are kept in memory, because a database that holds codes only as digests must not hold them in letters.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal

_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail or a text. `code` is the code in it by itself; `trigger` the CustomMessage source it belongs to."""

    id: str
    time: float
    pool: str
    user: str
    medium: Literal["EMAIL", "SMS"]
    to: str
    subject: str | None
    body: str
    code: str | None
    link: str | None
    trigger: str


class Mailbox:
    """What was sent, oldest first; the last ten thousand messages are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: deque[Message] = deque(maxlen=_KEPT)

    def deliver(self, message: Message) -> None:
        """Keep a message."""
        with self._lock:
            self._messages.append(message)

    def messages(
        self,
        *,
        pool: str | None = None,
        user: str | None = None,
        to: str | None = None,
        limit: int | None = None,
    ) -> list[Message]:
        """The messages that fit, the newest last; `limit` keeps the newest ones."""
        with self._lock:
            kept = list(self._messages)
        wanted = {"pool": pool, "user": user, "to": to}
        found = [
            message
            for message in kept
            if all(value is None or getattr(message, name) == value for name, value in wanted.items())
        ]
        return found if limit is None else found[max(len(found) - limit, 0) :]

    def forget(self, pool: str | None = None) -> None:
        """Forget every message, or those of one pool."""
        with self._lock:
            kept = [] if pool is None else [message for message in self._messages if message.pool != pool]
            self._messages = deque(kept, maxlen=_KEPT)
