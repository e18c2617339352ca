"""JWK Sets and discovery documents. Their issuer is that of the tokens that the same caller gets."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator import refusals
from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.access import signing_keys
from emulator.web import request_origin
from keys import jwks
from keys.signing import SigningKey


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes under /<pool id>/.well-known/."""
    well_known = Blueprint("well_known", __name__)

    @well_known.get("/<pool_id>/.well-known/jwks.json")
    def key_set(pool_id: str) -> Response:
        """The public keys of a pool, as a JWK Set (RFC 7517)."""

        def read(context: Context) -> dict[str, Any] | None:
            return _jwks(signing_keys.of(context, pool_id))

        def create(context: Context) -> dict[str, Any] | None:
            return _jwks(signing_keys.ensure(context, pool_id)) if _exists(context, pool_id) else None

        origin = request_origin.read(request)
        found = dispatcher.work(False, origin, read) or dispatcher.work(True, origin, create)
        return _document(found, pool_id)

    @well_known.get("/<pool_id>/.well-known/openid-configuration")
    def discovery(pool_id: str) -> Response:
        """The discovery document of a pool (OpenID Connect Discovery 1.0)."""

        def read(context: Context) -> dict[str, Any] | None:
            return _configuration(context, pool_id) if _exists(context, pool_id) else None

        return _document(dispatcher.work(False, request_origin.read(request), read), pool_id)

    return well_known


def _exists(context: Context, pool_id: str) -> bool:
    return context.unit.pools.get(pool_id) is not None


def _jwks(keys: dict[str, SigningKey]) -> dict[str, Any] | None:
    return jwks.jwk_set(list(keys.values())) if keys else None


def _configuration(context: Context, pool_id: str) -> dict[str, Any]:
    """The discovery document, in AWS's order. The endpoints are at this server, for any issuer."""
    base = context.origin.base_url
    return {
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "end_session_endpoint": f"{base}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": context.issuer(pool_id),
        "jwks_uri": f"{base}/{pool_id}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{base}/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{base}/oauth2/userInfo",
    }


def _document(found: dict[str, Any] | None, pool_id: str) -> Response:
    if found is None:
        response = jsonify({"message": refusals.UNKNOWN_POOL.format(pool_id=pool_id)})
        response.status_code = 404
        return response
    return jsonify(found)
