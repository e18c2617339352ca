"""The inbox in the database, for several processes. What a message says is encrypted."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count

from msgspec.structs import fields

from emulator.outside.mailbox import KEPT, Mailbox, Message
from keys.vault import Vault
from storage.records.shared import SealedMessage
from storage.store import Store
from storage.unit import Unit

_FIELDS = [field.name for field in fields(Message)]
_TRIM_EVERY = 64
"""Messages of a process after which it deletes what is too much, so that no two calls in a row do."""


class SharedMailbox(Mailbox):
    """The last ten thousand messages of all processes. Thread-safe.

    A message is stored in the transaction of what it is for, so that it is neither lost nor sent for what was rolled
    back. The process that did so sends it after the commit.
    """

    def __init__(self, store: Store, onward: Callable[[Message], None] | None = None) -> None:
        super().__init__(onward)
        self._store = store
        self._count = count(1)

    def keep(self, unit: Unit, message: Message) -> None:
        """Store a message in a unit that writes."""
        unit.messages.add(_sealed(unit.store.vault, message))
        self._trim(unit)

    def keep_decoy(self, unit: Unit, message: Message) -> None:
        """Do as much work as `keep`, so that the time does not show that there is no such user. Stores only zeroes."""
        sealed = _sealed(unit.store.vault, message, shown=False)
        number = -1 - int.from_bytes(sealed.recipient_digest[:7])
        unit.messages.add_decoy(sealed, number)
        self._trim(unit)

    def deliver(self, message: Message) -> None:
        """Send a message, which `keep` has stored."""
        self.send(message)

    def messages(
        self,
        *,
        pool: str | None = None,
        user: str | None = None,
        to: str | None = None,
        limit: int | None = None,
    ) -> list[Message]:
        """The messages with these values, oldest first; at most the newest `limit` of them."""
        vault = self._store.vault
        wanted = {"pool_digest": pool, "user_digest": user, "recipient_digest": to}
        digests = {name: _digest(vault, name, text) for name, text in wanted.items() if text is not None}
        with self._store.unit(writes=False) as unit:
            found = unit.messages.newest(KEPT if limit is None else min(limit, KEPT), KEPT, **digests)
        return [Message(**json.loads(vault.open(each.sealed, _context(each.id)))) for each in found]

    def forget(self) -> None:
        """Delete all messages."""
        with self._store.unit(writes=True) as unit:
            self.empty(unit, [])

    def empty(self, unit: Unit, _afterwards: list[Callable[[], None]], pool: str | None = None) -> None:
        """Delete all messages, or those of one pool, in a unit that writes."""
        unit.messages.delete(None if pool is None else _digest(self._store.vault, "pool_digest", pool))

    def _trim(self, unit: Unit) -> None:
        if next(self._count) % _TRIM_EVERY == 0:
            unit.messages.trim(KEPT)


def _sealed(vault: Vault, message: Message, *, shown: bool = True) -> SealedMessage:
    """A message, encrypted; as many zeroes unless it is to be shown."""
    content = json.dumps({name: getattr(message, name) for name in _FIELDS}).encode()
    return SealedMessage(
        id=message.id,
        pool_digest=_digest(vault, "pool_digest", message.pool),
        user_digest=_digest(vault, "user_digest", message.user),
        recipient_digest=_digest(vault, "recipient_digest", message.to if shown else message.id),
        sealed=vault.seal(content if shown else bytes(len(content)), _context(message.id)),
    )


def _context(id: str) -> str:
    return f"message {id}"


def _digest(vault: Vault, name: str, text: str) -> bytes:
    return vault.mac(f"message\0{name}\0{text}".encode("utf-8", "surrogatepass"))[:16]
