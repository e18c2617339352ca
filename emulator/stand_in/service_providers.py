"""The SAML service providers that the stand-in has met, or that were made known to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from emulator.stand_in.answers import is_http
from emulator.stand_in.state import State
from keys import xml_encryption

_KIND = "service provider"
_LONGEST = 8_192
_MOST = 1_000
_MET_SECONDS = 30 * 86_400
"""For how long one is remembered that nobody has made known."""


class InvalidServiceProvider(ValueError):
    """A service provider cannot be made known. str() says why."""


class ServiceProvider(Struct, frozen=True):
    """A service provider by its entity ID. One that is not made known is served too, without encryption."""

    entity_id: str
    acs: str | None = None
    """Where its last response went."""
    slo: str | None = None
    """Where its log-out is."""
    slo_binding: str = "POST"
    encryption_certificate: str | None = None
    """For whom assertions are encrypted: DER in base64."""

    @property
    def log_out(self) -> str | None:
        """Where its log-out is; if nobody has said, `logout` beside the place of its responses, as Cognito has it."""
        return self.slo or (f"{self.acs.partition('?')[0].rpartition('/')[0]}/logout" if self.acs else None)


def get(state: State, entity_id: str) -> ServiceProvider:
    """A service provider, known or not."""
    content = state.get(_KIND, entity_id)
    return ServiceProvider(**content) if content else ServiceProvider(entity_id)


def all_of(state: State) -> list[ServiceProvider]:
    """All that are known."""
    return [ServiceProvider(**content) for content in state.all(_KIND)]


def met(state: State, entity_id: str, acs: str) -> ServiceProvider:
    """Remember where the responses of a service provider go."""
    known = get(state, entity_id)
    if known.acs == acs:
        return known
    found = replace(known, acs=acs)
    is_registered = known.slo or known.encryption_certificate
    state.put(_KIND, entity_id, asdict(found), None if is_registered else _MET_SECONDS)
    return found


def put(state: State, provider: ServiceProvider) -> None:
    """Make a service provider known, in the place of what was known of it.

    Raises `InvalidServiceProvider` if there would be too many.
    """
    if len(state.all(_KIND)) >= _MOST and state.get(_KIND, provider.entity_id) is None:
        raise InvalidServiceProvider(f"there are {_MOST} service providers already")
    state.put(_KIND, provider.entity_id, asdict(provider))


def forget(state: State) -> None:
    """Forget all of them."""
    state.delete_all(_KIND)


def read(members: Any) -> ServiceProvider:
    """A service provider from JSON. Raises `InvalidServiceProvider`."""
    known = {"entity_id", "acs", "slo", "slo_binding", "encryption_certificate"}
    if not isinstance(members, Mapping) or not members.keys() <= known:
        raise InvalidServiceProvider(f"a service provider is an object with the members {', '.join(sorted(known))}")
    found = {name: value for name, value in members.items() if value is not None}
    if not all(isinstance(value, str) and len(value) <= _LONGEST and value.isprintable() for value in found.values()):
        raise InvalidServiceProvider(f"the members are strings of at most {_LONGEST} printable characters")
    if not found.get("entity_id"):
        raise InvalidServiceProvider("entity_id is missing")
    for name in ("acs", "slo"):
        if name in found and not is_http(found[name]):
            raise InvalidServiceProvider(f"{name}: it is not an http(s) URL")
    if found.get("slo_binding", "POST") not in ("POST", "Redirect"):
        raise InvalidServiceProvider("slo_binding: it is neither POST nor Redirect")
    try:
        if "encryption_certificate" in found:
            xml_encryption.recipient(found["encryption_certificate"])
    except xml_encryption.NoRecipient as problem:
        raise InvalidServiceProvider(
            f"encryption_certificate: it is not a certificate of an RSA key, DER in base64: {problem}"
        ) from None
    return ServiceProvider(**found)
