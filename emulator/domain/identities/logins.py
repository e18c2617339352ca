"""Validation of login tokens.

Only tokens of this server's user pools are accepted. Social, OIDC and SAML providers and developer identities are not
built: a login of one answers 501 if the identity pool is configured for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.identities import identity_pools, login_providers
from emulator.faults import InvalidParameterException, NotAuthorizedException, NotBuilt
from keys import signing
from storage.records.identities import IdentityPool

NOT_BUILT = "logins of social, OIDC and SAML providers; developer identities"
_INVALID = "Invalid login token."
_NOT_OPENID = f"{_INVALID} Not a valid OpenId Connect identity token."
_UNSUPPORTED = "Token is not from a supported provider of this identity pool."
_REQUIRED = ("iss", "aud", "exp", "sub")


@dataclass(frozen=True, slots=True)
class Proven:
    """A validated login: `subject` is the user at `provider` (its canonical name), `client_id` the token's audience."""

    provider: str
    client_id: str
    subject: str
    claims: Mapping[str, Any]


def check(context: Context, pool: IdentityPool, logins: Mapping[str, str]) -> list[Proven]:
    """Validate `logins` (provider's name → token); return them in the order in which the pool lists their providers.

    Raises NotAuthorizedException or InvalidParameterException if any of the tokens is invalid, NotBuilt for a provider
    that is configured and not a user pool.
    """
    if not any(pool.settings.get(member) for member in identity_pools.PROVIDERS):
        raise NotAuthorizedException(f"Identity pool - {pool.id} does not have identity providers configured.")
    for key in logins:
        _check_provider(pool, key)
    proven = [_proven(context, pool, key, token) for key, token in logins.items()]
    return [login for _, login in sorted(proven, key=lambda found: found[0])]


def read_ahead(context: Context, logins: Mapping[str, str]) -> None:
    """Read what `check` needs together with the next statement, where that saves a round trip."""
    for pool_id in filter(None, map(login_providers.user_pool_of, logins)):
        context.unit.pool_keys.read_ahead(pool_id)


def _check_provider(pool: IdentityPool, key: str) -> None:
    """Raise InvalidParameterException for a developer provider, NotBuilt for providers that are not user pools."""
    # AWS unknown: how GetId and GetCredentialsForIdentity tell a developer provider's name from a misspelt public
    # provider. Here a public provider has a dot, a slash or a colon in its name.
    settings = pool.settings
    if key == settings.get("DeveloperProviderName") or not ({".", "/", ":"} & set(key)):
        raise InvalidParameterException("Please provide a valid public provider.")
    user_pools = {login_providers.canonical(entry["ProviderName"]) for entry in _user_pools(pool)}
    openid = {arn.partition(":oidc-provider/")[2] for arn in settings.get("OpenIdConnectProviderARNs", [])}
    others = openid.union(settings.get("SupportedLoginProviders", {}), settings.get("SamlProviderARNs", []))
    if key in others and login_providers.canonical(key) not in user_pools:
        raise NotBuilt(f"Signing in with {key}")
    if key == login_providers.DEVELOPER_TOKENS and "DeveloperProviderName" in settings:
        raise NotBuilt("Signing in as a developer-authenticated identity")
    if key in login_providers.SOCIAL:
        raise NotAuthorizedException(_UNSUPPORTED, f"{key} is not configured")


def _proven(context: Context, pool: IdentityPool, key: str, token: str) -> tuple[int, Proven]:
    """A validated login, and its provider's position in the pool's configuration."""
    # AWS unknown: the order in which GetId and GetCredentialsForIdentity check a token. Here: claims, issuer, client,
    # expiry, signature, user.
    claims = _claims(token)
    provider = login_providers.canonical(key)
    if provider != login_providers.of_issuer(claims["iss"]):
        raise NotAuthorizedException(
            f"{_INVALID} Issuer doesn't match providerName", f"the token is of {claims['iss'][:200]!r}, not of {key!r}"
        )
    place, entry = _configured(pool, provider, claims["aud"])
    # AWS allows no clock skew: it refused a token 146 s after its expiry.
    if context.now >= claims["exp"]:
        raise NotAuthorizedException(f"{_INVALID} Token expired: {int(context.now)} >= {int(claims['exp'])}")
    pool_id = login_providers.user_pool_of(provider) or ""
    _verify(context, pool_id, token)
    if entry.get("ServerSideTokenCheck"):
        _check_user(context, pool_id, claims)
    return place, Proven(provider, claims["aud"], claims["sub"], claims)


def _claims(token: str) -> dict[str, Any]:
    """The unverified claims of an ID token. Raises NotAuthorizedException if a required one is missing or malformed."""
    try:
        _, claims = signing.peek(token)
    except signing.Unreadable as problem:
        raise NotAuthorizedException(_NOT_OPENID, str(problem)) from None
    for name in _REQUIRED:
        if name not in claims:
            # AWS unknown: the message of NotAuthorizedException in GetId and GetCredentialsForIdentity when a token
            # lacks `iss`, `exp` or `sub`. The one for `aud`, which access tokens lack, is known.
            raise NotAuthorizedException(f"{_INVALID} Missing a required claim: {name}")
    texts = (claims["iss"], claims["aud"], claims["sub"])
    if not all(isinstance(text, str) for text in texts) or not _is_moment(claims["exp"]):
        raise NotAuthorizedException(_NOT_OPENID, "a claim has the wrong type")
    return claims


def _is_moment(value: object) -> bool:
    """Whether a claim is a finite number: Python's JSON reader accepts NaN and Infinity."""
    return (type(value) is int) or (type(value) is float and math.isfinite(value))


def _configured(pool: IdentityPool, provider: str, client_id: str) -> tuple[int, dict[str, Any]]:
    """The identity pool's entry for a user pool and its client, and its position. Raises NotAuthorizedException."""
    for place, entry in enumerate(_user_pools(pool)):
        if login_providers.canonical(entry["ProviderName"]) == provider and entry["ClientId"] == client_id:
            return place, entry
    raise NotAuthorizedException(_UNSUPPORTED, f"client {client_id[:200]!r} of {provider!r} is not configured")


def _user_pools(pool: IdentityPool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pool.settings.get("CognitoIdentityProviders", [])
    return found


def _verify(context: Context, pool_id: str, token: str) -> None:
    """Raise NotAuthorizedException unless the user pool signed the token with its key for ID tokens."""
    key = signing_keys.of(context, pool_id).get("id")
    try:
        context.world.key_ring.open_token([key] if key else [], token)
    except (signing.Unreadable, signing.BadSignature) as problem:
        raise NotAuthorizedException(f"{_INVALID} Couldn't verify signed token.", str(problem)) from None


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
        raise NotAuthorizedException("Token is inactive", "the user is gone, disabled or signed out")
