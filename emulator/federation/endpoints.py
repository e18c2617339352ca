"""Where an identity provider's endpoints are now: at the URLs of its details, or at this server's stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from emulator.context import Context
from emulator.domain.providers.provider_details import KINDS, SOCIAL
from emulator.stand_in import addresses
from storage.records.providers import IdentityProvider

_URLS = ("authorize_url", "token_url", "attributes_url", "oidc_issuer")
_KEYS = {
    "https://accounts.google.com": "https://www.googleapis.com/oauth2/v3/certs",
    "https://appleid.apple.com": "https://appleid.apple.com/auth/keys",
}
"""The JWK Sets of issuers whose ProviderDetails have no jwks_uri."""


class Endpoints(Struct, frozen=True):
    """The endpoints of a provider. `issuer` is the `iss` of its ID tokens, None if it has none.

    `keys` is None where the JWK Set has to be discovered from the issuer. `are_stand_ins` says that they are this
    server's own, which take any client secret.
    """

    authorize: str
    token: str
    user_info: str | None
    issuer: str | None
    keys: str | None
    are_stand_ins: bool = False


def endpoints(context: Context, provider: IdentityProvider) -> Endpoints:
    """The endpoints of a provider, as ProviderDetails has them.

    Those of a social provider at its usual hosts are at the stand-in, unless the setting `social` is `real`. A provider
    with any other URL is left alone: its user has put something of their own in the real provider's place.
    """
    kind, details = provider.settings["ProviderType"], provider.settings["ProviderDetails"]
    if context.settings.social == "stand-in" and kind in SOCIAL and _is_usual(kind, details):
        return _of_stand_in(kind, context.origin.base_url, details.get("api_version"))
    issuer = details.get("oidc_issuer")
    return Endpoints(
        authorize=details.get("authorize_url", ""),
        token=details.get("token_url", ""),
        user_info=details.get("attributes_url"),
        issuer=issuer,
        keys=details.get("jwks_uri") or _KEYS.get(issuer or ""),
    )


def _of_stand_in(kind: str, base_url: str, version: str | None) -> Endpoints:
    found = addresses.addresses(kind, base_url, version or addresses.FACEBOOK_VERSION)
    return Endpoints(
        authorize=found.authorize or "",
        token=found.token or "",
        user_info=found.userinfo,
        issuer=found.issuer if found.keys else None,
        keys=found.keys,
        are_stand_ins=True,
    )


def _is_usual(kind: str, details: Mapping[str, str]) -> bool:
    """Whether all URLs of a social provider have the hosts of AWS's defaults, whatever version of an API they name."""
    usual = {urlsplit(KINDS[kind].added[name]).hostname for name in _URLS if name in KINDS[kind].added}
    return all(urlsplit(details[name]).hostname in usual for name in _URLS if details.get(name))
