"""A SAML service provider that no one here wrote: python3-saml, which verifies and decrypts with xmlsec."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from werkzeug.test import TestResponse

from keys import certificates, signing
from keys.signing import SigningKey
from tests.builders import Api
from tests.conftest import NOON
from tests.stand_in.visitor import hidden

IDP = "/_emulator/idp/saml"
ENTITY = "urn:test:sp"
ACS, SLO = "http://app.localhost:3000/acs", "http://app.localhost:3000/logout"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


@cache
def key() -> SigningKey:
    """The service provider's key."""
    return signing.generate()


def certificate() -> str:
    """Its certificate."""
    return certificates.self_signed(key(), "sp", datetime.fromtimestamp(NOON - 10**8, UTC))


@dataclass(slots=True)
class ServiceProvider:
    """The service provider, with the metadata of the stand-in. It goes by the clock of this machine."""

    api: Api
    encrypted: bool = False
    name_id_format: str = PERSISTENT
    entity: str = ENTITY
    security: dict[str, Any] = field(default_factory=dict)
    request_id: str | None = None

    def __post_init__(self) -> None:
        self.api.world.clock.advance(seconds=time.time() - self.api.world.clock.now())

    def auth(self, get: dict[str, str] | None = None, post: dict[str, str] | None = None, path: str = "/acs") -> Any:
        """python3-saml, with a request of a browser."""
        metadata = self.api.http.get(f"{IDP}/metadata").data
        settings = OneLogin_Saml2_IdPMetadataParser.parse(metadata)
        settings |= {"strict": True, "debug": True}
        settings["sp"] = {
            "entityId": self.entity,
            "assertionConsumerService": {"url": ACS},
            "singleLogoutService": {"url": SLO},
            "NameIDFormat": self.name_id_format,
            "x509cert": certificate(),
            "privateKey": key().pem.decode(),
        }
        settings["security"] = {
            "authnRequestsSigned": True,
            "logoutRequestSigned": True,
            "wantMessagesSigned": True,
            "wantAssertionsSigned": True,
            "wantAssertionsEncrypted": self.encrypted,
            "rejectDeprecatedAlgorithm": True,
            **self.security,
        }
        request = {"https": "off", "http_host": "app.localhost:3000", "script_name": path}
        return OneLogin_Saml2_Auth({**request, "get_data": get or {}, "post_data": post or {}}, settings)

    def begin(self, hint: str | None = None, **wanted: Any) -> TestResponse:
        """Send a browser with an AuthnRequest."""
        auth = self.auth()
        url = auth.login("the state", **wanted)
        self.request_id = auth.get_last_request_id()
        return self.api.http.get(url + (f"&login_hint={hint}" if hint else ""))

    def accept(self, answer: TestResponse) -> Any:
        """Read the response of the provider, which the browser posts."""
        assert f'action="{ACS}"' in answer.text, answer.text
        auth = self.auth(post=hidden(answer))
        auth.process_response(self.request_id)
        return auth


def query(url: str) -> dict[str, str]:
    """The parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
