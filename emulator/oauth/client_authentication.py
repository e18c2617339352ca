"""Client authentication at the endpoints that answer clients, not browsers (RFC 6749, section 2.3)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.access import client_secrets
from emulator.oauth import clients
from emulator.oauth.clients import OAuthClient
from emulator.oauth.errors import InvalidClient, InvalidRequest

_SCHEME = "basic"


def authenticate(context: Context, authorization: str | None, form: Mapping[str, str]) -> OAuthClient:
    """The client that makes a request: by HTTP Basic, by `client_id` and `client_secret` of the form, or a public one.

    Either secret of a client with two is right. Raises InvalidRequest where no client is named, or two are;
    InvalidClient for an unknown client, and for a wrong or missing secret.
    """
    client_id, secret = _presented(authorization, form)
    client = clients.find(context, client_id)
    if client is None:
        # Unknown clients are told apart from wrong secrets, as on AWS: there is no need to take equally long.
        raise InvalidClient(None, "no such client")
    if client.policy is not None and secret is None:
        return client  # clients whose ids are URLs are public, also where the app client has a secret
    if not _is_authentic(context, client, secret):
        raise InvalidClient("invalid_client_secret", "the secret is wrong or missing")
    return client


def _is_authentic(context: Context, client: OAuthClient, secret: str | None) -> bool:
    """Whether the secret is one of the client's. A public client must not send one."""
    # AWS unknown: whether POST /oauth2/token refuses a secret that a client without one sends. Here with
    # invalid_client.
    has_secret = client.policy is None and bool(context.unit.clients.secrets(client.app.client.id))
    return client_secrets.is_authentic(context, client.app.client, secret) if has_secret else not secret


def _presented(authorization: str | None, form: Mapping[str, str]) -> tuple[str, str | None]:
    """Client id and secret. Where both forms are used they must agree."""
    in_form = form.get("client_id"), form.get("client_secret")
    scheme, _, credentials = (authorization or "").strip().partition(" ")
    if scheme.lower() != _SCHEME:
        if in_form[0] is None:
            raise InvalidRequest(None, "client_id is missing")
        return in_form[0], in_form[1]
    client_id, secret = _decoded(credentials)
    if in_form[0] not in (None, client_id) or in_form[1] not in (None, secret):
        raise InvalidRequest(None, "the Authorization header and the form name different clients or secrets")
    return client_id, secret


def _decoded(credentials: str) -> tuple[str, str]:
    """The two parts of Basic credentials, as they are: AWS neither percent-decodes them nor reads `+` as a blank."""
    try:
        text = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidRequest(None, "the Basic credentials are not base64") from None
    client_id, colon, secret = text.partition(":")
    if not colon or not client_id:
        raise InvalidRequest(None, "the Basic credentials have no client id") from None
    return client_id, secret
