"""Metadata of SAML providers, read again from their MetadataURL while the providers are in use."""

from __future__ import annotations

import logging

from emulator import work
from emulator.context import Context
from emulator.domain.providers import provider_endpoints, providers, saml_metadata
from emulator.domain.providers.saml_metadata import Metadata
from emulator.faults import InvalidParameterException
from emulator.outside.events import Event
from emulator.redaction import one_line
from storage.records.providers import IdentityProvider

log = logging.getLogger("cognito_emulator")

_EVENT = "SAML metadata"
_LOGOUT_URL = "SLORedirectBindingURI"
"""The detail that goes if new metadata have no endpoint for log-outs."""


def current(context: Context, provider: IdentityProvider) -> IdentityProvider:
    """The provider with metadata that are up to date: read again if due, and stored in a transaction of their own.

    If they cannot be read, the old ones stay, the log and the events tell why, and the first sign-in after a minute
    tries again. Releases the connection if they are due, and then raises RuntimeError if the unit has written.
    """
    # AWS unknown: whether GET /oauth2/authorize waits for metadata that are out of date, when AWS tries again after a
    # failure, and for how long it keeps metadata that it cannot read again. Here the sign-in waits, for five seconds at
    # most, and the old metadata count until there are new ones.
    if not _is_due(context, provider):
        return provider
    metadata = _read(context, provider)
    with context.unit.released():
        work.run_job(context.unit.store, context.world, context.settings, lambda own: _store(own, provider, metadata))
    return context.unit.providers.named(provider.pool_id, provider.name) or provider


def _is_due(context: Context, provider: IdentityProvider) -> bool:
    details = provider.settings["ProviderDetails"]
    if details.get("MetadataFile") or not details.get("MetadataURL"):
        return False
    return bool(context.now >= (provider.settings.get("SamlReread") or 0))


def _read(context: Context, provider: IdentityProvider) -> Metadata | None:
    """What the MetadataURL holds now; None if it cannot be read."""
    try:
        document = provider_endpoints.metadata(context, provider.settings["ProviderDetails"])
        with context.unit.released():
            return saml_metadata.read(document, context.now, again=True)
    except InvalidParameterException as problem:
        reason = f"{provider.name}: {problem.message}{f' ({problem.reason})' if problem.reason else ''}"
        event = Event(context.now, _EVENT, provider.pool_id, None, None, problem.code, reason)
        context.world.events.note(event)
        log.warning("%s", one_line(f"{_EVENT} of pool {provider.pool_id} stay as they were: {reason}"))
        return None


def _store(context: Context, seen: IdentityProvider, metadata: Metadata | None) -> None:
    """Store what was read, unless the provider was configured anew meanwhile."""
    provider = context.unit.providers.named(seen.pool_id, seen.name)
    if provider is None or provider.settings != seen.settings:
        return
    if metadata is None:
        settings = {**provider.settings, "SamlReread": context.now + providers.REREAD_SECONDS}
    else:
        details = {name: value for name, value in provider.settings["ProviderDetails"].items() if name != _LOGOUT_URL}
        settings = {**provider.settings, **providers.with_metadata(details, metadata, context.now)}
    context.unit.providers.change(provider, settings=settings)
