"""Responses of SAML 2.0 providers, checked as the Web Browser SSO Profile demands (OASIS "Profiles", section 4.1.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from emulator.domain.providers.saml_assertions import RESPONSE, SAML, SAMLP, SKEW, moment
from emulator.federation.saml_documents import Document, InvalidMessage
from emulator.federation.saml_messages import QUALIFIERS, SUCCESS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_LONGEST_WORDS = 500
_CONFIRMATION = f"{SAML}Subject/{SAML}SubjectConfirmation"


class Expected(Struct, frozen=True):
    """What a response has to name. `request_id` is None where the provider begins the sign-in."""

    issuer: str
    audience: str
    recipient: str
    request_id: str | None
    now: float


Check: TypeAlias = Callable[["Element", Expected], str | None]
"""One rule: what is told of an element that breaks it, or None."""


def check_response(document: Document, expected: Expected) -> None:
    """Raise InvalidMessage for a response that is for something else, or that tells of a refusal.

    The response need not be signed: what it says can only refuse the sign-in.
    """
    root = document.root
    if root.tag != RESPONSE:
        raise InvalidMessage("SAML Response cannot be read.", f"it is {root.tag}")
    _run((_version, _destination, _response_issuer, _response_to, _status), root, expected)


def check_assertion(assertion: Element, expected: Expected) -> None:
    """Raise InvalidMessage for an assertion that is not valid here and now. The caller has verified its signature."""
    _run(
        (_version, _identified, _issuer, _times, _audience, _confirmed, _authenticated, _named),
        assertion,
        expected,
    )


def expiry(assertion: Element, now: float) -> float:
    """The time from which on `check_assertion` refuses the assertion. The assertion has passed it."""
    ends = [each.get("NotOnOrAfter") for each in (*_conditions(assertion), *_confirmations(assertion))]
    return max([moment(end, now) for end in ends], default=now) + SKEW


def attributes(assertion: Element) -> dict[str, str | list[str]]:
    """The attributes by their full Name: a text, or a list where there are several values."""
    found: dict[str, list[str]] = {}
    for attribute in assertion.findall(f"{SAML}AttributeStatement/{SAML}Attribute"):
        values = ["".join(value.itertext()).strip() for value in attribute.findall(f"{SAML}AttributeValue")]
        found.setdefault(attribute.get("Name", ""), []).extend(values)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items() if values}


def name_id(assertion: Element) -> str:
    """The NameID as it was sent, in its case."""
    return (assertion.findtext(f"{SAML}Subject/{SAML}NameID") or "").strip()


def session(assertion: Element) -> dict[str, str]:
    """What single log-out needs: the NameID with its Format and qualifiers, and the SessionIndex."""
    found = assertion.find(f"{SAML}Subject/{SAML}NameID")
    members = {"NameID": name_id(assertion)}
    members |= {name: found.get(name, "") for name in QUALIFIERS if found is not None and found.get(name)}
    # AWS: the SessionIndex of the first AuthnStatement counts.
    statement = assertion.find(f"{SAML}AuthnStatement")
    index = statement.get("SessionIndex") if statement is not None else None
    return members | ({"SessionIndex": index} if index else {})


def _run(checks: tuple[Check, ...], element: Element, expected: Expected) -> None:
    for check in checks:
        try:
            words = check(element, expected)
        except ValueError as problem:
            raise InvalidMessage("SAML Response has a time that cannot be read.", str(problem)) from None
        if words:
            raise InvalidMessage(words)


# AWS unknown: the error_description of POST /saml2/idpresponse for a response that is properly signed and refused all
# the same: because of its Destination, InResponseTo, status, issuer, audience, recipient, times, NameID or version, or
# since it was used before. Public reports quote the one about a signature alone; the others have its form here.


def _version(element: Element, _: Expected) -> str | None:
    return None if element.get("Version") == "2.0" else "SAML version is not supported."


def _destination(response: Element, expected: Expected) -> str | None:
    return (
        None
        if response.get("Destination") in {None, "", expected.recipient}
        else "SAML Response destination is invalid."
    )


def _response_issuer(response: Element, expected: Expected) -> str | None:
    issuer = response.findtext(f"{SAML}Issuer")
    return None if issuer is None or issuer.strip() == expected.issuer else "SAML Response issuer is invalid."


def _response_to(response: Element, expected: Expected) -> str | None:
    return None if _answers(response, expected) else "SAML Response InResponseTo is invalid."


def _answers(element: Element, expected: Expected) -> bool:
    """Whether InResponseTo names the request. Some providers leave it empty where they begin the sign-in (samlify)."""
    return (element.get("InResponseTo") or None) == expected.request_id


def _status(response: Element, _: Expected) -> str | None:
    """What a response says of a failure: its StatusMessage, or the last part of its innermost status code.

    Control characters become spaces, and what is longer than 500 characters is cut.
    """
    code = response.find(f"{SAMLP}Status/{SAMLP}StatusCode")
    if code is None:
        return "there is no status"
    if code.get("Value") == SUCCESS:
        return None
    inner = code.find(f"{SAMLP}StatusCode")
    said = (response.findtext(f"{SAMLP}Status/{SAMLP}StatusMessage") or "").strip()
    words = said or ((inner if inner is not None else code).get("Value") or "").rpartition(":")[2]
    return "".join(each if each.isprintable() else " " for each in words)[:_LONGEST_WORDS] or "there is no status"


def _identified(assertion: Element, _: Expected) -> str | None:
    return None if assertion.get("ID") else "SAML Assertion has no ID."


def _issuer(assertion: Element, expected: Expected) -> str | None:
    issuer = (assertion.findtext(f"{SAML}Issuer") or "").strip()
    return None if issuer == expected.issuer else "SAML Assertion issuer is invalid."


def _times(assertion: Element, expected: Expected) -> str | None:
    conditions = _conditions(assertion)
    if not conditions:
        return "SAML Assertion has no conditions."
    for each in conditions:
        if moment(each.get("NotBefore"), 0) > expected.now + SKEW:
            return "SAML Assertion is not yet valid."
        if moment(each.get("NotOnOrAfter"), float("inf")) <= expected.now - SKEW:
            return "SAML Assertion is expired."
    return None


def _audience(assertion: Element, expected: Expected) -> str | None:
    """All restrictions hold, and there is one ("SAML Core", section 2.5.1.4)."""
    restrictions = assertion.findall(f"{SAML}Conditions/{SAML}AudienceRestriction")
    named = [{(each.text or "").strip() for each in one.findall(f"{SAML}Audience")} for one in restrictions]
    if named and all(expected.audience in audiences for audiences in named):
        return None
    return "SAML Assertion audience is invalid."


def _confirmed(assertion: Element, expected: Expected) -> str | None:
    """One confirmation by a bearer suffices ("Profiles", section 4.1.4.3). Told is what is wrong with the last one."""
    words = "SAML Assertion has no subject confirmation of a bearer."
    for confirmation in assertion.findall(_CONFIRMATION):
        data = confirmation.find(f"{SAML}SubjectConfirmationData")
        if confirmation.get("Method") != _BEARER or data is None:
            continue
        wrong = _unconfirmed(data, expected)
        if wrong is None:
            return None
        words = wrong
    return words


def _unconfirmed(data: Element, expected: Expected) -> str | None:
    if data.get("Recipient") != expected.recipient:
        return "SAML Assertion recipient is invalid."
    if not _answers(data, expected):
        return "SAML Assertion InResponseTo is invalid."
    if moment(data.get("NotBefore"), 0) > expected.now + SKEW:
        return "SAML Assertion is not yet valid."
    if moment(data.get("NotOnOrAfter"), 0) <= expected.now - SKEW:
        return "SAML Assertion is expired."
    return None


def _authenticated(assertion: Element, expected: Expected) -> str | None:
    statements = assertion.findall(f"{SAML}AuthnStatement")
    if not statements:
        return "SAML Assertion has no authentication statement."
    ends = [moment(each.get("SessionNotOnOrAfter"), float("inf")) for each in statements]
    return None if max(ends) > expected.now - SKEW else "SAML session is expired."


def _named(assertion: Element, _: Expected) -> str | None:
    return None if name_id(assertion) else "SAML Assertion has no NameID."


def _conditions(assertion: Element) -> list[Element]:
    return assertion.findall(f"{SAML}Conditions")


def _confirmations(assertion: Element) -> list[Element]:
    return assertion.findall(f"{_CONFIRMATION}/{SAML}SubjectConfirmationData")
