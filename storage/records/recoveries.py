"""The history of a user pool's users and groups, and point-in-time recoveries."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Change(Struct, frozen=True):
    """The first change that a transaction made to an entity of a pool. Changes are ordered by `number`.

    `before` is the entity as it was until then, None if it did not exist. `key` identifies the entity among those of
    its `kind`. Without a pool, the change is of the clock, which was set back to `time`.
    """

    number: int
    pool_id: str | None
    time: float
    kind: str
    key: str
    before: dict[str, Any] | None


class Recovery(Struct, frozen=True):
    """A point-in-time recovery of a pool to the time `point`. `status` is one of AWS's RestoreStatusType.

    `last_change` is the number of the newest change in the history at its initiation. `preview` is RestorePreview in
    API shape, once it has been generated. `ended` is the time of the last status.
    """

    id: str
    pool_id: str
    status: str
    point: float
    initiated: float
    last_change: int
    ended: float | None = None
    preview: list[dict[str, Any]] | None = None


class Counts(Struct, frozen=True):
    """The entities of one kind that a recovery would create, update and delete."""

    create: int = 0
    update: int = 0
    delete: int = 0
