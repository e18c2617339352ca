"""The authentication events of users."""

from __future__ import annotations

from storage.paging import Page
from storage.records.events import AuthEvent
from storage.repositories.repository import KeyedRepository, columns_of, inserting, values_of
from storage.tables.auth_events import auth_events


class AuthEventRepository(KeyedRepository[AuthEvent]):
    """The authentication events of all users."""

    table = auth_events
    record = AuthEvent
    columns = columns_of(AuthEvent)

    def add(self, record: AuthEvent) -> AuthEvent:
        """Insert an event, and return it unchanged. The database assigns its number, which is not read."""
        values = values_of(record)
        del values["number"]
        self.unit.write_unread(inserting(auth_events), values)
        return record

    def get(self, user_id: int, event_id: str) -> AuthEvent | None:
        """The event of a user by id."""
        return self._one(user_id=user_id, id=event_id)

    def page(self, user_id: int, limit: int, token: str | None) -> Page[AuthEvent]:
        """The events of a user, newest first."""
        query = self._select().where(auth_events.c.user_id == user_id)
        return self._page(query, f"events {user_id}", token, limit, "number", newest_first=True)

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` events from before a time. Returns how many were deleted."""
        return self._sweep(auth_events.c.created, before, limit)
