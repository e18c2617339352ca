"""Tokens of OpenID Connect providers elsewhere: discovery, key sets, and the verification of signatures."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.domain.identities import login_providers, token_claims
from emulator.domain.identities.token_problems import Expired, NoKeys, NotAToken, Unverified, WrongIssuer
from emulator.domain.pools import urls
from emulator.outside.http import HttpResponse, Unreachable
from keys import foreign_tokens, signing
from keys.foreign_tokens import PublicKeys

SECONDS = 5.0
MOST_BYTES = 262_144
_SKEW = 300
"""How many seconds ahead of this server's clock `iat` and `nbf` may be."""


class Refused(NoKeys):
    """The provider has answered that the request is wrong."""


def verify(context: Context, issuer: str, token: str, keys_url: str | None = None) -> dict[str, Any]:
    """The claims of a token of an OpenID Connect provider; `issuer` is its name without scheme, `host[:port]/path`.

    `keys_url` is the URL of its key set; without one, the discovery document of the token's `iss` names it, and is read
    by http if `iss` says so. Releases the database connection if the keys have to be fetched: raises RuntimeError if
    the unit has written, and what was read before is stale. Raises a TokenProblem: NotAToken, MissingClaim,
    WrongIssuer, Expired, NoKeys, Unverified. The audience is for the caller to check.
    """
    claims = token_claims.unverified(token)
    if not is_of(claims["iss"], issuer):
        raise WrongIssuer(f"iss is not {issuer!r}")
    _check_times(context, claims)
    keys = _keys(context, claims["iss"], signing.peek(token)[0].get("kid", ""), keys_url)
    try:
        return foreign_tokens.open_token(keys, token)
    except (signing.Unreadable, signing.BadSignature) as problem:
        raise Unverified(str(problem)) from None


def is_of(iss: str, issuer: str) -> bool:
    """Whether an `iss` is that of an issuer given without scheme. Auth0's has a slash at its end, its name has none."""
    return login_providers.without_scheme(iss).removesuffix("/") == issuer.removesuffix("/")


def _check_times(context: Context, claims: dict[str, Any]) -> None:
    # AWS unknown: how far `iat` and `nbf` of a login in GetId may be in the future. Here five minutes.
    if context.now >= claims["exp"]:
        raise Expired(claims["exp"])
    for name in ("iat", "nbf"):
        if name in claims and not (token_claims.is_moment(claims[name]) and claims[name] <= context.now + _SKEW):
            raise NotAToken(f"{name} is in the future, or no moment")


def _keys(context: Context, iss: str, kid: str, keys_url: str | None) -> PublicKeys:
    """The keys of an issuer, from the cache or fetched."""
    base = iss if login_providers.without_scheme(iss) != iss else f"https://{iss}"
    where = keys_url or f"{base.removesuffix('/')}/.well-known/openid-configuration"
    cached = context.world.key_sets.for_token(where, kid, context.now)
    if cached is not None:
        return cached
    with context.unit.released():
        url = keys_url or _discovered(context, where, iss)
        try:
            keys = foreign_tokens.public_keys(fetched(context, url).body)
        except ValueError as problem:
            raise NoKeys(f"no keys at {url}: {problem}") from None
    context.world.key_sets.put(where, keys, context.now)
    return keys


def _discovered(context: Context, where: str, iss: str) -> str:
    """The URL of the key set, in the discovery document."""
    document = fetched(context, where).json()
    held = document if isinstance(document, dict) else {}
    url = held.get("jwks_uri")
    if held.get("issuer", iss) != iss or not (isinstance(url, str) and urls.is_web_address(url)):
        raise NoKeys(f"{where} is not the discovery document of {iss}")
    return url


def fetched(context: Context, url: str, headers: dict[str, str] | None = None) -> HttpResponse:
    """The answer with status 200 to a GET. The caller has released the connection. Raises NoKeys; Refused for 4xx."""
    try:
        asked = {"Accept": "application/json", **(headers or {})}
        answer = context.http.request("GET", url, seconds=SECONDS, headers=asked, most_bytes=MOST_BYTES)
    except Unreachable as problem:
        raise NoKeys(str(problem)) from None
    if 400 <= answer.status < 500:
        raise Refused(f"{url.partition('?')[0]} answered {answer.status}")
    if answer.status != 200:
        raise NoKeys(f"{url.partition('?')[0]} answered {answer.status}")
    return answer
