"""The token request: an authorization code is exchanged for a provider's tokens (RFC 6749, section 4.1.3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from emulator.context import Context
from emulator.federation import fetching, urls
from emulator.federation.registration import Registration

_LATE = "Timeout occurred in calling IdP token endpoint"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def exchange(context: Context, at: Registration, code: str, redirect_uri: str) -> dict[str, Any]:
    """Exchange a code by client_secret_post without PKCE, as Cognito does, and return the token response.

    The caller has released the database connection. Raises ProviderError.
    """
    parameters = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": at.client_id,
        "redirect_uri": redirect_uri,
    }
    if at.client_secret is not None:
        parameters["client_secret"] = at.client_secret
    if at.exchange_method == "GET":
        url = urls.with_parameters(at.endpoints.token, parameters)
        answer = fetching.fetch(context, "GET", url, late=_LATE)
    else:
        body = urlencode(parameters).encode()
        answer = fetching.fetch(context, "POST", at.endpoints.token, late=_LATE, headers=_FORM, body=body)
    tokens = fetching.document(answer)
    if answer.status != 200 or tokens is None or not _is_text(tokens.get("access_token")):
        raise fetching.refusal(at.provider, answer, "token", "error getting token")
    return tokens


def _is_text(value: Any) -> bool:
    """Whether a value is a token that fits into a header."""
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != ""
