"""Access tokens: verification, and the user, pool and client for whom a token was issued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from emulator import refusals
from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.faults import NotAuthorizedException
from keys import signing
from storage.records.pools import Client, Pool
from storage.records.sign_ins import Family
from storage.records.users import User
from storage.unit import Unit

SCOPE = "aws.cognito.signin.user.admin"
"""The scope that lets a token call the user's own operations."""
INVALID = "Invalid Access Token"
_BAD_SIGNATURE = "Could not verify signature for Access Token"
_LACKS_SCOPES = "Access Token does not have required scopes"


class Bearer(Struct, frozen=True):
    """The user of a verified access token, with the token's pool, client, claims and token family."""

    user: User
    pool: Pool
    client: Client
    claims: dict[str, Any]
    family: Family

    @property
    def scopes(self) -> list[str]:
        """The scopes of the access token."""
        return str(self.claims.get("scope", "")).split()


def verify(context: Context, token: str) -> Bearer:
    """The bearer of an access token with the scope for the user's own operations.

    Raises what `authenticate` raises, NotAuthorizedException without the scope, or PasswordResetRequiredException.
    """
    bearer = authenticate(context, token)
    if SCOPE not in bearer.scopes:
        raise NotAuthorizedException(_LACKS_SCOPES)
    refusals.check_not_reset(bearer.user)
    return bearer


def authenticate(context: Context, token: str) -> Bearer:
    """The bearer of an access token, whatever its scopes. Sets `context.username`, for the log.

    Raises NotAuthorizedException, or UserNotFoundException if the user is deleted. The order of the checks: form,
    signature, `token_use`, expiry, client, user, revocation. The host in `iss` is not checked, since the server may be
    reached under several names.
    """
    # AWS unknown: the message of GetUser and the other operations with an access token, if the pool or client of the
    # token was deleted, or the token is a client's own; and which message comes first if several apply. Here they are
    # "Could not verify signature for Access Token", "Invalid Access Token", and the one of a missing scope.
    claims = claims_of(context, token)
    pool = context.unit.pools.get(pool_id(claims))
    client = context.unit.clients.get(claims["client_id"])
    if pool is None or client is None or client.pool_id != pool.id:
        raise NotAuthorizedException(INVALID, "its pool or client is gone")
    if "username" not in claims:
        raise NotAuthorizedException(_LACKS_SCOPES, "it is a client's own")
    user = context.unit.users.with_sub(pool.id, claims["sub"])
    if user is None:
        raise refusals.unknown_user()
    context.username = user.username
    family = family_of(context, claims)
    if family is None or family.revoked or family.user_id != user.id:
        raise NotAuthorizedException("Access Token has been revoked")
    refusals.check_enabled(user)
    return Bearer(user, pool, client, claims, family)


def claims_of(context: Context, token: str) -> dict[str, Any]:
    """The claims of an access token that a key of its pool signed. Raises NotAuthorizedException for others.

    Whether it was revoked is not checked, nor whether its client and user exist.
    """
    try:
        read = signing.read(token)
        if context.unit.reads_ahead:
            _read_ahead(context.unit, read.claims)
        pool_keys = signing_keys.of(context, pool_id(read.claims))
        if "access" not in pool_keys or read.header.get("kid") not in {key.kid for key in pool_keys.values()}:
            raise NotAuthorizedException(_BAD_SIGNATURE, "no such key in the pool")
        claims = context.world.key_ring.verify(pool_keys.values(), read)
    except signing.Unreadable:
        raise NotAuthorizedException(INVALID, "not a JWT of ours") from None
    except signing.BadSignature:
        raise NotAuthorizedException(_BAD_SIGNATURE) from None
    if claims.get("token_use") != "access":
        raise NotAuthorizedException(INVALID, f"token_use is {claims.get('token_use')!r}")
    if claims["exp"] <= context.now:
        raise NotAuthorizedException("Access Token has expired")
    return claims


def _read_ahead(unit: Unit, claims: dict[str, Any]) -> None:
    """Read what `authenticate` needs in one round trip, before it is known whether the claims are true."""
    pool, client_id, sub, family = pool_id(claims), *(claims.get(n) for n in ("client_id", "sub", "origin_jti"))
    if all(isinstance(value, str) and value.isascii() for value in (pool, client_id, sub, family)):
        unit.pool_keys.read_ahead(pool)
        unit.pools.read_ahead(pool)
        unit.clients.read_ahead(str(client_id))
        unit.users.read_ahead_with_sub(pool, str(sub))
        unit.tokens.read_ahead(str(family))


def pool_id(claims: Mapping[str, Any]) -> str:
    """The id of the pool that issued a token, the end of `iss`."""
    return str(claims.get("iss", "")).rsplit("/", 1)[-1]


def family_of(context: Context, claims: dict[str, Any]) -> Family | None:
    """The token family of verified claims: by `origin_jti`, or by `event_id` where token revocation is disabled.

    None if the family is deleted.
    """
    if "origin_jti" in claims:
        return context.unit.tokens.get(claims["origin_jti"])
    return context.unit.tokens.of_event(claims["event_id"])
