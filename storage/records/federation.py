"""Sign-ins at identity providers that are under way, and SAML assertions that were used."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class FederatedSignIn(Struct, frozen=True):
    """A sign-in at an identity provider that a browser was sent to, identified by the digest of its `state`.

    `browser` is the digest of the cookie of that browser. `query` is the authorization request that is answered in the
    end. `nonce` is for the provider's ID token. `kept` is what the provider's connector needs when the browser is back.
    The row is deleted when the browser comes back, so that it counts once.
    """

    digest: str
    pool_id: str
    client_id: str
    provider: str
    browser: str
    query: str
    nonce: str
    kept: dict[str, Any]
    expires: float


class UsedAssertion(Struct, frozen=True):
    """A SAML assertion that signed somebody in, by the digest of its pool, provider and ID.

    It must not be accepted again. `expires` is when it is refused anyway.
    """

    digest: str
    pool_id: str
    expires: float
