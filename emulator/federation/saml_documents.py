"""SAML messages that providers post: decoded, parsed with nothing resolved, and reduced to what a signature covers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator.domain.providers import saml_assertions
from emulator.domain.providers.saml_assertions import RESPONSE, SAML
from keys import xml_decryption, xml_signatures
from keys.signing import SigningKey

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ASSERTION, ENCRYPTED = f"{SAML}Assertion", f"{SAML}EncryptedAssertion"
BAD_SIGNATURE = "SAML Assertion signature is invalid."
_DEEPEST = 256
"""Levels of elements, as many as libxml2 takes, which verifies the signatures."""


class InvalidMessage(ValueError):
    """A message that is refused. str() says why to the application, `reason` to the log."""

    def __init__(self, words: str, reason: str | None = None) -> None:
        super().__init__(words)
        self.reason = reason


class Document(Struct, frozen=True):
    """A posted message. `root` may be forged: it is for checks that can only refuse."""

    text: bytes
    root: Element


def read(encoded: str) -> Document:
    """Decode and parse a message. Raises InvalidMessage, also for a document type declaration, whatever it declares."""
    # AWS unknown: the error_description of POST /saml2/idpresponse for a SAMLResponse that is too long, or that is no
    # XML in base64.
    if len(encoded) > saml_assertions.LONGEST:
        raise InvalidMessage(f"SAML Response is longer than {saml_assertions.LONGEST} characters.")
    try:
        text = saml_assertions.decoded(encoded)
        return Document(text, parsed(text))
    except ValueError as problem:
        raise InvalidMessage("SAML Response cannot be read.", str(problem)) from None


def parsed(text: bytes) -> Element:
    """The root of an XML document, without its comments. Raises ValueError, also for one that is nested too deeply."""
    from defusedxml.ElementTree import fromstring  # not before it is used: start-up is imports

    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (SyntaxError, LookupError) as problem:
        raise ValueError(str(problem)) from None
    if _depth(root) > _DEEPEST:
        raise ValueError(f"its elements are nested more than {_DEEPEST} deep")
    return root


def _depth(root: Element) -> int:
    level, depth = [root], 0
    while level:
        level, depth = [child for each in level for child in each], depth + 1
    return depth


def signed(document: Document, settings: Mapping[str, object], now: float) -> Element:
    """The element that a certificate of the provider's metadata has signed. Raises InvalidMessage."""
    return _signed(document.text, settings, now)


def assertion(
    document: Document, settings: Mapping[str, object], now: float, key: SigningKey | None, *, encrypted: bool
) -> Element:
    """The one assertion of a response that the provider's signature covers, decrypted with the provider's `key`.

    The signature is the response's or the assertion's. `encrypted` says that an assertion in plain text is refused.
    Raises InvalidMessage. Why an encrypted one is refused is for the log alone, since it would help to decrypt others.
    """
    holder, unsigned = document.root, None
    try:
        holder = _signed(document.text, settings, now)
    except InvalidMessage as problem:
        unsigned = problem
    plain, sealed = _held(holder)
    # AWS unknown: whether POST /saml2/idpresponse takes encrypted assertions of a provider without EncryptedResponses.
    # Here it does.
    if sealed and key:
        if plain or len(sealed) > 1:
            raise InvalidMessage(BAD_SIGNATURE, "there is not one assertion")
        return _opened(sealed[0], settings, now, key, is_covered=unsigned is None)
    if encrypted:
        # AWS unknown: the error_description of POST /saml2/idpresponse for an assertion in plain text, where
        # EncryptedResponses is true.
        raise InvalidMessage("SAML Assertion is not encrypted.")
    if unsigned:
        raise unsigned
    if len(plain) != 1:
        raise InvalidMessage(BAD_SIGNATURE, f"there are {len(plain)} assertions that are signed")
    return plain[0]


def _held(holder: Element) -> tuple[list[Element], list[Element]]:
    """The assertions that an element is or has: those in plain text, and those that are encrypted."""
    if holder.tag == ASSERTION:
        return [holder], []
    if holder.tag == RESPONSE:
        return holder.findall(ASSERTION), holder.findall(ENCRYPTED)
    raise InvalidMessage(BAD_SIGNATURE, f"what is signed is {holder.tag}")


def _signed(text: bytes, settings: Mapping[str, object], now: float) -> Element:
    certificates = settings["SamlCertificates"]
    try:
        return parsed(xml_signatures.signed_part(text, certificates if isinstance(certificates, list) else [], now))
    except ValueError as problem:
        raise InvalidMessage(BAD_SIGNATURE, str(problem)) from None


def _opened(
    sealed: Element, settings: Mapping[str, object], now: float, key: SigningKey, *, is_covered: bool
) -> Element:
    """Decrypt an EncryptedAssertion. Unless the response's signature covers it, it must have a signature inside."""
    from defusedxml.ElementTree import tostring

    try:
        text = xml_decryption.decrypt(tostring(sealed), key)
        found = parsed(text) if is_covered else _signed(text, settings, now)
    except ValueError as problem:
        reason = problem.reason if isinstance(problem, InvalidMessage) else str(problem)
        raise InvalidMessage(BAD_SIGNATURE, reason) from None
    if found.tag != ASSERTION:
        raise InvalidMessage(BAD_SIGNATURE, f"what was encrypted is {found.tag}")
    return found
