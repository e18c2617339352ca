"""Logins with tokens of Google, Apple, Facebook and Amazon, of themselves or of their stand-ins on this server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from emulator.context import Context
from emulator.domain.identities import external_logins, login_refusals, token_claims
from emulator.domain.identities.proven import Proven
from emulator.domain.identities.token_problems import NoKeys, Unverified, WrongIssuer
from emulator.faults import NotBuilt
from emulator.stand_in import addresses
from storage.records.identities import IdentityPool


class _Issuer(Struct, frozen=True):
    """A provider whose users log in with ID tokens: its issuer without scheme, the URL of its key set, and its type."""

    name: str
    keys: str
    provider_type: str


_ISSUERS = {
    "accounts.google.com": _Issuer("accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs", "Google"),
    "appleid.apple.com": _Issuer("appleid.apple.com", "https://appleid.apple.com/auth/keys", "SignInWithApple"),
}
_PROFILES = {"graph.facebook.com": ("Facebook", "id", "id"), "www.amazon.com": ("LoginWithAmazon", "", "user_id")}
"""Providers whose users log in with opaque access tokens: the type, the fields to ask for, and where the id is."""


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
    stand_in = addresses.addresses(at.provider_type, base)
    if claims["iss"] == stand_in.issuer and context.settings.social == "stand-in":
        name, keys = stand_in.issuer.partition("://")[2], str(stand_in.keys)
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
    if not token.isascii() or not token.isprintable():
        raise Unverified("not an access token")
    if context.settings.social == "real":
        user, apps = _facebook(context, token) if key == "graph.facebook.com" else _amazon(context, token)
        if app not in apps:
            raise login_refusals.unsupported(f"the token of {key} is for another app")
    else:
        # Unlike AWS: GetId and GetCredentialsForIdentity do not check which app a stand-in of Facebook or Amazon issued
        # an access token to, since it does not tell.
        provider_type, fields, member = _PROFILES[key]
        stand_in = addresses.addresses(provider_type, context.origin.base_url)
        user = _answer(context, f"{stand_in.userinfo}{fields}", token).get(member)
    if not isinstance(user, str) or not token_claims.is_subject(user):
        raise Unverified(f"{key} does not know the token")
    return Proven(key, app, user, {"iss": key, "aud": app, "sub": user, "user_id": user}, "social")


def _facebook(context: Context, token: str) -> tuple[Any, tuple[Any, ...]]:
    """The user of an access token, and the app that it was issued to."""
    user = _answer(context, "https://graph.facebook.com/me?fields=id", token)
    return user.get("id"), (_answer(context, "https://graph.facebook.com/app?fields=id", token).get("id"),)


def _amazon(context: Context, token: str) -> tuple[Any, tuple[Any, ...]]:
    """The user of an access token, and the names of the app that it was issued to."""
    told = _answer(context, f"https://api.amazon.com/auth/o2/tokeninfo?access_token={quote(token, safe='')}", None)
    return told.get("user_id"), (told.get("aud"), told.get("app_id"))


def _answer(context: Context, url: str, token: str | None) -> Mapping[str, Any]:
    """What a provider says of an access token, a bearer token or in the URL. Raises Unverified if it refuses it."""
    # AWS unknown: the message of GetId for an access token that Facebook or Amazon refuses. Here it is that for a token
    # with a bad signature.
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    with context.unit.released():
        try:
            held = external_logins.fetched(context, url, headers).json()
        except external_logins.Refused as problem:
            raise Unverified(str(problem)) from None
    if not isinstance(held, dict):
        raise NoKeys(f"{url.partition('?')[0]} holds no JSON object")
    return held
