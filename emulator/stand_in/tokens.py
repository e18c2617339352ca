"""The token endpoints (RFC 6749 sections 2.3 and 4.1.3, PKCE) and the userinfo endpoints of the stand-ins."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from msgspec import Struct

from emulator.stand_in import apple, claims
from emulator.stand_in.answers import Json
from emulator.stand_in.authorization import CODE, CODE_SECONDS
from emulator.stand_in.dialects import AMAZON, APPLE, FACEBOOK, GOOGLE, OIDC, Dialect
from emulator.stand_in.people import Person
from emulator.stand_in.state import Provider
from keys import opaque
from keys.opaque import digest

_TOKEN = "token"  # noqa: S105  # no secret


class _TokenError(Exception):
    """The error of a token request, by the name that RFC 6749 gives it (section 5.2)."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code, self.status = code, status


class Request(Struct, frozen=True):
    """A request of a token endpoint: its parameters in order, and the header Authorization."""

    dialect: Dialect
    pairs: Iterable[tuple[str, str]]
    authorization: str | None = None


def exchange(provider: Provider, request: Request) -> Json:
    """Exchange a code for tokens. A code that was used before revokes what it gave."""
    if request.dialect.has_id_tokens:
        provider.state.signing_key("jwt")
    try:
        return _exchange(provider, request)
    except _TokenError as error:
        if request.dialect is FACEBOOK:
            return claims.facebook_error(str(error), 100 if error.code == "invalid_grant" else 101)
        challenge = 'Basic realm="stand-in"' if error.status == 401 and request.authorization else None
        return Json({"error": error.code, "error_description": str(error)}, error.status, challenge)


def _exchange(provider: Provider, request: Request) -> Json:
    dialect, parameters = request.dialect, _single(request.pairs)
    client_id = _authenticated(provider, dialect, parameters, request.authorization)
    kind = parameters.get("grant_type", "authorization_code" if dialect is FACEBOOK else "")
    if not kind:
        raise _TokenError("invalid_request", "grant_type is missing")
    if kind != "authorization_code":
        raise _TokenError("unsupported_grant_type", "grant_type: only authorization_code is supported")
    if not parameters.get("code"):
        raise _TokenError("invalid_request", "code is missing")
    code = digest(parameters["code"])
    grant = provider.state.take(CODE, code)
    if grant and "spent" in grant:
        provider.state.take(_TOKEN, grant["spent"])
        raise _TokenError("invalid_grant", "This authorization code has been used.")
    problem = _objection(dialect, grant, client_id, parameters)
    if grant is None or problem:
        raise _TokenError("invalid_grant", problem or "")
    return _issue(provider, dialect, grant, code)


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise _TokenError("invalid_request", f"{name[:64]}: given more than once")
        found[name] = value
    return found


def _authenticated(
    provider: Provider, dialect: Dialect, parameters: Mapping[str, str], authorization: str | None
) -> str:
    """The client's id. Any id and any secret are right; without a secret, PKCE must protect the code."""
    client_id, secret = parameters.get("client_id", ""), parameters.get("client_secret", "")
    if authorization is not None:
        if secret:
            raise _TokenError("invalid_request", "The client authenticates in two ways.")
        header = _basic(authorization)
        if client_id and client_id != header[0]:
            raise _TokenError("invalid_client", "client_id is not that of the header Authorization", 401)
        client_id, secret = header
    if not client_id:
        raise _TokenError("invalid_client", "client_id is missing", 401)
    if dialect is APPLE:
        issuer = dialect.endpoints(provider.base).issuer
        objection = apple.objection(secret, client_id, issuer, provider.now)
        if objection:
            raise _TokenError("invalid_client", objection)
    elif not secret and not (dialect.has_pkce and parameters.get("code_verifier")):
        raise _TokenError("invalid_client", "client_secret is missing", 401)
    return client_id


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, text = authorization.partition(" ")
    try:
        decoded = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        decoded = ""
    name, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise _TokenError("invalid_client", "The header Authorization is not one of the scheme Basic.", 401)
    return unquote_plus(name), unquote_plus(secret)


def _objection(
    dialect: Dialect, grant: Mapping[str, Any] | None, client_id: str, parameters: Mapping[str, str]
) -> str | None:
    """Why a code cannot be exchanged in this request."""
    if grant is None or grant["dialect"] != dialect.segment:
        return "This authorization code is unknown or has expired."
    if grant["client_id"] != client_id:
        return "This authorization code was given to another client."
    if parameters.get("redirect_uri") != grant["redirect_uri"]:
        return "redirect_uri is not that of the authorization request."
    challenge, verifier = grant["challenge"], parameters.get("code_verifier")
    if challenge is None:
        return None if verifier is None else "There was no code_challenge for this code_verifier."
    if verifier is None:
        return "code_verifier is missing."
    if grant["method"] == "S256":
        verifier = opaque.base64url(hashlib.sha256(verifier.encode()).digest())
    right = hmac.compare_digest(verifier.encode(), challenge.encode())
    return None if right else "code_verifier does not fit the code_challenge."


def _issue(provider: Provider, dialect: Dialect, grant: dict[str, Any], code: str) -> Json:
    person = Person(**grant["person"])
    token = _access_token(provider, dialect, grant, person)
    held = {name: grant[name] for name in ("dialect", "client_id", "scopes", "person")}
    provider.state.put(_TOKEN, digest(token), held, dialect.seconds)
    provider.state.put(CODE, code, {"spent": digest(token)}, CODE_SECONDS)
    answer: dict[str, Any] = {"access_token": token, "token_type": dialect.token_type, "expires_in": dialect.seconds}
    if dialect in (OIDC, GOOGLE):
        answer["scope"] = " ".join(grant["scopes"])
    if dialect is APPLE or (dialect.has_id_tokens and "openid" in grant["scopes"]):
        answer["id_token"] = _id_token(provider, dialect, grant, person, token)
    return Json(answer)


def _access_token(provider: Provider, dialect: Dialect, grant: Mapping[str, Any], person: Person) -> str:
    """An opaque token; that of the OpenID Connect provider is a JWT."""
    if dialect is not OIDC:
        return dialect.token_prefix + provider.secret(48)
    now, issuer = int(provider.now), dialect.endpoints(provider.base).issuer
    told = {
        "iss": issuer,
        "sub": person.subject(dialect.provider_type),
        "aud": issuer,
        "client_id": grant["client_id"],
        "scope": " ".join(grant["scopes"]),
        "iat": now,
        "exp": now + dialect.seconds,
        "jti": provider.secret(16),
    }
    return provider.ring.sign(provider.state.signing_key("jwt")[0], told)


def _id_token(provider: Provider, dialect: Dialect, grant: Mapping[str, Any], person: Person, token: str) -> str:
    now = int(provider.now)
    told: dict[str, Any] = {
        "iss": dialect.endpoints(provider.base).issuer,
        "aud": grant["client_id"],
        "exp": now + (86_400 if dialect is APPLE else 3_600),
        "iat": now,
        "sub": person.subject(dialect.provider_type),
        "at_hash": opaque.half_hash(token),
    }
    if grant["nonce"] is not None:
        told["nonce"] = grant["nonce"]
    if dialect is GOOGLE:
        told["azp"] = grant["client_id"]
    else:
        told["auth_time"] = grant["auth_time"]
    if dialect is OIDC and grant["acr"]:
        told["acr"] = grant["acr"]
    if dialect is APPLE:
        granted = apple.granted(provider, grant["client_id"], person)
        about = claims.apples(person, granted)
    else:
        about = _about(provider, dialect, grant["scopes"], person)
    return provider.ring.sign(provider.state.signing_key("jwt")[0], told | claims.without_protocol(about))


def _about(provider: Provider, dialect: Dialect, scopes: list[str], person: Person) -> dict[str, Any]:
    if dialect is GOOGLE:
        return claims.google(person, scopes, provider.base)
    return claims.standard(person, scopes)


def user_info(provider: Provider, dialect: Dialect, token: str | None, fields: str | None = None) -> Json:
    """What a userinfo endpoint says of the person whose access token it is. `fields` is Facebook's."""
    held = provider.state.get(_TOKEN, digest(token)) if token else None
    if held is None or held["dialect"] != dialect.segment:
        return _unknown_token(dialect, token)
    person, scopes = Person(**held["person"]), held["scopes"]
    subject = person.subject(dialect.provider_type)
    if dialect is FACEBOOK:
        return claims.facebook(person, subject, scopes, fields)
    if dialect is AMAZON:
        return Json(claims.amazon(person, subject, scopes))
    return Json({"sub": subject} | claims.without_protocol(_about(provider, dialect, scopes, person)))


def _unknown_token(dialect: Dialect, token: str | None) -> Json:
    if dialect is FACEBOOK:
        return claims.facebook_error("Invalid OAuth access token." if token else "An access token is required.", 190)
    told = {"error": "invalid_token", "error_description": "The access token is unknown or has expired."}
    status = 400 if dialect is AMAZON else 401
    return Json(told, status, 'Bearer error="invalid_token"' if token else "Bearer")
