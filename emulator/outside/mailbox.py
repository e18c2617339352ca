"""Messages that were sent. They are kept here, where tests and people read them, and handed on where that is asked for.

They are kept in memory, because a database that holds codes only as digests must not hold them in letters.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

log = logging.getLogger("cognito_emulator")
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail or a text. `code` is the code in it by itself; `trigger` the CustomMessage source it belongs to.

    `sender` is whom an e-mail is from, with or without a name, and `reply_to` where its answers go; None: as AWS's own.
    `custom` says that a function of the pool sends it, so that nobody else does.
    """

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
    sender: str | None = None
    reply_to: str | None = None
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What the function of CustomMessage wants said, with its placeholders; None where the pool's own words stand."""

    sms: str | None = None
    email: str | None = None
    subject: str | None = None

    def body(self, medium: Literal["EMAIL", "SMS"]) -> str | None:
        """The text for a medium."""
        return self.email if medium == "EMAIL" else self.sms


class Mailbox:
    """What was sent, oldest first; the last ten thousand messages are kept.

    `onward` gets every message too; it neither waits nor raises.
    """

    def __init__(self, onward: Callable[[Message], None] | None = None) -> None:
        self._onward = onward
        self._lock = threading.Lock()
        self._messages: deque[Message] = deque(maxlen=_KEPT)

    def deliver(self, message: Message) -> None:
        """Keep a message, and say in the log who gets one; what it says, codes above all, stays out of it."""
        with self._lock:
            self._messages.append(message)
        log.info("%s", _line(message))
        if self._onward:
            self._onward(message)

    def forgo(self, message: Message) -> None:
        """Say in the log that a message was not sent, since nobody has the name that was typed, which stays out."""
        log.info("%s pool=%s %s: not sent, there is no such user", message.trigger, message.pool, message.medium)

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


def _line(message: Message) -> str:
    """A message as one readable line, whatever characters callers wrote."""
    line = f"{message.trigger} pool={message.pool} user={message.user} {message.medium} to {message.to}"
    return "".join(character if character.isprintable() else " " for character in line)
