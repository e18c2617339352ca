"""What happened to users."""

from __future__ import annotations

from dataclasses import asdict

from storage.paging import Page
from storage.records.events import AuthEvent
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables import auth_events


class AuthEventRepository(KeyedRepository[AuthEvent]):
    """The events of every user."""

    table = auth_events
    record = AuthEvent
    columns = columns_of(AuthEvent)

    def add(self, record: AuthEvent) -> AuthEvent:
        """Keep a new event; its number is given here."""
        values = asdict(record)
        del values["number"]
        self.unit.write(auth_events.insert(), values)
        return record

    def get(self, user_id: int, event_id: str) -> AuthEvent | None:
        """A user's event with that id."""
        return self._one(user_id=user_id, id=event_id)

    def page(self, user_id: int, limit: int, token: str | None) -> Page[AuthEvent]:
        """The events of a user, the newest first."""
        query = self._select().where(auth_events.c.user_id == user_id)
        return self._page(query, f"events {user_id}", token, limit, "number", newest_first=True)

    def sweep(self, before: float, limit: int) -> int:
        """Forget at most `limit` events from before a moment. Answers how many."""
        return self._sweep(auth_events.c.number, auth_events.c.created, before, limit)
