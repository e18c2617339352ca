"""What happened to users, and the jobs that bring many of them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class AuthEvent:
    """A sign-in, or something like it. `settings` is what AdminListUserAuthEvents shows beyond the other fields."""

    number: int
    id: str
    pool_id: str
    user_id: int
    settings: dict[str, Any]
    created: float


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An import of users. `settings` is what DescribeUserImportJob shows beyond the other fields.

    `progress` is how far it got, once it began: the `columns` of its file, the `offset` and `line` of the next row,
    and how many bytes of its `log` are true.
    """

    id: str
    pool_id: str
    status: str
    settings: dict[str, Any]
    created: float
    progress: dict[str, Any] = field(default_factory=dict)
