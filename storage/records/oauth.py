"""Authorization codes, browser sessions, and client ID metadata documents as they were received."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class AuthorizationCode(Struct, frozen=True):
    """An authorization code, identified by its digest, and what the code may be exchanged for.

    `presented` is the client id as the authorization request had it: that of the app client, or a URL that stands for
    the app client. `challenge` is PKCE's. `auth_time` is when the user authenticated. `details` has what the token
    family gets. A spent code is kept until it expires; `origin_jti` names the family that it gave.
    """

    digest: str
    pool_id: str
    client_id: str
    user_id: int
    presented: str
    redirect_uri: str
    challenge: str | None
    auth_time: int
    details: dict[str, Any]
    expires: float
    spent: bool = False
    origin_jti: str | None = None


class BrowserSession(Struct, frozen=True):
    """The session of a browser at the login pages (SSO session), identified by the digest of its cookie.

    `id` is its public name ("sso…"). `provider` is COGNITO, or the identity provider at which the user authenticated at
    `auth_time`. `details` has Acr and Amr, the ClientId that the session began with, the device and the address,
    and in Provider what a log-out at the identity provider needs.
    """

    digest: str
    id: str
    pool_id: str
    user_id: int
    provider: str
    auth_time: int
    active: float
    details: dict[str, Any]
    expires: float


class MetadataDocument(Struct, frozen=True):
    """A client ID metadata document as it was last received: put there for tests (`put`), or fetched from its URL.

    `document` is None where nothing usable was fetched; `problem` says why.
    """

    url: str
    put: bool
    document: Any
    problem: str | None
    received: float
