"""grant_type=refresh_token (RFC 6749, section 6). Scopes, audience and nonce stay those of the first tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.pools import oauth_settings
from emulator.domain.tokens import tokens
from emulator.domain.tokens.grants import Grant
from emulator.domain.triggers import trigger_table
from emulator.faults import NotAuthorizedException, RefreshTokenReuseException
from emulator.oauth import clients, token_trigger
from emulator.oauth.clients import OAuthClient
from emulator.oauth.errors import InvalidGrant, InvalidRequest
from storage.records.sign_ins import Family


def exchange(context: Context, client: OAuthClient, given: Mapping[str, str]) -> dict[str, Any]:
    """New ID and access tokens, and a new refresh token if the client rotates them. Raises OAuthError.

    Tokens of a sign-in by the API are refreshed too, unless they are bound to a device.
    """
    # AWS unknown: whether POST /oauth2/token refreshes tokens of a client that may use no OAuth flow, or the implicit
    # one alone, or of a sign-in by the API where the client does not allow ALLOW_REFRESH_TOKEN_AUTH. Here it does.
    token = given.get("refresh_token")
    if token is None:
        raise InvalidRequest(None, "refresh_token is missing")
    signing_keys.ensure(context, client.app.pool.id)
    grant, family = _redeemed(context, client, token)
    overrides = token_trigger.call(context, grant, trigger_table.REFRESHED)
    if overrides:
        client = clients.read_again(context, client)
        grant, family = _redeemed(context, client, token)
    result = tokens.refresh(context, grant, family, overrides)
    try:
        result.update(tokens.rotate(context, client.app.client, token))
    except (NotAuthorizedException, RefreshTokenReuseException) as refused:
        raise _invalid(refused) from None
    return result  # the same dict: ID and access token are put into it after the commit


def _redeemed(context: Context, client: OAuthClient, token: str) -> tuple[Grant, Family]:
    try:
        grant, family = tokens.redeem(context, client.app, token, client_url=client.url)
    except (NotAuthorizedException, RefreshTokenReuseException) as refused:
        raise _invalid(refused) from None
    settings, schema = client.app.client.settings, client.app.pool.settings["SchemaAttributes"]
    if grant.oauth and oauth_settings.unreadable(settings, schema, grant.scopes):
        raise InvalidGrant(None, "the client may not read the attributes of the scopes any more")
    return grant, family


def _invalid(refused: NotAuthorizedException | RefreshTokenReuseException) -> InvalidGrant:
    error = InvalidGrant(None, refused.reason or refused.message)
    return error.keeping() if refused.keeps else error
