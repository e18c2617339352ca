"""Validation of logins: whose token it is, and whether that provider has issued it for the identity pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emulator.context import Context
from emulator.domain.identities import (
    developer_tokens,
    identity_pools,
    login_providers,
    login_refusals,
    oidc_logins,
    saml_logins,
    social_logins,
    user_pool_logins,
)
from emulator.domain.identities.proven import Proven
from emulator.faults import NotAuthorizedException
from emulator.outside import turns
from storage.records.identities import IdentityPool

Prove = Callable[[Context, IdentityPool, str, str], tuple[int, Proven]]

_OUTSIDE: tuple[Prove, ...] = (oidc_logins.prove, social_logins.prove, saml_logins.prove)
"""Those that may release the connection."""
_ORDER: tuple[Prove, ...] = (user_pool_logins.prove, *_OUTSIDE, developer_tokens.prove)


def check(context: Context, pool_id: str, logins: Mapping[str, str]) -> tuple[IdentityPool, list[Proven]]:
    """Validate `logins` (provider's name → token); return the identity pool, and the logins in the order of providers.

    User pools come first, in the order of the pool's configuration, then OIDC, social and SAML providers. Releases the
    connection for tokens of providers elsewhere: raises RuntimeError if the unit has written; what was read before is
    stale then. Raises NotAuthorizedException, InvalidParameterException or ExternalServiceException if any of the
    tokens is invalid or cannot be checked, ResourceNotFoundException if there is no such pool.
    """
    while True:
        pool = identity_pools.named(context, pool_id)
        if not logins:
            return pool, []
        generation = context.unit.generation
        ways = _ways(pool, logins)
        if any(way in _OUTSIDE for way in ways.values()):
            turns.leave_event_loop()
        outside = [_proven(context, pool, key, logins[key], way) for key, way in ways.items() if way in _OUTSIDE]
        if generation != context.unit.generation and identity_pools.named(context, pool_id).settings != pool.settings:
            continue  # somebody has configured the pool meanwhile
        inside = [_proven(context, pool, key, logins[key], way) for key, way in ways.items() if way not in _OUTSIDE]
        found = sorted(outside + inside, key=lambda each: each[0])
        return pool, [login for _, login in found]


def read_ahead(context: Context, logins: Mapping[str, str]) -> None:
    """Read what `check` needs together with the next statement, where that saves a round trip."""
    for pool_id in filter(None, map(login_providers.user_pool_of, logins)):
        context.unit.pool_keys.read_ahead(pool_id)


def _ways(pool: IdentityPool, logins: Mapping[str, str]) -> dict[str, Prove]:
    """How each login is validated. Raises what `_way` raises; NotAuthorizedException for a pool without providers."""
    if not any(pool.settings.get(member) for member in identity_pools.PROVIDERS):
        raise NotAuthorizedException(f"Identity pool - {pool.id} does not have identity providers configured.")
    return {key: _way(pool, key) for key in logins}


def _way(pool: IdentityPool, key: str) -> Prove:
    """How a login with this key is validated; as one of a user pool if the key is unknown.

    Raises InvalidParameterException for a developer provider, NotAuthorizedException for a social or SAML provider that
    is not configured.
    """
    # AWS unknown: how GetId and GetCredentialsForIdentity tell a developer provider's name from a misspelt public
    # provider. Here a public provider has a dot, a slash or a colon in its name.
    settings = pool.settings
    if key == settings.get("DeveloperProviderName") or not ({".", "/", ":"} & set(key)):
        raise login_refusals.not_public()
    if login_providers.canonical(key) in user_pool_logins.names(pool):
        return user_pool_logins.prove
    if key in settings.get("SupportedLoginProviders", {}):
        return social_logins.prove
    if key in settings.get("SamlProviderARNs", []):
        return saml_logins.prove
    if oidc_logins.place_of(pool, key) is not None:
        return oidc_logins.prove
    if key == login_providers.DEVELOPER_TOKENS and "DeveloperProviderName" in settings:
        return developer_tokens.prove
    if key in login_providers.SOCIAL or ":saml-provider/" in key:
        raise login_refusals.unsupported(f"{key[:200]} is not configured")
    return user_pool_logins.prove


def _proven(context: Context, pool: IdentityPool, key: str, token: str, prove: Prove) -> tuple[tuple[int, int], Proven]:
    """A validated login, with its place in the order of providers."""
    with login_refusals.translated(context.now):
        place, login = prove(context, pool, key, token)
    return (_ORDER.index(prove), place), login
