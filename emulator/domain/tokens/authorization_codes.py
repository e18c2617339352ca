"""Authorization codes (RFC 6749, section 4.1): single-use, for five minutes, kept as digests.

A code is bound to the client that asked for it, to the redirect URI and to the PKCE challenge of the request. A code
that is used twice may be stolen: the tokens that it gave are revoked (section 4.1.2).
"""

from __future__ import annotations

from msgspec import Struct

from emulator.context import Context
from emulator.domain.tokens.grants import Authentication, Grant
from emulator.faults import NotAuthorizedException
from keys import entropy, opaque
from storage.records.oauth import AuthorizationCode

LIFETIME = 300
"""Seconds."""
_INVALID = "Invalid code"


class Binding(Struct, frozen=True):
    """What a code is bound to: the client id as it was presented, the redirect URI, and PKCE's challenge, if any."""

    client_id: str
    redirect_uri: str
    challenge: str | None = None


def mint(context: Context, grant: Grant, authentication: Authentication, binding: Binding) -> str:
    """Store a new code for a grant, and return it."""
    code = entropy.uuid(context.world.entropy)
    context.unit.authorization_codes.add(
        AuthorizationCode(
            digest=opaque.digest(code),
            pool_id=grant.pool.id,
            client_id=grant.client.id,
            user_id=grant.owner.id,
            presented=binding.client_id,
            redirect_uri=binding.redirect_uri,
            challenge=binding.challenge,
            auth_time=authentication.time,
            details=authentication.details | grant.details,
            expires=context.now + LIFETIME,
        )
    )
    return code


def find(context: Context, code: str, client_id: str) -> AuthorizationCode:
    """The stored code, which may be exchanged by the client that presents `client_id`. It is not spent yet.

    Raises NotAuthorizedException for an unknown or expired code, one that another client asked for, and a spent one,
    whose tokens are revoked.
    """
    found = context.unit.authorization_codes.get(opaque.digest(code))
    if found is None:
        raise NotAuthorizedException(_INVALID, "no such code")
    if found.spent:
        raise _replayed(context, found)
    if found.expires <= context.now:
        raise NotAuthorizedException(_INVALID, "the code has expired")
    if found.presented != client_id:
        raise NotAuthorizedException(_INVALID, "the code was issued to another client")
    return found


def spend(context: Context, code: AuthorizationCode, origin_jti: str | None = None) -> None:
    """Mark a code as spent, for the family that it gives. Raises NotAuthorizedException if another call was first."""
    if not context.unit.authorization_codes.spend(code.digest, origin_jti):
        raise NotAuthorizedException(_INVALID, "another call exchanged the code first")


def _replayed(context: Context, code: AuthorizationCode) -> NotAuthorizedException:
    """Revoke the tokens that a spent code gave, and return the exception to raise, which commits that."""
    # AWS unknown: whether the second use of a code at POST /oauth2/token revokes the tokens of the first, as here and
    # in RFC 6749 section 4.1.2.
    if code.origin_jti:
        context.unit.tokens.revoke(code.origin_jti)
    return NotAuthorizedException(_INVALID, "the code was used before").keeping()
