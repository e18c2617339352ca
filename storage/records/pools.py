"""User pools, their app clients and their signing keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool. `settings` is what DescribeUserPool shows beyond the other fields.

    `further` is what only other operations show, in API shape, by member: SoftwareTokenMfaConfiguration,
    EmailMfaConfiguration, WebAuthnConfiguration, UserSessionTracking, TokenSession.
    """

    id: str
    region: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float
    user_count: int = 0
    further: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """An app client. Its secrets are records of their own; `further` is what DescribeUserPoolClient does not show."""

    id: str
    pool_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float
    further: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """One of a client's live secrets, sealed by the vault."""

    id: str
    client_id: str
    sealed: bytes
    created: float


@dataclass(frozen=True, slots=True)
class PoolKey:
    """A signing key of a pool. `use` is "id" or "access"; `sealed` holds the private key."""

    kid: str
    pool_id: str
    use: str
    sealed: bytes
    created: float
