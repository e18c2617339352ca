"""The stand-in SAML provider, as python3-saml sees it: signed, encrypted, refused, started at the provider."""

from __future__ import annotations

import base64
import zlib
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from tests.builders import Api
from tests.stand_in.service_provider import ACS, IDP, PERSISTENT, ServiceProvider, certificate
from tests.stand_in.visitor import MIKA, NOOR, Visitor, hidden, words

pytestmark = pytest.mark.filterwarnings("ignore:datetime.*:DeprecationWarning")
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
STATUS = "urn:oasis:names:tc:SAML:2.0:status"
NAMES = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'


@pytest.fixture
def sp(api: Api) -> ServiceProvider:
    return ServiceProvider(api)


def press(sp: ServiceProvider, page: TestResponse, fields: dict[str, str]) -> TestResponse:
    return Visitor(sp.api, "SAML").submit(page, fields)


def test_a_click_leads_to_a_signed_response_that_a_stock_service_provider_accepts(sp: ServiceProvider) -> None:
    page = sp.begin()
    assert "a SAML identity provider" in page.text
    answer = press(sp, page, {"person": '["*", "100000000000000000001"]'})
    assert hidden(answer)["RelayState"] == "the state"
    auth = sp.accept(answer)
    assert auth.get_errors() == [], auth.get_last_error_reason()
    assert (auth.get_nameid(), auth.get_nameid_format()) == ("100000000000000000001", PERSISTENT)
    assert auth.get_session_index()
    assert auth.get_attributes() == {
        "name": ["Noor Haddad"],
        f"{CLAIMS}/name": ["Noor Haddad"],
        "given_name": ["Noor"],
        f"{CLAIMS}/givenname": ["Noor"],
        "family_name": ["Haddad"],
        f"{CLAIMS}/surname": ["Haddad"],
        "email": [NOOR],
        f"{CLAIMS}/emailaddress": [NOOR],
        "email_verified": ["true"],
    }


def test_claims_become_attributes_lists_several_values_and_what_is_no_text_json(sp: ServiceProvider) -> None:
    claims = {"groups": ["a & <b>", "c"], "n": 7, "o": {"p": 1}, "none": None, "odd": "x\u0001y"}
    Visitor(sp.api, "SAML").add("ana <1>", **claims)
    auth = sp.accept(sp.begin("ana%20%3C1%3E"))
    assert auth.get_errors() == [], auth.get_last_error_reason()
    assert auth.get_nameid() == "ana <1>"
    groups = ["a & <b>", "c"]
    assert auth.get_attributes() == {
        "groups": groups,
        "http://schemas.xmlsoap.org/claims/Group": groups,
        "n": ["7"],
        "o": ['{"p": 1}'],
        "odd": ["x\ufffdy"],
    }


def test_the_assertion_is_encrypted_for_a_service_provider_that_asks_for_it(sp: ServiceProvider) -> None:
    known = {"entity_id": "urn:test:sp", "encryption_certificate": certificate()}
    assert sp.api.http.post("/_emulator/idp/service-providers", json=known).get_json() == {}
    sp.encrypted = True
    answer = sp.begin(NOOR)
    document = base64.b64decode(hidden(answer)["SAMLResponse"])
    assert b"EncryptedAssertion" in document
    assert NOOR.encode() not in document
    auth = sp.accept(answer)
    assert auth.get_errors() == [], auth.get_last_error_reason()
    assert auth.get_attributes()["email"] == [NOOR]


def test_the_subject_of_the_request_signs_in_without_a_page(sp: ServiceProvider) -> None:
    auth = sp.accept(sp.begin(name_id_value_req=MIKA))
    assert auth.get_attributes()["email"] == [MIKA]


def test_the_name_id_is_the_address_where_the_policy_asks_for_it(sp: ServiceProvider) -> None:
    sp.name_id_format = EMAIL
    auth = sp.accept(sp.begin(NOOR))
    assert auth.get_errors() == [], auth.get_last_error_reason()
    assert (auth.get_nameid(), auth.get_nameid_format()) == (NOOR, EMAIL)
    Visitor(sp.api, "SAML").add("no-mail", name="Ana")
    assert f"{STATUS}:InvalidNameIDPolicy" in refusal(sp, sp.begin("no-mail"))


def refusal(sp: ServiceProvider, answer: TestResponse) -> str:
    """The status of a response without an assertion, which is signed."""
    auth = sp.accept(answer)
    assert auth.get_errors() == ["invalid_response"]
    assert "The status code of the Response was not Success" in auth.get_last_error_reason()
    document = base64.b64decode(hidden(answer)["SAMLResponse"]).decode()
    assert "<ds:SignatureValue>" in document
    assert "Assertion " not in document
    return document


def test_who_refuses_sends_authn_failed(sp: ServiceProvider) -> None:
    assert f"{STATUS}:AuthnFailed" in refusal(sp, press(sp, sp.begin(), {"action": "refuse"}))


def test_a_passive_request_is_answered_by_the_session_unless_it_is_forced(sp: ServiceProvider) -> None:
    assert f"{STATUS}:NoPassive" in refusal(sp, sp.begin(is_passive=True))
    index = sp.accept(sp.begin(MIKA)).get_session_index()
    auth = sp.accept(sp.begin(is_passive=True))
    assert (auth.get_attributes()["email"], auth.get_session_index()) == ([MIKA], index)
    assert f"{STATUS}:NoPassive" in refusal(sp, sp.begin(is_passive=True, force_authn=True))
    assert sp.accept(sp.begin(MIKA, force_authn=True)).get_session_index() != index


def test_a_sign_in_can_start_at_the_provider(sp: ServiceProvider) -> None:
    asked = {"acs": ACS, "audience": "urn:test:sp", "RelayState": "client_id=1&scope=openid"}
    page = sp.api.http.get(f"{IDP}/initiate", query_string=asked)
    answer = press(sp, page, {"person": '["*", "100000000000000000002"]'})
    assert hidden(answer)["RelayState"] == "client_id=1&scope=openid"
    auth = sp.accept(answer)
    assert auth.get_errors() == [], auth.get_last_error_reason()
    assert auth.get_attributes()["email"] == [MIKA]
    assert b"InResponseTo" not in base64.b64decode(hidden(answer)["SAMLResponse"])
    sp.accept(sp.api.http.get(f"{IDP}/initiate", query_string={**asked, "login_hint": NOOR}))
    for wrong in ({"acs": "javascript:1", "audience": "a"}, {"acs": ACS}, {"acs": ACS, "audience": "a" * 9_000}):
        assert sp.api.http.get(f"{IDP}/initiate", query_string=wrong).status_code == 400


def test_a_request_may_be_posted(sp: ServiceProvider) -> None:
    fields = {"SAMLRequest": base64.b64encode(request().encode()).decode(), "RelayState": "r"}
    answer = sp.api.http.post(f"{IDP}/sso?login_hint={NOOR}", data=fields)
    assert answer.status_code == 303
    assert hidden(sp.api.http.get(answer.location))["RelayState"] == "r"


def request(content: str = "", name: str = "AuthnRequest", issuer: str = "urn:test:sp", **changes: str | None) -> str:
    """An AuthnRequest. None leaves an attribute out."""
    attributes = {"ID": "_1", "Version": "2.0", "AssertionConsumerServiceURL": ACS} | changes
    told = " ".join(f'{key}="{value}"' for key, value in attributes.items() if value is not None)
    return f"<samlp:{name} {NAMES} {told}><saml:Issuer>{issuer}</saml:Issuer>{content}</samlp:{name}>"


def redirected(sp: ServiceProvider, document: str | bytes) -> TestResponse:
    """The answer to a message by the redirect binding."""
    octets = document.encode() if isinstance(document, str) else document
    deflater = zlib.compressobj(wbits=-15)
    message = base64.b64encode(deflater.compress(octets) + deflater.flush()).decode()
    return sp.api.http.get(f"{IDP}/sso?{urlencode({'SAMLRequest': message})}")


def keys(text: str, use: str = "encryption") -> str:
    """Extensions of an AuthnRequest with a certificate, in the form that metadata have."""
    return (
        f'<samlp:Extensions><md:KeyDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" use="{use}">'
        '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>'
        f"{text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor></samlp:Extensions>"
    )


SUBJECT = f"<saml:Subject><saml:NameID>{NOOR}</saml:NameID></saml:Subject>"


def test_a_request_may_bring_the_certificate_for_which_its_assertion_is_encrypted(sp: ServiceProvider) -> None:
    folded = "\n".join(certificate()[at : at + 64] for at in range(0, len(certificate()), 64))
    answer = redirected(sp, request(keys(folded) + SUBJECT))
    sp.encrypted, sp.request_id = True, "_1"
    auth = sp.accept(answer)
    assert auth.get_errors() == [], auth.get_last_error_reason()
    assert auth.get_attributes()["email"] == [NOOR]
    for plain in (request(SUBJECT), request(keys(certificate(), "signing") + SUBJECT)):
        document = base64.b64decode(hidden(redirected(sp, plain))["SAMLResponse"])
        assert b"EncryptedAssertion" not in document


def test_the_place_of_earlier_responses_stands_in_for_one_that_is_missing(sp: ServiceProvider) -> None:
    document = request(AssertionConsumerServiceURL=None)
    assert words(redirected(sp, document)).startswith("The AuthnRequest has no AssertionConsumerServiceURL")
    sp.begin(NOOR)
    assert ACS in redirected(sp, document).text


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("<a", "The SAML message is not XML, or has a document type."),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + request("&x;"), "The SAML message is not XML"),
        ("<!DOCTYPE a>" + request(), "The SAML message is not XML, or has a document type."),
        (b"\xff\xfe\x00", "The SAML message is not XML, or has a document type."),
        ('<?xml version="1.0" encoding="moon"?><a/>', "The SAML message is not XML, or has a document type."),
        (request(name="LogoutRequest"), "The SAML message is not of the type AuthnRequest."),
        (request(ID=None), "The SAML message lacks Version 2.0, an ID or an Issuer."),
        (request(Version="1.1"), "The SAML message lacks Version 2.0, an ID or an Issuer."),
        (request(issuer=" "), "The SAML message lacks Version 2.0, an ID or an Issuer."),
        (request(Destination="http://localhost/another"), "The SAML message has another Destination."),
        (request(AssertionConsumerServiceURL="javascript:1"), "The AuthnRequest has no AssertionConsumerServiceURL"),
        (request(ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"), "The AuthnRequest's Protocol"),
        (request(keys("MII")), "The AuthnRequest's encryption certificate is none of an RSA key: "),
        (request(keys("")), "The AuthnRequest's encryption certificate is none of an RSA key: "),
        (request("x" * 100_000), "The SAML message is too long, or incomplete."),
    ],
)
def test_a_wrong_message_is_told_on_a_page(sp: ServiceProvider, document: str | bytes, problem: str) -> None:
    page = redirected(sp, document)
    assert page.status_code == 400
    assert words(page).startswith(problem)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "There is no SAML message"),
        ({"SAMLRequest": "%"}, "The SAML message is not encoded"),
        ({"SAMLRequest": "AAAA"}, "The SAML message is"),
        ({"SAMLRequest": "A" * 100_001}, "The SAML message is too long."),
        ({"SAMLRequest": "AAAA", "RelayState": "r" * 9_000}, "RelayState is too long."),
    ],
)
def test_what_is_no_message_is_told_on_a_page(sp: ServiceProvider, fields: dict[str, Any], problem: str) -> None:
    page = sp.api.http.get(f"{IDP}/sso", query_string=fields)
    assert page.status_code == 400
    assert words(page).startswith(problem)


def test_the_metadata_have_a_certificate_that_stays(sp: ServiceProvider) -> None:
    first = sp.api.http.get(f"{IDP}/metadata")
    assert first.mimetype == "application/samlmetadata+xml"
    sp.api.world.clock.advance(days=400)
    assert sp.api.http.get(f"{IDP}/metadata").data == first.data


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "entity_id is missing"),
        ({"entity_id": "a", "moon": "b"}, "a service provider is an object"),
        ({"entity_id": 1}, "the members are strings"),
        ({"entity_id": "a\n"}, "the members are strings"),
        ({"entity_id": "a", "slo": "ftp://x"}, "slo: it is not an http(s) URL"),
        ({"entity_id": "a", "slo_binding": "SOAP"}, "slo_binding: "),
        ({"entity_id": "a", "encryption_certificate": "MII"}, "encryption_certificate: "),
    ],
)
def test_a_service_provider_that_is_none_is_refused_in_words(api: Api, body: Any, problem: str) -> None:
    answer = api.http.post("/_emulator/idp/service-providers", json=body)
    assert (answer.status_code, answer.get_json()["error"].startswith(problem)) == (400, True)
    assert api.http.get("/_emulator/idp/service-providers").get_json() == {"service_providers": []}


def test_service_providers_are_shown_and_forgotten(sp: ServiceProvider) -> None:
    sp.begin(NOOR)
    [found] = sp.api.http.get("/_emulator/idp/service-providers").get_json()["service_providers"]
    assert (found["entity_id"], found["acs"]) == ("urn:test:sp", ACS)
    assert sp.api.http.delete("/_emulator/idp/service-providers").get_json() == {}
    assert sp.api.http.get("/_emulator/idp/service-providers").get_json() == {"service_providers": []}
    headers = {"Origin": "https://evil.example"}
    assert sp.api.http.delete("/_emulator/idp/service-providers", headers=headers).status_code == 403
