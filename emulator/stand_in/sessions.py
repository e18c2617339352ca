"""Who is signed in at the stand-in provider in a browser, and at which SAML service providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from emulator.stand_in.people import Person
from emulator.stand_in.state import Provider
from keys.opaque import digest

SECONDS = 8 * 3600
_KIND = "session"


class Session(Struct, frozen=True):
    """A sign-in of a browser at one of the providers, which has sessions of their own."""

    person: Person
    auth_time: int
    index: str
    """The SessionIndex of SAML."""
    participants: list[Mapping[str, str]] = field(default_factory=list)
    """The SAML service providers in which the session is used: `entity` (the entity ID), `name_id` and its `format`."""


def find(provider: Provider, cookie: str | None, provider_type: str) -> Session | None:
    """The session of a browser at a provider."""
    held = _held(provider, cookie).get(provider_type)
    return Session(**{**held, "person": Person(**held["person"])}) if held else None


def start(provider: Provider, person: Person) -> Session:
    """A new session, not yet stored."""
    return Session(person, int(provider.now), f"_{provider.secret(16)}")


def store(provider: Provider, cookie: str | None, provider_type: str, session: Session | None) -> str:
    """Store or, with None, end the session of a browser at a provider. Returns the value of the cookie.

    A browser gets a new cookie each time, so that nobody can plant theirs.
    """
    held = dict(_held(provider, cookie))
    held.pop(provider_type, None)
    if session:
        held[provider_type] = {**asdict(session), "person": asdict(session.person)}
    if cookie:
        provider.state.take(_KIND, digest(cookie))
    if not held:
        return ""
    value = provider.secret()
    provider.state.put(_KIND, digest(value), held, SECONDS)
    return value


def _held(provider: Provider, cookie: str | None) -> dict[str, Any]:
    return (provider.state.get(_KIND, digest(cookie)) or {}) if cookie else {}
