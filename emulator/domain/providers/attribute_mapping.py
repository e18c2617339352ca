"""Attribute mapping: what the claims of an identity provider's user mean for attributes and the username.

AWS: "Mapping IdP attributes to profiles and tokens". Nothing is checked here against the pool's schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from emulator.domain.providers.provider_details import KINDS
from storage.records.providers import IdentityProvider

USERNAME = "username"
"""The key of an AttributeMapping that names the subject's claim, and is no attribute."""

Claims = Mapping[str, Any]


def mapped(provider: IdentityProvider, claims: Claims) -> dict[str, str]:
    """The attributes that a provider's AttributeMapping makes of claims, as strings; without those of absent claims."""
    mapping = provider.settings.get("AttributeMapping", {})
    # AWS unknown: whether AttributeMapping of CreateIdentityProvider reaches into nested claims, such as
    # `address.country`. Here the whole name has to be that of a claim.
    found = {name: text(claims.get(claim)) for name, claim in mapping.items() if name != USERNAME}
    return {name: value for name, value in found.items() if value is not None}


def subject(provider: IdentityProvider, claims: Claims) -> str | None:
    """The value of the claim that identifies the user at the provider; None if it is absent, or no text and no number.

    That is the claim mapped to `username`, else the usual one of the provider's type.
    """
    claim = provider.settings.get("AttributeMapping", {}).get(
        USERNAME, KINDS[provider.settings["ProviderType"]].subject
    )
    value = claims.get(claim)
    is_scalar = isinstance(value, str | int) and not isinstance(value, bool)
    return text(value) or None if is_scalar else None


def text(value: Any) -> str | None:
    """A claim as the value of an attribute; None for null, which counts as no claim.

    Several values become `[a, b]`, each form-URL-encoded but for `. - * _`.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{', '.join(_encoded(text(each) or '') for each in value)}]"
    # AWS unknown: the attribute that a federated sign-in makes of a claim that is a JSON object, such as `address`.
    # Here it is the object as JSON.
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _encoded(value: str) -> str:
    return quote_plus(value, safe="*", errors="replace").replace("~", "%7E")
