"""Grants: for which user a client of a pool gets tokens, and what these may be used for (RFC 6749, section 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from msgspec import Struct, field

from emulator.domain.access.bearers import SCOPE
from storage.records.pools import Client, Pool
from storage.records.sign_ins import Family
from storage.records.users import User

OF_API = (SCOPE,)
"""The scopes of a sign-in by the API."""


class Grant(Struct, frozen=True):
    """An authorization: the client that gets tokens, the user whose tokens they are, and what the tokens are good for.

    `user` is None where the client gets a token for itself. `nonce` is the ID token's (OpenID Connect Core, section 2).
    `audience` is the `aud` of the access token: the resource that the request named (RFC 8707).

    `oauth` says that the OAuth endpoints grant it: what the tokens contain then follows from the scopes. Without
    `refreshable` there is no refresh token. `client_url` is the client id that is a URL (CIMD), if that got the grant.
    """

    pool: Pool
    client: Client
    user: User | None
    scopes: tuple[str, ...] = OF_API
    nonce: str | None = None
    audience: str | None = None
    oauth: bool = False
    refreshable: bool = True
    client_url: str | None = None

    @classmethod
    def of_family(cls, pool: Pool, client: Client, user: User, family: Family) -> Self:
        """The grant with which a family was begun."""
        return cls.stored(pool, client, user, family.details)

    @classmethod
    def stored(cls, pool: Pool, client: Client, user: User, members: Mapping[str, Any]) -> Self:
        """The grant whose `details` these are. Details without scopes are of a sign-in by the API."""
        scopes = tuple(members.get("Scopes", OF_API))
        return cls(
            pool,
            client,
            user,
            scopes,
            nonce=members.get("Nonce"),
            audience=members.get("Audience"),
            oauth=members.get("OAuth", False),
            refreshable=members.get("Refreshable", True),
            client_url=members.get("ClientURL"),
        )

    @property
    def has_id_token(self) -> bool:
        """Whether there is an ID token: always for a sign-in by the API, else if the scope `openid` is granted."""
        return not self.oauth or "openid" in self.scopes

    @property
    def owner(self) -> User:
        """The user. Raises RuntimeError where the client gets a token for itself."""
        if self.user is None:
            raise RuntimeError("a user's token was to be issued to a client for itself")
        return self.user

    @property
    def details(self) -> dict[str, Any]:
        """What the family stores of a grant, so that a refresh has it; nothing for a sign-in by the API."""
        members = {
            "Scopes": None if self.scopes == OF_API else [*self.scopes],
            "Nonce": self.nonce,
            "Audience": self.audience,
            "OAuth": self.oauth or None,
            "Refreshable": None if self.refreshable else False,
            "ClientURL": self.client_url,
        }
        return {name: value for name, value in members.items() if value is not None}


class Authentication(Struct, frozen=True):
    """When a user authenticated, in seconds, and what a family stores of how: Acr, Amr, OriginSession.

    `device_key` is the device to which the refresh token is bound.
    """

    time: int
    details: dict[str, Any] = field(default_factory=dict)
    device_key: str | None = None
