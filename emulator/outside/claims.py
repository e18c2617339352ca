"""Exclusive claims by name, for work that holds no database transaction all the while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from storage.failures import DatabaseUnusable
from storage.unit import Unit

SWEEP = "sweep"


def of_import(job_id: str) -> str:
    """The name of the claim of who runs an import job."""
    return f"import {job_id}"


def of_recovery(recovery_id: str) -> str:
    """The name of the claim of who generates the preview of a recovery, or restores."""
    return f"recovery {recovery_id}"


def of_secret(client_id: str) -> str:
    """The name of the claim of who publishes, rotates or withdraws the secret of an app client."""
    return f"secret {client_id}"


class ClaimLost(DatabaseUnusable):
    """Another process has taken a claim over, since this one did not renew it in time. The transaction rolls back."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another process has taken over: {name}")


class Claim(Protocol):
    """A claim that this process holds, or has held."""

    def protect(self, unit: Unit) -> None:
        """From now on, let each transaction of the unit commit only if the claim is still held then.

        Otherwise the commit raises ClaimLost.
        """


class Claims(Protocol):
    """The names that are claimed. Nobody waits for a claim: who does not get it has to do without. Thread-safe."""

    def held(self, name: str) -> AbstractContextManager[Claim | None]:
        """Claim a name for the duration of the context. Yields None if somebody else has it.

        Raises `DatabaseUnusable`. Call it while this thread has no transaction: claiming may need one of its own.
        """


class _OwnClaim:
    """A claim within this process, which cannot be lost."""

    def protect(self, unit: Unit) -> None:
        """Do nothing."""


class OwnClaims:
    """Claims within this process, where it is the only one that works on the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed: set[str] = set()

    @contextmanager
    def held(self, name: str) -> Iterator[Claim | None]:
        """Claim a name for the duration of the context. Yields None if another thread has it."""
        with self._lock:
            is_free = name not in self._claimed
            self._claimed.add(name)
        try:
            yield _OwnClaim() if is_free else None
        finally:
            if is_free:
                with self._lock:
                    self._claimed.discard(name)
