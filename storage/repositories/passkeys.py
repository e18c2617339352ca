"""Passkeys of users."""

from __future__ import annotations

from typing import Any

from storage.history.images import PASSKEY
from storage.paging import Page
from storage.records.factors import Passkey
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.factors import passkeys


class PasskeyRepository(KeyedRepository[Passkey]):
    """The WebAuthn credentials of all users."""

    table = passkeys
    record = Passkey
    columns = columns_of(Passkey)

    def add(self, record: Passkey) -> Passkey:
        """Insert a passkey. Raises `UniqueViolation` when the pool has a passkey with that credential id."""
        super().add(record)
        self.unit.journal.made(PASSKEY, record.id, record.pool_id)
        return record

    def change(self, record: Passkey, **changes: Any) -> Passkey:
        """Update these columns, and return the changed passkey."""
        self.unit.journal.passkey(record.id, record.pool_id)
        return super().change(record, **changes)

    def delete(self, record: Passkey) -> bool:
        """Delete a passkey. False when it did not exist any more."""
        self.unit.journal.passkey(record.id, record.pool_id)
        return super().delete(record)

    def get(self, pool_id: str, id: str) -> Passkey | None:
        """The passkey of a pool by credential id."""
        return self._one(pool_id=pool_id, id=id)

    def of(self, user_id: int) -> list[Passkey]:
        """All passkeys of a user."""
        return self._every(user_id=user_id)

    def count(self, user_id: int) -> int:
        """The number of passkeys of a user."""
        self.unit.lock("passkeys", user_id)
        return self._count(user_id=user_id)

    def page(self, user_id: int, limit: int, token: str | None) -> Page[Passkey]:
        """The passkeys of a user, by id."""
        query = self._select().where(passkeys.c.user_id == user_id)
        return self._page(query, f"passkeys {user_id}", token, limit, "id")

    def advance(self, passkey: Passkey, sign_count: int) -> bool:
        """Update the signature counter. False when another call updated the counter in the meantime."""
        key = passkeys.c
        where = (key.pool_id == passkey.pool_id, key.id == passkey.id, key.sign_count == passkey.sign_count)
        return self.unit.write(passkeys.update().where(*where), {"sign_count": sign_count}).rowcount == 1
