"""Responses of a SAML provider that are wrong in one respect, or forged: what an application is told of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.federation.errors import ProviderError
from keys.signing import SigningKey
from storage.store import Store
from tests import saml
from tests.api import web
from tests.builders import Api
from tests.conftest import NOON
from tests.federation.saml_idp import ACS, BEARER, STATUS, Corp, signed, signed_weakly

SIGNATURE = "SAML Assertion signature is invalid."
UNREADABLE = "SAML Response cannot be read."
ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def told(identify: Callable[[], Any]) -> str:
    """What the application is told, without what AWS begins each of these messages with."""
    with pytest.raises(ProviderError) as refused:
        identify()
    message = str(refused.value.message)
    assert refused.value.error == "server_error"
    assert message.startswith("Invalid SAML response received: ")
    assert message.endswith(" ")
    return message.removeprefix("Invalid SAML response received: ")[:-1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"issuer": "https://other.example"}, "SAML Assertion issuer is invalid."),
        ({"issuer": ""}, "SAML Assertion issuer is invalid."),
        ({"response_issuer": "https://other.example"}, "SAML Response issuer is invalid."),
        ({"audience": "urn:amazon:cognito:sp:us-east-1_other"}, "SAML Assertion audience is invalid."),
        ({"audience": None}, "SAML Assertion audience is invalid."),
        ({"recipient": "https://other.example/saml2/idpresponse"}, "SAML Assertion recipient is invalid."),
        ({"recipient": f"{ACS}/"}, "SAML Assertion recipient is invalid."),
        ({"recipient": None}, "SAML Assertion recipient is invalid."),
        ({"destination": "https://other.example/saml2/idpresponse"}, "SAML Response destination is invalid."),
        ({"response_to": "_other"}, "SAML Response InResponseTo is invalid."),
        ({"response_to": None}, "SAML Response InResponseTo is invalid."),
        ({"response_to": " "}, "SAML Response InResponseTo is invalid."),
        ({"confirmed_to": "_other"}, "SAML Assertion InResponseTo is invalid."),
        ({"confirmed_to": None}, "SAML Assertion InResponseTo is invalid."),
        (
            {"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
            "SAML Assertion has no subject confirmation of a bearer.",
        ),
        ({"ends": -60}, "SAML Assertion is expired."),
        ({"begins": 61}, "SAML Assertion is not yet valid."),
        ({"confirmed_until": -60}, "SAML Assertion is expired."),
        ({"confirmed_until": None}, "SAML Assertion is expired."),
        ({"confirmed_from": 61}, "SAML Assertion is not yet valid."),
        ({"session_until": -60}, "SAML session is expired."),
        ({"statement": ""}, "SAML Assertion has no authentication statement."),
        ({"name_id": None}, "SAML Assertion has no NameID."),
        ({"name_id": " "}, "SAML Assertion has no NameID."),
        ({"version": "1.1"}, "SAML version is not supported."),
        ({"sign": ()}, SIGNATURE),
    ],
)
def test_what_is_wrong_in_one_respect_is_refused(corp: Corp, wrong: dict[str, Any], words: str) -> None:
    assert told(lambda: corp.identify(corp.document(corp.answer(**wrong)))) == words


@pytest.mark.parametrize(
    "right",
    [
        {"response_issuer": None},
        {"destination": None},
        {"ends": -59},
        {"begins": 60},
        {"begins": None, "ends": None},
        {"confirmed_until": -59},
        {"confirmed_from": 60},
        {"session_until": -59},
        {"attributes": {}},
    ],
)
def test_what_is_just_within_the_limits_or_may_be_left_out_is_taken(corp: Corp, right: dict[str, Any]) -> None:
    assert corp.identify(corp.document(corp.answer(**right))).subject == "Ana@idp"


def test_every_audience_restriction_counts(corp: Corp) -> None:
    other = (
        "<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
    )
    answer = corp.answer(change_assertion=lambda text: text.replace("</saml:Conditions>", other))
    assert told(lambda: corp.identify(corp.document(answer))) == "SAML Assertion audience is invalid."


def test_one_confirmation_of_several_suffices(corp: Corp) -> None:
    foreign = (
        f'<saml:SubjectConfirmation Method="{BEARER}"><saml:SubjectConfirmationData '
        f'Recipient="https://x.example" InResponseTo="_q" NotOnOrAfter="{saml.moment(300)}"/>'
        "</saml:SubjectConfirmation>"
    )
    answer = corp.answer(change_assertion=lambda text: text.replace("</saml:Subject>", f"{foreign}</saml:Subject>"))
    assert corp.identify(corp.document(answer)).subject == "Ana@idp"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (f'<samlp:StatusCode Value="{STATUS}:Requester"/>', "Requester"),
        (
            f'<samlp:StatusCode Value="{STATUS}:Responder"><samlp:StatusCode Value="{STATUS}:AuthnFailed"/>'
            "</samlp:StatusCode>",
            "AuthnFailed",
        ),
        (
            f'<samlp:StatusCode Value="{STATUS}:Responder"/><samlp:StatusMessage>Not &lt;you&gt;&#10;today'
            "</samlp:StatusMessage>",
            "Not <you> today",
        ),
        (
            f'<samlp:StatusCode Value="{STATUS}:Responder"/><samlp:StatusMessage>{"x" * 999}</samlp:StatusMessage>',
            "x" * 500,
        ),
        ("", "there is no status"),
    ],
)
def test_a_refusal_of_the_provider_is_told_in_its_words(corp: Corp, status: str, words: str) -> None:
    assert told(lambda: corp.identify(corp.answer(status=status).response(""))) == words


def test_a_refusal_says_nothing_of_a_response_with_an_assertion(corp: Corp) -> None:
    document = corp.document(corp.answer(status=f'<samlp:StatusCode Value="{STATUS}:Responder"/>'))
    assert told(lambda: corp.identify(document)) == "Responder"


def test_another_pools_provider_with_the_same_key_is_another_audience(
    api: Api, store: Store, corp: Corp, idp_key: SigningKey
) -> None:
    other = Corp.of(api, store, idp_key)
    assert told(lambda: corp.identify(other.document(other.answer()))) == "SAML Assertion audience is invalid."


@pytest.mark.parametrize("sign", ["_a", "_r"])
def test_what_somebody_else_signed_is_refused(corp: Corp, stranger: SigningKey, sign: str) -> None:
    corp.key = stranger
    assert told(lambda: corp.identify(corp.document(corp.answer(sign=(sign,))))) == SIGNATURE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ana@idp", "root@idp"),
        ("ana@example.com", "root@example.com"),
        ("</saml:AttributeStatement>", '<saml:Attribute Name="admin"/></saml:AttributeStatement>'),
        (saml.moment(300), saml.moment(3000)),
        ("<saml:AuthnStatement", "<saml:Other"),
    ],
)
def test_what_was_changed_after_it_was_signed_is_refused(corp: Corp, old: str, new: str) -> None:
    document = corp.document(corp.answer())
    assert old in document
    assert told(lambda: corp.identify(document.replace(old, new))) == SIGNATURE


def test_what_is_said_beside_the_signed_assertion_is_not_read(corp: Corp) -> None:
    more = (
        '<saml:AttributeStatement><saml:Attribute Name="admin"><saml:AttributeValue>1</saml:AttributeValue>'
        "</saml:Attribute></saml:AttributeStatement></samlp:Response>"
    )
    document = corp.document(corp.answer()).replace("</samlp:Response>", more)
    assert "admin" not in corp.identify(document).claims


@pytest.mark.parametrize(("method", "digest"), [("rsa-sha1", "sha256"), ("rsa-sha256", "sha1")])
def test_signatures_by_sha1_are_refused(corp: Corp, method: str, digest: str) -> None:
    answer = corp.answer()
    document = answer.response(signed_weakly(answer.assertion, corp.key, method, digest))
    assert told(lambda: corp.identify(document)) == SIGNATURE


def test_a_provider_whose_certificate_has_expired_signs_no_more(corp: Corp) -> None:
    years = 11 * 366 * 86_400
    corp.world.clock.advance(seconds=years)
    answer = corp.answer(begins=years - 60, ends=years + 300, confirmed_until=years + 300)
    assert told(lambda: corp.identify(corp.document(answer))) == SIGNATURE


def wrapped(corp: Corp, kind: str) -> str:
    """A forged response around what the provider has signed (signature wrapping)."""
    forged = corp.answer(name_id="root@idp", id="_evil")
    same = corp.answer(name_id="root@idp").assertion
    good = signed(corp.answer().assertion, corp.key)
    whole = corp.document(corp.answer(sign=("_r",)))
    signature = good[good.index("<ds:Signature") : good.index("</ds:Signature>") + 15]
    without = good.replace(signature, "")
    inside = forged.assertion.replace("</saml:Assertion>", f"{good}</saml:Assertion>")
    moved = forged.assertion.replace("</saml:Assertion>", f"{signature}</saml:Assertion>")
    in_object = signature.replace("</ds:Signature>", f"<ds:Object>{without}</ds:Object></ds:Signature>")
    return {
        "forged first": forged.response(forged.assertion + good),
        "forged last": forged.response(good + forged.assertion),
        "signed one hidden": forged.response(f"<samlp:Extensions>{good}</samlp:Extensions>{forged.assertion}"),
        "signed one inside the forged one": forged.response(inside),
        "same ID first": forged.response(same + good),
        "same ID last": forged.response(good + same),
        "signature moved, signed one last": forged.response(moved + without),
        "signature moved, signed one hidden": forged.response(f"<samlp:Extensions>{without}</samlp:Extensions>{moved}"),
        "signed one in an object of the signature": forged.response(
            forged.assertion.replace("</saml:Assertion>", f"{in_object}</saml:Assertion>")
        ),
        "signed response inside": forged.response(f"<samlp:Extensions>{whole}</samlp:Extensions>{forged.assertion}"),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "is_taken"),
    [
        ("forged first", True),
        ("forged last", True),
        ("signed one hidden", True),
        ("signed one inside the forged one", True),
        ("same ID first", False),
        ("same ID last", False),
        ("signature moved, signed one last", True),
        ("signature moved, signed one hidden", True),
        ("signed one in an object of the signature", False),
        ("signed response inside", False),
    ],
)
def test_a_wrapped_signature_vouches_for_nothing_but_what_it_signed(corp: Corp, kind: str, is_taken: bool) -> None:
    document = wrapped(corp, kind)
    assert "root@idp" in document
    if is_taken:
        assert corp.identify(document).subject == "Ana@idp"
    else:
        assert told(lambda: corp.identify(document)) == SIGNATURE


def test_a_comment_does_not_shorten_a_name_id(corp: Corp) -> None:
    document = corp.document(corp.answer(name_id="root@idp.evil.example"))
    changed = document.replace("root@idp.evil", "root@idp<!-- -->.evil")
    assert changed != document
    assert corp.identify(changed).subject == "root@idp.evil.example"


def test_a_signed_comment_does_not_shorten_a_name_id_either(corp: Corp) -> None:
    document = corp.document(corp.answer(name_id="root@idp<!-- -->.evil<?x y?>.example"))
    assert corp.identify(document).subject == "root@idp.evil.example"


@pytest.mark.parametrize("declared", ["<!DOCTYPE r>", ENTITY, LAUGHS, '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">'])
def test_a_document_type_is_refused_whatever_it_declares(corp: Corp, declared: str) -> None:
    document = corp.document(corp.answer())
    assert told(lambda: corp.identify(declared + document)) == UNREADABLE


@pytest.mark.parametrize(
    "encoded", ["", "!", "AAAA", "{}", "é", "PGE+", saml.encoded("<a>" * 20_000), saml.encoded("<a/>")]
)
def test_what_is_no_response_is_refused(corp: Corp, encoded: str) -> None:
    assert told(lambda: corp.identify_posted(encoded)) == UNREADABLE


def test_an_assertion_without_a_response_is_refused(corp: Corp) -> None:
    assert told(lambda: corp.identify(signed(corp.answer().assertion, corp.key))) == UNREADABLE


def test_a_hundred_thousand_characters_are_taken_and_one_more_is_not(corp: Corp) -> None:
    encoded = saml.encoded(corp.document(corp.answer()))
    padded = encoded + "\n" * (100_000 - len(encoded))
    assert told(lambda: corp.identify_posted(f"{padded}\n")) == "SAML Response is longer than 100000 characters."
    assert corp.identify_posted(padded).subject == "Ana@idp"


def test_a_signature_by_a_key_of_the_signature_itself_is_refused(corp: Corp, stranger: SigningKey) -> None:
    document = signed(corp.answer().assertion, stranger)
    assert web.certificate(stranger, NOON - 1000)[:64] in document.replace("\n", "")
    assert told(lambda: corp.identify(corp.answer().response(document))) == SIGNATURE


def test_times_that_cannot_be_read_are_refused(corp: Corp) -> None:
    answer = corp.answer(change_assertion=lambda text: text.replace(saml.moment(300), "tomorrow"))
    assert told(lambda: corp.identify(corp.document(answer))) == "SAML Response has a time that cannot be read."
