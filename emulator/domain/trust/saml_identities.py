"""SAML assertions with which AssumeRoleWithSAML is called (AWS: "Configure SAML assertions"), as STS reads them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

from msgspec import Struct

from emulator.context import Context
from emulator.domain.identities import saml_assertions
from emulator.domain.identities.saml_assertions import Assertion
from emulator.domain.identities.token_problems import Expired, NotAToken
from emulator.domain.trust.session_limits import SOURCE_IDENTITY

_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_TAG = f"{_ATTRIBUTES}PrincipalTag:"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


class SamlIdentity(Struct, frozen=True):
    """A verified assertion. `roles` are the ARNs of the roles that it names together with its provider."""

    subject: str
    subject_type: str
    issuer: str
    audience: str
    """The Recipient."""
    roles: frozenset[str]
    session_name: str
    keys: Mapping[str, tuple[str, ...]]
    """The condition keys that it gives."""
    tags: Mapping[str, str]
    transitive: tuple[str, ...]
    source_identity: str | None
    seconds: int | None
    """SessionDuration."""
    ends: float | None
    """SessionNotOnOrAfter, in epoch seconds."""


def verified(context: Context, provider: str, metadata: str, encoded: str) -> SamlIdentity:
    """The identity of an assertion, or of the one in a response, given in base64.

    Releases the connection: raises RuntimeError if the unit has written. Raises a TokenProblem.
    """
    with context.unit.released():
        assertion = saml_assertions.read(metadata, encoded, context.now)
    if assertion.session_ends is not None and assertion.session_ends <= context.now:
        raise Expired(assertion.session_ends)
    return _read(provider, assertion)


def name_qualifier(issuer: str, account: str, provider: str) -> str:
    """`NameQualifier`: with the subject, it identifies a user uniquely."""
    name = provider.rpartition("/")[2]
    return base64.b64encode(hashlib.sha1(f"{issuer}{account}/{name}".encode()).digest()).decode()  # noqa: S324


def _read(provider: str, assertion: Assertion) -> SamlIdentity:
    session_name = _one(assertion, "RoleSessionName") or ""
    if not _SESSION_NAME.fullmatch(session_name):
        raise NotAToken("its RoleSessionName is missing or malformed")
    account = provider.split(":")[4]
    subject_type = assertion.name_format.removeprefix(_FORMAT)
    keys = {
        "SAML:aud": assertion.recipient,
        "SAML:iss": assertion.issuer,
        "SAML:sub": assertion.name_id,
        "SAML:sub_type": subject_type,
        "SAML:doc": f"{account}/{provider.rpartition('/')[2]}",
        "SAML:namequalifier": name_qualifier(assertion.issuer, account, provider),
    }
    attributes = assertion.attributes
    return SamlIdentity(
        assertion.name_id,
        subject_type,
        assertion.issuer,
        assertion.recipient,
        frozenset(assertion.roles(provider)),
        session_name,
        {name: (value,) for name, value in keys.items() if value},
        {name.removeprefix(_TAG): values[0] for name, values in attributes.items() if name.startswith(_TAG) and values},
        attributes.get(f"{_ATTRIBUTES}TransitiveTagKeys", ()),
        _source_identity(_one(assertion, "SourceIdentity")),
        _seconds(_one(assertion, "SessionDuration")),
        assertion.session_ends,
    )


def _one(assertion: Assertion, name: str) -> str | None:
    return next(iter(assertion.attributes.get(f"{_ATTRIBUTES}{name}", ())), None)


def _source_identity(text: str | None) -> str | None:
    if text is not None and not SOURCE_IDENTITY.fullmatch(text):
        raise NotAToken("its SourceIdentity is malformed")
    return text


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,6}", text) or not 900 <= int(text) <= 43_200:
        raise NotAToken("its SessionDuration is not from 900 to 43200")
    return int(text)
