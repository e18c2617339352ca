"""Encrypted assertions: by which algorithms, signed outside or inside, and when plain ones are refused."""

from __future__ import annotations

import pytest

from emulator.federation.errors import ProviderError
from keys import xml_decryption
from keys.signing import SigningKey
from keys.xml_decryption import Undecryptable
from storage.store import Store
from tests.api import web
from tests.api.provider_calls import described
from tests.builders import Api
from tests.conftest import NOON
from tests.federation import encryption
from tests.federation.encryption import (
    CBC128,
    CBC192,
    CBC256,
    GCM128,
    GCM192,
    GCM256,
    OAEP_NEW,
    OAEP_OLD,
    RSA15,
    SHA256,
)
from tests.federation.saml_idp import Corp, signed

NO_SIGNATURE = "Invalid SAML response received: SAML Assertion signature is invalid. "


@pytest.fixture
def corp(api: Api, store: Store, idp_key: SigningKey) -> Corp:
    """A provider whose assertions are encrypted."""
    return Corp.of(api, store, idp_key, EncryptedResponses="true")


def certificate(corp: Corp) -> str:
    return str(described(corp.api, corp.pool)["ProviderDetails"]["ActiveEncryptionCertificate"])


def sealed(corp: Corp, assertion: str, **how: str) -> str:
    """A response with an encrypted assertion, not signed itself."""
    return corp.answer().response(encryption.encrypted(assertion, certificate(corp), **how))  # type: ignore[arg-type]


def refused(corp: Corp, document: str) -> str:
    with pytest.raises(ProviderError) as refused:
        corp.identify(document)
    return str(refused.value.message)


def test_a_signed_assertion_may_be_encrypted(corp: Corp) -> None:
    assertion = signed(corp.answer().assertion, corp.key)
    assert corp.identify(sealed(corp, assertion)).subject == "Ana@idp"


def test_the_signature_may_be_around_what_is_encrypted(corp: Corp) -> None:
    assertion = corp.answer().assertion
    assert corp.identify(signed(sealed(corp, assertion), corp.key, "_r")).subject == "Ana@idp"


def test_encryption_is_no_signature(corp: Corp, stranger: SigningKey) -> None:
    assertion = corp.answer().assertion
    assert refused(corp, sealed(corp, assertion)) == NO_SIGNATURE
    assert refused(corp, sealed(corp, signed(assertion, stranger))) == NO_SIGNATURE
    assert refused(corp, signed(sealed(corp, assertion), stranger, "_r")) == NO_SIGNATURE


def test_an_assertion_in_plain_text_is_refused_where_they_are_to_be_encrypted(corp: Corp) -> None:
    words = "Invalid SAML response received: SAML Assertion is not encrypted. "
    assert refused(corp, corp.document(corp.answer())) == words
    assert refused(corp, corp.document(corp.answer(sign=("_r",)))) == words


def test_an_encrypted_assertion_is_taken_where_they_need_not_be(api: Api, store: Store, idp_key: SigningKey) -> None:
    corp = Corp.of(api, store, idp_key)
    assert corp.identify(sealed(corp, signed(corp.answer().assertion, corp.key))).subject == "Ana@idp"


def test_a_plain_assertion_beside_an_encrypted_one_is_refused(corp: Corp) -> None:
    good = encryption.encrypted(signed(corp.answer().assertion, corp.key), certificate(corp))
    forged = corp.answer("_q", id="_evil", name_id="root").assertion
    assert refused(corp, corp.answer().response(forged + good)) == NO_SIGNATURE
    assert refused(corp, corp.answer().response(good + good)) == NO_SIGNATURE


def test_an_encrypted_one_that_is_nested_deeply_is_refused_before_it_is_looked_at(corp: Corp) -> None:
    good = sealed(corp, signed(corp.answer().assertion, corp.key))
    deep = good.replace("</saml:EncryptedAssertion>", f"{'<a>' * 5_000}{'</a>' * 5_000}</saml:EncryptedAssertion>")
    assert refused(corp, deep) == "Invalid SAML response received: SAML Response cannot be read. "
    assert corp.identify(good).subject == "Ana@idp"


def test_what_is_encrypted_for_another_key_is_refused_like_what_nobody_signed(corp: Corp, stranger: SigningKey) -> None:
    assertion = signed(corp.answer().assertion, corp.key)
    other = encryption.encrypted(assertion, web.certificate(stranger, NOON))
    assert refused(corp, corp.answer().response(other)) == NO_SIGNATURE
    assert refused(corp, corp.answer().response("<saml:EncryptedAssertion/>")) == NO_SIGNATURE


@pytest.mark.parametrize("content", [CBC128, CBC192, CBC256, GCM128, GCM192, GCM256])
@pytest.mark.parametrize(
    ("key", "digest"), [(OAEP_OLD, None), (OAEP_OLD, SHA256), (OAEP_NEW, None), (OAEP_NEW, SHA256), (RSA15, None)]
)
@pytest.mark.parametrize("inside", [True, False])
def test_all_common_algorithms_are_read(
    idp_key: SigningKey, content: str, key: str, digest: str | None, inside: bool
) -> None:
    mine = web.certificate(idp_key, NOON)
    element = encryption.encrypted("<a>Grüße</a>", mine, content, key, digest=digest, inside=inside)
    assert xml_decryption.decrypt(element.encode(), idp_key).decode() == "<a>Grüße</a>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (GCM256, f"{encryption.XENC}aes512-cbc"),
        (OAEP_OLD, "urn:x"),
        (GCM256, GCM128),
        (GCM256, CBC256),
        ("<xenc:CipherValue>\n", "<xenc:CipherValue>\nAAAA"),
        ("<xenc:CipherValue>\n", "<xenc:CipherValue>\n!"),
        ("xenc:EncryptedKey", "xenc:Other"),
        ("xenc:EncryptedData", "xenc:Other"),
        ("xenc:EncryptionMethod", "xenc:Other"),
        ("<saml:", "<!DOCTYPE x><saml:"),
    ],
)
def test_everything_else_is_undecryptable(idp_key: SigningKey, old: str, new: str) -> None:
    element = encryption.encrypted("<a/>", web.certificate(idp_key, NOON))
    assert old in element
    changed = element.replace(old, new, 1) if old == "<saml:" else element.replace(old, new)
    with pytest.raises(Undecryptable):
        xml_decryption.decrypt(changed.encode(), idp_key)
