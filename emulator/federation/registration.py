"""How a user pool is registered as a client at an OAuth 2.0 provider. Read before the connection is released."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.context import Context
from emulator.domain.providers import providers
from emulator.federation.endpoints import Endpoints, endpoints
from storage.records.providers import IdentityProvider


@dataclass(frozen=True, slots=True)
class Registration:
    """The pool as a client of a provider, whose name is `provider`.

    `names` are the claims that AttributeMapping refers to, each once. `adds_names` says that they are appended to the
    URL of userInfo.
    """

    provider: str
    endpoints: Endpoints
    client_id: str
    client_secret: str | None = field(repr=False)
    scopes: str
    exchange_method: str
    user_info_method: str
    adds_names: bool
    names: tuple[str, ...]


def read(context: Context, provider: IdentityProvider, client_secret: str | None = None) -> Registration:
    """The registration at a provider. `client_secret` is used in the place of the stored one, if it is given."""
    details = provider.settings["ProviderDetails"]
    return Registration(
        provider=provider.name,
        endpoints=endpoints(context, provider),
        client_id=details["client_id"],
        client_secret=client_secret or providers.secrets_of(context, provider).get("client_secret"),
        scopes=details["authorize_scopes"],
        exchange_method=details.get("token_request_method", "POST"),
        user_info_method=details.get("attributes_request_method", "GET"),
        adds_names=details.get("attributes_url_add_attributes") == "true",
        names=tuple(dict.fromkeys(provider.settings.get("AttributeMapping", {}).values())),
    )
