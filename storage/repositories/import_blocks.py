"""The files of import jobs, in blocks, where the database is PostgreSQL."""

from __future__ import annotations

from sqlalchemy import select

from storage.records.events import ImportBlock
from storage.repositories.repository import Repository, columns_of, inserting, values_of
from storage.tables.import_jobs import import_blocks


class ImportBlockRepository(Repository[ImportBlock]):
    """The blocks of all files. `kind` is "csv" or "log"; the blocks of a file are in the order of their numbers."""

    table = import_blocks
    record = ImportBlock
    columns = columns_of(ImportBlock)

    def add(self, block: ImportBlock) -> None:
        """Insert a block. Raises `UniqueViolation` when the file has a block with that number."""
        self.unit.write(inserting(import_blocks), values_of(block))

    def get(self, job_id: str, kind: str, number: int) -> ImportBlock | None:
        """A block of a file."""
        return self._one(job_id=job_id, kind=kind, number=number)

    def numbers(self, job_id: str, kind: str) -> list[int]:
        """The numbers of the blocks of a file, in order."""
        block = import_blocks.c
        query = select(block.number).where(block.job_id == job_id, block.kind == kind).order_by(block.number)
        return list(self.unit.read(query).scalars())

    def delete_file(self, job_id: str, kind: str) -> None:
        """Delete all blocks of a file."""
        block = import_blocks.c
        self.unit.write(import_blocks.delete().where(block.job_id == job_id, block.kind == kind))
