"""Discovery (OpenID Connect Discovery 1.0), key sets, and the end of a session (RP-Initiated Logout 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.stand_in import sessions
from emulator.stand_in.answers import Notice, Send, is_http, with_query
from emulator.stand_in.dialects import APPLE, GOOGLE, OIDC, Dialect
from emulator.stand_in.state import Provider
from keys import jwks

_SCOPES = {
    OIDC: ["openid", "email", "profile", "phone", "address"],
    GOOGLE: ["openid", "email", "profile"],
    APPLE: ["openid", "email", "name"],
}


def document(dialect: Dialect, base: str) -> dict[str, Any]:
    """The discovery document of a provider with ID tokens."""
    where = dialect.endpoints(base)
    told: dict[str, Any] = {
        "issuer": where.issuer,
        "authorization_endpoint": where.authorize,
        "token_endpoint": where.token,
        "userinfo_endpoint": where.userinfo,
        "jwks_uri": where.keys,
        "end_session_endpoint": where.end_session,
        "response_types_supported": ["code"],
        "response_modes_supported": list(dialect.response_modes),
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise" if dialect is APPLE else "public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": _SCOPES[dialect],
        "token_endpoint_auth_methods_supported": ["client_secret_post"]
        if dialect is APPLE
        else ["client_secret_post", "client_secret_basic"],
    }
    if dialect.has_pkce:
        told["code_challenge_methods_supported"] = ["plain", "S256"]
    if dialect is OIDC:
        told |= {
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    return {name: value for name, value in told.items() if value is not None}


def key_set(provider: Provider) -> dict[str, Any]:
    """The public key of the ID tokens."""
    return dict(jwks.jwk_set([provider.state.signing_key("jwt")[0]]))


def end_session(provider: Provider, parameters: Mapping[str, str], cookie: str | None) -> Send | Notice:
    """End the browser's session, and go where the client says."""
    value = sessions.store(provider, cookie, OIDC.provider_type, None)
    url = parameters.get("post_logout_redirect_uri")
    if not url:
        return Notice("You are signed out of the stand-in provider.", 200, value)
    if not is_http(url):
        return Notice("post_logout_redirect_uri is not an absolute http(s) URL.", 400, value)
    if not provider.may_send_to(url):
        return Notice(f"You are signed out. This browser is not sent to {url} without a click.", 200, value)
    state = parameters.get("state")
    return Send(with_query(url, {"state": state} if state else {}), session=value)
