"""grant_type=client_credentials (RFC 6749, section 4.4): an access token for the client itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.pools import client_settings, oauth_settings
from emulator.domain.tokens import tokens
from emulator.domain.tokens.grants import Grant
from emulator.domain.triggers import trigger_table
from emulator.oauth import clients, scopes, token_trigger
from emulator.oauth.clients import OAuthClient
from emulator.oauth.errors import InvalidGrant, InvalidRequest, UnauthorizedClient

_BY_API = frozenset({"ALLOW_CLIENT_TOKEN_AUTH"})


def exchange(context: Context, client: OAuthClient, given: Mapping[str, str]) -> dict[str, Any]:
    """An access token for the client itself, with the custom scopes that it asks for, or all of its own.

    PreTokenGeneration V3_0 is called, with `aws_client_metadata`. Raises OAuthError.
    """
    metadata = _metadata(given.get("aws_client_metadata"))
    _check_allowed(context, client)
    signing_keys.ensure(context, client.app.pool.id)
    granted = scopes.to_client(context, client.app, given.get("scope"))
    grant = Grant(client.app.pool, client.app.client, None, granted, oauth=True)
    overrides = token_trigger.call(context, grant, trigger_table.OF_CLIENT, metadata)
    if overrides:
        app = clients.read_again(context, client).app
        grant = replace(grant, pool=app.pool, client=app.client)
    return tokens.issue_to_client(context, grant, overrides)


def _check_allowed(context: Context, client: OAuthClient) -> None:
    """Raise unless the client, which has a secret, may use the grant: by its OAuth flows, or by its only API flow."""
    settings = client.app.client.settings
    if client_settings.allowed_flows(settings) == _BY_API and client.policy is None:
        return
    if not oauth_settings.is_enabled(settings):
        raise InvalidGrant(None, "AllowedOAuthFlowsUserPoolClient is false")
    is_public = client.policy is not None or not context.unit.clients.secrets(client.app.client.id)
    if is_public or "client_credentials" not in oauth_settings.flows(settings):
        raise UnauthorizedClient(None, "the client may not use client_credentials")


def _metadata(text: str | None) -> dict[str, str]:
    """`aws_client_metadata`, a JSON object of strings. Raises InvalidRequest for anything else."""
    # AWS unknown: how POST /oauth2/token refuses an aws_client_metadata that is no JSON object of strings.
    if text is None:
        return {}
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # raises for half a surrogate pair, for which JSON has a form
    except (ValueError, RecursionError):
        raise InvalidRequest(None, "aws_client_metadata is not JSON") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InvalidRequest(None, "aws_client_metadata is not an object of strings")
    return found
