"""samlify, a SAML implementation that nobody here wrote, as the identity provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

from keys import certificates, signing
from tests.federation.whole.shop import Answer, Person, Shop
from tests.sdk.node_client import NodeClient

ISSUER = "https://samlify.example"
ANA = {"id": "Ana@corp", "sessionIndex": "_s1", "claims": {"email": "ana@corp.example"}}
BYE = "https://shop.example/bye"
OAEP = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeClient]:
    """The process in which samlify is."""
    client = NodeClient("samlify-idp.mjs", tmp_path_factory.mktemp("samlify") / "log")
    yield client
    client.stop()


@pytest.fixture(scope="module")
def key() -> tuple[str, str]:
    """The provider's key and certificate."""
    made = signing.generate()
    return made.pem.decode(), certificates.self_signed(made, "samlify", datetime(2020, 1, 1, tzinfo=UTC))


class Corp:
    """samlify, which knows a pool, and is known to it as the provider Corp."""

    def __init__(self, shop: Shop, node: NodeClient, key: tuple[str, str]) -> None:
        self.shop, self.node, self.key = shop, node, key

    def agree(self, details: dict[str, str] | None = None, wants: Any = None, **settings: Any) -> None:
        """Give the provider's metadata to the pool, and the pool's to the provider."""
        metadata = self.node.call("start", ISSUER, *self.key, ["email"], {"wantAuthnRequestsSigned": True, **settings})
        given = {"MetadataFile": metadata, "RequestSigningAlgorithm": "rsa-sha256", "IDPSignout": "true"}
        self.shop.add("Corp", "SAML", given | (details or {}))
        self.shop.allow_logout(BYE)
        url = f"{self.shop.base}/_emulator/saml/{self.shop.pool}/metadata?provider=Corp"
        self.node.call("meet", requests.get(url, timeout=10).text, wants or {})

    def signed_in(self, ana: Person, **options: Any) -> Answer:
        """Go to the provider, and come back."""
        sent = ana.open(self.shop.url()).at
        assert sent.startswith(f"{ISSUER}/sso?"), sent
        return self.posted(ana, self.node.call("signIn", sent, ANA, options), state(sent))

    def posted(self, ana: Person, message: dict[str, str], relay_state: str = "") -> Answer:
        """Post a message of the provider to where it wants it."""
        to = message.pop("to")
        return ana.post(to, {**message, **({"RelayState": relay_state} if relay_state else {})})


@pytest.fixture
def corp(shop: Shop, node: NodeClient, key: tuple[str, str]) -> Corp:
    return Corp(shop, node, key)


def state(url: str) -> str:
    """The RelayState of a URL."""
    return dict(parse_qsl(urlsplit(url).query))["RelayState"]


def test_samlify_verifies_our_request_and_we_its_assertion(corp: Corp, ana: Person) -> None:
    corp.agree()
    found = corp.shop.claims(corp.signed_in(ana))
    assert (found["cognito:username"], found["email"]) == ("Corp_Ana@corp", "ana@corp.example")
    [identity] = found["identities"]
    assert (identity["issuer"], identity["userId"]) == (ISSUER, "Ana@corp")


def test_the_response_may_be_signed_beside_the_assertion(corp: Corp, ana: Person) -> None:
    corp.agree(wants={"wantMessageSigned": True})
    assert corp.shop.claims(corp.signed_in(ana))["email"] == "ana@corp.example"


@pytest.mark.parametrize(
    ("content", "key_by"),
    [
        (f"{XENC}aes256-cbc", OAEP),
        (f"{XENC}aes128-cbc", f"{XENC}rsa-1_5"),
        (f"{XENC11}aes256-gcm", OAEP),
        (f"{XENC11}aes128-gcm", OAEP),
    ],
)
@pytest.mark.parametrize("encrypt_first", [False, True])
def test_assertions_of_samlify_are_decrypted(
    corp: Corp, ana: Person, content: str, key_by: str, encrypt_first: bool
) -> None:
    algorithms = {"dataEncryptionAlgorithm": content, "keyEncryptionAlgorithm": key_by}
    corp.agree({"EncryptedResponses": "true"}, {"wantMessageSigned": True}, isAssertionEncrypted=True, **algorithms)
    found = corp.shop.claims(corp.signed_in(ana, encryptThenSign=encrypt_first))
    assert found["email"] == "ana@corp.example"


def test_a_plain_assertion_is_refused_where_they_are_to_be_encrypted(corp: Corp, ana: Person) -> None:
    corp.agree({"EncryptedResponses": "true"})
    told = corp.shop.returned(corp.signed_in(ana))
    assert told["error_description"] == "Invalid SAML response received: SAML Assertion is not encrypted. "
    assert corp.shop.users() == []


def test_samlify_may_begin_the_sign_in(corp: Corp, ana: Person) -> None:
    corp.agree({"IDPInit": "true"})
    asked = {"identity_provider": "Corp", "client_id": corp.shop.client, "redirect_uri": corp.shop.callback}
    relay_state = urlencode({**asked, "response_type": "code", "scope": "openid email", "state": "S"})
    found = corp.shop.claims(corp.posted(ana, corp.node.call("signIn", None, ANA, {}), relay_state))
    assert found["cognito:username"] == "Corp_Ana@corp"


def is_signed_in(corp: Corp, ana: Person) -> bool:
    """Whether the browser has a session, which answers requests."""
    return ana.open(corp.shop.url()).at.startswith(f"{corp.shop.callback}?code=")


def test_our_sign_out_leads_to_samlify_and_back(corp: Corp, ana: Person) -> None:
    corp.agree()
    corp.signed_in(ana)
    assert is_signed_in(corp, ana)
    asked = urlencode({"client_id": corp.shop.client, "logout_uri": BYE})
    sent = ana.open(f"{corp.shop.base}/logout?{asked}").at
    assert sent.startswith(f"{ISSUER}/slo?SAMLRequest="), sent
    answer = corp.node.call("signedOut", sent)
    assert answer.pop("nameID") == "Ana@corp"
    assert corp.posted(ana, answer, state(sent)).at == BYE
    assert not is_signed_in(corp, ana)


def test_a_sign_out_at_samlify_ends_the_session_here(corp: Corp, ana: Person) -> None:
    corp.agree()
    corp.signed_in(ana)
    other = Person()
    corp.signed_in(other)
    answer = corp.posted(ana, corp.node.call("signOut", ANA | {"sessionIndex": "_other"}))
    assert is_signed_in(corp, ana)
    answer = corp.posted(ana, corp.node.call("signOut", ANA))
    assert answer.at.startswith(f"{ISSUER}/slo?SAMLResponse="), answer.text
    assert corp.node.call("wasSignedOut", answer.at).startswith("_")
    assert not is_signed_in(corp, ana)
    assert not is_signed_in(corp, other)
