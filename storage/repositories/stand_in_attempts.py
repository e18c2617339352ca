"""Counters of attempts with usernames that no user has. They have nothing to do with the stand-in provider."""

from __future__ import annotations

from msgspec.structs import asdict
from sqlalchemy import bindparam, delete, func, select

from storage.prepared import Prepared
from storage.records.users import StandInAttempts
from storage.repositories.repository import Repository, columns_of
from storage.tables.codes import stand_in_attempts

_MOST = 100_000
_KEYS = ("pool_id", "name", "kind")
_C = stand_in_attempts.c
_NEWEST = select(func.max(_C.id)).scalar_subquery()
_TRIM = delete(stand_in_attempts).where(_C.id <= _NEWEST - _MOST)
_LOCKS = Prepared(
    select(_C.kind, _C.locked_until).where(_C.pool_id == bindparam("pool_id"), _C.name == bindparam("name"))
)


class StandInAttemptRepository(Repository[StandInAttempts]):
    """One counter for each name and kind of attempt, at most 100 000 counters: `trim` deletes the oldest ones."""

    table = stand_in_attempts
    record = StandInAttempts
    columns = columns_of(StandInAttempts)

    def get(self, pool_id: str, name: str, kind: str) -> StandInAttempts | None:
        """The counter of a name for a kind of attempt."""
        return self._one(pool_id=pool_id, name=name, kind=kind)

    def locks(self, pool_id: str, name: str) -> dict[str, float]:
        """The time until which each counter of a name locks it out, 0 if it does not, by the kind of attempt."""
        rows = self.unit.rows(_LOCKS, {"pool_id": pool_id, "name": name})
        return {str(kind): float(until) for kind, until in rows}

    def put(self, counted: StandInAttempts) -> None:
        """Insert or replace a counter."""
        self._put(asdict(counted), *_KEYS)

    def delete(self, pool_id: str, name: str, kind: str) -> None:
        """Delete a counter."""
        where = (_C.pool_id == pool_id, _C.name == name, _C.kind == kind)
        self.unit.write(stand_in_attempts.delete().where(*where))

    def trim(self) -> None:
        """Delete the oldest counters beyond 100 000."""
        self.unit.write(_TRIM)

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` counters whose last attempt was before a time. Returns how many were deleted."""
        return self._sweep(stand_in_attempts.c.last, before, limit)
