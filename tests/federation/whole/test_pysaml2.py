"""pysaml2, a SAML implementation that nobody here wrote, as the identity provider."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from keys import certificates, signing
from tests.federation.whole import xmlsec1
from tests.federation.whole.shop import Answer, Person, Shop

pytestmark = pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")  # temporary files of pysaml2
ISSUER = "https://pysaml2.example/metadata"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
CONTEXT = {"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "authn_auth": ISSUER}
BYE = "https://shop.example/bye"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The configuration of the provider, with a key."""
    place = tmp_path_factory.mktemp("pysaml2")
    key = signing.generate()
    certificate = certificates.self_signed(key, "pysaml2", datetime(2020, 1, 1, tzinfo=UTC))
    (place / "key.pem").write_bytes(key.pem)
    lines = "\n".join(wrap(certificate, 64))
    (place / "cert.pem").write_text(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
    at = "https://pysaml2.example"
    endpoints = {
        "single_sign_on_service": [(f"{at}/sso", BINDING_HTTP_REDIRECT)],
        "single_logout_service": [(f"{at}/slo", BINDING_HTTP_REDIRECT)],
    }
    return {
        "entityid": ISSUER,
        "xmlsec_binary": xmlsec1.command(place),
        "key_file": str(place / "key.pem"),
        "cert_file": str(place / "cert.pem"),
        "service": {
            "idp": {
                "endpoints": endpoints,
                "want_authn_requests_signed": True,
                "signing_algorithm": SIG_RSA_SHA256,  # SHA-1 otherwise, which is refused
                "digest_algorithm": DIGEST_SHA256,
            }
        },
    }


class Corp:
    """pysaml2, which knows a pool, and is known to it as the provider Corp."""

    def __init__(self, shop: Shop, settings: dict[str, Any]) -> None:
        self.shop, self.settings = shop, settings
        self.audience = f"urn:amazon:cognito:sp:{shop.pool}"
        self.name_id = NameID(format=NAMEID_FORMAT_PERSISTENT, text="Ana@corp")

    def agree(self, **details: str) -> None:
        """Give the provider's metadata to the pool, and the pool's to the provider."""
        metadata = str(entity_descriptor(IdPConfig().load(self.settings)))
        given = {"MetadataFile": metadata, "RequestSigningAlgorithm": "rsa-sha256", "IDPSignout": "true"}
        self.shop.add("Corp", "SAML", given | details, AttributeMapping={"email": MAIL})
        self.shop.allow_logout(BYE)
        url = f"{self.shop.base}/_emulator/saml/{self.shop.pool}/metadata?provider=Corp"
        known = {"metadata": {"inline": [requests.get(url, timeout=10).text]}}
        self.idp = Server(config=IdPConfig().load(self.settings | known))

    def answer(self, asked: Any = None, **how: bool) -> str:
        """The response to a request that was read; without one, nobody has asked."""
        given = self.idp.response_args(asked) if asked else self._unasked()
        answer = self.idp.create_authn_response(
            {"mail": ["ana@corp.example"]},
            userid="ana",
            name_id=self.name_id,
            authn=CONTEXT,
            **given,
            **{"sign_assertion": True, "sign_response": False, **how},
        )
        return base64.b64encode(str(answer).encode()).decode()

    def _unasked(self) -> dict[str, Any]:
        acs = f"{self.shop.base}/saml2/idpresponse"
        return {"in_response_to": None, "destination": acs, "sp_entity_id": self.audience}

    def signed_in(self, ana: Person, **how: bool) -> Answer:
        """Go to the provider, which verifies our request, and come back."""
        sent = ana.open(self.shop.url()).at
        assert sent.startswith("https://pysaml2.example/sso?"), sent
        asked = self.idp.parse_authn_request(*_signed(sent, "SAMLRequest"))
        return self.post(ana, self.answer(asked.message, **how), query(sent)["RelayState"])

    def post(self, ana: Person, response: str, relay_state: str) -> Answer:
        """Post a response to the pool."""
        form = {"SAMLResponse": response, "RelayState": relay_state}
        return ana.post(f"{self.shop.base}/saml2/idpresponse", form)


@pytest.fixture
def corp(shop: Shop, settings: dict[str, Any]) -> Corp:
    return Corp(shop, settings)


def query(url: str) -> dict[str, str]:
    """The parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query))


def _signed(url: str, name: str) -> tuple[str, str, str | None, str, str]:
    """A message by the redirect binding, with what pysaml2 needs to verify its signature."""
    given = query(url)
    return given[name], BINDING_HTTP_REDIRECT, given.get("RelayState"), given["SigAlg"], given["Signature"]


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"sign_assertion": False, "sign_response": True},
        {"sign_response": True},
        {"encrypt_assertion": True},
        {"encrypt_assertion": True, "sign_response": True},
        {"encrypt_assertion": True, "sign_assertion": False, "sign_response": True},
        {"encrypt_assertion": True, "encrypt_assertion_self_contained": True},
    ],
)
def test_pysaml2_verifies_our_request_and_we_its_response(corp: Corp, ana: Person, how: dict[str, bool]) -> None:
    corp.agree(EncryptedResponses=str(how.get("encrypt_assertion", False)).lower())
    found = corp.shop.claims(corp.signed_in(ana, **how))
    assert (found["cognito:username"], found["email"]) == ("Corp_Ana@corp", "ana@corp.example")
    [identity] = found["identities"]
    assert (identity["issuer"], identity["userId"]) == (ISSUER, "Ana@corp")


def test_a_response_that_nobody_has_signed_is_refused(corp: Corp, ana: Person) -> None:
    corp.agree()
    told = corp.shop.returned(corp.signed_in(ana, sign_assertion=False))
    assert told["error_description"] == "Invalid SAML response received: SAML Assertion signature is invalid. "
    assert corp.shop.users() == []


def test_pysaml2_may_begin_the_sign_in(corp: Corp, ana: Person) -> None:
    corp.agree(IDPInit="true")
    asked = {"identity_provider": "Corp", "client_id": corp.shop.client, "redirect_uri": corp.shop.callback}
    relay_state = urlencode({**asked, "response_type": "code", "scope": "openid email", "state": "S"})
    response = corp.answer()
    assert corp.shop.claims(corp.post(ana, response, relay_state))["cognito:username"] == "Corp_Ana@corp"
    assert "used before" in corp.shop.returned(corp.post(Person(), response, relay_state))["error_description"]


def test_our_sign_out_leads_to_pysaml2_and_back(corp: Corp, ana: Person) -> None:
    corp.agree()
    corp.signed_in(ana)
    asked = urlencode({"client_id": corp.shop.client, "logout_uri": BYE})
    sent = ana.open(f"{corp.shop.base}/logout?{asked}").at
    message, binding, relay_state, algorithm, signature = _signed(sent, "SAMLRequest")
    request = corp.idp.parse_logout_request(
        message, binding, relay_state=relay_state, sigalg=algorithm, signature=signature
    ).message
    assert request.name_id.text == "Ana@corp"
    answer = str(corp.idp.create_logout_response(request, [BINDING_HTTP_POST], sign=True))
    form = {"SAMLResponse": base64.b64encode(answer.encode()).decode(), "RelayState": relay_state or ""}
    assert ana.post(f"{corp.shop.base}/saml2/logout", form).at == BYE
    assert ana.open(corp.shop.url()).at.startswith("https://pysaml2.example/sso?")


def test_a_sign_out_at_pysaml2_ends_the_session_here(corp: Corp, ana: Person) -> None:
    corp.agree()
    corp.signed_in(ana)
    here = f"{corp.shop.base}/saml2/logout"
    _, asked = corp.idp.create_logout_request(here, corp.audience, name_id=corp.name_id, sign=True)
    at = ana.post(here, {"SAMLRequest": base64.b64encode(str(asked).encode()).decode()}).at
    assert at.startswith("https://pysaml2.example/slo?SAMLResponse="), at
    assert ana.open(corp.shop.url()).at.startswith("https://pysaml2.example/sso?")
