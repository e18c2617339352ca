"""Revocation of refresh tokens, by RevokeToken and by `/oauth2/revoke` (RFC 7009)."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.tokens import browser_sessions
from emulator.faults import UnauthorizedException, UnsupportedOperationException, UnsupportedTokenTypeException
from keys import opaque, signing
from storage.records.pools import Client, Pool


def revoke(context: Context, pool: Pool, client: Client, token: str, *, linked: bool = False) -> None:
    """Revoke a refresh token of a client and its whole family. An unknown or revoked token is no error.

    `linked` also ends the browser's session through which the tokens came, in a pool that tracks sessions. Raises
    UnsupportedOperationException, UnsupportedTokenTypeException, or UnauthorizedException for another client's token.
    """
    # AWS unknown: the messages in which RevokeToken refuses.
    if not client.settings.get("EnableTokenRevocation", True):
        raise UnsupportedOperationException("Revocation is not enabled on given client")
    if _is_jwt(token):
        raise UnsupportedTokenTypeException("Unsupported token type")
    found = context.unit.tokens.refresh_token(opaque.digest(token))
    if found is None:
        return
    _, family = found
    if family.client_id != client.id:
        raise UnauthorizedException("Invalid client", "the token was issued to another client")
    context.unit.tokens.revoke(family.origin_jti)
    if linked:
        browser_sessions.end_origin(context, pool, family.details)


def _is_jwt(token: str) -> bool:
    try:
        signing.peek(token)
    except signing.Unreadable:
        return False
    return True
