"""Identity providers, and the identities at them that are linked to users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An identity provider of a pool. `settings` is what DescribeIdentityProvider shows beyond the other fields."""

    pool_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Link:
    """An identity that a user may sign in with: whoever the provider says has `value` as `attribute`.

    `settings` is what the user's attribute `identities` shows of it beyond the provider and its user id.
    """

    pool_id: str
    provider: str
    attribute: str
    value: str
    user_id: int
    settings: dict[str, Any]
    created: float
