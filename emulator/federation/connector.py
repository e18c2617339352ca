"""The interface of a connector: how a kind of identity provider is asked who a user is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct, field

from emulator.context import Context
from emulator.domain.federated.identity import Identity
from storage.records.providers import IdentityProvider


class Attempt(Struct, frozen=True):
    """A sign-in at a provider that a browser was sent to, or is about to be sent to.

    `redirect_uri` is where the provider sends the browser back: `{base}/oauth2/idpresponse` or
    `{base}/saml2/idpresponse`. `state` is opaque, also the RelayState. `nonce` is for the provider's ID token.
    `login_hint`, `prompt` (as sent to `/oauth2/authorize`) and `levels` (the pool's own levels 1 to 4 that the
    application wants, best first) are passed on by the connectors whose providers take them: only `start` has them.
    `kept` is what `start` returned as `kept`; empty before.
    """

    redirect_uri: str
    state: str
    nonce: str
    login_hint: str | None = None
    prompt: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


class Departure(Struct, frozen=True):
    """Where the browser is sent, and what the connector needs of it when the browser is back (a SAML request's ID)."""

    location: str
    kept: Mapping[str, str] = field(default_factory=dict)


class Connector(Protocol):
    """How a kind of identity provider is asked.

    Both methods may release the connection, so that the unit must not have written. What they write themselves they
    commit: the new metadata of a SAML provider, and that an assertion was used.
    """

    def start(self, context: Context, provider: IdentityProvider, attempt: Attempt) -> Departure:
        """Return where the browser has to go to sign in at the provider. Raises ProviderError."""
        ...

    def identify(
        self, context: Context, provider: IdentityProvider, attempt: Attempt, answer: Mapping[str, str]
    ) -> Identity:
        """Verify what the browser brought back, and return whom it identifies. Raises ProviderError.

        `answer` are the parameters of the query or the form; a refusal of the provider is among them.
        """
        ...
