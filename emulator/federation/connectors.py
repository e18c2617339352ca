"""The table of connectors: how each kind of identity provider is spoken to."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.faults import NotBuilt
from emulator.federation import oidc
from emulator.federation.connector import Connector
from storage.records.providers import IdentityProvider

CONNECTORS: Mapping[str, Connector] = {"OIDC": oidc.OIDC}
"""ProviderType → connector."""


def of(provider: IdentityProvider) -> Connector:
    """The connector of a provider. Raises NotBuilt."""
    found = CONNECTORS.get(provider.settings["ProviderType"])
    if found is None:
        raise NotBuilt(f"Sign-in at providers of the type {provider.settings['ProviderType']}")
    return found
