"""The history of the users and groups of user pools: how each was before it was changed."""

from __future__ import annotations

from storage.records.pools import Pool
from storage.records.recoveries import Change, Counts
from storage.repositories.repository import Repository, columns_of
from storage.tables import history


class HistoryRepository(Repository[Change]):
    """The changes of users and groups of all pools."""

    table = history
    record = Change
    columns = columns_of(Change)

    def add(self, change: Change) -> None:
        """Insert a change. The database assigns the `number`."""
        values = {name: getattr(change, name) for name in self.columns if name != "number"}
        self.unit.write(history.insert(), values)

    def begin(self, pool: Pool) -> Pool:
        """Record the changes of a pool from now on. Does nothing if they are recorded already."""
        raise NotImplementedError

    def end(self, pool: Pool) -> Pool:
        """Record the changes of a pool no more, and delete those that were recorded."""
        raise NotImplementedError

    def note_clock(self, now: float) -> None:
        """Note that the clock was set back to `now`. Call it after each move of the clock, and when a server starts."""
        raise NotImplementedError

    def preview(self, pool_id: str, point: float) -> dict[str, Counts]:
        """What `restore` would create, update and delete: for Users, Groups, User MFAs and Passkeys, in this order.

        The caller makes sure that `point` is not before the pool's `history_since`.
        """
        raise NotImplementedError

    def restore(self, pool_id: str, point: float) -> None:
        """Make the users, groups, memberships, MFA settings and passkeys of a pool what they were at the time `point`.

        Neither raises `Paused` nor ends the pause. Its changes are recorded like others, so that a later recovery can
        undo this one. The caller makes sure that `point` is not before the pool's `history_since`.
        """
        raise NotImplementedError

    def sweep(self, pool_id: str, before: float, limit: int) -> int:
        """Delete up to `limit` changes of a pool that are needed for no point from `before` on. Returns how many.

        `history_since` becomes `before` if it was earlier.
        """
        raise NotImplementedError
