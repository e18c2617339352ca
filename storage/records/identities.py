"""Identity pools and the identities in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class IdentityPool:
    """An identity pool. `settings` has the members of DescribeIdentityPool, `roles` those of GetIdentityPoolRoles.

    `principal_tags` has, by provider, `UseDefaults` and `PrincipalTags` of GetPrincipalTagAttributeMap.
    """

    id: str
    region: str
    name: str
    settings: dict[str, Any]
    roles: dict[str, Any]
    created: float
    modified: float
    principal_tags: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Login:
    """A login that is linked to an identity: the `subject` at a provider."""

    pool_id: str
    provider: str
    subject: str
    identity_id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity. Guests have no logins. An identity that was merged into another one is not `enabled`."""

    id: str
    pool_id: str
    enabled: bool
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class ServerKey:
    """A signing key of the server itself. `use` says for what; `sealed` is the private key, encrypted."""

    use: str
    kid: str
    sealed: bytes
    created: float


@dataclass(frozen=True, slots=True)
class IssuedCredentials:
    """Temporary AWS credentials, without secrets. `session` is what they stand for; `expires` is in epoch seconds."""

    access_key: str
    session: dict[str, Any]
    expires: float
