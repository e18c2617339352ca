"""The token endpoint (RFC 6749, section 3.2): the client is authenticated, then its grant is exchanged for tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.context import Context
from emulator.oauth import client_authentication, parameters
from emulator.oauth.clients import OAuthClient
from emulator.oauth.errors import InvalidRequest, UnsupportedGrantType
from emulator.oauth.grants import authorization_code, client_credentials, refresh_token

PARAMETERS = frozenset(
    {
        "aws_client_metadata",
        "client_id",
        "client_secret",
        "code",
        "code_verifier",
        "grant_type",
        "redirect_uri",
        "refresh_token",
        "scope",
    }
)
_MEMBERS = {
    "id_token": "IdToken",
    "access_token": "AccessToken",
    "refresh_token": "RefreshToken",
    "expires_in": "ExpiresIn",
    "token_type": "TokenType",
}
_GRANTS: Mapping[str, Callable[[Context, OAuthClient, Mapping[str, str]], dict[str, Any]]] = {
    "authorization_code": authorization_code.exchange,
    "refresh_token": refresh_token.exchange,
    "client_credentials": client_credentials.exchange,
}


def exchange(context: Context, authorization: str | None, form: bytes) -> dict[str, Any]:
    """The AuthenticationResult of a token request. Its tokens are put into it after the commit. Raises OAuthError."""
    # AWS unknown: the parameters with which POST /oauth2/token exchanges tokens (RFC 8693), which AWS announced beside
    # GetDerivedToken. Here that grant type is refused with unsupported_grant_type.
    given = parameters.read(form, PARAMETERS)
    grant_type = given.get("grant_type")
    if grant_type is None:
        raise InvalidRequest(None, "grant_type is missing")
    client = client_authentication.authenticate(context, authorization, given)
    grant = _GRANTS.get(grant_type)
    if grant is None:
        raise UnsupportedGrantType(None, "there is no such grant type")
    return grant(context, client, given)


def body(result: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON members of a token response (RFC 6749, section 5.1), of an AuthenticationResult."""
    return {name: result[member] for name, member in _MEMBERS.items() if member in result}
