"""The moments at which a call has let go of the database, and acts that happen exactly then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storage.store import Store


@dataclass
class Moments:
    """Lets acts happen when units of a store have let go of the database and are about to take it again."""

    store: Store

    @contextmanager
    def acting(self, act: Callable[[], object], at: int = 1) -> Iterator[None]:
        """Let `act` happen at the moment number `at` of what goes on inside. Fails where there is no such moment."""
        with self.watching(act, at) as seen:
            yield
        assert len(seen) >= at, f"the database was let go of {len(seen)} times, the act was to happen at number {at}"

    @contextmanager
    def watching(self, act: Callable[[], object] | None = None, at: int = 1) -> Iterator[list[None]]:
        """The same where there may be no such moment; gives a list that grows with each moment, but for the act's."""
        seen: list[None] = []

        def moment() -> None:
            seen.append(None)
            if act and len(seen) == at:
                self.store.while_released = None
                act()
                self.store.while_released = moment

        before = self.store.while_released
        self.store.while_released = moment
        try:
            yield seen
        finally:
            self.store.while_released = before
