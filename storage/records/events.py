"""Authentication events of users, and import jobs."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class AuthEvent(Struct, frozen=True):
    """A sign-in, sign-up or password reset of a user. `settings` has the other members of AuthEventType."""

    number: int
    id: str
    pool_id: str
    user_id: int
    settings: dict[str, Any]
    created: float


class ImportJob(Struct, frozen=True):
    """An import of users. `settings` has the members of DescribeUserImportJob that are no fields of their own.

    `progress` is empty until the job starts. Then `progress` has the `columns` of the CSV file, the byte `offset` and
    the number (`line`) of the next row, and `log`, the length in bytes of the log of the rows before.
    """

    id: str
    pool_id: str
    status: str
    settings: dict[str, Any]
    created: float
    progress: dict[str, Any] = field(default_factory=dict)


class ImportBlock(Struct, frozen=True):
    """A part of a file of an import job. `kind` is "csv" or "log", `number` gives the order of the parts."""

    job_id: str
    kind: str
    number: int
    content: bytes
