"""How a login token is checked (AWS: "Identity pools authentication flow"; OpenID Connect Core section 3.1.3.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from emulator.domain import signing_keys
from emulator.faults import InvalidParameterException, NotAuthorizedException, NotBuilt
from keys import signing
from storage.records.identities import IdentityPool

_USER_POOL = re.compile(r"(?:.*/)?(?P<id>(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d)_[0-9a-zA-Z]+)")
_PUBLIC = frozenset(
    {
        "graph.facebook.com",
        "www.amazon.com",
        "accounts.google.com",
        "appleid.apple.com",
        "api.twitter.com",
        "www.digits.com",
    }
)
_NOT_JWT = "Invalid login token. Not a valid OpenId Connect identity token."
_UNSUPPORTED = "Token is not from a supported provider of this identity pool."


@dataclass(frozen=True, slots=True)
class Proof:
    """A login that was proved: the provider by its AWS name, the subject there, and what the token says."""

    provider: str
    subject: str
    client_id: str
    claims: dict[str, Any]


def canonical(provider: str) -> str:
    """The AWS name of a user pool as provider, whatever host it is named by; other names as they are."""
    found = _USER_POOL.fullmatch(provider.removesuffix("/"))
    return f"cognito-idp.{found['region']}.amazonaws.com/{found['id']}" if found else provider


def is_user_pool(provider: str) -> bool:
    """Whether a name is that of a user pool, with the host or with AWS's."""
    return "/" in provider and _USER_POOL.fullmatch(provider) is not None


def check(context: Context, pool: IdentityPool, logins: Mapping[str, str]) -> list[Proof]:
    """Every login, proved. One that is not good fails the call, with AWS's words for it."""
    return [_proved(context, pool, key, token) for key, token in logins.items()]


def _proved(context: Context, pool: IdentityPool, key: str, token: str) -> Proof:
    _check_provider(pool, key)
    claims = _claims(token)
    provider = canonical(key)
    if canonical(str(claims["iss"])) != provider or key.startswith(("http://", "https://")):
        raise NotAuthorizedException("Invalid login token. Issuer doesn't match providerName")
    configured = [
        entry
        for entry in pool.settings.get("CognitoIdentityProviders") or []
        if canonical(entry["ProviderName"]) == provider and entry.get("ClientId") == claims["aud"]
    ]
    if not configured:
        raise NotAuthorizedException(_UNSUPPORTED, f"client {claims['aud']} of {provider} is not configured")
    if claims["exp"] <= context.now:
        raise NotAuthorizedException(f"Invalid login token. Token expired: {int(context.now)} >= {int(claims['exp'])}")
    user_pool_id = provider.rsplit("/", 1)[-1]
    _check_signature(context, user_pool_id, token)
    if configured[0].get("ServerSideTokenCheck"):
        _check_active(context, user_pool_id, claims)
    return Proof(provider, str(claims["sub"]), str(claims["aud"]), claims)


def _check_provider(pool: IdentityPool, key: str) -> None:
    """Refuse a key that the pool does not know, or whose kind is not built."""
    settings = pool.settings
    social = settings.get("SupportedLoginProviders") or {}
    federated = [*settings.get("OpenIdConnectProviderARNs", []), *settings.get("SamlProviderARNs", [])]
    if is_user_pool(key):
        if not (settings.get("CognitoIdentityProviders") or social or federated):
            raise NotAuthorizedException(f"Identity pool - {pool.id} does not have identity providers configured.")
        return
    if key in social or key in federated or any(arn.endswith(f"oidc-provider/{key}") for arn in federated):
        raise NotBuilt(f"Signing in to an identity pool with {key}")
    if key == "cognito-identity.amazonaws.com":
        raise NotBuilt("Signing in to an identity pool with a token of GetOpenIdTokenForDeveloperIdentity")
    if key not in _PUBLIC and "/" not in key and "." not in key:
        raise InvalidParameterException("Please provide a valid public provider.")
    if not (settings.get("CognitoIdentityProviders") or social or federated):
        raise NotAuthorizedException(f"Identity pool - {pool.id} does not have identity providers configured.")
    raise NotAuthorizedException(_UNSUPPORTED, f"{key} is not configured")


def _claims(token: str) -> dict[str, Any]:
    """The claims that a login token must have, each of its type; nothing is verified yet."""
    try:
        _, claims = signing.peek(token)
    except signing.Unreadable:
        raise NotAuthorizedException(_NOT_JWT) from None
    for name, kind in (("iss", str), ("aud", str), ("sub", str), ("exp", int | float)):
        if name not in claims:
            raise NotAuthorizedException(f"Invalid login token. Missing a required claim: {name}")
        if not isinstance(claims[name], kind) or isinstance(claims[name], bool):
            raise NotAuthorizedException(_NOT_JWT, f"{name} is of the wrong type")
    return claims


def _check_signature(context: Context, user_pool_id: str, token: str) -> None:
    """Verify with our own pool's key for ID tokens; nothing is fetched."""
    keys = signing_keys.of(context, user_pool_id)
    try:
        context.world.key_ring.open_token([keys["id"]] if keys else [], token)
    except (signing.BadSignature, signing.Unreadable):
        raise NotAuthorizedException("Invalid login token. Couldn't verify signed token.") from None


def _check_active(context: Context, user_pool_id: str, claims: Mapping[str, Any]) -> None:
    """ServerSideTokenCheck: the user still exists, is enabled, and has not signed out everywhere since.

    AWS unknown: the words.
    """
    user = context.unit.users.with_sub(user_pool_id, str(claims["sub"]))
    event = claims.get("event_id")
    family = context.unit.tokens.of_event(event) if isinstance(event, str) else None
    if user is None or not user.enabled or family is None or family.revoked:
        raise NotAuthorizedException("Token is inactive")


def canonical_with_client(key: str) -> str:
    """The AWS name of a role mapping's key: `<provider>:<client id>`."""
    provider, separator, client = key.rpartition(":")
    return f"{canonical(provider)}:{client}" if separator else canonical(key)
