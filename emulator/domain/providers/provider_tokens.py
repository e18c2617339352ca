"""Tokens that an OIDC provider of a pool issued: who signed them, whom they are for, and who of the pool they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import usernames
from emulator.domain.providers import linked_identities, providers, saml_assertions
from emulator.faults import InvalidParameterException, NotAuthorizedException
from emulator.outside.http import Unreachable
from keys import foreign_tokens
from keys.foreign_tokens import PublicKeys
from keys.signing import BadSignature, Unreadable, peek
from storage.records.pools import Pool
from storage.records.providers import IdentityProvider
from storage.records.users import User

_SECONDS = 5.0
_MOST_BYTES = 262_144
_PATIENCE = 30
"""Seconds after which the keys are fetched anew for a token whose key is not among them."""

_EXTERNAL = "EXTERNAL_PROVIDER"
"""The status of a user whom the pool made of an identity; one of the pool's own may have such a name too."""

Claims = Mapping[str, Any]


def bring_keys(context: Context, pool: Pool, name: str, token: str, role: str) -> None:
    """See to it that the keys of a provider are at hand, before anything is written.

    Lets go of the database where they have to be fetched. A token that is none leads to no fetch.
    """
    provider = _oidc(context, pool, name)
    url, kid = provider.settings["ProviderDetails"]["jwks_uri"], _kid(token, role)
    held = context.world.key_sets.held(url, context.now)
    if held and (kid in held[0] or held[1] < _PATIENCE):
        return
    with context.unit.released():
        keys = _fetched(context, url, role)
    context.world.key_sets.keep(url, keys, context.now)


def read(context: Context, pool: Pool, name: str, token: str, role: str) -> tuple[IdentityProvider, dict[str, Any]]:
    """The provider and the claims of a token that it issued for the pool. Its keys have been brought.

    AWS says that Cognito validates the token "against that provider's configuration". AWS unknown: how GetDerivedToken
    validates a provider's token. Here the signature is by a key of jwks_uri, `iss` is the issuer, one of `aud`, `azp`
    and `client_id` is the client ID, and `exp` and `nbf` hold; and whether a token is an access token or an ID token is
    not checked.

    Unlike AWS: tokens that a provider signed with HMAC-SHA, under the client secret, are refused.
    """
    provider = _oidc(context, pool, name)
    details = provider.settings["ProviderDetails"]
    held = context.world.key_sets.held(details["jwks_uri"], context.now)
    if held is None:
        raise _invalid(role, "the provider has changed meanwhile")
    try:
        claims = foreign_tokens.open_token(held[0], token)
    except (Unreadable, BadSignature) as problem:
        raise _invalid(role, str(problem)) from None
    if claims.get("iss") != details["oidc_issuer"]:
        raise _invalid(role, "iss is not the provider's issuer")
    if details["client_id"] not in _audiences(claims):
        raise _invalid(role, "it is for another client of the provider")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise _invalid(role, "it has no sub")
    _check_times(context, claims, role)
    return provider, claims


def user_of(context: Context, pool: Pool, provider: IdentityProvider, claims: Claims) -> User | None:
    """The user whom an identity at a provider means: who is linked to it, or whom the pool made of it.

    AWS unknown: whether an exchange makes a user of an identity that never signed in; none is made here.
    """
    mapping = provider.settings.get("AttributeMapping", {})
    subject = _text(claims.get(mapping.get("username", "sub")))
    values = {linked_identities.SUBJECT: subject}
    values |= {name: _text(claims.get(claim)) for name, claim in mapping.items() if name != "username"}
    for attribute, value in values.items():
        link = context.unit.links.get(pool.id, provider.name, attribute, value) if value else None
        if link:
            return context.unit.users.get(link.user_id)
    name = usernames.fold(pool.settings, "username", f"{provider.name}_{subject}")
    found = context.unit.users.named(pool.id, name) if subject else None
    return found if found and found.status == _EXTERNAL else None


def authenticated(claims: Claims, now: int) -> int:
    """When the holder of a token authenticated, by what it says; never later than now."""
    said = [claims[name] for name in ("auth_time", "iat") if _is_moment(claims.get(name))]
    return min(int(said[0]), now) if said else now


def scopes(claims: Claims) -> list[str]:
    """The scopes of an access token (RFC 9068); an ID token has none."""
    said = claims.get("scope")
    return said.split() if isinstance(said, str) else []


def assertion(
    context: Context, pool: Pool, name: str | None, encoded: str, role: str
) -> tuple[IdentityProvider, Claims]:
    """The provider and the claims of a SAML assertion: its attributes, the NameID as `sub`, its issuer as `iss`.

    Lets go of the database while the assertion is read; where the provider is changed meanwhile, it is read anew.
    """
    if name is None:
        raise InvalidParameterException(f"{role}TokenProviderName is required for a SAML assertion.")
    while True:
        provider = providers.named(context, pool, name)
        if provider.settings["ProviderType"] != "SAML":
            raise InvalidParameterException(f"{name} is not a SAML provider.")
        with context.unit.released():
            subject, said = saml_assertions.read(pool.id, provider.settings, encoded, context.now, role)
        if providers.named(context, pool, name).settings == provider.settings:
            return provider, {**said, "sub": subject, "iss": provider.settings["SamlIssuer"]}


def _oidc(context: Context, pool: Pool, name: str) -> IdentityProvider:
    """An OIDC provider of the pool; AWS takes tokens of these, and assertions.

    AWS unknown: the words where GetDerivedToken brings a token of a provider of another type.
    """
    provider = providers.named(context, pool, name)
    if provider.settings["ProviderType"] != "OIDC":
        raise InvalidParameterException(f"{name} is not an OIDC provider.")
    return provider


def _kid(token: str, role: str) -> str:
    try:
        return str(peek(token)[0].get("kid", ""))
    except Unreadable as problem:
        raise _invalid(role, str(problem)) from None


def _fetched(context: Context, url: str, role: str) -> PublicKeys:
    """The keys at an address. AWS unknown: the refusal where a provider's keys cannot be had."""
    try:
        answer = context.world.http.request("GET", url, seconds=_SECONDS, most_bytes=_MOST_BYTES)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}, {len(answer.body)} bytes")
        return foreign_tokens.public_keys(answer.body)
    except (Unreachable, ValueError) as problem:
        raise _invalid(role, f"no keys at {url}: {problem}") from None


def _audiences(claims: Claims) -> list[Any]:
    aud = claims.get("aud")
    return [*(aud if isinstance(aud, list) else [aud]), claims.get("azp"), claims.get("client_id")]


def _check_times(context: Context, claims: Claims, role: str) -> None:
    if not _is_moment(claims.get("exp")):
        raise _invalid(role, "exp is no moment")
    if claims["exp"] <= context.now:
        raise NotAuthorizedException(f"{role}Token has expired")
    if "nbf" in claims and not (_is_moment(claims["nbf"]) and claims["nbf"] <= context.now):
        raise _invalid(role, "it is not good yet")


def _is_moment(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e11


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _invalid(role: str, reason: str) -> NotAuthorizedException:
    return NotAuthorizedException(f"Invalid {role}Token", reason)
