"""Grants: for which user a client of a pool gets tokens, and what these may be used for (RFC 6749, section 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from emulator.domain.access.bearers import SCOPE
from storage.records.pools import Client, Pool
from storage.records.sign_ins import Family
from storage.records.users import User

OF_API = (SCOPE,)
"""The scopes of a sign-in by the API."""


@dataclass(frozen=True, slots=True)
class Grant:
    """An authorization: the client that gets tokens, the user whose tokens they are, and what the tokens are good for.

    `user` is None where the client gets a token for itself. `nonce` is the ID token's (OpenID Connect Core, section 2).
    `audience` is the `aud` of the access token: the resource that the request named (RFC 8707).
    """

    pool: Pool
    client: Client
    user: User | None
    scopes: tuple[str, ...] = OF_API
    nonce: str | None = None
    audience: str | None = None

    @classmethod
    def of_family(cls, pool: Pool, client: Client, user: User, family: Family) -> Self:
        """The grant with which a family was begun. A family that stores no scopes is of a sign-in by the API."""
        members = family.details
        scopes = tuple(members.get("Scopes", OF_API))
        return cls(pool, client, user, scopes, members.get("Nonce"), members.get("Audience"))

    @property
    def owner(self) -> User:
        """The user. Raises RuntimeError where the client gets a token for itself."""
        if self.user is None:
            raise RuntimeError("a user's token was to be issued to a client for itself")
        return self.user

    @property
    def details(self) -> dict[str, Any]:
        """What the family stores of a grant, so that a refresh has it; nothing for a sign-in by the API."""
        scopes = None if self.scopes == OF_API else [*self.scopes]
        members = {"Scopes": scopes, "Nonce": self.nonce, "Audience": self.audience}
        return {name: value for name, value in members.items() if value is not None}
