"""What is remembered where processes share a database: the workers of a server on SQLite, and all on PostgreSQL.

The database tells the version of the configuration, in the row of `server_state` that every transaction reads when it
begins (`Store.on_state`):

- A unit that commits changes of the remembered tables gives the configuration a new version in the same transaction.
  Versions are drawn at random: after a database was put back to an earlier state, none comes again.
- A record is kept with the version that its transaction read first. Each later statement sees that state of the
  database or a newer one, so a record is never older than its version.
- It may be newer if it comes from a writing unit on PostgreSQL, whose statements each see what is committed by then.
  Only such units take it, since they could have read the same. The others see one moment, and take what others like
  them have kept.
- A unit takes the records of the version that it has read, and no others.
- A unit that has changed such a table takes and keeps nothing until its transaction ends.
- Where units that write run side by side, one that configures waits for the row locks of others between its statements,
  and has to see what they have changed: it reads what it locks, and takes nothing (`Repository`).
- A unit that may be run again (`take_early`) assumes that the state is still the one that this process has read last,
  and takes records, and the time of the clock, without asking. The state comes with its first statement, or when it
  ends, in the same round trip. If it is another one: StaleRead, and the unit is run again and assumes nothing. Only a
  unit that takes no records does not mind another version of the configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Table

from storage.records.shared import ServerState
from storage.remembered.records import TABLES, UNKNOWN, Remembered, View
from storage.violations import StaleRead


class Shared(Remembered):
    """The records that a process remembers, of the version of the state that it has read last. Thread-safe."""

    state: ServerState | None = None

    @property
    def version(self) -> int:
        """The version of the configuration in that state."""
        return self.state.configuration if self.state else UNKNOWN

    def view(self, *, sees_one_moment: bool, takes: bool) -> View:
        """The view of a new unit of work."""
        return _View(self, sees_one_moment, takes)

    def follow(self, state: ServerState) -> None:
        """Take over the state that a transaction has read. The records of other versions are dropped."""
        with self._lock:
            if self.version != state.configuration:
                self.records = {name: {} for name in TABLES}
            self.state = state

    def keep(self, version: int, table: Table, key: Hashable, record: Any, *, is_exact: bool) -> None:
        """Remember a record of a version, if that is still the one that this process has read last.

        It `is_exact` if it is not newer than the version.
        """
        with self._lock:
            if self.version == version:
                self._keep(table, key, (version, is_exact, record))

    def commit(
        self,
        changed: frozenset[str],  # noqa: ARG002
        commit: Callable[[], None],
        announce: Callable[[], None],
    ) -> None:
        """Commit changes, whatever the tables are: there is one version for all."""
        announce()
        commit()


class _View(View):
    __slots__ = ("_sees_one_moment", "_takes", "assumed")

    _remembered: Shared

    def __init__(self, remembered: Shared, sees_one_moment: bool, takes: bool) -> None:
        self._sees_one_moment = sees_one_moment
        self._takes = takes
        super().__init__(remembered)

    def end(self) -> None:
        self.assumed = None
        super().end()

    def take_early(self) -> None:
        state = self._remembered.state
        if state:
            self.assumed = state
            self._version = state.configuration if self._takes else UNKNOWN

    def follow(self, state: ServerState | None) -> None:
        if self.assumed:
            if state is None or not self._goes_by(state, self.assumed):
                raise StaleRead
            self.assumed = None
        elif state:
            self._remembered.follow(state)
            if not self._changed:
                self._version = state.configuration

    def check(self) -> None:
        if self.assumed:
            raise StaleRead

    def _goes_by(self, state: ServerState, assumed: ServerState) -> bool:
        """Whether the unit has assumed of the state what is so."""
        return replace(state, configuration=assumed.configuration) == assumed and (
            state.configuration == assumed.configuration or not self._takes
        )

    def take(self, table: Table, key: Hashable) -> Any:
        version, is_exact, record = self._remembered.records[table.name].get(key, _NONE)
        if record is None or version != self._version or (self._sees_one_moment and not is_exact):
            return None
        self.has_taken = True
        return record

    def keep(self, table: Table, key: Hashable, record: Any) -> None:
        if self._version != UNKNOWN:
            self._remembered.keep(self._version, table, key, record, is_exact=self._sees_one_moment)


_NONE = (UNKNOWN, False, None)
