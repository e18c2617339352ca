"""User pools, their app clients and signing keys, resource servers, domains and replicas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool. `settings` has the members of DescribeUserPool that are no fields of their own.

    `further` has the settings that other operations return, in API shape: SoftwareTokenMfaConfiguration,
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
    """An app client, without its secrets. `further` has the settings that DescribeUserPoolClient does not return."""

    id: str
    pool_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float
    further: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """One of the secrets of a client, encrypted by the vault."""

    id: str
    client_id: str
    sealed: bytes
    created: float


@dataclass(frozen=True, slots=True)
class PoolKey:
    """A signing key of a pool. `use` is "id" or "access"; `sealed` is the private key, encrypted."""

    kid: str
    pool_id: str
    use: str
    sealed: bytes
    created: float


@dataclass(frozen=True, slots=True)
class ResourceServer:
    """A resource server. `scopes` are in the shape of DescribeResourceServer."""

    pool_id: str
    identifier: str
    name: str
    scopes: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of a pool: a prefix, unique in its region, or a complete host name (`custom`)."""

    name: str
    region: str
    pool_id: str
    custom: bool
    settings: dict[str, Any]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Replica:
    """A replica of a pool in another region. `status` is one of AWS's ReplicaStatusType."""

    pool_id: str
    region: str
    status: str
    settings: dict[str, Any]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class ProvisionedLimit:
    """The number of calls a second that are allowed in a region, for the operations of a category."""

    region: str
    category: str
    value: int
