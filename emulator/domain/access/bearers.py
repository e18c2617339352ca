"""Who sends an access token: verified, live, not revoked, and allowed to call the user's own operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.faults import NotAuthorizedException, PasswordResetRequiredException, UserNotFoundException
from keys import signing
from storage.records.pools import Client, Pool
from storage.records.sign_ins import Family
from storage.records.users import User

SCOPE = "aws.cognito.signin.user.admin"
"""The scope that lets a token call the user's own operations."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The user of an access token, with what the token was issued for."""

    user: User
    pool: Pool
    client: Client
    claims: dict[str, Any]
    family: Family


def verify(context: Context, token: str) -> Bearer:
    """The bearer of an access token.

    Checked in this order: form, signature by a key of the pool it names, kind, expiry, user, revocation, scope.
    The host in `iss` is not checked: a token is good under whichever name the server is asked.

    AWS unknown: the refusals of a token whose pool is gone, "Could not verify signature for Access Token" here, of
    one whose client is gone, "Invalid Access Token" here, and of a client's own token, which is that of a missing
    scope here; and which comes first where several hold.
    """
    claims = _verified(context, token)
    if claims["exp"] <= context.now:
        raise NotAuthorizedException("Access Token has expired")
    pool = context.unit.pools.get(_pool_id(claims))
    client = context.unit.clients.get(claims["client_id"])
    if pool is None or client is None or client.pool_id != pool.id:
        raise NotAuthorizedException("Invalid Access Token", "its pool or client is gone")
    if "username" not in claims:
        raise NotAuthorizedException("Access Token does not have required scopes", "it is a client's own")
    user = context.unit.users.with_sub(pool.id, claims["sub"])
    if user is None:
        raise UserNotFoundException("User does not exist.")
    context.username = user.username
    family = family_of(context, claims)
    if family is None or family.revoked or family.user_id != user.id:
        raise NotAuthorizedException("Access Token has been revoked")
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if SCOPE not in str(claims.get("scope", "")).split():
        raise NotAuthorizedException("Access Token does not have required scopes")
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException("Password reset required for the user")
    return Bearer(user, pool, client, claims, family)


def _verified(context: Context, token: str) -> dict[str, Any]:
    """The claims of an access token that one of our pools signed for that use."""
    try:
        header, claims = signing.peek(token)
        pool_keys = signing_keys.of(context, _pool_id(claims))
        if "access" not in pool_keys or header.get("kid") not in {key.kid for key in pool_keys.values()}:
            raise NotAuthorizedException("Could not verify signature for Access Token", "no such key in the pool")
        claims = context.world.key_ring.open_token(list(pool_keys.values()), token)
    except signing.Unreadable:
        raise NotAuthorizedException("Invalid Access Token", "not a JWT of ours") from None
    except signing.BadSignature:
        raise NotAuthorizedException("Could not verify signature for Access Token") from None
    if claims.get("token_use") != "access":
        raise NotAuthorizedException("Invalid Access Token", f"token_use is {claims.get('token_use')!r}")
    return claims


def _pool_id(claims: dict[str, Any]) -> str:
    return str(claims.get("iss", "")).rsplit("/", 1)[-1]


def family_of(context: Context, claims: dict[str, Any]) -> Family | None:
    """The family of a token: by `origin_jti`, or by `event_id` where its client has revocation switched off."""
    if "origin_jti" in claims:
        return context.unit.tokens.get(claims["origin_jti"])
    return context.unit.tokens.of_event(claims["event_id"])
