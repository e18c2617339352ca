"""Identity pools and the identities in them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class IdentityPool(Struct, frozen=True):
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


class Login(Struct, frozen=True):
    """A login that is linked to an identity: the `subject` at a provider."""

    pool_id: str
    provider: str
    subject: str
    identity_id: str


class Identity(Struct, frozen=True):
    """An identity. Guests have no logins. An identity that was merged into another one is not `enabled`."""

    id: str
    pool_id: str
    enabled: bool
    created: float
    modified: float


class ServerKey(Struct, frozen=True):
    """A signing key of the server itself. `use` says for what; `sealed` is the private key, encrypted."""

    use: str
    kid: str
    sealed: bytes
    created: float


class IssuedCredentials(Struct, frozen=True):
    """Temporary AWS credentials, without secrets. `session` is what they stand for; `expires` is in epoch seconds."""

    access_key: str
    session: dict[str, Any]
    expires: float
