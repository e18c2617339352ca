"""The files of import jobs, beside the database: uploaded CSV files, and the logs of the jobs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storage.failures import translated
from storage.records.events import ImportJob

_PARTIAL = ".part"


class Uploads:
    """A directory with a subdirectory for each pool, readable by its owner only. It is created with the first file."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def csv(self, job: ImportJob) -> Path:
        """The path of the CSV file of a job. The file exists once it was uploaded."""
        return self.directory / job.pool_id / f"{job.id}.csv"

    def log(self, job: ImportJob) -> Path:
        """The path of the log of a job, which tells the result of each line of the CSV file."""
        return self.directory / job.pool_id / f"{job.id}.log"

    @contextmanager
    def receiving(self, job: ImportJob) -> Iterator[IO[bytes]]:
        """A temporary file for an upload, deleted at the end unless `keep` was called. Raises `DatabaseUnusable`."""
        with translated():
            folder = self._folder(job)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{job.id}.", suffix=_PARTIAL, delete=False) as file:
                try:
                    yield file.file
                finally:
                    file.close()
                    Path(file.name).unlink(missing_ok=True)

    def keep(self, file: IO[bytes], job: ImportJob) -> None:
        """Make a received file the CSV file of the job. Replaces an earlier upload."""
        file.flush()
        Path(file.name).replace(self.csv(job))

    def delete_csv(self, job: ImportJob) -> None:
        """Delete the CSV file of a job. The log stays."""
        self.csv(job).unlink(missing_ok=True)

    def append_log(self, job: ImportJob, start: int, lines: Collection[str]) -> int:
        """Cut off the log of a job at byte `start`, append the lines, and return the new length in bytes."""
        self._folder(job)
        with open(self.log(job), "ab", opener=_private) as file:
            file.truncate(start)
            file.write("".join(f"{line}\n" for line in lines).encode())
            return file.tell()

    def delete(self, pool_id: str | None = None) -> None:
        """Delete the files of a pool, or of all pools."""
        shutil.rmtree(self.directory / pool_id if pool_id else self.directory, ignore_errors=True)

    def job_ids(self) -> set[str]:
        """The ids of the jobs that have files."""
        return {path.name.partition(".")[0] for path in self.directory.glob("*/*")}

    def sweep(self, gone: Collection[str]) -> None:
        """Delete incomplete uploads, and the files of the jobs whose ids are in `gone`."""
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
