"""The files of import jobs beside an SQLite database, read and written as blocks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select

from storage.copying.rows import Block
from storage.tables.import_jobs import import_jobs

_BLOCK = 1 << 20
_ENDED = {"Succeeded", "Failed", "Stopped", "Expired"}


def directory_of(database: Path) -> Path:
    """The directory of the files of a database (see `storage.uploads`)."""
    return database.with_name(f"{database.name}.imports")


class Files:
    """The files of a database in use. CSV files are opened before its rows are read, since jobs delete them."""

    def __init__(self, database: Path, stack: ExitStack) -> None:
        self._directory = directory_of(database)
        self._open: dict[str, BinaryIO] = {}
        for path in self._directory.glob("*/*.csv"):
            try:
                self._open[path.stem] = stack.enter_context(path.open("rb"))
            except FileNotFoundError:  # deleted just now: its job has ended
                continue

    def blocks(self, connection: Connection) -> Iterator[Block]:
        """The blocks of the files of all jobs, as of the time of the rows."""
        job = import_jobs.c
        query = select(job.id, job.pool_id, job.status, job.progress).order_by(job.created, job.id)
        for job_id, pool_id, status, progress in connection.execute(query).all():
            if status not in _ENDED:
                yield from self._csv(job_id, self._directory / pool_id / f"{job_id}.csv")
            yield from _log(job_id, self._directory / pool_id / f"{job_id}.log", (progress or {}).get("log", 0))

    def _csv(self, job_id: str, path: Path) -> Iterator[Block]:
        with ExitStack() as stack:
            file = self._open.get(job_id)
            if file is None:
                if not path.exists():
                    return
                file = stack.enter_context(path.open("rb"))
            file.seek(0)
            number = 0
            while (content := file.read(_BLOCK)) or number == 0:
                yield Block(job_id, "csv", number, content)
                number += 1


def _log(job_id: str, path: Path, length: int) -> Iterator[Block]:
    """The log up to the length that the job's row tells. A block's number is its offset, as a job appends to it."""
    if not length or not path.exists():
        return
    with path.open("rb") as file:
        start = 0
        while start < length and (content := file.read(min(_BLOCK, length - start))):
            yield Block(job_id, "log", start, content)
            start += len(content)


class NewFiles:
    """The files of a database that is being made."""

    def __init__(self, database: Path) -> None:
        self.directory = directory_of(database)

    def add(self, pool_id: str, block: Block) -> None:
        """Append a block to its file."""
        folder = self.directory / pool_id
        self.directory.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with open(folder / f"{block.job_id}.{block.kind}", "ab", opener=_private) as file:
            file.write(block.content)

    def length(self) -> int:
        """The length of all files."""
        return sum(path.stat().st_size for path in self.directory.glob("*/*"))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
