"""SAML metadata: what is read of it, and which documents are refused."""

from __future__ import annotations

import pytest

from emulator.domain.providers import saml_metadata
from emulator.faults import InvalidParameterException
from keys.signing import SigningKey, generate
from tests.api.web import SAML_ISSUER, certificate, metadata
from tests.conftest import NOON

UNREADABLE = "Unable to unmarshall metadata"
TEN_YEARS = 10 * 366 * 86_400


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return generate()


def refusal(document: str) -> str:
    with pytest.raises(InvalidParameterException) as refused:
        saml_metadata.read(document, NOON)
    return str(refused.value.message)


def test_a_document_says_who_where_and_who_signs(key: SigningKey) -> None:
    signers = certificate(key), certificate(key, NOON - 1000)
    read = saml_metadata.read(metadata(*signers), NOON)
    assert read == saml_metadata.Metadata(
        SAML_ISSUER, "https://idp.example.com/sso", "https://idp.example.com/slo", signers
    )
    assert saml_metadata.read(metadata(*signers, sign_out=False), NOON).sign_out_url is None


def test_a_key_for_everything_signs_and_one_for_encryption_does_not(key: SigningKey) -> None:
    document = metadata(certificate(key))
    assert saml_metadata.read(document.replace(' use="signing"', ""), NOON).certificates == (certificate(key),)
    assert refusal(document.replace('use="signing"', 'use="encryption"')) == "No signing certificate found in metadata."


def test_the_first_identity_provider_of_a_federation_counts(key: SigningKey) -> None:
    own = metadata(certificate(key)).partition("?>")[2]
    service = '<md:EntityDescriptor entityID="sp"><md:SPSSODescriptor/></md:EntityDescriptor>'
    federation = f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{service}{own}'
    assert saml_metadata.read(f"{federation}</md:EntitiesDescriptor>", NOON).entity_id == SAML_ISSUER


def test_a_document_type_is_refused_whatever_it_declares(key: SigningKey) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    for declared in (
        "<!DOCTYPE x>",
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>',
        '<!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ):
        assert refusal(metadata(certificate(key), more=declared)) == UNREADABLE


@pytest.mark.parametrize(
    "document",
    ["", "{}", "<", "<a>", "\x00", "🙂", "<a/>", '<?xml version="1.0" encoding="no-such"?><a/>', "<a>" * 100_000],
    ids=range(9),
)
def test_what_is_no_metadata_is_refused(document: str) -> None:
    assert refusal(document) == UNREADABLE


def test_a_document_of_more_than_a_million_characters_is_refused(key: SigningKey) -> None:
    assert refusal(metadata(certificate(key), more=f"<!--{'x' * (1 << 20)}-->")) == UNREADABLE


def test_browsers_have_to_be_redirected(key: SigningKey) -> None:
    words = "No SingleSignOn Http redirect binding location found in metadata."
    assert refusal(metadata(certificate(key), binding="HTTP-POST")) == words


@pytest.mark.parametrize(
    "location",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/sso",
        "https:///sso",
        "https://a b/sso",
        "https://idp.example.com\\@evil.example/sso",
        "https://idp.example.com:99999/sso",
        "https://idp.example.com/&#13;&#10;Set-Cookie: a=b",
    ],
)
def test_a_location_to_which_no_browser_can_go_does_not_count(key: SigningKey, location: str) -> None:
    document = metadata(certificate(key))
    assert refusal(document.replace("https://idp.example.com/sso", location)) == (
        "No SingleSignOn Http redirect binding location found in metadata."
    )
    odd = saml_metadata.read(document.replace("https://idp.example.com/slo", location), NOON)
    assert (odd.sign_in_url, odd.sign_out_url) == ("https://idp.example.com/sso", None)
    padded = document.replace("https://idp.example.com/sso", " https://idp.example.com/sso&#10;")
    assert saml_metadata.read(padded, NOON).sign_in_url == "https://idp.example.com/sso"


def test_certificates_are_there_readable_short_and_in_time(key: SigningKey) -> None:
    assert refusal(metadata()) == "No signing certificate found in metadata."
    assert refusal(metadata("QUJD")) == "A certificate in the metadata cannot be read."
    assert refusal(metadata("A" * 4_097)) == "A certificate in the metadata is longer than 4096 characters."
    expired = metadata(certificate(key), certificate(key, NOON - TEN_YEARS))
    assert refusal(expired) == "A certificate in the metadata has expired."
