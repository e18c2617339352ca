"""Rotation of published client secrets, every seven days by the emulator's clock.

A rotation is three steps, so that what Secrets Manager gives is valid wherever the process ends: a transaction that
stores the new secret beside the others, a request that publishes it, and a transaction that deletes the oldest. A
rotation whose request fails, or was interrupted, is continued at the next run with the same new secret.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from emulator import work
from emulator.context import Context
from emulator.domain.access import published_secrets
from emulator.domain.access.published_secrets import EVERY, Rotation
from emulator.jobs.interval import Interval
from emulator.outside import claims
from emulator.outside.claims import Claim, ClaimLost
from emulator.outside.secrets_manager import SecretsManagerFailed
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import DatabaseUnusable
from storage.records.pools import PublishedSecret
from storage.store import Store

log = logging.getLogger("cognito_emulator")
T = TypeVar("T")

_BATCH = 100
"""Clients that are read at once."""


class Busy(Exception):
    """The secret of the client is being published, withdrawn or rotated by somebody else."""


class Rotator:
    """Rotates the published secrets that are due. Does nothing without Secrets Manager. Thread-safe."""

    def __init__(self, store: Store, world: World, settings: Settings, batch: int = _BATCH) -> None:
        self._store = store
        self._world = world
        self._settings = settings
        self._batch = batch
        self._interval = Interval(world.clock.now())

    def begin(self) -> None:
        """Rotate in the background: when the server starts."""
        if self._world.secrets_manager.lacks is None:
            self._world.background.begin(self.rotate)

    def look(self, now: float) -> None:
        """Rotate in the background if that is due. Called after every call."""
        if self._world.secrets_manager.lacks is None and self._interval.is_due(now):
            self._world.background.begin(self.rotate)

    def rotate(self) -> None:
        """Rotate all secrets that are due, one after the other. Failures are logged, and tried again at the next run.

        Ends early where there was no response, or if the server stops.
        """
        if self._world.secrets_manager.lacks is not None:
            return
        try:
            self._rotate_all()
        except DatabaseUnusable as error:
            log.error("published client secrets are not rotated for now: %s", error)
        except Exception:
            log.exception("rotating client secrets failed: a mistake of the emulator, please report it")

    def rotate_now(self, client_id: str) -> str | None:
        """Rotate the secret of a client, due or not, and return its ARN. None if there is no such published client.

        Raises Busy, and SecretsManagerFailed: the rotation is then continued later.
        """
        return self._rotate(client_id, although_not_due=True)

    def _rotate_all(self) -> None:
        now = self._world.clock.now()
        self._unit(lambda context: context.unit.published_secrets.set_back(now))
        last: PublishedSecret | None = None
        while due := self._unit(lambda context: self._due(context, now, last), writes=False):  # noqa: B023 - called now
            for one in due:
                if self._world.background.stopping.is_set() or not self._rotate_if_due(one.client_id):
                    return
            last = due[-1]

    def _due(self, context: Context, now: float, after: PublishedSecret | None) -> list[PublishedSecret]:
        return context.unit.published_secrets.rotated_until(now - EVERY, self._batch, after)

    def _rotate_if_due(self, client_id: str) -> bool:
        """Rotate the secret of a client if that is still due. False if there was no response."""
        try:
            self._rotate(client_id)
        except Busy:  # it is being published, withdrawn or rotated
            return True
        except SecretsManagerFailed as failed:
            log.warning("client %s: its secret is not rotated for now: %s", client_id, failed)
            return not failed.is_down
        return True

    def _rotate(self, client_id: str, *, although_not_due: bool = False) -> str | None:
        """Rotate the secret of a client if that is due, and return its ARN. None if nothing was rotated."""
        try:
            return self._rotate_claimed(client_id, although_not_due=although_not_due)
        except ClaimLost:
            raise Busy from None

    def _rotate_claimed(self, client_id: str, *, although_not_due: bool) -> str | None:
        with self._world.claims.held(claims.of_secret(client_id)) as claim:
            if claim is None:
                raise Busy
            rotation = self._unit(
                lambda context: published_secrets.begin_rotation(context, client_id, although_not_due=although_not_due),
                claim=claim,
            )
            if rotation is None:
                return None
            arn = self._world.secrets_manager.put(rotation.published.arn, rotation.version)
            return arn if self._end(claim, rotation, arn) else None

    def _end(self, claim: Claim, rotation: Rotation, arn: str) -> bool:
        if self._unit(lambda context: published_secrets.end_rotation(context, rotation, arn), claim=claim):
            log.info("client %s: its secret is rotated", rotation.published.client_id)
            return True
        with suppress(SecretsManagerFailed):  # the client is gone; and so is the secret, unless it was created again
            self._world.secrets_manager.delete(arn)
        return False

    def _unit(self, function: Callable[[Context], T], *, writes: bool = True, claim: Claim | None = None) -> T:
        return work.run_job(self._store, self._world, self._settings, function, writes=writes, claim=claim)
