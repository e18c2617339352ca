"""Imports of users."""

from __future__ import annotations

from storage.paging import Page
from storage.records.events import ImportJob
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables import import_jobs


class ImportJobRepository(KeyedRepository[ImportJob]):
    """The import jobs of every pool."""

    table = import_jobs
    record = ImportJob
    columns = columns_of(ImportJob)

    def get(self, job_id: str) -> ImportJob | None:
        """The job with that id, in whatever pool."""
        return self._one(id=job_id)

    def with_status(self, *statuses: str) -> list[ImportJob]:
        """Every job of one of these statuses."""
        return self._all(self._select().where(import_jobs.c.status.in_(statuses)))

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[ImportJob]:
        """The jobs of a pool, the newest first."""
        query = self._select().where(import_jobs.c.pool_id == pool_id)
        return self._page(query, f"import jobs {pool_id}", token, limit, "created", "id", newest_first=True)

    def count(self, pool_id: str) -> int:
        """How many jobs a pool has."""
        return self._count(pool_id=pool_id)
