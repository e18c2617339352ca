"""The seed files of a server: read at the start, and again where one has changed since."""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.outside.world import World
from emulator.seed import applying, reading
from emulator.seed.applying import Applied
from emulator.seed.entries import SeedError
from emulator.seed.problems import SeedsWrong
from emulator.seed.reading import Entries
from emulator.settings import Settings
from storage.store import Store

log = logging.getLogger("cognito_emulator")

State = tuple[int, int, int, int]


class Files:
    """The files of the setting `seed`, and their entries with what was prepared of them (hashes of passwords)."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        self._states: list[State] = []
        self._entries: Entries = {}
        self._lock = threading.Lock()

    def check(self) -> None:
        """Read the files. Raises `SeedsWrong`."""
        with self.entries():
            pass

    @contextmanager
    def entries(self) -> Iterator[Entries]:
        """The entries as the files are now, for one application at a time. Raises `SeedsWrong`."""
        with self._lock:
            self._read()
            yield self._entries

    def _read(self) -> None:
        try:
            if self._states and self._states == [_state(path.stat()) for path in self._paths]:
                return
        except OSError:
            pass  # told below
        problems, documents, states = list[str](), list[Entries](), list[State]()
        for path in self._paths:
            try:
                content, state = _content(path)
                documents.append(reading.read(content, str(path)))
                states.append(state)
            except SeedError as error:
                problems.append(str(error))
            except (OSError, ValueError) as error:
                problems.append(f"{path}: {_reason(error)}")
        if problems:
            raise SeedsWrong(problems)
        try:
            self._entries = reading.merged(documents)
        except SeedError as error:
            raise SeedsWrong([str(error)]) from None
        self._states = states


@cache
def of(paths: tuple[Path, ...]) -> Files:
    """The seed files at these paths, one object in a process: what was prepared at the start is used by resets."""
    return Files(paths)


def apply(settings: Settings, world: World, store: Store) -> Applied:
    """Apply the files of the setting `seed`, if there are any. Raises `SeedsWrong`."""
    if not settings.seed:
        return Applied()

    def seed(context: Context) -> Applied:
        context.origin = RequestOrigin(f"http://localhost:{settings.port}")  # for documents of this server
        applying.prepare(context, entries)
        return applying.apply(context, entries)

    try:
        with of(settings.seed).entries() as entries:
            applied = work.run_job(store, world, settings, seed)
    except SeedError as error:
        raise SeedsWrong([str(error)]) from None
    log.info("seed: %d created, %d updated, %d unchanged", applied.created, applied.updated, applied.unchanged)
    return applied


def _content(path: Path) -> tuple[bytes, State]:
    """A file's content. Raises OSError or ValueError."""
    before = path.stat()
    if not stat.S_ISREG(before.st_mode):  # a named pipe would be waited for, and has nothing for a reset
        raise ValueError("it is a directory" if stat.S_ISDIR(before.st_mode) else "it is no regular file")
    with path.open("rb") as file:
        return file.read(reading.LARGEST + 1), _state(before)


def _state(found: os.stat_result) -> State:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
