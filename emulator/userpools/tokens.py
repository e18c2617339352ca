"""The end of access: revocation and sign-out everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain import secrets
from emulator.faults import (
    InvalidParameterException,
    UnauthorizedException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
)
from emulator.registry import operation
from keys import opaque, secret_hash, signing

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("GlobalSignOut", "AdminUserGlobalSignOut")
def global_sign_out(
    call: Call[shapes.GlobalSignOutRequestTypeDef] | Call[shapes.AdminUserGlobalSignOutRequestTypeDef],
) -> dict[str, Any]:
    """End every session of a user: all refresh tokens, and all access tokens for Cognito's own operations."""
    call.unit.tokens.revoke_all(call.user.id)
    return {}


@operation("RevokeToken", lacks="RevokeAssociatedSessions")
def revoke_token(call: Call[shapes.RevokeTokenRequestTypeDef]) -> dict[str, Any]:
    """End a refresh token and the tokens that came of it; doing so twice, or for one that is unknown, is fine.

    AWS unknown: the texts of the refusals.
    """
    client = call.unit.clients.get(call.request["ClientId"])
    if client is None:
        raise InvalidParameterException("Invalid client")
    live = secrets.of(call, client)
    given = call.request.get("ClientSecret", "")
    if live and not any(secret_hash.equal(given, secret) for secret in live):
        raise UnauthorizedException("Invalid client secret")
    if not client.settings.get("EnableTokenRevocation", True):
        raise UnsupportedOperationException("Revocation is not enabled on given client")
    token = call.request["Token"]
    if _is_jwt(token):
        raise UnsupportedTokenTypeException("Unsupported token type")
    found = call.unit.tokens.refresh_token(opaque.digest(token))
    if found is not None:
        _, family = found
        if family.client_id != client.id:
            raise UnauthorizedException("Invalid client", "the token was issued to another client")
        call.unit.tokens.revoke(family.origin_jti)
    return {}


def _is_jwt(token: str) -> bool:
    try:
        signing.peek(token)
    except signing.Unreadable:
        return False
    return True
