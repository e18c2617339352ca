"""XML signatures: what was signed is read, and nothing of what surrounds it."""

from __future__ import annotations

import pytest

from keys import xml_signatures
from keys.signing import SigningKey, generate
from tests import saml
from tests.api.web import certificate
from tests.conftest import NOON

POOL = "us-east-1_a"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return generate()


@pytest.fixture(scope="module")
def stranger() -> SigningKey:
    return generate()


def part(document: str, *keys: SigningKey) -> str:
    certificates = [certificate(key, NOON - 1000) for key in keys]
    return xml_signatures.signed_part(document.encode(), certificates, NOON).decode()


def test_what_one_of_the_certificates_signed_is_given_back(key: SigningKey, stranger: SigningKey) -> None:
    document = saml.signed(saml.assertion(POOL), key)
    assert "ana@idp" in part(document, key)
    assert "ana@idp" in part(document, stranger, key)


def test_only_the_element_that_is_signed_is_given_back(key: SigningKey) -> None:
    inner = saml.assertion(POOL)
    response = f'<samlp:Response {saml.NAMES} ID="_0"><evil/>{inner}</samlp:Response>'
    given = part(saml.signed(response, key), key)
    assert given.startswith("<saml:Assertion")
    assert "evil" not in given
    assert "<evil" in part(saml.signed(response, key, "_0"), key)


def test_a_forged_assertion_beside_a_signed_one_is_not_given_back(key: SigningKey) -> None:
    good = saml.signed(saml.assertion(POOL), key)
    forged = saml.assertion(POOL, "root@idp", id="_2")
    wrapped = f'<samlp:Response {saml.NAMES} ID="_0">{forged}<x>{good}</x></samlp:Response>'
    assert "root@idp" not in part(wrapped, key)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("ana@idp", "root@idp"),
        lambda text: text.replace(":sp:", ":other:"),
        lambda text: text.replace("ds:SignedInfo", "ds:Unsigned"),
        lambda text: text[: text.index("<ds:Signature")] + text[text.index("</ds:Signature>") + 15 :],
        lambda text: f"<!DOCTYPE x>{text}",
        lambda text: f'<!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/passwd">]>{text}',
        lambda text: text[:-5],
        lambda _: "",
        lambda _: "<a/>",
        lambda _: "{}",
        lambda _: "\x00",
        lambda _: "<a>" * 50_000,
    ],
    ids=range(12),
)
def test_what_nobody_signed_is_refused(key: SigningKey, change: saml.Change) -> None:
    with pytest.raises(xml_signatures.NotSigned):
        part(change(saml.signed(saml.assertion(POOL), key)), key)


def test_another_key_whose_certificate_comes_along_is_refused(key: SigningKey, stranger: SigningKey) -> None:
    document = saml.signed(saml.assertion(POOL), stranger)
    with pytest.raises(xml_signatures.NotSigned):
        part(document, key)
    with pytest.raises(xml_signatures.NotSigned, match="nobody may sign"):
        part(document)


def test_what_is_signed_here_is_verified_with_its_certificate_alone(key: SigningKey, stranger: SigningKey) -> None:
    made = xml_signatures.sign(saml.assertion(POOL).encode(), key, certificate(key, NOON - 1000)).decode()
    assert made.index("</saml:Issuer>") < made.index("<ds:Signature") < made.index("<saml:Subject>")
    assert "ana@idp" in part(made, key)
    for changed in (made.replace("ana@idp", "root@idp"), made.replace(":sp:", ":other:")):
        with pytest.raises(xml_signatures.NotSigned):
            part(changed, key)
    with pytest.raises(xml_signatures.NotSigned):
        part(made, stranger)


def test_a_signed_element_stays_valid_in_another_document(key: SigningKey) -> None:
    made = xml_signatures.sign(saml.assertion(POOL).encode(), key, certificate(key, NOON - 1000)).decode()
    assert "ana@idp" in part(f'<samlp:Response {saml.NAMES} xmlns:x="urn:x" ID="_0">{made}</samlp:Response>', key)
