"""The table of connectors: how each kind of identity provider is spoken to."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.federation.apple import APPLE
from emulator.federation.connector import Connector
from emulator.federation.google import GOOGLE
from emulator.federation.oidc import OIDC
from emulator.federation.plain_oauth import PLAIN
from emulator.federation.saml import SamlConnector
from storage.records.providers import IdentityProvider

CONNECTORS: Mapping[str, Connector] = {
    "Facebook": PLAIN,
    "Google": GOOGLE,
    "LoginWithAmazon": PLAIN,
    "OIDC": OIDC,
    "SAML": SamlConnector(),
    "SignInWithApple": APPLE,
}
"""ProviderType → connector."""


def of(provider: IdentityProvider) -> Connector:
    """The connector of a provider."""
    return CONNECTORS[provider.settings["ProviderType"]]
