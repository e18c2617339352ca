"""The revocation endpoint (RFC 7009)."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.tokens import revocation
from emulator.faults import UnauthorizedException, UnsupportedOperationException, UnsupportedTokenTypeException
from emulator.oauth import client_authentication, parameters
from emulator.oauth.errors import InvalidGrant, InvalidRequest, UnsupportedTokenType

PARAMETERS = frozenset({"client_id", "client_secret", "token"})


def revoke(context: Context, authorization: str | None, form: bytes) -> None:
    """Revoke a refresh token and its family. An unknown or revoked token is no error. Raises OAuthError."""
    # AWS unknown: how POST /oauth2/revoke refuses another client's token; here with invalid_grant, since RFC 7009
    # section 2.1 demands a refusal. Whether a secret may come in the form; here it may.
    given = parameters.read(form, PARAMETERS)
    client = client_authentication.authenticate(context, authorization, given)
    token = given.get("token")
    if token is None:
        raise InvalidRequest(None, "token is missing")
    try:
        revocation.revoke(context, client.app.pool, client.app.client, token)
    except UnsupportedOperationException:
        raise InvalidRequest(None, "the client has revocation disabled") from None
    except UnsupportedTokenTypeException:
        raise UnsupportedTokenType(None, "it is an ID or access token") from None
    except UnauthorizedException as refused:
        raise InvalidGrant(None, refused.reason) from None
