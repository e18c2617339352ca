"""Verifies the ID token of a provider (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.domain.pools.urls import is_web_address
from emulator.federation import fetching
from emulator.federation.errors import ProviderError
from emulator.federation.registration import Registration
from keys import foreign_tokens
from keys.foreign_tokens import PublicKeys
from keys.signing import BadSignature, Unreadable, peek

_SKEW = 60
"""How many seconds the clocks of a provider and of this server may differ."""
_LATE = "Timeout in calling jwks uri"


def verified(context: Context, at: Registration, token: Any, nonce: str) -> dict[str, Any]:
    """The claims of an ID token, whose signature, issuer, audience, times and nonce are verified.

    Fetches the provider's keys at every sign-in, as Cognito does. The caller has released the database connection.
    Raises ProviderError.
    """
    claims = _opened(context, at, token)
    # AWS unknown: the error_description of GET /oauth2/idpresponse for an ID token that is not valid for another reason
    # than its issuer. Here all of them begin as that one does ("Bad id_token").
    if not is_issuer(at, claims.get("iss")):
        raise ProviderError(f"Bad id_token issuer {fetching.cut(str(claims.get('iss', '')))}")
    _check_audience(at, claims)
    _check_times(context, claims)
    # AWS unknown: whether a sign-in at an OIDC provider is refused if the ID token lacks the nonce that was sent. Here
    # it is not, since providers that work with Cognito leave it out; a wrong nonce is refused.
    if "nonce" in claims and claims["nonce"] != nonce:
        raise ProviderError("Bad id_token nonce")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise ProviderError("Bad id_token subject")
    return claims


def is_issuer(at: Registration, issuer: Any) -> bool:
    """Whether an issuer that a provider names is the one of its details."""
    # AWS unknown: how sign-in at an OIDC provider compares `iss` with oidc_issuer, which is to have no slash at its end
    # although the issuers of some providers have one (Auth0). Here a slash at the end makes no difference.
    ours = at.endpoints.issuer
    return isinstance(issuer, str) and ours is not None and issuer.removesuffix("/") == ours.removesuffix("/")


def _opened(context: Context, at: Registration, token: Any) -> dict[str, Any]:
    """The claims of a token that a key of the provider has signed. Keys are fetched for a token that names one."""
    try:
        kid = peek(token)[0].get("kid") if isinstance(token, str) else None
    except Unreadable as problem:
        raise ProviderError("Bad id_token", str(problem)) from None
    if not kid:
        raise ProviderError("Bad id_token key id", "the header of the ID token has no kid")
    keys = _keys(context, at)
    try:
        # Unlike AWS: sign-in at an OIDC provider refuses an ID token that is signed with HMAC under the client secret.
        # Cognito takes such tokens.
        claims = foreign_tokens.open_token(keys, token)
    except (Unreadable, BadSignature) as problem:
        raise ProviderError("Bad id_token signature", str(problem)) from None
    if not fetching.is_storable(claims):
        raise ProviderError("Bad id_token", "it has characters that cannot be stored")
    return claims


def _keys(context: Context, at: Registration) -> PublicKeys:
    url = at.endpoints.keys or _discovered(context, at)
    answer = fetching.fetch(context, "GET", url, late=_LATE)
    try:
        if answer.status == 200:
            return foreign_tokens.public_keys(answer.body)
    except ValueError:
        pass
    raise fetching.refusal(at.provider, answer, "jwks", "error getting keys")


def _discovered(context: Context, at: Registration) -> str:
    """The jwks_uri in the discovery document of an issuer whose details name none."""
    url = f"{(at.endpoints.issuer or '').rstrip('/')}/.well-known/openid-configuration"
    answer = fetching.fetch(context, "GET", url, late=_LATE)
    found = (fetching.document(answer) or {}).get("jwks_uri") if answer.status == 200 else None
    if not (isinstance(found, str) and is_web_address(found)):
        raise fetching.refusal(at.provider, answer, "openid-configuration", "error getting keys")
    return found


def _check_audience(at: Registration, claims: dict[str, Any]) -> None:
    named = claims.get("aud")
    audiences = named if isinstance(named, list) else [named]
    if at.client_id not in audiences:
        raise ProviderError("Bad id_token audience")
    if "azp" in claims and claims["azp"] != at.client_id:
        raise ProviderError("Bad id_token audience", "azp is another client")
    if len(audiences) > 1 and "azp" not in claims:
        raise ProviderError("Bad id_token audience", "several audiences, and no azp")


def _check_times(context: Context, claims: dict[str, Any]) -> None:
    now = context.now
    if not foreign_tokens.is_time(claims.get("exp")) or claims["exp"] <= now - _SKEW:
        raise ProviderError("Bad id_token expiration", "it has expired, or never does")
    for name in ("iat", "nbf"):
        if name in claims and not (foreign_tokens.is_time(claims[name]) and claims[name] <= now + _SKEW):
            raise ProviderError("Bad id_token issue time", f"{name} is in the future")
