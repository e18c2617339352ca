"""Import jobs of user pools."""

from __future__ import annotations

from sqlalchemy import select, true

from storage.paging import Page
from storage.records.events import ImportJob
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.import_jobs import import_jobs


class ImportJobRepository(KeyedRepository[ImportJob]):
    """The import jobs of all pools."""

    table = import_jobs
    record = ImportJob
    columns = columns_of(ImportJob)

    def get(self, job_id: str) -> ImportJob | None:
        """The job by id, in any pool."""
        return self._one(id=job_id)

    def with_status(self, *statuses: str) -> list[ImportJob]:
        """All jobs with one of these statuses."""
        return self._all(self._select().where(import_jobs.c.status.in_(statuses)))

    def delete_all(self, pool_id: str | None) -> set[str]:
        """Delete the jobs of a pool, or all, and return their ids."""
        wanted = true() if pool_id is None else import_jobs.c.pool_id == pool_id
        found = set(self.unit.read(select(import_jobs.c.id).where(wanted).with_for_update()).scalars())
        self.unit.write(import_jobs.delete().where(wanted))
        return found

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[ImportJob]:
        """The jobs of a pool, newest first."""
        query = self._select().where(import_jobs.c.pool_id == pool_id)
        return self._page(query, f"import jobs {pool_id}", token, limit, "created", "id", newest_first=True)

    def count(self, pool_id: str) -> int:
        """The number of jobs of a pool."""
        return self._count(pool_id=pool_id)
