"""User pools, their app clients and signing keys, resource servers, domains and replicas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool. `settings` is what DescribeUserPool shows beyond the other fields.

    `further` is what only other operations show, in API shape, by member: SoftwareTokenMfaConfiguration,
    EmailMfaConfiguration, WebAuthnConfiguration, UserSessionTracking, TokenSession, RiskConfiguration,
    LogConfigurations.
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


@dataclass(frozen=True, slots=True)
class ResourceServer:
    """An API that a pool guards. `scopes` are as DescribeResourceServer shows them."""

    pool_id: str
    identifier: str
    name: str
    scopes: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Domain:
    """A name that a pool's pages are found under: a prefix within a region, or a whole (`custom`) host name."""

    name: str
    region: str
    pool_id: str
    custom: bool
    settings: dict[str, Any]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Replica:
    """A pool's likeness in another region. `status` is AWS's word."""

    pool_id: str
    region: str
    status: str
    settings: dict[str, Any]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class ProvisionedLimit:
    """How many calls a second an account may make in a region, of the operations of a category."""

    region: str
    category: str
    value: int
