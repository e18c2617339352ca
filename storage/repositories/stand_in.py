"""The state of the stand-in identity provider (`emulator.stand_in`)."""

from __future__ import annotations

from storage.records.stand_in import StandInRecord
from storage.repositories.repository import Repository, columns_of, deleting, values_of
from storage.tables.stand_in import stand_in_records


class StandInRepository(Repository[StandInRecord]):
    """The records by kind and key, expired ones included."""

    table = stand_in_records
    record = StandInRecord
    columns = columns_of(StandInRecord)

    def get(self, kind: str, key: str) -> StandInRecord | None:
        """A record."""
        return self._one(kind=kind, key=key)

    def all(self, kind: str) -> list[StandInRecord]:
        """Every record of a kind, by key."""
        return self._all(self._select().where(stand_in_records.c.kind == kind).order_by(stand_in_records.c.key))

    def put(self, record: StandInRecord) -> None:
        """Insert or replace a record."""
        self._put(values_of(record), "kind", "key")

    def delete(self, kind: str, key: str) -> bool:
        """Delete a record. False when it did not exist any more: of two units, one deletes it."""
        this = {"this_kind": kind, "this_key": key}
        return self.unit.write(deleting(stand_in_records, "kind", "key"), this).rowcount == 1

    def delete_kind(self, kind: str) -> int:
        """Delete every record of a kind. Returns how many were deleted."""
        return self.unit.write(deleting(stand_in_records, "kind"), {"this_kind": kind}).rowcount

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` records that expired before a time. Returns how many were deleted."""
        return self._sweep(stand_in_records.c.expires, before, limit)
