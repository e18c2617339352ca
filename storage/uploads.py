"""The files of import jobs: uploaded CSV files, and the logs of the jobs.

With SQLite they lie beside the database. With PostgreSQL they are in the database, so that any server can run a job.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from storage.failures import translated
from storage.records.events import ImportBlock, ImportJob

if TYPE_CHECKING:
    from storage.store import Store
    from storage.unit import Unit

_PARTIAL = ".part"
_BLOCK = 1 << 20


class UploadsInFiles:
    """A directory with a subdirectory for each pool, readable by its owner only. It is created with the first file."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def csv(self, job: ImportJob) -> Path:
        """The path of the CSV file of a job. The file exists once it was uploaded."""
        return self.directory / job.pool_id / f"{job.id}.csv"

    def log(self, job: ImportJob) -> Path:
        """The path of the log of a job, which tells the result of each line of the CSV file."""
        return self.directory / job.pool_id / f"{job.id}.log"

    def where_log_is(self, job: ImportJob) -> str:
        """Where the log of a job can be read, for the person who runs the server."""
        return str(self.log(job))

    def exists(self, _unit: Unit, job: ImportJob) -> bool:
        """Whether the CSV file of a job was uploaded."""
        return self.csv(job).exists()

    @contextmanager
    def opened(self, job: ImportJob) -> Iterator[BinaryIO]:
        """The CSV file of a job. Raises FileNotFoundError."""
        with _reading(self.csv(job)) as file:
            yield file

    @contextmanager
    def receiving(self, job: ImportJob) -> Iterator[IO[bytes]]:
        """A temporary file for an upload, deleted at the end unless `keep` was called. Raises `DatabaseUnusable`."""
        with translated():
            folder = self._folder(job)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{job.id}.", suffix=_PARTIAL, delete=False) as file:
                _lock(file.file)
                try:
                    yield file.file
                finally:
                    file.close()
                    Path(file.name).unlink(missing_ok=True)

    def keep(self, _unit: Unit, file: IO[bytes], job: ImportJob) -> None:
        """Make a received file the CSV file of the job. Replaces an earlier upload."""
        _written(file)
        Path(file.name).replace(self.csv(job))

    def delete_csv(self, _unit: Unit, job: ImportJob) -> Callable[[], None]:
        """Delete the CSV file of a job: returns what does that after the commit. The log stays."""
        return lambda: self.csv(job).unlink(missing_ok=True)

    def append_log(self, _unit: Unit, job: ImportJob, start: int, lines: Collection[str]) -> int:
        """Cut off the log of a job at byte `start`, append the lines, and return the new length in bytes."""
        self._folder(job)
        with open(self.log(job), "ab", opener=_private) as file:
            file.truncate(start)
            file.write(_joined(lines))
            return file.tell()

    def delete(self, pool_id: str) -> None:
        """Delete the files of a pool."""
        shutil.rmtree(self.directory / pool_id, ignore_errors=True)

    def job_ids(self) -> set[str]:
        """The ids of the jobs that have files."""
        return {path.name.partition(".")[0] for path in self.directory.glob("*/*")}

    def sweep(self, gone: Collection[str]) -> None:
        """Delete interrupted uploads, and the files of the jobs whose ids are in `gone`."""
        for path in self.directory.glob("*/*"):
            is_upload = path.suffix == _PARTIAL
            if (is_upload and _is_interrupted(path)) or (not is_upload and path.name.partition(".")[0] in gone):
                path.unlink(missing_ok=True)

    def _folder(self, job: ImportJob) -> Path:
        folder = self.directory / job.pool_id
        self.directory.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


class UploadsInDatabase:
    """The same in tables of the database, in blocks. They are deleted with their jobs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def where_log_is(self, job: ImportJob) -> str:
        """Where the log of a job can be read, for the person who runs the server."""
        return f"the table import_blocks, where job_id = '{job.id}' and kind = 'log'"

    def exists(self, unit: Unit, job: ImportJob) -> bool:
        """Whether the CSV file of a job was uploaded."""
        return bool(unit.import_blocks.numbers(job.id, "csv"))

    @contextmanager
    def opened(self, job: ImportJob) -> Iterator[BinaryIO]:
        """A copy of the CSV file of a job, in a temporary file. Raises FileNotFoundError and `DatabaseUnusable`."""
        with tempfile.TemporaryFile() as file:
            with self._store.unit(writes=False) as unit:
                numbers = unit.import_blocks.numbers(job.id, "csv")
                for number in numbers:
                    block = unit.import_blocks.get(job.id, "csv", number)
                    file.write(block.content if block else b"")
            if not numbers:
                raise FileNotFoundError(f"the CSV file of {job.id}")
            yield file

    @contextmanager
    def receiving(self, _job: ImportJob) -> Iterator[IO[bytes]]:
        """A temporary file for an upload, deleted at the end. Raises `DatabaseUnusable` when the disk is full."""
        with translated(), tempfile.TemporaryFile() as file:
            yield file

    def keep(self, unit: Unit, file: IO[bytes], job: ImportJob) -> None:
        """Make a received file the CSV file of the job. Replaces an earlier upload."""
        unit.import_blocks.delete_file(job.id, "csv")
        file.seek(0)
        number = 0
        while block := file.read(_BLOCK):
            unit.import_blocks.add(ImportBlock(job.id, "csv", number, block))
            number += 1
        if number == 0:
            unit.import_blocks.add(ImportBlock(job.id, "csv", 0, b""))

    def delete_csv(self, unit: Unit, job: ImportJob) -> Callable[[], None]:
        """Delete the CSV file of a job. Nothing is left to do after the commit. The log stays."""
        unit.import_blocks.delete_file(job.id, "csv")
        return lambda: None

    def append_log(self, unit: Unit, job: ImportJob, start: int, lines: Collection[str]) -> int:
        """Append the lines to the log of a job, which is `start` bytes long, and return the new length."""
        content = _joined(lines)
        if content:
            unit.import_blocks.add(ImportBlock(job.id, "log", start, content))
        return start + len(content)

    def delete(self, pool_id: str) -> None:
        """Do nothing: the tables' rows are deleted with those of the jobs."""

    def job_ids(self) -> set[str]:
        """No job: no file outlives its job."""
        return set()

    def sweep(self, gone: Collection[str]) -> None:
        """Do nothing: an upload that was interrupted was rolled back."""


if sys.platform == "win32":

    def _lock(_file: IO[bytes]) -> None:
        """Do nothing: one process serves, which sweeps when it starts."""

    def _is_interrupted(_path: Path) -> bool:
        return True

    def _written(file: IO[bytes]) -> None:
        """End writing to a file that is to be renamed: it may not be open then."""
        file.close()

    @contextmanager
    def _reading(path: Path) -> Iterator[BinaryIO]:
        """A copy: the file is to be deleted meanwhile, and may not be open then."""
        with tempfile.TemporaryFile() as copy:
            with path.open("rb") as file:
                shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        """Mark the file of an upload as in progress, until it is closed or the process ends."""
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_interrupted(path: Path) -> bool:
        """Whether no process receives the upload."""
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    def _written(file: IO[bytes]) -> None:
        """End writing to a file that is to be renamed. It stays locked."""
        file.flush()

    def _reading(path: Path) -> AbstractContextManager[BinaryIO]:
        """The file, which may be deleted meanwhile."""
        return path.open("rb")


def _joined(lines: Collection[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
