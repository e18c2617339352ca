"""What the processes of one database share beside the data of pools: inbox, events, rates, and the server's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from storage.history.gates import GO_BY_CLOCK, SET_CLOCK_BACK
from storage.prepared import Prepared
from storage.records.shared import NumberedEvent, RateBucket, SealedMessage, ServerState
from storage.repositories.repository import Repository, columns_of, inserting, values_of
from storage.tables.shared import events, messages, rate_buckets, server_state

_STATE = Prepared(
    select(*(server_state.c[name] for name in columns_of(ServerState))).where(server_state.c.id == bindparam("id"))
)
_ROW = {"id": 1}


_NUMBERED = select(events.c.number, events.c.noted, events.c.event)


@cache
def _configured(version: ColumnElement[int]) -> Prepared:
    state = server_state.c
    return Prepared(server_state.update().where(state.id == bindparam("this_id")).values(configuration=version))


def _state(rows: Sequence[Sequence[Any]]) -> ServerState | None:
    return ServerState(*rows[0]) if rows else None


def _ignored(_rows: Sequence[Sequence[Any]]) -> None:
    """The rows of a lock."""


class _Ring(Repository[Any]):
    """A table of which the newest rows by `number` are kept."""

    def _trim(self, kept: int) -> None:
        """Delete all rows but the newest `kept`. Rows that another unit is deleting are left to that unit."""
        number = self.table.c.number
        old = select(number).where(number <= self._floor(kept)).with_for_update(skip_locked=True)
        self.unit.write(self.table.delete().where(number.in_(old)))

    def _floor(self, kept: int) -> int:
        """The largest number of the rows that are not among the newest `kept`."""
        newest = self.unit.read(select(func.max(self.table.c.number))).scalar() or 0
        return max(int(newest) - kept, 0)


class MessageRepository(_Ring):
    """The inbox."""

    table = messages
    record = SealedMessage
    columns = columns_of(SealedMessage)

    def add(self, message: SealedMessage) -> None:
        """Insert a message."""
        self.unit.write(inserting(messages), values_of(message))

    def add_decoy(self, message: SealedMessage, number: int) -> None:
        """Insert, under a negative number, a message that nobody sees, and that is deleted with the next old one."""
        self.unit.write(inserting(messages), {"number": number, **values_of(message)})

    def newest(self, limit: int, kept: int, **digests: bytes) -> list[SealedMessage]:
        """The newest `limit` messages with these digests, among the newest `kept` of all, oldest first."""
        number = messages.c.number
        wanted = [messages.c[name] == digest for name, digest in digests.items()]
        query = self._select().where(number > self._floor(kept), *wanted).order_by(number.desc()).limit(limit)
        return self._all(query)[::-1]

    def trim(self, kept: int) -> None:
        """Delete all messages but the newest `kept`, and the decoys."""
        self._trim(kept)

    def delete(self, pool_digest: bytes | None = None) -> None:
        """Delete the messages of a pool, or all."""
        statement = messages.delete()
        self.unit.write(statement if pool_digest is None else statement.where(messages.c.pool_digest == pool_digest))


class EventRepository(_Ring):
    """The events of calls."""

    table = events
    columns = ("noted", "event")

    def add(self, noted: Sequence[tuple[float, Mapping[str, Any]]], kept: int) -> None:
        """Insert events, each with the time at which it was noted, and delete all but the newest `kept`."""
        self.unit.lock("events")  # the numbers grow in the order of the commits, by which `after` goes
        self.unit.write(events.insert(), [{"noted": moment, "event": event} for moment, event in noted])
        self._trim(kept)

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The `limit` events that were noted last, oldest first."""
        query = select(events.c.event).order_by(events.c.noted.desc(), events.c.number.desc()).limit(limit)
        return list(self.unit.read(query).scalars())[::-1]

    def after(self, place: tuple[int, float] | None, limit: int) -> list[NumberedEvent]:
        """The first `limit` events that were stored after one of this number and time, or else of all that there are.

        All are after an event that is no longer there: it was deleted as one of the oldest, or with all of its time.
        """
        begin, noted = place or (0, 0.0)
        query = _NUMBERED.order_by(events.c.number).limit(limit + 1)
        found = self._numbered(query.where(events.c.number >= begin))
        if found and (found[0].number, found[0].noted) == (begin, noted):
            return found[1:]
        return self._numbered(query)[:limit] if place else found[:limit]

    def stored_last(self, limit: int) -> list[NumberedEvent]:
        """The `limit` events that were stored last, oldest first."""
        return self._numbered(_NUMBERED.order_by(events.c.number.desc()).limit(limit))[::-1]

    def _numbered(self, query: Select[Any]) -> list[NumberedEvent]:
        rows: Iterable[Sequence[Any]] = self.unit.read(query)
        return [NumberedEvent(*row) for row in rows]

    def delete(self) -> None:
        """Delete all events."""
        self.unit.write(events.delete())


class RateBucketRepository(Repository[RateBucket]):
    """The buckets of rate limits. Read and put a bucket under the lock of its name: `Unit.lock`."""

    table = rate_buckets
    record = RateBucket
    columns = columns_of(RateBucket)

    def get(self, name: str) -> RateBucket | None:
        """A bucket, None if it has not been used."""
        return self._one(name=name)

    def put(self, bucket: RateBucket) -> None:
        """Insert or replace a bucket."""
        row = values_of(bucket)
        update = {"tokens": bucket.tokens, "filled": bucket.filled}
        insert = self.unit.insert(rate_buckets).on_conflict_do_update(index_elements=["name"], set_=update)
        self.unit.write(insert.values(row))

    def delete(self) -> None:
        """Delete all buckets."""
        self.unit.write(rate_buckets.delete())


class ServerStateRepository(Repository[ServerState]):
    """The row of what all processes read when they begin a transaction."""

    table = server_state
    record = ServerState
    columns = columns_of(ServerState)
    _gate: Prepared | None = None
    """The lock of the clock that the unit takes at the beginning of each transaction."""

    def get(self) -> ServerState | None:
        """The state, None before the first process has begun it."""
        self._take_gate()
        return _state(self.unit.rows(_STATE, _ROW))

    def hear(self, then: Callable[[ServerState | None], None]) -> None:
        """Read the state in the round trip of the next statement, and hand it to `then` before that returns."""
        self._take_gate()
        self.unit.also(_STATE, _ROW, lambda rows: then(_state(rows)))

    def begin(self) -> None:
        """Insert the row if it is missing."""
        row = {**_ROW, "version": 1, "clock_offset": 0.0}
        self.unit.write(self.unit.insert(server_state).on_conflict_do_nothing().values(row))

    def go_by_clock(self) -> None:
        """Let nobody set the clock back during a transaction of this unit. Call it before the first one.

        The unit records changes with the time at which its transaction began. A clock that is set back between that and
        the change would have the change after the mark of that in the history, and with a time from before it.
        """
        if self.unit.writes and not self.unit.store.database.is_serial:
            self._gate = GO_BY_CLOCK

    def exclude_writers(self) -> None:
        """Begin the transaction again once all units that go by the clock have ended; later ones wait for its end.

        Call it before the clock is set back, in a unit that has written nothing. Does nothing with SQLite.
        """
        if not self.unit.store.database.is_serial:
            self._gate = SET_CLOCK_BACK
            with self.unit.released():
                pass

    def move_clock(self, offset: float) -> None:
        """Set the offset of the clock, from the commit on, for all processes."""
        self._change({"clock_offset": offset})

    def announce_configuration(self) -> None:
        """Give the configuration another version, from the commit on, for all processes (`storage/remembered`)."""
        self.unit.write_unread(_configured(self.unit.store.database.drawn), {"this_id": 1})

    def announce(self) -> None:
        """Have all processes read the rate limits again, from the commit on."""
        self._change({})

    def _take_gate(self) -> None:
        if self._gate:
            self.unit.also(self._gate, {}, _ignored)

    def _change(self, values: dict[str, Any]) -> None:
        state = server_state.c
        self.unit.write(server_state.update().where(state.id == 1).values(version=state.version + 1, **values))
