"""Codes that were sent to users, and counters of attempts."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from storage.prepared import Prepared
from storage.records.users import Attempts, Code
from storage.repositories.repository import Repository, deleting, upsert, values_of
from storage.tables.codes import attempts, codes

_COUNTED = ("user_id", "kind", "count", "since", "last", "locked_until")
_ATTEMPTS = Prepared(
    select(*(attempts.c[name] for name in _COUNTED)).where(
        attempts.c.user_id == bindparam("user_id"), attempts.c.kind == bindparam("kind")
    )
)
_LOCKS = Prepared(select(attempts.c.kind, attempts.c.locked_until).where(attempts.c.user_id == bindparam("user_id")))


class CodeRepository(Repository[Code]):
    """One code for each user and purpose, and one counter for each user and kind of attempt."""

    table = codes
    record = Code
    columns = ("user_id", "purpose", "digest", "proves", "value", "expires")

    def put(self, code: Code) -> None:
        """Insert a code, or replace the code before it for the same purpose."""
        self._put(values_of(code), "user_id", "purpose")

    def get(self, user_id: int, purpose: str) -> Code | None:
        """The code of a user for a purpose, expired or not."""
        return self._one(user_id=user_id, purpose=purpose)

    def delete(self, user_id: int, purpose: str) -> bool:
        """Delete a code. False when the code did not exist any more, since another call used it."""
        this = {"this_user_id": user_id, "this_purpose": purpose}
        return self.unit.write(deleting(codes, "user_id", "purpose"), this).rowcount == 1

    def attempts(self, user_id: int, kind: str) -> Attempts | None:
        """The counter of a user for a kind of attempt."""
        rows = self.unit.rows(_ATTEMPTS, {"user_id": user_id, "kind": kind})
        return Attempts(*rows[0]) if rows else None

    def locks(self, user_id: int) -> dict[str, float]:
        """The time until which each counter of a user locks the user out, 0 if it does not, by the kind of attempt."""
        return {str(kind): float(until) for kind, until in self.unit.rows(_LOCKS, {"user_id": user_id})}

    def put_attempts(self, counted: Attempts) -> None:
        """Insert or replace a counter."""
        values = values_of(counted)
        insert = self.unit.store.database.insert
        self.unit.write_unread(upsert(insert, attempts, tuple(values), ("user_id", "kind")), values)

    def delete_attempts(self, user_id: int, kind: str) -> None:
        """Delete a counter."""
        this = {"this_user_id": user_id, "this_kind": kind}
        self.unit.write_unread(deleting(attempts, "user_id", "kind"), this)
