"""Dynamic client registration (RFC 7591), where the pool's DcrConfiguration allows it.

A client that is registered is an app client. The pool is that of the domain at the request's host, of the parameter
`pool`, or of the access token.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.access import bearers, client_secrets
from emulator.domain.pools import client_settings, domains, oauth_settings, resource_servers
from emulator.domain.pools.client_settings import References
from emulator.faults import Fault, NotAuthorizedException
from emulator.oauth import parameters, scopes
from emulator.oauth.errors import InvalidClientMetadata, InvalidRedirectURI, InvalidToken, OAuthError
from keys import entropy
from storage.records.pools import Client, Pool

_FLOWS = {"authorization_code": "code", "client_credentials": "client_credentials"}
_ACCEPTED = frozenset({"refresh_token", "implicit"})
"""Grant types that a request may name, and that change nothing."""
_PUBLIC = "none"
_METHODS = ("client_secret_basic", "client_secret_post", _PUBLIC)
_LONGEST_NAME = 128


class RegistrationDisabled(OAuthError, code="invalid_request", status=404):
    """The pool has no registration endpoint."""


class Registration(Struct, frozen=True):
    """A client as a request describes it, with the defaults of RFC 7591, section 2."""

    redirect_uris: list[str]
    grant_types: list[str]
    method: str
    name: str
    scope: str | None

    @property
    def flows(self) -> list[str]:
        """The OAuth flows of the grant types."""
        return [_FLOWS[name] for name in self.grant_types if name in _FLOWS]


def is_enabled(pool: Pool) -> bool:
    """Whether clients can be registered in the pool: a DcrConfiguration enables it unless it says otherwise."""
    configuration = pool.settings.get("DcrConfiguration")
    return configuration is not None and configuration.get("EnableStatus", "Enabled") == "Enabled"


def register(context: Context, authorization: str | None, query: bytes, document: bytes) -> dict[str, Any]:
    """Register the client that a JSON document describes, and return its information (RFC 7591, section 3.2.1).

    Raises OAuthError.
    """
    # AWS unknown: the members of a request to POST /oauth2/register and of its answer, and how it refuses; here they
    # are those of RFC 7591. There is no registration_access_token: RFC 7592, which manages clients, is announced
    # nowhere.
    claims = _bearer(context, authorization)
    pool = _pool(context, query, claims)
    context.about["pool"] = pool.id
    registration = _read(document)
    _check_allowed(pool, registration, is_open=claims is None)
    granted = _scopes(pool, registration)
    secret = None if registration.method == _PUBLIC else entropy.client_secret(context.world.entropy)
    client = _created(context, pool, registration, granted, has_secret=secret is not None)
    context.about["client"] = client.id
    if secret is not None:
        context.unit.clients.add_secret(client_secrets.seal_next(context, client, secret))
    return _shown(client, registration, granted, secret)


def _bearer(context: Context, authorization: str | None) -> dict[str, Any] | None:
    """The claims of the access token that allows the registration; None for an open registration."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    if not scheme:
        return None
    try:
        claims = bearers.claims_of(context, token.strip()) if scheme.lower() == "bearer" else {}
    except NotAuthorizedException as refused:
        raise InvalidToken(None, refused.reason or refused.message) from None
    if oauth_settings.REGISTRATION_SCOPE not in str(claims.get("scope", "")).split():
        raise InvalidToken(None, f"the access token lacks the scope {oauth_settings.REGISTRATION_SCOPE}")
    return claims


def _pool(context: Context, query: bytes, claims: Mapping[str, Any] | None) -> Pool:
    """The pool in which the client is registered. Raises unless it has a registration endpoint."""
    # Unlike AWS: POST /oauth2/register takes the parameter `pool`, since one host has all pools that have no domain.
    domain, named = domains.at_host(context), parameters.read(query, {"pool"}).get("pool")
    of_token = bearers.pool_id(claims) if claims else None
    pool_id = domain.pool_id if domain else named or of_token
    pool = context.unit.pools.get(pool_id) if pool_id else None
    if pool is None or not is_enabled(pool):
        raise RegistrationDisabled("Dynamic client registration is not enabled.")
    if of_token not in {None, pool.id}:
        raise InvalidToken(None, "the access token is of another pool")
    return pool


def _read(document: bytes) -> Registration:
    try:
        given = json.loads(document)
        json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise InvalidClientMetadata("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise InvalidClientMetadata("The body is not a JSON object.")
    registration = Registration(
        redirect_uris=_texts(given, "redirect_uris", []),
        grant_types=_texts(given, "grant_types", ["authorization_code"]),
        method=_text(given, "token_endpoint_auth_method") or _METHODS[0],
        name=_text(given, "client_name") or "dynamic client",
        scope=_text(given, "scope"),
    )
    if registration.method not in _METHODS:
        raise InvalidClientMetadata("token_endpoint_auth_method is not supported.")
    if len(registration.name) > _LONGEST_NAME or any(unicodedata.category(each) == "Cc" for each in registration.name):
        raise InvalidClientMetadata("client_name is too long, or has control characters.")
    unknown = [name for name in registration.grant_types if name not in _FLOWS.keys() | _ACCEPTED]
    if unknown or not registration.flows:
        raise InvalidClientMetadata("grant_types are not supported.")
    return registration


def _texts(given: Mapping[str, Any], name: str, default: list[str]) -> list[str]:
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InvalidClientMetadata(f"{name} is not a list of strings.")
    return list(dict.fromkeys(value))


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidClientMetadata(f"{name} is not a string.")
    return value


def _check_allowed(pool: Pool, registration: Registration, *, is_open: bool) -> None:
    """Raise unless the pool lets such a client be registered, with an access token or without (`is_open`)."""
    configuration = pool.settings["DcrConfiguration"]
    if is_open and not configuration.get("OpenDcrEnabled", False):
        raise InvalidToken(None, "open registration is off, and there is no access token")
    allowed = configuration.get("OpenDcrGrantTypes" if is_open else "AuthenticatedGrantTypes")
    if allowed is None:
        allowed = ["code"] if is_open else ["code", "client_credentials"]
    if not set(registration.flows) <= set(allowed):
        raise InvalidClientMetadata("grant_types are not allowed.", "DcrConfiguration does not list them")


def _scopes(pool: Pool, registration: Registration) -> list[str]:
    """The scopes of the client: those that it asks for, else all that it may have for its grant types."""
    configured = pool.settings["DcrConfiguration"].get("AllowedScopes", [])
    custom = [scope for scope in configured if scope != oauth_settings.REGISTRATION_SCOPE]
    allowed = custom if "client_credentials" in registration.flows else [*oauth_settings.OPEN_ID, *custom]
    wanted = scopes.requested(registration.scope)
    if not set(wanted) <= set(allowed):
        raise InvalidClientMetadata("scope is not allowed.", "DcrConfiguration does not list it")
    return wanted or list(dict.fromkeys(allowed))


def _created(
    context: Context, pool: Pool, registration: Registration, granted: list[str], *, has_secret: bool
) -> Client:
    request = {
        "GenerateSecret": has_secret,
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": registration.flows,
        "AllowedOAuthScopes": granted,
        "CallbackURLs": registration.redirect_uris,
        "SupportedIdentityProviders": ["COGNITO"],
    }
    references = References(resource_servers.scopes(context, pool))
    try:
        settings = client_settings.created(request, pool.settings, pool.id, references)
    except Fault as fault:
        wrong_url = any(url in str(fault) for url in registration.redirect_uris) or "Callback" in str(fault)
        raise (InvalidRedirectURI if wrong_url else InvalidClientMetadata)(fault.message) from None
    client = Client(
        id=entropy.client_id(context.world.entropy),
        pool_id=pool.id,
        name=registration.name,
        settings=settings,
        created=context.now,
        modified=context.now,
        further={"ClientType": "DCR"},
    )
    return context.unit.clients.add(client)


def _shown(client: Client, registration: Registration, granted: list[str], secret: str | None) -> dict[str, Any]:
    """The client information response. A secret never expires, which `client_secret_expires_at` 0 says."""
    return {
        "client_id": client.id,
        **({"client_secret": secret, "client_secret_expires_at": 0} if secret is not None else {}),
        "client_id_issued_at": int(client.created),
        "client_name": client.name,
        "redirect_uris": registration.redirect_uris,
        "grant_types": registration.grant_types,
        "response_types": ["code"] if "code" in registration.flows else [],
        "token_endpoint_auth_method": registration.method,
        "scope": " ".join(granted),
    }
