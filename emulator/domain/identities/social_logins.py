"""Logins with tokens of Google, Apple, Facebook and Amazon, of themselves or of their stand-ins on this server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from emulator.domain.identities import external_logins, login_refusals, token_claims
from emulator.domain.identities.proven import Proven
from emulator.domain.identities.token_problems import NoKeys, Unverified, WrongIssuer
from emulator.faults import NotBuilt
from storage.records.identities import IdentityPool

STAND_INS = "/_emulator/idp"
"""Where the stand-ins are on this server."""


@dataclass(frozen=True, slots=True)
class _Issuer:
    """A provider whose users log in with ID tokens: its issuer without scheme, and the URL of its key set."""

    name: str
    keys: str
    stand_in: str
    stand_in_keys: str


@dataclass(frozen=True, slots=True)
class _Profile:
    """A provider whose users log in with opaque access tokens, which it is asked about.

    `user` is the member of its answer with the user's id, which is also the claim that tags use.
    """

    stand_in: str
    user: str


_ISSUERS = {
    "accounts.google.com": _Issuer(
        "accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs", "/google", "/google/oauth2/v3/certs"
    ),
    "appleid.apple.com": _Issuer(
        "appleid.apple.com", "https://appleid.apple.com/auth/keys", "/apple", "/apple/auth/keys"
    ),
}
_PROFILES = {
    "graph.facebook.com": _Profile("/facebook/v17.0/me?fields=id", "id"),
    "www.amazon.com": _Profile("/amazon/user/profile", "user_id"),
}


def prove(context: Context, pool: IdentityPool, key: str, token: str) -> tuple[int, Proven]:
    """The login, and the position of its provider among SupportedLoginProviders.

    Releases the database connection to ask the provider. Raises a TokenProblem, NotAuthorizedException for a token of
    another app, NotBuilt for Twitter and Digits.
    """
    configured = pool.settings["SupportedLoginProviders"]
    place, app = list(configured).index(key), configured[key]
    if key in _ISSUERS:
        return place, _by_id_token(context, key, app, token)
    if key in _PROFILES:
        return place, _by_access_token(context, key, app, token)
    # Unlike AWS: GetId and GetCredentialsForIdentity do not take logins of Twitter and Digits, whose APIs are gone.
    raise NotBuilt(f"Signing in with {key}")


def _by_id_token(context: Context, key: str, app: str, token: str) -> Proven:
    at, base = _ISSUERS[key], context.origin.base_url
    claims = token_claims.unverified(token)
    stand_in = f"{base}{STAND_INS}{at.stand_in}"
    if claims["iss"] == stand_in:
        name, keys = stand_in.partition("://")[2], f"{base}{STAND_INS}{at.stand_in_keys}"
    elif external_logins.is_of(claims["iss"], at.name):
        name, keys = at.name, at.keys
    else:
        raise WrongIssuer(f"the token is of {claims['iss'][:200]!r}, not of {key!r}")
    claims = external_logins.verify(context, name, token, keys)
    # AWS unknown: whether the app id of a social provider in SupportedLoginProviders may be several, separated by
    # semicolons, as those of Twitter. Here GetId takes a token for any of them.
    if not {token_claims.client_id(claims), *token_claims.audiences(claims)} & set(app.split(";")):
        raise login_refusals.unsupported(f"the token of {key} is for another app")
    return Proven(key, app, claims["sub"], claims, "social")


def _by_access_token(context: Context, key: str, app: str, token: str) -> Proven:
    # Unlike AWS: GetId and GetCredentialsForIdentity do not check which app an access token of Facebook or Amazon was
    # issued to, since the stand-ins do not tell.
    at = _PROFILES[key]
    if not token.isascii() or not token.isprintable():
        raise Unverified("not an access token")
    held = _profile(context, f"{context.origin.base_url}{STAND_INS}{at.stand_in}", token)
    user = held.get(at.user)
    if not isinstance(user, str) or not token_claims.is_text(user):
        raise Unverified(f"{key} does not know the token")
    return Proven(key, app, user, {"iss": key, "aud": app, "sub": user, "user_id": user}, "social")


def _profile(context: Context, url: str, token: str) -> Mapping[str, Any]:
    """What the provider says of the user of an access token. Raises Unverified if it refuses the token."""
    # AWS unknown: the message of GetId for an access token that Facebook or Amazon refuses. Here it is that for a token
    # with a bad signature.
    with context.unit.released():
        try:
            held = external_logins.fetched(context, url, {"Authorization": f"Bearer {token}"}).json()
        except external_logins.Refused as problem:
            raise Unverified(str(problem)) from None
    if not isinstance(held, dict):
        raise NoKeys(f"{url} holds no JSON object")
    return held
