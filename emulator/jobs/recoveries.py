"""The background jobs of point-in-time recovery: the preview, and the restore.

The preview is computed from one snapshot of the database, without the write lock, since its pool is paused. The restore
is one transaction, which also ends the recovery: a process that is killed leaves the old state or the new one. Both are
resumed at the next start, or soon in another process that works on the same database. One process at a time works on a
recovery, by a claim.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from emulator import work
from emulator.context import Context
from emulator.domain.recovery import states
from emulator.outside import claims
from emulator.outside.claims import Claim, ClaimLost
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import DatabaseUnusable
from storage.records.recoveries import Counts, Recovery
from storage.store import Store

log = logging.getLogger("cognito_emulator")
T = TypeVar("T")


def launch(context: Context, recovery: Recovery) -> None:
    """Generate the preview of a recovery, or restore, in the background, after the commit."""
    run = Run(context.unit.store, context.world, context.settings, recovery.id)
    context.afterwards.append(lambda: context.world.background.begin(run))


def resume(context: Context) -> None:
    """At start-up: resume the jobs that the end of the last process interrupted."""
    for recovery in context.unit.recoveries.with_status(states.GENERATING, *states.RESTORES):
        launch(context, recovery)


def take_over(context: Context) -> None:
    """Resume the recoveries that nobody works on.

    A restore that has failed is tried again only at a start.
    """
    for recovery in context.unit.recoveries.with_status(states.GENERATING, states.RESTORING):
        if not context.unit.claims.is_taken(claims.of_recovery(recovery.id)):
            launch(context, recovery)


class Run:
    """The job of one recovery, for `Background`: call it once. It does what the recovery's status asks for.

    It does nothing if somebody else works on the recovery.
    """

    _claim: Claim

    def __init__(self, store: Store, world: World, settings: Settings, recovery_id: str) -> None:
        self._store = store
        self._world = world
        self._settings = settings
        self._recovery_id = recovery_id

    def __call__(self) -> None:
        """Run the job. An unexpected exception is logged and noted; with an unusable database, the job is resumed."""
        try:
            with self._world.claims.held(claims.of_recovery(self._recovery_id)) as claim:
                if claim:
                    self._claim = claim
                    self._work_or_fail()
        except ClaimLost:
            log.info("recovery %s is in other hands", self._recovery_id)
        except DatabaseUnusable as error:
            log.error("recovery %s rests %s: %s", self._recovery_id, self._settings.resting, error)

    def _work_or_fail(self) -> None:
        try:
            self._work()
        except DatabaseUnusable:
            raise
        except Exception:
            log.exception("recovery %s failed: a mistake of the emulator, please report it", self._recovery_id)
            self._unit(self._fail)

    def _work(self) -> None:
        counts = self._unit(self._preview, writes=False)
        if counts is not None:
            self._unit(lambda context: self._keep(context, counts))
        self._unit(self._restore)

    def _preview(self, context: Context) -> dict[str, Counts] | None:
        """The preview's counts; None where none is to be generated."""
        recovery = self._recovery(context, states.GENERATING)
        if recovery is None:
            return None
        return context.unit.history.preview(recovery.pool_id, recovery.point, recovery.last_change)

    def _keep(self, context: Context, counts: dict[str, Counts]) -> None:
        """Store the preview, unless the recovery was canceled in the meantime."""
        recovery = self._recovery(context, states.GENERATING)
        if recovery:
            states.preview(context, recovery, counts)

    def _restore(self, context: Context) -> None:
        """Restore, where the recovery was started."""
        recovery = self._recovery(context, *states.RESTORES)
        if recovery:
            context.unit.history.restore(recovery.pool_id, recovery.point, recovery.last_change)
            states.end(context, recovery, states.COMPLETED)

    def _fail(self, context: Context) -> None:
        recovery = self._recovery(context, states.GENERATING, *states.RESTORES)
        if recovery:
            states.fail(context, recovery)

    def _recovery(self, context: Context, *statuses: str) -> Recovery | None:
        """The recovery, where it has one of these statuses. It is gone once its pool was reset."""
        recovery = context.unit.recoveries.get(self._recovery_id)
        return recovery if recovery and recovery.status in statuses else None

    def _unit(self, function: Callable[[Context], T], *, writes: bool = True) -> T:
        return work.run_job(self._store, self._world, self._settings, function, writes=writes, claim=self._claim)
