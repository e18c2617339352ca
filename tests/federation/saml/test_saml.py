"""Sign-in at a SAML provider: the request, and whom a response identifies."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

from emulator.federation import saml_documents, saml_responses
from emulator.federation.errors import ProviderError
from keys.signing import SigningKey
from storage.store import Store
from tests.api import web
from tests.builders import Api
from tests.conftest import NOON
from tests.federation.saml_idp import ACS, MAIL, Corp, inflated, query

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"


def refusal(corp: Corp, document: str, request_id: str | None = "_q") -> str:
    """What an application is told of a response."""
    with pytest.raises(ProviderError) as refused:
        corp.identify(document, request_id)
    assert refused.value.error == "server_error"
    return str(refused.value.message)


def verify(corp: Corp, location: str) -> None:
    """Raise InvalidSignature unless the key of GetSigningCertificate has signed the query as it is."""
    certificate = corp.api.idp("GetSigningCertificate", UserPoolId=corp.pool)["Certificate"]
    covered, _, _ = urlsplit(location).query.partition("&Signature=")
    public = load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(public, RSAPublicKey)
    public.verify(base64.b64decode(query(location)["Signature"]), covered.encode(), PKCS1v15(), SHA256())


def test_a_request_names_the_pool_the_reply_url_and_an_id_that_is_kept(corp: Corp) -> None:
    departure = corp.start()
    sent = query(departure.location)
    assert departure.location.startswith("https://idp.example.com/sso?SAMLRequest=")
    assert (list(sent), sent["RelayState"]) == (["SAMLRequest", "RelayState"], "STATE")
    request = inflated(sent["SAMLRequest"])
    assert dict(request.attrib) == {
        "ID": departure.kept["request_id"],
        "Version": "2.0",
        "IssueInstant": "2027-01-15T08:00:00.000Z",
        "Destination": "https://idp.example.com/sso",
        "AssertionConsumerServiceURL": ACS,
        "ProtocolBinding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
    }
    assert request.tag == "{urn:oasis:names:tc:SAML:2.0:protocol}AuthnRequest"
    assert [(each.tag, each.text) for each in request] == [(f"{ASSERTION}Issuer", f"urn:amazon:cognito:sp:{corp.pool}")]
    assert corp.start().kept != departure.kept


def test_prompt_login_asks_for_a_new_authentication(corp: Corp) -> None:
    def forced(*prompt: str) -> str | None:
        found: str | None = inflated(query(corp.start(prompt=prompt).location)["SAMLRequest"]).get("ForceAuthn")
        return found

    assert (forced("login"), forced("select_account"), forced()) == ("true", None, None)


def test_a_signed_request_is_signed_by_the_pools_signing_certificate(
    api: Api, store: Store, idp_key: SigningKey
) -> None:
    corp = Corp.of(api, store, idp_key, RequestSigningAlgorithm="rsa-sha256")
    location = corp.start().location
    assert query(location)["SigAlg"] == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    verify(corp, location)
    with pytest.raises(InvalidSignature):
        verify(corp, location.replace("RelayState=STATE", "RelayState=OTHER"))


def test_a_query_of_the_providers_endpoint_stays(api: Api, store: Store, idp_key: SigningKey) -> None:
    corp = Corp.of(api, store, idp_key)
    with store.unit(writes=True) as unit:
        provider = unit.providers.named(corp.pool, "Corp")
        assert provider
        details = {**provider.settings["ProviderDetails"], "SSORedirectBindingURI": "https://idp.example.com/sso?t=1#f"}
        unit.providers.change(provider, settings={**provider.settings, "ProviderDetails": details})
    location = corp.start().location
    assert location.startswith("https://idp.example.com/sso?t=1&SAMLRequest=")
    assert location.endswith("&RelayState=STATE#f")


@pytest.mark.parametrize("sign", [("_a",), ("_r",), ("_a", "_r")])
def test_a_response_identifies_its_subject(corp: Corp, sign: tuple[str, ...]) -> None:
    attributes = {MAIL: ["ana@example.com"], "groups": ["a b", "c~"], "empty": []}
    found = corp.identify(corp.document(corp.answer(attributes=attributes, sign=sign)))
    assert found.subject == "Ana@idp"
    assert found.claims == {MAIL: "ana@example.com", "groups": ["a b", "c~"]}
    assert found.responses == {"samlResponse": {MAIL: "ana@example.com", "groups": "[a+b, c%7E]"}}
    assert found.session == {
        "NameID": "Ana@idp",
        "Format": "urn:x:persistent",
        "NameQualifier": "q",
        "SessionIndex": "_s1",
    }


def test_an_attribute_that_is_there_twice_has_the_values_of_both(corp: Corp) -> None:
    end = "</saml:AttributeStatement>"
    more = f'<saml:Attribute Name="g"><saml:AttributeValue>2</saml:AttributeValue></saml:Attribute>{end}'
    answer = corp.answer(attributes={"g": ["1"]}, change_assertion=lambda text: text.replace(end, more))
    assert corp.identify(corp.document(answer)).claims == {"g": ["1", "2"]}


def test_base64_may_have_line_breaks(corp: Corp) -> None:
    encoded = base64.encodebytes(corp.document(corp.answer()).encode()).decode()
    assert corp.identify_posted(encoded.replace("\n", "\r\n")).subject == "Ana@idp"


def test_an_unsolicited_response_answers_no_request(corp: Corp) -> None:
    assert corp.identify(corp.document(corp.answer(None)), None).subject == "Ana@idp"
    assert "InResponseTo" in refusal(corp, corp.document(corp.answer("_q", id="_b", sign=("_b",))), None)


def test_an_assertion_counts_once_until_it_has_expired(corp: Corp) -> None:
    document = corp.document(corp.answer())
    corp.identify(document)
    assert refusal(corp, document) == "Invalid SAML response received: SAML Assertion was used before. "
    assert refusal(corp, corp.document(corp.answer("_q2")), "_q2").endswith("was used before. ")
    assert corp.identify(corp.document(corp.answer(id="_b", sign=("_b",)))).subject == "Ana@idp"
    corp.world.clock.advance(seconds=359)
    assert refusal(corp, document).endswith("was used before. ")
    corp.world.clock.advance(seconds=1)
    assert refusal(corp, document).endswith("is expired. ")


def test_an_assertion_is_remembered_for_as_long_as_it_might_be_taken(corp: Corp) -> None:
    def remembered(**members: Any) -> float:
        found = saml_documents.parsed(corp.answer(**members).assertion.encode())
        return saml_responses.expiry(found, NOON) - NOON

    assert remembered() == 360
    assert remembered(ends=600) == 660
    assert remembered(ends=None, confirmed_until=120) == 180


def test_an_assertion_that_was_refused_may_come_again(corp: Corp) -> None:
    assert refusal(corp, corp.document(corp.answer(recipient="https://x.example")))
    assert corp.identify(corp.document(corp.answer())).subject == "Ana@idp"


def test_any_certificate_of_the_metadata_may_sign(
    api: Api, store: Store, idp_key: SigningKey, stranger: SigningKey
) -> None:
    both = web.metadata(*[web.certificate(key, NOON - 1000) for key in (idp_key, stranger)])
    corp = Corp.of(api, store, idp_key, MetadataFile=both)
    assert corp.identify(corp.document(corp.answer())).subject == "Ana@idp"
    corp.key = stranger
    assert corp.identify(corp.document(corp.answer(id="_b", sign=("_b",)))).subject == "Ana@idp"


def test_of_two_calls_with_one_assertion_at_once_one_counts(corp: Corp, store: Store) -> None:
    document = corp.document(corp.answer())
    found: list[str | None] = []

    def meanwhile() -> None:
        store.while_released = None
        found.append(corp.identify(document).subject)

    store.while_released = meanwhile
    assert refusal(corp, document).endswith("was used before. ")
    assert found == ["Ana@idp"], "the connection was released while the first call verified the document"
