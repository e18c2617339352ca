"""Sign-ins at a provider, as far as its connector: the browser is sent there, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.domain.federated.identity import Identity
from emulator.federation.connector import Attempt, Connector
from emulator.federation.errors import ProviderError
from emulator.federation.oidc import OIDC
from emulator.outside.world import World
from emulator.settings import Settings
from storage.records.providers import IdentityProvider
from storage.store import Store
from tests.api.provider_calls import a_provider
from tests.builders import Api, a_pool
from tests.federation.upstream import Upstream

REDIRECT_URI = "http://localhost/oauth2/idpresponse"
ATTEMPT = Attempt(REDIRECT_URI, state="the-state", nonce="the-nonce")
MAPPING = {"email": "email"}


InContext = Callable[[Callable[[Context], object]], object]


def in_contexts(store: Store, world: World, settings: Settings) -> InContext:
    """Runs functions with a context of their own, as pages do."""

    def run(function: Callable[[Context], object]) -> object:
        origin = RequestOrigin("http://localhost")
        return work.run(store, True, lambda unit: Context(unit, world, settings, origin), function)

    return run


@dataclass
class SignIns:
    """A pool with a provider, and its connector."""

    api: Api
    in_context: InContext
    connector: Connector = OIDC
    pool: str = ""
    name: str = "Corp"

    def configure(self, details: dict[str, str], kind: str = "OIDC", **members: Any) -> None:
        """Make the pool and its provider."""
        self.name = "Corp" if kind in ("OIDC", "SAML") else kind
        self.pool = a_pool(self.api)
        a_provider(self.api, self.pool, self.name, kind, details, **{"AttributeMapping": MAPPING, **members})

    def start(self, **changes: Any) -> str:
        """Where the browser is sent."""
        attempt = replace(ATTEMPT, **changes)
        location = self.in_context(lambda context: self.connector.start(context, self._provider(context), attempt))
        return location.location  # type: ignore[attr-defined, no-any-return]

    def identify(self, answer: dict[str, str], **changes: Any) -> Identity:
        """Whom the provider's answer identifies."""
        attempt = replace(ATTEMPT, **changes)

        def ask(context: Context) -> Identity:
            return self.connector.identify(context, self._provider(context), attempt, answer)

        found = self.in_context(ask)
        assert isinstance(found, Identity)
        return found

    def at(self, corp: Upstream) -> Identity:
        """A whole sign-in at a provider that knows the user."""
        return self.identify({"code": corp.code(**parameters(self.start())), "state": ATTEMPT.state})

    def refusal(self, corp: Upstream) -> str:
        """The error_description of a sign-in that is refused."""
        with pytest.raises(ProviderError) as refused:
            self.at(corp)
        assert refused.value.error == "invalid_request"
        return str(refused.value.message)

    def _provider(self, context: Context) -> IdentityProvider:
        found = context.unit.providers.named(self.pool, self.name)
        assert found
        return found


def parameters(location: str) -> dict[str, str]:
    """The parameters of a URL."""
    return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))
