"""Messages that were sent: kept for tests and developers, and passed on to an SMTP server if one is set.

One process keeps them in memory only: the database has codes as digests, so it must not have the messages that contain
them. Where several processes share the database, it has them encrypted: `emulator/outside/shared/mailbox.py`.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from emulator.redaction import one_line

if TYPE_CHECKING:
    from storage.unit import Unit

log = logging.getLogger("cognito_emulator")
KEPT = 10_000
"""The messages that are kept, the newest."""


class Message(Struct, frozen=True):
    """An e-mail or a text message. `code` is the code that the body contains; `trigger` is its triggerSource.

    `sender` and `reply_to` are the headers From and Reply-To of an e-mail; None stands for Cognito's default. `custom`
    is True if a custom sender function of the pool sends the message, so that the emulator does not.
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


class Words(Struct, frozen=True):
    """Texts that a CustomMessage function returned, with their placeholders; None where the pool's own text is used."""

    sms: str | None = None
    email: str | None = None
    subject: str | None = None

    def body(self, medium: Literal["EMAIL", "SMS"]) -> str | None:
        """The text for a medium, EMAIL or SMS."""
        return self.email if medium == "EMAIL" else self.sms


class Mailbox:
    """A ring buffer of the last ten thousand messages. Thread-safe.

    `onward` is called with every message too; it must not block or raise.
    """

    def __init__(self, onward: Callable[[Message], None] | None = None) -> None:
        self.onward = onward
        self._lock = threading.Lock()
        self._messages: deque[Message] = deque(maxlen=KEPT)

    def keep(self, unit: Unit, message: Message) -> None:
        """Store a message in a unit, before its commit, where messages are in the database."""

    def keep_decoy(self, unit: Unit, message: Message) -> None:
        """Do as much work as `keep`, for a message that is not sent because there is no such user."""

    def deliver(self, message: Message) -> None:
        """After the commit: store a message where messages are in memory, and send it. See `send`."""
        with self._lock:
            self._messages.append(message)
        self.send(message)

    def send(self, message: Message) -> None:
        """Pass a message on, and log its recipient, but not its text, since it contains codes."""
        log.info("%s", _line(message))
        if self.onward:
            self.onward(message)

    def forgo(self, message: Message) -> None:
        """Log that a message was not sent because there is no such user. The username in the request is not logged."""
        log.info("%s pool=%s %s: not sent, there is no such user", message.trigger, message.pool, message.medium)

    def messages(
        self,
        *,
        pool: str | None = None,
        user: str | None = None,
        to: str | None = None,
        limit: int | None = None,
    ) -> list[Message]:
        """The messages with these values, oldest first; at most the newest `limit` of them."""
        with self._lock:
            kept = list(self._messages)
        wanted = {"pool": pool, "user": user, "to": to}
        found = [
            message
            for message in kept
            if all(value is None or getattr(message, name) == value for name, value in wanted.items())
        ]
        return found if limit is None else found[max(len(found) - limit, 0) :]

    def forget(self) -> None:
        """Delete all messages."""
        self._delete(self.messages())

    def empty(self, _unit: Unit, afterwards: list[Callable[[], None]], pool: str | None = None) -> None:
        """Delete all messages, or those of one pool, with the commit of a unit. Messages that come later stay.

        `afterwards` are the callbacks of the unit, which holds the write lock, where messages are in memory.
        """
        gone = self.messages(pool=pool)
        afterwards.append(lambda: self._delete(gone))

    def _delete(self, gone: list[Message]) -> None:
        ids = {message.id for message in gone}
        with self._lock:
            kept = [message for message in self._messages if message.id not in ids]
            self._messages = deque(kept, maxlen=KEPT)


def _line(message: Message) -> str:
    """The log line of a message."""
    line = f"{message.trigger} pool={message.pool} user={message.user} {message.medium} to {message.to}"
    return one_line(line)
