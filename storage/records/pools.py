"""User pools, their app clients and signing keys, resource servers, domains and replicas."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Pool(Struct, frozen=True):
    """A user pool. `settings` has the members of DescribeUserPool that are no fields of their own.

    `further` has the settings that other operations return, in API shape: SoftwareTokenMfaConfiguration,
    EmailMfaConfiguration, WebAuthnConfiguration, UserSessionTracking, TokenSession, RiskConfiguration,
    LogConfigurations. It also has PlusSince, the time of the last change to the tier PLUS.

    `history_since` is the time since which changes of users and groups are recorded, None if they are not.
    While the time is before `paused_until`, a point-in-time recovery is open, and users and groups cannot be changed.
    """

    id: str
    region: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float
    further: dict[str, Any] = field(default_factory=dict)
    history_since: float | None = None
    paused_until: float | None = None


class Client(Struct, frozen=True):
    """An app client, without its secrets. `further` has the settings that DescribeUserPoolClient does not return."""

    id: str
    pool_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float
    further: dict[str, Any] = field(default_factory=dict)


class ClientSecret(Struct, frozen=True):
    """One of the secrets of a client, encrypted by the vault. `generated` is false for one that the caller chose."""

    id: str
    client_id: str
    sealed: bytes
    created: float
    generated: bool = True


class PublishedSecret(Struct, frozen=True):
    """Where the secrets of a client are published in AWS Secrets Manager, and when they were rotated last.

    `pending` is the id of a new secret of the client that is valid already, but perhaps not yet published. `rotated` is
    0 meanwhile, so that the rotation is due at any time, whatever becomes of the clock.
    """

    client_id: str
    arn: str
    rotated: float
    pending: str | None = None


class CIMDPolicy(Struct, frozen=True):
    """A policy for client ID metadata documents: which URLs are client ids, and for which app client they stand.

    `client_id` is None once the app client is deleted. `cache_duration` is in seconds.
    """

    id: str
    pool_id: str
    client_id: str | None
    name: str
    url_patterns: list[str]
    cache_duration: int
    created: float
    modified: float


class ClientMetadataURL(Struct, frozen=True):
    """A client id URL that was received under a policy, and the document that was fetched, while it is cached.

    `cached` and `expires` are times, None if no document is cached.
    """

    policy_id: str
    url: str
    document: dict[str, Any] | None = None
    cached: float | None = None
    expires: float | None = None


class PoolKey(Struct, frozen=True):
    """A signing key of a pool. `use` is "id" or "access"; `sealed` is the private key, encrypted."""

    kid: str
    pool_id: str
    use: str
    sealed: bytes
    created: float


class ResourceServer(Struct, frozen=True):
    """A resource server. `scopes` are in the shape of DescribeResourceServer."""

    pool_id: str
    identifier: str
    name: str
    scopes: list[dict[str, str]]


class Domain(Struct, frozen=True):
    """A domain of a pool: a prefix, unique in its region, or a complete host name (`custom`).

    `settings` has the members of DomainDescriptionType that are no fields of their own.
    """

    name: str
    region: str
    pool_id: str
    custom: bool
    settings: dict[str, Any]
    created: float
    modified: float


class Replica(Struct, frozen=True):
    """A replica of a pool in another region. `status` is one of AWS's ReplicaStatusType.

    `settings` has the settings that the replica does not share with the pool, in API shape.
    """

    pool_id: str
    region: str
    status: str
    settings: dict[str, Any]
    created: float
    modified: float


class ProvisionedLimit(Struct, frozen=True):
    """The number of calls a second that are allowed in a region, for the operations of a category."""

    region: str
    category: str
    value: int
