"""The history of the users and groups of user pools, and pools as they were at a time in the past."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, func, not_, or_, select

from storage.history import restoring
from storage.history.difference import Difference, Images, State
from storage.history.images import GROUP, KINDS, Kind, present
from storage.history.json_sql import as_text
from storage.records.pools import Pool
from storage.records.recoveries import Change, Counts
from storage.repositories.repository import Repository, columns_of, inserting
from storage.tables.history import history
from storage.tables.pools import user_pools
from storage.tables.providers import identity_providers

_BATCH = 500
"""Keys in one query. SQLite allows 32 766 parameters."""
_CLOCK = "clock"
"""The kind of the rows that say that the clock was set back."""
_MARKS = history.c.pool_id.is_(None)
_LONGEST = 60.0
"""Seconds that a transaction takes at most, as far as the order of changes goes."""


class HistoryRepository(Repository[Change]):
    """The changes of users, groups, memberships and passkeys of all pools; they are written by `unit.journal`.

    A pool at a time T: the boundary is the last mark of the clock (see `note_clock`) with a time up to T. An entity was
    then as it is recorded before its first change that is beyond the boundary and has a time after T; without one, it
    was as it is now.

    All changes of a transaction have one time, that of its beginning, so that it is beyond as a whole or not at all.
    Where transactions run side by side, one that began before T may have changed an entity after one that began later.
    Neither is then part of the state at T: see `_settled`.
    """

    table = history
    record = Change
    columns = columns_of(Change)

    def add(self, change: Change) -> None:
        """Insert a change. The database assigns the `number`."""
        values = {name: getattr(change, name) for name in self.columns if name != "number"}
        self.unit.write(inserting(history), values)

    def begin(self, pool: Pool) -> Pool:
        """Record the changes of a pool from now on. Does nothing if they are recorded already."""
        return self._since(pool, self.unit.now) if pool.history_since is None else pool

    def end(self, pool: Pool) -> Pool:
        """Record the changes of a pool no more, and delete those that were recorded."""
        self.unit.write(history.delete().where(history.c.pool_id == pool.id))
        return self._since(pool, None)

    def note_clock(self, now: float) -> None:
        """Write a mark, since the clock was set back to `now`. The mark is a change of no pool, with this time.

        A pool at T is as it was when the clock showed T last. All changes after that moment have a time after T.
        Changes before it have, too, if they were made before the clock was set back past T; but then the mark of that
        has a greater number and a time up to T, so that the boundary is not before them.
        """
        self.add(Change(0, None, now, _CLOCK, "", None))
        begun = user_pools.c.history_since  # All changes since the mark are recorded, whatever was swept before it.
        self.unit.write(user_pools.update().where(begun > now), {"history_since": now})

    def newest(self) -> float | None:
        """The time of the last change or mark, or the latest at which a history begins; None without any.

        If it is not in the past, the clock was set back.
        """
        last = select(func.max(history.c.number)).scalar_subquery()
        changed = self.unit.read(select(history.c.time).where(history.c.number == last)).scalar()
        begun = self.unit.read(select(func.max(user_pools.c.history_since))).scalar()
        return max((time for time in (changed, begun) if time is not None), default=None)

    def last_number(self, pool_id: str) -> int:
        """The number of the newest change of a pool, or of a newer mark; 0 without any."""
        return max(self._last(of_pool, math.inf, None) for of_pool in (history.c.pool_id == pool_id, _MARKS))

    def preview(self, pool_id: str, point: float, last: int | None = None) -> dict[str, Counts]:
        """What `restore` would create, update and delete: for Users, Groups, User MFAs and Passkeys, in this order.

        With `last`, the time `point` is meant as it was meant when the newest change had that number: before marks that
        the clock was set back since. The caller makes sure that `point` is not before the pool's `history_since`.
        """
        return self._difference(pool_id, point, last).counts()

    def restore(self, pool_id: str, point: float, last: int | None = None) -> None:
        """Make the users, groups, memberships, MFA settings and passkeys of a pool what they were at the time `point`.

        Neither raises `Paused` nor ends the pause. Its changes are recorded like others, so that a later recovery can
        undo this one. For `last`, see `preview`. The caller makes sure that `point` is not before the pool's
        `history_since`.
        """
        restoring.restore(self.unit, pool_id, self._difference(pool_id, point, last))
        self.unit.users.write_count += 1

    def pools_with_changes_before(self, time: float) -> list[Pool]:
        """The pools whose history begins with a change from before a time, or before the clock was set back to one."""
        change = history.c
        marks = select(func.max(change.number)).where(change.pool_id.is_(None), change.time < time).scalar_subquery()
        first = select(change.number).where(change.pool_id == user_pools.c.id).order_by(change.number).limit(1)
        is_old = or_(change.time < time, change.number < marks)
        query: Select[Any] = select(*(user_pools.c[name] for name in columns_of(Pool)))
        query = query.join(history, change.number == first.correlate(user_pools).scalar_subquery())
        query = query.where(user_pools.c.history_since.is_not(None), is_old)
        rows: Sequence[Sequence[Any]] = self.unit.read(query).all()
        return [Pool(*row) for row in rows]

    def sweep(self, pool: Pool, before: float, limit: int) -> int:
        """Delete the pool's first changes, up to `limit`, while their times are at most `before`. Returns how many.

        No point from `before` on needs them, nor what was changed before the clock was set back to such a time.
        `history_since` becomes `before` if it was earlier.
        """
        mark = self._last(_MARKS, before, None)
        first = select(history.c.number, history.c.time).where(history.c.pool_id == pool.id)
        rows = self.unit.read(first.order_by(history.c.number).limit(limit))
        old = [row.number for row in takewhile(lambda row: row.time <= before or row.number < mark, rows)]
        if old:
            self.unit.write(history.delete().where(history.c.pool_id == pool.id, history.c.number <= old[-1]))
        if pool.history_since is not None and pool.history_since < before:
            self._since(pool, before)
        return len(old)

    def sweep_marks(self, limit: int) -> int:
        """Delete up to `limit` marks of the clock that are older than every change. Returns how many were deleted."""
        first = select(func.min(history.c.number)).where(history.c.pool_id.is_not(None)).scalar_subquery()
        last = select(func.max(history.c.number)).scalar_subquery()
        old = select(history.c.number).where(_MARKS)
        old = old.where(history.c.number < func.coalesce(first, last + 1)).order_by(history.c.number).limit(limit)
        return self.unit.write(history.delete().where(history.c.number.in_(old))).rowcount

    def _since(self, pool: Pool, time: float | None) -> Pool:
        self.unit.forget_journal()
        self.unit.write(user_pools.update().where(user_pools.c.id == pool.id), {"history_since": time})
        return replace(pool, history_since=time)

    def _beyond(self, pool_id: str, point: float, last: int | None) -> list[ColumnElement[bool]]:
        """The conditions for a change to be after `point`; for `last`, see `preview`.

        They begin with a number, that of a change or mark before all of these, so that the index is used.
        """
        mark = self._last(_MARKS, point, last)
        old = self._last(history.c.pool_id == pool_id, point - _LONGEST, last)
        conditions = [history.c.pool_id == pool_id, history.c.number > max(mark, old)]
        after = history.c.time > point
        return [*conditions, after if last is None else or_(after, history.c.number > last)]

    def _settled(self, pool_id: str, point: float, last: int | None) -> float:
        """The latest time up to `point` such that what was changed then was not changed before by what came later.

        It is `point`, unless transactions ran side by side at `point`: then it is before all of these that depend on
        one that is beyond.
        """
        while True:
            beyond = self._beyond(pool_id, point, last)
            first = select(history.c.kind, history.c.key, func.min(history.c.number).label("number"))
            changed = first.where(*beyond).group_by(history.c.kind, history.c.key).subquery()
            late = select(func.min(history.c.time)).join(
                changed, (changed.c.kind == history.c.kind) & (changed.c.key == history.c.key)
            )
            late = late.where(*beyond[:2], not_(beyond[2]), history.c.number > changed.c.number)
            found = self.unit.read(late).scalar()
            if found is None:
                return point
            point = math.nextafter(found, -math.inf)

    def _last(self, whose: ColumnElement[bool], point: float, last: int | None) -> int:
        query = select(history.c.number).where(whose, history.c.time <= point)
        if last is not None:
            query = query.where(history.c.number <= last)
        return self.unit.read(query.order_by(history.c.number.desc()).limit(1)).scalar() or 0

    def _difference(self, pool_id: str, point: float, last: int | None) -> Difference:
        then: State = {kind: {} for kind in KINDS}
        if not self.unit.store.database.is_serial:
            point = self._settled(pool_id, point, last)
        for row in self.unit.read(_first_changes(self._beyond(pool_id, point, last))):
            then[row.kind][row.key] = row.before
        now = {kind: self._present(KINDS[kind], pool_id, then[kind]) for kind in KINDS}
        # AWS unknown: whether StartPointInTimeRecovery deletes the group that CreateIdentityProvider has created since
        # the point. Providers are configuration, which a recovery leaves as it is, so that the group stays here.
        for key in self._provider_groups(pool_id, now[GROUP]):
            if then[GROUP][key] is None:
                del then[GROUP][key], now[GROUP][key]
        return Difference(then, now)

    def _provider_groups(self, pool_id: str, present_groups: Images) -> list[str]:
        """The keys of the groups that belong to the pool's identity providers."""
        if not present_groups:
            return []
        query = select(identity_providers.c.name).where(identity_providers.c.pool_id == pool_id)
        names = {f"{pool_id}_{name}" for name in self.unit.read(query).scalars()}
        return [key for key, image in present_groups.items() if image and json.loads(image)["name"] in names]

    def _present(self, kind: Kind, pool_id: str, keys: Images) -> Images:
        """Those entities of a kind with these keys that exist."""
        found: Images = {}
        finders = iter({kind.finder(key) for key in keys})
        while batch := list(islice(finders, _BATCH)):
            query = present(kind).where(kind.found_by.in_(batch), kind.pool == pool_id)
            found |= {row.key: row.image for row in self.unit.read(query) if row.key in keys}
        return found


def _first_changes(beyond: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The kind, key and image of each entity that has changes `beyond`, before the first of these."""
    change = history.c
    first = select(func.min(change.number)).where(*beyond).group_by(change.kind, change.key)
    return select(change.kind, change.key, as_text(change.before).label("before")).where(change.number.in_(first))
