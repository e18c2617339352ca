"""Logins with ID tokens of this server's user pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.identities import login_providers, login_refusals, token_claims
from emulator.domain.identities.proven import Proven
from emulator.domain.identities.token_problems import Expired, NotAToken, Unverified, WrongIssuer
from keys import signing
from storage.records.identities import IdentityPool


def prove(context: Context, pool: IdentityPool, key: str, token: str) -> tuple[int, Proven]:
    """The login, and the position of its user pool among those of the identity pool.

    Raises a TokenProblem, or NotAuthorizedException for a user pool or client that is not configured and for a user
    whom ServerSideTokenCheck finds inactive.
    """
    # AWS unknown: the order in which GetId and GetCredentialsForIdentity check a token. Here: claims, issuer, client,
    # expiry, signature, user.
    claims = token_claims.unverified(token)
    provider = login_providers.canonical(key)
    if provider != login_providers.of_issuer(claims["iss"]):
        raise WrongIssuer(f"the token is of {claims['iss'][:200]!r}, not of {key!r}")
    if not isinstance(claims["aud"], str):
        raise NotAToken("a claim has the wrong type")
    place, entry = _configured(pool, provider, claims["aud"])
    if context.now >= claims["exp"]:
        raise Expired(claims["exp"])
    pool_id = login_providers.user_pool_of(provider) or ""
    verified(context, pool_id, token)
    if entry.get("ServerSideTokenCheck"):
        _check_user(context, pool_id, claims)
    return place, Proven(provider, claims["aud"], claims["sub"], claims)


def names(pool: IdentityPool) -> set[str]:
    """The canonical names of the user pools that an identity pool takes."""
    return {login_providers.canonical(entry["ProviderName"]) for entry in _entries(pool)}


def _entries(pool: IdentityPool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pool.settings.get("CognitoIdentityProviders", [])
    return found


def _configured(pool: IdentityPool, provider: str, client_id: str) -> tuple[int, dict[str, Any]]:
    """The identity pool's entry for a user pool and its client, and its position. Raises NotAuthorizedException."""
    for place, entry in enumerate(_entries(pool)):
        if login_providers.canonical(entry["ProviderName"]) == provider and entry["ClientId"] == client_id:
            return place, entry
    raise login_refusals.unsupported(f"client {client_id[:200]!r} of {provider!r} is not configured")


def verified(context: Context, pool_id: str, token: str) -> dict[str, Any]:
    """The claims of a token that the user pool signed with its key for ID tokens. Raises Unverified.

    Whether it has expired is for the caller to check.
    """
    key = signing_keys.of(context, pool_id).get("id")
    try:
        return context.world.key_ring.open_token([key] if key else [], token)
    except (signing.Unreadable, signing.BadSignature) as problem:
        raise Unverified(str(problem)) from None


def _check_user(context: Context, pool_id: str, claims: Mapping[str, Any]) -> None:
    """`ServerSideTokenCheck`: raise NotAuthorizedException if the user was deleted, disabled or signed out."""
    # AWS unknown: the message of NotAuthorizedException in GetId and GetCredentialsForIdentity when
    # ServerSideTokenCheck fails, and whether disabled users and tokens of a revoked refresh token fail it. Here both
    # do.
    user = context.unit.users.with_sub(pool_id, claims["sub"])
    if "origin_jti" in claims:
        family = context.unit.tokens.get(claims["origin_jti"])
    else:
        family = context.unit.tokens.of_event(claims.get("event_id", ""))
    if user is None or not user.enabled or family is None or family.revoked:
        raise login_refusals.inactive("the user is gone, disabled or signed out")
