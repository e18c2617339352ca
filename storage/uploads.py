"""The files of import jobs: what was uploaded for them, and their logs. They lie beside the database."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storage.records.events import ImportJob
from storage.troubles import in_words

_PARTIAL = ".part"


class Uploads:
    """A directory with one for each pool, readable by its owner only. It is made when something is to be kept."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def csv(self, job: ImportJob) -> Path:
        """Where the file of a job is, once it was uploaded."""
        return self.directory / job.pool_id / f"{job.id}.csv"

    def log(self, job: ImportJob) -> Path:
        """Where a job says what became of each line."""
        return self.directory / job.pool_id / f"{job.id}.log"

    @contextmanager
    def receiving(self, job: ImportJob) -> Iterator[IO[bytes]]:
        """A file to write an upload into; it goes when the context ends, unless it was kept. Raises `Unusable`."""
        with in_words():
            folder = self._folder(job)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{job.id}.", suffix=_PARTIAL, delete=False) as file:
                try:
                    yield file.file
                finally:
                    file.close()
                    Path(file.name).unlink(missing_ok=True)

    def keep(self, file: IO[bytes], job: ImportJob) -> None:
        """Make a received file the job's, in place of one that was uploaded before."""
        file.flush()
        Path(file.name).replace(self.csv(job))

    def drop(self, job: ImportJob) -> None:
        """Forget what was uploaded for a job; its log stays."""
        self.csv(job).unlink(missing_ok=True)

    def note(self, job: ImportJob, start: int, lines: Collection[str]) -> int:
        """Write lines to a job's log from byte `start` on, where it is cut off. Answers where it ends then."""
        self._folder(job)
        with open(self.log(job), "ab", opener=_private) as file:
            file.truncate(start)
            file.write("".join(f"{line}\n" for line in lines).encode())
            return file.tell()

    def forget(self, pool_id: str | None = None) -> None:
        """Forget the files of a pool, or all."""
        shutil.rmtree(self.directory / pool_id if pool_id else self.directory, ignore_errors=True)

    def job_ids(self) -> set[str]:
        """The jobs that have files here."""
        return {path.name.partition(".")[0] for path in self.directory.glob("*/*")}

    def sweep(self, gone: Collection[str]) -> None:
        """Forget uploads that broke off, and the files of jobs that are gone."""
        for path in self.directory.glob("*/*"):
            if path.suffix == _PARTIAL or path.name.partition(".")[0] in gone:
                path.unlink(missing_ok=True)

    def _folder(self, job: ImportJob) -> Path:
        folder = self.directory / job.pool_id
        self.directory.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
