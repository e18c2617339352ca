"""Identity providers, and the external identities that are linked to users."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class IdentityProvider(Struct, frozen=True):
    """An identity provider. `settings` has the members of DescribeIdentityProvider that are no fields of their own.

    Also `Sealed`, `SamlIssuer`, `SamlCertificates` and `SamlReread`, which DescribeIdentityProvider does not return.
    """

    pool_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float


class Link(Struct, frozen=True):
    """An external identity that is linked to a user: the identity whose `attribute` has `value` at the provider.

    `settings` has what the user's attribute `identities` contains beside the provider's name and the user id there.
    """

    pool_id: str
    provider: str
    attribute: str
    value: str
    user_id: int
    settings: dict[str, Any]
    created: float
