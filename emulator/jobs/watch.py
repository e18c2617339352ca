"""Looks, every other second, for jobs that a process has left behind.

Only where several processes work on one database: a process that is alone resumes its jobs when it starts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from emulator import work
from emulator.context import Context
from emulator.jobs import imports, recoveries
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import DatabaseUnusable
from storage.store import Store

log = logging.getLogger("cognito_emulator")
_SECONDS = 2.0


class Watch:
    """Takes over the import jobs and recoveries that nobody works on, since their process died or was stopped."""

    def __init__(self, store: Store, world: World, settings: Settings) -> None:
        self._store = store
        self._world = world
        self._settings = settings

    def look(self) -> None:
        """Begin to work on the jobs that nobody works on. Raises `DatabaseUnusable`."""
        work.run_job(self._store, self._world, self._settings, self._take_over, writes=False)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Look time and again, in a thread that ends with the context."""
        stopped = threading.Event()
        threading.Thread(target=self._run, args=[stopped], name="watch", daemon=True).start()
        try:
            yield
        finally:
            stopped.set()

    def _take_over(self, context: Context) -> None:
        imports.take_over(context)
        recoveries.take_over(context)

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.wait(_SECONDS):
            try:
                self.look()
            except DatabaseUnusable as error:
                log.debug("no jobs are looked for: %s", error)
            except Exception:
                log.exception("looking for jobs failed: a mistake of the emulator, please report it")
