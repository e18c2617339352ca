"""The files of the data while the server runs: somebody may remove or replace them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.failures import GONE, DatabaseUnusable

log = logging.getLogger("cognito_emulator")
WATCH_SECONDS = 5.0
"""The interval at which the files are looked at."""


class Files:
    """Files that are to stay what they are."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths
        self._noted: dict[Path, os.stat_result] = {}
        self._told: set[Path] = set()

    def note(self) -> None:
        """Note which files they are, the first time. They exist by now."""
        if not self._noted:
            self._noted = {path: path.stat() for path in self._paths}

    def check(self) -> None:
        """Raise `DatabaseUnusable` when a noted file was removed or replaced: a new one would take its place."""
        if not all(_is_still(path, status) for path, status in self._noted.items()):
            raise DatabaseUnusable(GONE)

    def look(self) -> None:
        """Log an error, once a file, when a noted file was removed or replaced."""
        for path, status in self._noted.items():
            if path not in self._told and not _is_still(path, status):
                self._told.add(path)
                log.error(
                    "%s was removed or replaced while the server runs: what it holds is lost when that ends", path
                )

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look at the files in a thread, every `WATCH_SECONDS`, until the end of the context."""
        if not self._paths:
            yield
            return
        stopped = threading.Event()

        def watch() -> None:
            while not stopped.wait(WATCH_SECONDS):
                self.look()

        watcher = threading.Thread(target=watch, name="watcher", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            stopped.set()
            watcher.join()


def _is_still(path: Path, before: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(), before)
    except FileNotFoundError:
        return False
    except OSError:  # a failing disk does not mean that the file is gone
        return True
