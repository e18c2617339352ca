"""What the OAuth settings of an app client mean: its flows, redirect URLs and scopes, and those that it may grant."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.context import Context
from emulator.domain.pools import client_settings, domains, resource_servers
from emulator.domain.pools.client_settings import Schema, Settings
from storage.records.pools import Client, Pool

OPEN_ID = ("openid", "email", "phone", "profile")
"""The scopes of OpenID Connect, which every client that is registered dynamically may have."""
REGISTRATION_SCOPE = "aws.cognito/dcr/register"
"""The scope of the access token with which a client is registered. It belongs to no resource server of the pool."""
SCOPES_OF_ATTRIBUTES = {
    "email": "email",
    "email_verified": "email",
    "phone_number": "phone",
    "phone_number_verified": "phone",
}
"""Attribute → the scope that it belongs to. All others belong to `profile`."""
NOT_AVAILABLE = "Login option is not available. Please try another one."
"""What users are told of an identity provider that the client does not support (`providers`)."""


def is_enabled(settings: Settings) -> bool:
    """Whether the client may use the OAuth endpoints at all."""
    return bool(settings.get("AllowedOAuthFlowsUserPoolClient"))


def flows(settings: Settings) -> frozenset[str]:
    """The OAuth flows that the client may use: `code`, `implicit`, `client_credentials`."""
    return frozenset(settings.get("AllowedOAuthFlows", []))


def callbacks(settings: Settings) -> list[str]:
    """The URLs to which authorization responses may be sent."""
    return list(settings.get("CallbackURLs", []))


def logout_urls(settings: Settings) -> list[str]:
    """The URLs to which browsers may be sent after a sign-out."""
    return list(settings.get("LogoutURLs", []))


def providers(settings: Settings) -> list[str]:
    """The names of the identity providers that the client supports. COGNITO stands for the pool's own users."""
    return list(settings.get("SupportedIdentityProviders", []))


def sole_provider(settings: Settings) -> str | None:
    """The only identity provider that the client supports; None if there are several, or none."""
    names = providers(settings)
    return names[0] if len(names) == 1 else None


def default_redirect(settings: Settings) -> str | None:
    """The URL that stands in for a missing redirect_uri: only for a client with a single identity provider."""
    # AWS unknown: whether DefaultRedirectURI stands in for a missing redirect_uri at GET /oauth2/authorize where the
    # client lists no identity provider. Here it does.
    return settings.get("DefaultRedirectURI") if len(providers(settings)) <= 1 else None


def scopes(context: Context, pool: Pool, client: Client) -> list[str]:
    """The scopes that the client may be granted: AllowedOAuthScopes without those that no resource server has.

    Those of a resource server that was deleted, or lost the scope, are dropped silently.
    """
    allowed = client.settings.get("AllowedOAuthScopes", [])
    if all(scope in client_settings.SCOPES for scope in allowed):
        return list(allowed)
    known = client_settings.SCOPES | resource_servers.scopes(context, pool) | {REGISTRATION_SCOPE}
    return [scope for scope in allowed if scope in known]


def custom_scopes(context: Context, pool: Pool, client: Client) -> list[str]:
    """The scopes of resource servers that the client may be granted."""
    return [scope for scope in scopes(context, pool, client) if scope not in client_settings.SCOPES]


def unreadable(settings: Settings, schema: Schema, wanted: Iterable[str]) -> list[str]:
    """Those of the scopes `email` and `phone` whose attributes the client may not all read."""
    may = client_settings.readable(settings, schema)
    lacking = {scope for name, scope in SCOPES_OF_ATTRIBUTES.items() if name not in may}
    return [scope for scope in wanted if scope in lacking]


def has_managed_login(context: Context, pool: Pool) -> bool:
    """Whether requests may use what managed login alone has: `prompt`, `lang`, `resource`, `acr_values`."""
    # Unlike AWS: GET /oauth2/authorize takes `prompt`, `lang`, `resource`, `acr_values` and `max_age` for a pool
    # without a domain too, where AWS has no endpoint at all. With a domain of version 1 they are ignored, and
    # `resource` is refused, as on AWS.
    if pool.settings["UserPoolTier"] == "LITE":
        return False
    domain = domains.serving(context, pool)
    return domain is None or domain.settings["ManagedLoginVersion"] == 2
