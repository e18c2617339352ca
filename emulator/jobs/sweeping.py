"""Deletion of expired rows, every 15 minutes by the emulator's clock. `expired.py` has what is deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeAlias

from emulator import work
from emulator.context import Context
from emulator.jobs.interval import Interval
from emulator.outside import claims
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import DatabaseUnusable
from storage.store import Store

log = logging.getLogger("cognito_emulator")
Deletion: TypeAlias = Callable[[Context, int], int]
"""Deletes up to so many expired rows, and returns how many it deleted."""

_BATCH = 200
"""Rows that one transaction deletes at most. It takes a few milliseconds, even with the families' refresh tokens."""
_PAUSE = 0.02
"""Seconds between two transactions, in which waiting writers get the write lock."""
_AFTER_START = 1
"""Seconds from the start of the server to its first sweep, which would delay the first calls."""


class Sweeper:
    """Deletes expired rows. Thread-safe."""

    def __init__(self, store: Store, world: World, settings: Settings, batch: int = _BATCH) -> None:
        self._store = store
        self._world = world
        self._settings = settings
        self._batch = batch
        self._interval = Interval(world.clock.now())

    def begin(self) -> None:
        """Sweep in the background, once the server has had time to begin with its first calls."""
        self._world.background.begin(self._sweep_soon)

    def look(self, now: float) -> None:
        """Start a sweep in the background if one is due. Called after every call."""
        if self._interval.is_due(now):
            self._world.background.begin(self._sweep_in_background)

    def sweep(self) -> None:
        """Delete all expired rows, in batches. Returns early if the server stops. Raises `DatabaseUnusable`.

        Does nothing while somebody else sweeps.
        """
        with self._world.claims.held(claims.SWEEP) as claim:
            if claim:
                self._delete_all()

    def _delete_all(self) -> None:
        from emulator.jobs import expired  # here: the start and the first calls need nothing of it

        for delete in expired.DELETIONS:
            self._exhaust(delete)

    def _sweep_soon(self) -> None:
        if not self._world.background.stopping.wait(_AFTER_START):
            self._sweep_in_background()

    def _sweep_in_background(self) -> None:
        try:
            self.sweep()
        except DatabaseUnusable as error:
            log.error("expired rows are kept for now: %s", error)
        except Exception:
            log.exception("sweeping failed: a mistake of the emulator, please report it")

    def _exhaust(self, delete: Deletion) -> None:
        while self._unit(delete) >= self._batch:
            if self._world.background.stopping.wait(_PAUSE):
                return

    def _unit(self, delete: Deletion) -> int:
        return work.run_job(self._store, self._world, self._settings, lambda context: delete(context, self._batch))
