"""Codes that were sent, and how often things were tried."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, func, select

from storage.records.users import Attempts, Code
from storage.repositories.repository import Repository
from storage.tables import attempts, codes

_COUNTED = ("user_id", "kind", "count", "since", "last", "locked_until")
_ATTEMPTS = select(*(attempts.c[name] for name in _COUNTED)).where(
    attempts.c.user_id == bindparam("user_id"), attempts.c.kind == bindparam("kind")
)

_LOCKED_UNTIL = select(func.max(attempts.c.locked_until)).where(attempts.c.user_id == bindparam("user_id"))


class CodeRepository(Repository[Code]):
    """One live code for each user and purpose, and a counter for each user and kind of attempt."""

    table = codes
    record = Code
    columns = ("user_id", "purpose", "digest", "proves", "value", "expires")

    def put(self, code: Code) -> None:
        """Keep a code; the one before it for the same purpose is void."""
        values = asdict(code)
        insert = self.unit.insert(codes).values(values)
        self.unit.write(insert.on_conflict_do_update(index_elements=["user_id", "purpose"], set_=values))

    def get(self, user_id: int, purpose: str) -> Code | None:
        """The code that was sent to a user for a purpose, expired or not."""
        return self._one(user_id=user_id, purpose=purpose)

    def drop(self, user_id: int, purpose: str) -> bool:
        """Forget a code. False when it was gone already: somebody else spent it."""
        where = (codes.c.user_id == user_id, codes.c.purpose == purpose)
        return self.unit.write(codes.delete().where(*where)).rowcount == 1

    def attempts(self, user_id: int, kind: str) -> Attempts | None:
        """How often a user tried something of a kind."""
        row: Any = self.unit.read(_ATTEMPTS, {"user_id": user_id, "kind": kind}).first()
        return Attempts(*row) if row else None

    def locked_until(self, user_id: int) -> float:
        """The latest moment until which any counter locks a user; 0 where none does."""
        return float(self.unit.read(_LOCKED_UNTIL, {"user_id": user_id}).scalar() or 0)

    def put_attempts(self, counted: Attempts) -> None:
        """Keep a counter."""
        values = asdict(counted)
        insert = self.unit.insert(attempts).values(values)
        self.unit.write(insert.on_conflict_do_update(index_elements=["user_id", "kind"], set_=values))

    def forget_attempts(self, user_id: int, kind: str) -> None:
        """Start counting anew."""
        self.unit.write(attempts.delete().where(attempts.c.user_id == user_id, attempts.c.kind == kind))
