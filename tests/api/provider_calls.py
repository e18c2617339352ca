"""Identity providers as tests make them."""

from __future__ import annotations

from typing import Any

from tests.api.web import ENDPOINTS, ISSUER
from tests.builders import Api, refusal

SOCIAL = {"client_id": "app", "client_secret": "hush-hush", "authorize_scopes": "email"}
APPLE = {"client_id": "app", "team_id": "T", "key_id": "K", "private_key": "hush-key", "authorize_scopes": "email"}
OIDC = {
    "client_id": "app",
    "client_secret": "hush-hush",
    "authorize_scopes": "openid email",
    "oidc_issuer": ISSUER,
    "attributes_request_method": "GET",
}
KNOWN = OIDC | ENDPOINTS
Provider = dict[str, Any]


def a_provider(
    api: Api, pool: str, name: str = "Corp", kind: str = "OIDC", details: dict[str, str] = KNOWN, **members: Any
) -> Provider:
    """A new provider, as CreateIdentityProvider shows it."""
    named = {"UserPoolId": pool, "ProviderName": name, "ProviderType": kind, "ProviderDetails": details}
    return dict(api.idp("CreateIdentityProvider", **named, **members)["IdentityProvider"])


def described(api: Api, pool: str, name: str = "Corp") -> Provider:
    """A provider, as DescribeIdentityProvider shows it."""
    return dict(api.idp("DescribeIdentityProvider", UserPoolId=pool, ProviderName=name)["IdentityProvider"])


def changed(api: Api, pool: str, name: str = "Corp", **members: Any) -> Provider:
    """A provider, as UpdateIdentityProvider shows it."""
    return dict(api.idp("UpdateIdentityProvider", UserPoolId=pool, ProviderName=name, **members)["IdentityProvider"])


def refused(api: Api, pool: str, name: str = "Corp", kind: str = "OIDC", **members: Any) -> tuple[str, str]:
    """The code and the words with which a new provider is refused."""
    named = {"UserPoolId": pool, "ProviderName": name, "ProviderType": kind}
    return refusal(api, "CreateIdentityProvider", **named, **{"ProviderDetails": KNOWN, **members})
