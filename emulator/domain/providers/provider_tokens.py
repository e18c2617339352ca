"""Tokens and assertions issued by a pool's identity providers: validation, and the pool's user that they identify.

`role` is "Subject" or "Actor", and names the request's token (SubjectToken, ActorToken) in messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.providers import attribute_mapping, linked_identities, providers, saml_assertions
from emulator.faults import InvalidParameterException
from emulator.outside.http import Unreachable
from keys import foreign_tokens
from keys.foreign_tokens import PublicKeys
from keys.signing import BadSignature, Unreadable, peek
from storage.records.pools import Pool
from storage.records.providers import IdentityProvider
from storage.records.users import User

_SECONDS = 5.0
_MOST_BYTES = 262_144

Claims = Mapping[str, Any]


def bring_keys(context: Context, pool: Pool, name: str, token: str, role: str) -> None:
    """Fetch the public keys of the OIDC provider `name`, unless they are cached. Called before anything is written.

    Releases the database connection while it fetches them. Raises NotAuthorizedException if they cannot be fetched, and
    before any fetch if the token is not a JWT; ResourceNotFoundException or InvalidParameterException for another
    provider.
    """
    provider = _oidc(context, pool, name)
    url, kid = provider.settings["ProviderDetails"]["jwks_uri"], _kid(token, role)
    if context.world.key_sets.for_token(url, kid, context.now) is not None:
        return
    with context.unit.released():
        keys = _fetched(context, url, role)
    context.world.key_sets.put(url, keys, context.now)


def read(context: Context, pool: Pool, name: str, token: str, role: str) -> tuple[IdentityProvider, dict[str, Any]]:
    """Validate a token of the pool's OIDC provider `name`; return the provider and the claims.

    `bring_keys` was called before. Raises NotAuthorizedException if the token is not valid, and what `bring_keys`
    raises for another provider.
    """
    # AWS unknown: how GetDerivedToken validates a provider's token; AWS says only "against that provider's
    # configuration". Here a key of jwks_uri has signed it, `iss` is the issuer, one of `aud`, `azp` and `client_id` is
    # the client ID, and `exp` and `nbf` hold. Access tokens and ID tokens are not told apart.
    provider = _oidc(context, pool, name)
    details = provider.settings["ProviderDetails"]
    cached = context.world.key_sets.get(details["jwks_uri"], context.now)
    if cached is None:
        raise refusals.invalid_exchanged_token(role, "the provider has changed meanwhile")
    try:
        # Unlike AWS: GetDerivedToken refuses a token that the provider signed with HMAC under the client secret.
        # Cognito takes such tokens from OIDC providers.
        claims = foreign_tokens.open_token(cached[0], token)
    except (Unreadable, BadSignature) as problem:
        raise refusals.invalid_exchanged_token(role, str(problem)) from None
    if claims.get("iss") != details["oidc_issuer"]:
        raise refusals.invalid_exchanged_token(role, "iss is not the provider's issuer")
    if details["client_id"] not in _audiences(claims):
        raise refusals.invalid_exchanged_token(role, "it is for another client of the provider")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise refusals.invalid_exchanged_token(role, "it has no sub")
    _check_times(context, claims, role)
    return provider, claims


def user_of(context: Context, provider: IdentityProvider, claims: Claims) -> User | None:
    """The user that the claims identify, by a link or as the user created for the identity; None if there is none.

    For a SAML provider, `sub` is the NameID. A link by an attribute stays one by an attribute.
    """
    # AWS unknown: whether GetDerivedToken creates a user for a federated identity that never signed in. Here it does
    # not.
    is_saml = provider.settings["ProviderType"] == "SAML"
    subject = _text(claims.get("sub")) if is_saml else attribute_mapping.subject(provider, claims)
    found = linked_identities.owner(context, provider, subject, attribute_mapping.mapped(provider, claims))
    return found.user if found else None


def authenticated(claims: Claims, now: int) -> int:
    """The time of authentication in epoch seconds: `auth_time`, else `iat`, else now; never later than now."""
    times = [claims[name] for name in ("auth_time", "iat") if foreign_tokens.is_time(claims.get(name))]
    return min(int(times[0]), now) if times else now


def scopes(claims: Claims) -> list[str]:
    """The scopes of an access token (RFC 9068, `scope`); empty for an ID token."""
    scope = claims.get("scope")
    return scope.split() if isinstance(scope, str) else []


def assertion(
    context: Context, pool: Pool, name: str | None, encoded: str, role: str
) -> tuple[IdentityProvider, Claims]:
    """Validate a SAML assertion; return the provider, and as claims the attributes, `sub` (NameID) and `iss` (issuer).

    Releases the database connection while the assertion is parsed, and starts again if the provider was changed
    meanwhile. Raises ResourceNotFoundException or InvalidParameterException if `name` is not a SAML provider's,
    NotAuthorizedException if the assertion is not valid.
    """
    if name is None:
        raise InvalidParameterException(f"{role}TokenProviderName is required for a SAML assertion.")
    while True:
        provider = providers.named(context, pool, name)
        if provider.settings["ProviderType"] != "SAML":
            raise InvalidParameterException(f"{name} is not a SAML provider.")
        with context.unit.released():
            subject, attributes = saml_assertions.read(pool.id, provider.settings, encoded, context.now, role)
        if providers.named(context, pool, name).settings == provider.settings:
            return provider, {**attributes, "sub": subject, "iss": provider.settings["SamlIssuer"]}


def _oidc(context: Context, pool: Pool, name: str) -> IdentityProvider:
    """The pool's OIDC provider of that name. Raises InvalidParameterException for a provider of another type."""
    provider = providers.named(context, pool, name)
    if provider.settings["ProviderType"] != "OIDC":
        # AWS unknown: the message of GetDerivedToken for a JWT of a provider that is not an OIDC provider.
        raise InvalidParameterException(f"{name} is not an OIDC provider.")
    return provider


def _kid(token: str, role: str) -> str:
    try:
        return str(peek(token)[0].get("kid", ""))
    except Unreadable as problem:
        raise refusals.invalid_exchanged_token(role, str(problem)) from None


def _fetched(context: Context, url: str, role: str) -> PublicKeys:
    """Fetch a JWK Set. Raises NotAuthorizedException if there is none at the URL."""
    try:
        answer = context.http.request("GET", url, seconds=_SECONDS, most_bytes=_MOST_BYTES)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}, {len(answer.body)} bytes")
        return foreign_tokens.public_keys(answer.body)
    except (Unreachable, ValueError) as problem:
        # AWS unknown: the error of GetDerivedToken where the keys of the token's provider cannot be fetched.
        raise refusals.invalid_exchanged_token(role, f"no keys at {url}: {problem}") from None


def _audiences(claims: Claims) -> list[Any]:
    aud = claims.get("aud")
    return [*(aud if isinstance(aud, list) else [aud]), claims.get("azp"), claims.get("client_id")]


def _check_times(context: Context, claims: Claims, role: str) -> None:
    if not foreign_tokens.is_time(claims.get("exp")):
        raise refusals.invalid_exchanged_token(role, "exp is no moment")
    if claims["exp"] <= context.now:
        raise refusals.expired_exchanged_token(role)
    if "nbf" in claims and not (foreign_tokens.is_time(claims["nbf"]) and claims["nbf"] <= context.now):
        raise refusals.invalid_exchanged_token(role, "it is not good yet")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
