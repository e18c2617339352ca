"""The sign-in by an e-mail address whose domain is an identifier of a provider ("Sign in with your corporate ID")."""

from __future__ import annotations

import re

from emulator.context import Context
from emulator.domain.pools import oauth_settings
from emulator.domain.pools.apps import FoundApp

_DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})+")


def providers(context: Context, app: FoundApp) -> dict[str, str]:
    """Domain, in lower case → name of the provider that has it among its IdpIdentifiers and that the client supports.

    Domains are compared without case. Of two providers whose identifiers differ only in case, the first one counts.
    """
    supported = frozenset(oauth_settings.providers(app.client.settings))
    found: dict[str, str] = {}
    for identifier, provider in context.unit.providers.identifiers(app.pool.id):
        if provider in supported and _DOMAIN.fullmatch(identifier):
            found.setdefault(identifier.lower(), provider)
    return found


def provider_of(context: Context, app: FoundApp, address: str) -> str | None:
    """The name of the provider for an e-mail address; None if no provider has its domain."""
    local, at, domain = address.strip().rpartition("@")
    return providers(context, app).get(domain.lower()) if local and at else None
