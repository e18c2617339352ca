"""JWK Sets and discovery documents of user pools, and of identity pools, which share one.

The issuer of a user pool's documents is that of the tokens that the same caller gets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.access import server_keys, signing_keys
from emulator.domain.identities import open_id_tokens
from emulator.domain.pools import domains
from emulator.oauth import registration
from emulator.responses import JSON, as_json
from emulator.web import request_origin
from keys import jwks
from keys.signing import SigningKey
from storage.records.identities import ServerKey
from storage.records.pools import PoolKey

if TYPE_CHECKING:
    from flask import Blueprint, Response

    from emulator.web.request_origin import AnyRequest

_PATH = re.compile(r"/(?P<pool>[\w-]{1,55})/\.well-known/(?P<name>jwks\.json|openid-configuration)", re.ASCII)
_KEPT = 1024
_KEY_SET = "/.well-known/jwks_uri"
_SERVER_DOCUMENTS = {
    _KEY_SET: "keys",
    "/.well-known/jwks.json": "keys",
    "/.well-known/openid-configuration": "discovery",
}
"""The documents of identity pools. AWS has no jwks.json there; it is for tools that look for it."""


class Documents:
    """The documents of all pools, as JSON. A key set is made once, and cached by the stored keys that it shows."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._shown = lru_cache(maxsize=_KEPT)(self._show)
        self._server_shown = lru_cache(maxsize=1)(self._show_server)

    def find(self, request: AnyRequest) -> bytes | None:
        """The document at the path of a GET. None for any other request, a pool without keys, and one that is unknown.

        Raises HTTPException for a Host that is none.
        """
        found = _PATH.fullmatch(request.environ["PATH_INFO"])
        if found is None or request.method not in {"GET", "HEAD"}:
            return None
        read = self.key_set if found["name"] == "jwks.json" else self.discovery
        return read(request, found["pool"])

    def find_server_document(self, request: AnyRequest) -> bytes | None:
        """The key set or the discovery document of identity pools, at the path of a GET; as `find`."""
        name = _SERVER_DOCUMENTS.get(request.environ["PATH_INFO"])
        if name is None or request.method not in {"GET", "HEAD"}:
            return None
        return self.server_key_set(request) if name == "keys" else self.server_discovery(request)

    def server_key_set(self, request: AnyRequest) -> bytes | None:
        """The public key by which tokens of identity pools are verified. None if there is none yet."""

        def read(context: Context) -> bytes | None:
            stored = context.unit.server_keys.get(server_keys.IDENTITY_TOKENS)
            return self._server_shown(stored) if stored else None

        found: bytes | None = self._dispatcher.work(False, request_origin.read(request), read)
        return found

    def new_server_key_set(self, request: AnyRequest) -> bytes:
        """As `server_key_set`. The key is made now if there is none."""

        def create(context: Context) -> bytes:
            return _server_key_set(server_keys.ensure(context, server_keys.IDENTITY_TOKENS))

        made: bytes = self._dispatcher.work(True, request_origin.read(request), create)
        return made

    def server_discovery(self, request: AnyRequest) -> bytes:
        """The discovery document of identity pools. In a transaction, which tells of faults that tests inject."""

        def show(context: Context) -> bytes:
            return as_json(open_id_tokens.configuration(f"{context.origin.base_url}{_KEY_SET}"))

        shown: bytes = self._dispatcher.work(False, request_origin.read(request), show)
        return shown

    def key_set(self, request: AnyRequest, pool_id: str) -> bytes | None:
        """The public keys of a pool, as a JWK Set (RFC 7517). None if the pool has none yet, or is unknown."""

        def read(context: Context) -> bytes | None:
            stored = context.unit.pool_keys.of(pool_id).values()
            return self._shown(*stored) if stored else None

        found: bytes | None = self._dispatcher.work(False, request_origin.read(request), read)
        return found

    def new_key_set(self, request: AnyRequest, pool_id: str) -> bytes | None:
        """The public keys of a pool, which gets keys now if it has none. None if the pool is unknown."""

        def create(context: Context) -> bytes | None:
            return _key_set(signing_keys.ensure(context, pool_id).values()) if _exists(context, pool_id) else None

        made: bytes | None = self._dispatcher.work(True, request_origin.read(request), create)
        return made

    def discovery(self, request: AnyRequest, pool_id: str) -> bytes | None:
        """The discovery document of a pool (OpenID Connect Discovery 1.0). None if the pool is unknown."""

        def read(context: Context) -> bytes | None:
            return as_json(_configuration(context, pool_id)) if _exists(context, pool_id) else None

        found: bytes | None = self._dispatcher.work(False, request_origin.read(request), read)
        return found

    def _show(self, *stored: PoolKey) -> bytes:
        return _key_set(signing_keys.opened(self._dispatcher.store.vault, stored).values())

    def _show_server(self, stored: ServerKey) -> bytes:
        return _server_key_set(server_keys.opened(self._dispatcher.store.vault, stored))


def blueprint(documents: Documents) -> Blueprint:
    """The routes under /<pool id>/.well-known/. `front.py` answers most of their requests, without Flask."""
    from flask import Blueprint, Response, jsonify, request

    well_known = Blueprint("well_known", __name__)

    @well_known.get("/<pool_id>/.well-known/jwks.json")
    def key_set(pool_id: str) -> Response:
        return document(documents.key_set(request, pool_id) or documents.new_key_set(request, pool_id), pool_id)

    @well_known.get("/<pool_id>/.well-known/openid-configuration")
    def discovery(pool_id: str) -> Response:
        return document(documents.discovery(request, pool_id), pool_id)

    @well_known.get(_KEY_SET)
    @well_known.get("/.well-known/jwks.json")
    def server_key_set() -> Response:
        return Response(documents.new_server_key_set(request), mimetype=JSON)

    def document(found: bytes | None, pool_id: str) -> Response:
        if found is None:
            response = jsonify({"message": refusals.UNKNOWN_POOL.format(pool_id=pool_id)})
            response.status_code = 404
            return response
        return Response(found, mimetype=JSON)

    return well_known


def _exists(context: Context, pool_id: str) -> bool:
    return context.unit.pools.get(pool_id) is not None


def _key_set(keys: Iterable[SigningKey]) -> bytes:
    return as_json(jwks.jwk_set(keys))


def _server_key_set(key: SigningKey) -> bytes:
    return as_json(jwks.jwk_set([key], open_id_tokens.ALGORITHM))


def _configuration(context: Context, pool_id: str) -> dict[str, Any]:
    """The discovery document, in AWS's order. The endpoints are at this server, for any issuer."""
    # AWS unknown: which members the discovery document has for client ids that are URLs (CIMD): documents of MCP
    # clients look for client_id_metadata_document_supported, code_challenge_methods_supported and the method `none`,
    # which no recording of AWS has. Here it has none of them.
    base = context.origin.base_url
    return {
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "end_session_endpoint": f"{base}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": context.issuer(pool_id),
        "jwks_uri": f"{base}/{pool_id}/.well-known/jwks.json",
        **_registration(context, pool_id),
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{base}/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{base}/oauth2/userInfo",
    }


def _registration(context: Context, pool_id: str) -> dict[str, str]:
    """`registration_endpoint`, of a pool with dynamic client registration."""
    # Unlike AWS: the discovery document names a registration_endpoint for pools without a domain too. Its URL names the
    # pool in a parameter, unless it is at the host of the pool's domain.
    pool = context.unit.pools.get(pool_id)
    if pool is None or not registration.is_enabled(pool):
        return {}
    domain = domains.at_host(context)
    here = domain is not None and domain.pool_id == pool_id
    url = f"{context.origin.base_url}/oauth2/register"
    return {"registration_endpoint": url if here else f"{url}?pool={pool_id}"}
