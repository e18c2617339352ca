"""Passkeys of users."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import func, select

from storage.paging import Page
from storage.records.factors import Passkey
from storage.shelves.shelf import Shelf
from storage.tables import passkeys


class PasskeyShelf(Shelf[Passkey]):
    """The WebAuthn credentials of users."""

    table = passkeys
    record = Passkey
    columns = ("pool_id", "id", "user_id", "public_key", "sign_count", "settings", "created")

    def add(self, passkey: Passkey) -> None:
        """Keep a new passkey. Raises `Taken` when a user of the pool has it already."""
        self.unit.write(passkeys.insert(), asdict(passkey))

    def get(self, pool_id: str, id: str) -> Passkey | None:
        """The passkey of a pool with that id."""
        return self._one(pool_id=pool_id, id=id)

    def of(self, user_id: int) -> list[Passkey]:
        """Every passkey of a user."""
        return self._every(user_id=user_id)

    def count(self, user_id: int) -> int:
        """How many passkeys a user has."""
        query = select(func.count()).select_from(passkeys).where(passkeys.c.user_id == user_id)
        return int(self.unit.read(query).scalar_one())

    def page(self, user_id: int, limit: int, token: str | None) -> Page[Passkey]:
        """The passkeys of a user, by id."""
        query = self._select().where(passkeys.c.user_id == user_id)
        return self._page(query, f"passkeys {user_id}", token, limit, "id")

    def advance(self, passkey: Passkey, sign_count: int) -> bool:
        """Keep the counter of an assertion. False when another call counted in the meantime."""
        key = passkeys.c
        where = (key.pool_id == passkey.pool_id, key.id == passkey.id, key.sign_count == passkey.sign_count)
        return self.unit.write(passkeys.update().where(*where), {"sign_count": sign_count}).rowcount == 1

    def delete(self, passkey: Passkey) -> bool:
        """Forget a passkey. False when it was gone already."""
        where = (passkeys.c.pool_id == passkey.pool_id, passkeys.c.id == passkey.id)
        return self.unit.write(passkeys.delete().where(*where)).rowcount == 1
