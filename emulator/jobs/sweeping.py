"""Deletion of expired rows, every 15 minutes by the emulator's clock.

Swept are sign-ins in progress (also passkey registrations and sign-up sessions), token families with their refresh
tokens, authorization codes, sessions of browsers, sign-ins at identity providers, notes about used SAML assertions and
about fetched client ID metadata documents, failed attempts under usernames that do not exist, records of the stand-in
identity provider, authentication events, AWS credentials, the files of import jobs that were never started, and changes
of pools from before the period to which they can be recovered. Codes and failed attempts of users need none: a user has
at most one row of each kind, which is deleted with the user.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from emulator import work
from emulator.context import Context
from emulator.domain.imports import import_jobs
from emulator.domain.pools import histories
from emulator.domain.recovery import states
from emulator.domain.threats import auth_events
from emulator.jobs.interval import Interval
from emulator.outside import claims
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import DatabaseUnusable
from storage.store import Store

log = logging.getLogger("cognito_emulator")

_KEPT = 86_400
"""Seconds for which expired sign-ins and tokens are kept, so that their error can say that they have expired."""
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
        deletions = (self._sign_ins, self._tokens, self._stand_ins, self._auth_events, self._imports, self._previews)
        oauth = (self._codes, self._sessions, self._documents, self._federated_sign_ins, self._assertions)
        for delete in (*deletions, self._history, *oauth, self._stand_in_records, self._credentials):
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

    def _exhaust(self, delete: Callable[[Context], int]) -> None:
        while self._unit(delete) >= self._batch:
            if self._world.background.stopping.wait(_PAUSE):
                return

    def _unit(self, delete: Callable[[Context], int]) -> int:
        return work.run_job(self._store, self._world, self._settings, delete)

    def _sign_ins(self, context: Context) -> int:
        return context.unit.sign_ins.sweep(context.now - _KEPT, self._batch)

    def _tokens(self, context: Context) -> int:
        return context.unit.tokens.sweep(context.now - _KEPT, self._batch)

    def _codes(self, context: Context) -> int:
        return context.unit.authorization_codes.sweep(context.now - _KEPT, self._batch)

    def _sessions(self, context: Context) -> int:
        return context.unit.browser_sessions.sweep(context.now, self._batch)

    def _documents(self, context: Context) -> int:
        return context.unit.metadata_documents.sweep(context.now - _KEPT, self._batch)

    def _federated_sign_ins(self, context: Context) -> int:
        return context.unit.federated_sign_ins.sweep(context.now, self._batch)

    def _assertions(self, context: Context) -> int:
        return context.unit.used_assertions.sweep(context.now, self._batch)

    def _stand_in_records(self, context: Context) -> int:
        return context.unit.stand_in.sweep(context.now, self._batch)

    def _credentials(self, context: Context) -> int:
        return context.unit.issued_credentials.sweep(context.now, self._batch)

    def _stand_ins(self, context: Context) -> int:
        return context.unit.stand_in_attempts.sweep(context.now - _KEPT, self._batch)

    def _auth_events(self, context: Context) -> int:
        return context.unit.auth_events.sweep(context.now - auth_events.KEPT, self._batch)

    def _imports(self, context: Context) -> int:
        return import_jobs.expire(context, self._batch)

    def _history(self, context: Context) -> int:
        return histories.sweep(context, self._batch)

    def _previews(self, context: Context) -> int:
        return states.expire(context, self._batch)
