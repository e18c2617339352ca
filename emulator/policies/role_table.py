"""The file of the setting `roles`: roles with their trust policies, and the OIDC and SAML providers of IAM."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from emulator.policies import trust_policies
from emulator.policies.documents import LARGEST, Wrong, listed, mapping, member, parsed, text, texts
from emulator.policies.principals import ROLE_ARN
from emulator.policies.trust_policies import TrustPolicy

DEFAULT_SECONDS = 3600
"""MaxSessionDuration of a role that has none."""
_LEAST_SECONDS, _MOST_SECONDS = 3600, 43_200
_SAML = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:saml-provider/[\w.-]{1,128}", re.ASCII)
_ISSUER = re.compile(r"https?://[!\"$->@-~]+")
"""A URL in printable ASCII, without a query and a fragment."""
READ_ONLY = {
    "roles": ("Path", "RoleId", "CreateDate", "Description", "PermissionsBoundary", "RoleLastUsed"),
    "oidc_providers": ("ThumbprintList", "CreateDate"),
    "saml_providers": ("CreateDate", "ValidUntil", "SAMLProviderUUID", "AssertionEncryptionMode", "PrivateKeyList"),
}
"""What IAM shows beside what has an effect here: passed over."""
_MEMBERS = {
    "roles": ("Arn", "RoleName", "AssumeRolePolicyDocument", "MaxSessionDuration", "Tags"),
    "oidc_providers": ("Url", "ClientIDList", "Tags"),
    "saml_providers": ("Arn", "SAMLMetadataDocument", "Tags"),
}


class Role(Struct, frozen=True):
    """A role of IAM."""

    arn: str
    trust: TrustPolicy
    most_seconds: int = DEFAULT_SECONDS
    tags: Mapping[str, str] = field(default_factory=dict)


class RoleTable(Struct, frozen=True):
    """The file. `roles` are by ARN, `client_ids` by the issuer without its scheme, `saml_metadata` by ARN.

    The client ids of an issuer are None if any audience will do.
    """

    roles: Mapping[str, Role] = field(default_factory=dict)
    client_ids: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    saml_metadata: Mapping[str, str] = field(default_factory=dict)


def read(path: str) -> RoleTable:
    """The table in a file. Raises ValueError, whose text continues a sentence about the path: "is no file of roles"."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
        document = parsed(content.decode())
        return of_document(document)
    except OSError as problem:
        raise ValueError(f"is not a file that can be read: {problem.strerror or problem}") from None
    except Wrong as problem:
        raise ValueError(f"is not a file of roles: {problem}") from None
    except ValueError:
        raise ValueError("is not a file of roles: it is no text in UTF-8") from None


def of_document(document: Any) -> RoleTable:
    """The table in a document. Raises `Wrong`."""
    found = mapping(document, "", _MEMBERS)
    roles = [_role(*each) for each in _entries(found, "roles")]
    issuers = [_issuer(*each) for each in _entries(found, "oidc_providers")]
    metadata = [_saml(*each) for each in _entries(found, "saml_providers")]
    return RoleTable(
        _by_name("roles", [(role.arn, role) for role in roles]),
        _by_name("oidc_providers", issuers),
        _by_name("saml_providers", metadata),
    )


def _entries(document: Mapping[str, Any], kind: str) -> list[tuple[Mapping[str, Any], str]]:
    """The entries of a list, with their paths. An entry may be in the envelope in which the CLI prints it."""
    found = []
    for place, entry in enumerate(listed(document.get(kind, []), kind)):
        path = f"{kind}[{place}]"
        held, where = entry, path
        if kind == "roles" and isinstance(entry, Mapping) and list(entry) == ["Role"]:
            held, where = entry["Role"], f"{path}.Role"
        found.append((mapping(held, where, (*_MEMBERS[kind], *READ_ONLY[kind])), where))
    return found


def _by_name(kind: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, (name, value) in enumerate(pairs):
        if name in found:
            raise Wrong(f"{kind}[{place}]", f"{name} is there twice")
        found[name] = value
    return found


def _role(entry: Mapping[str, Any], path: str) -> Role:
    arn = text(entry.get("Arn"), member(path, "Arn"))
    shaped = ROLE_ARN.fullmatch(arn)
    if shaped is None:
        raise Wrong(member(path, "Arn"), f"{arn!r} is not the ARN of a role")
    if entry.get("RoleName", shaped["name"]) != shaped["name"]:
        raise Wrong(member(path, "RoleName"), f"it is not that of the ARN, {shaped['name']!r}")
    if "AssumeRolePolicyDocument" not in entry:
        raise Wrong(path, "it has no AssumeRolePolicyDocument")
    trust = trust_policies.read(entry["AssumeRolePolicyDocument"], member(path, "AssumeRolePolicyDocument"))
    return Role(arn, trust, _seconds(entry, path), _tags(entry, path))


def _seconds(entry: Mapping[str, Any], path: str) -> int:
    given, where = entry.get("MaxSessionDuration", str(DEFAULT_SECONDS)), member(path, "MaxSessionDuration")
    if not re.fullmatch("[0-9]{1,6}", text(given, where)) or not _LEAST_SECONDS <= int(given) <= _MOST_SECONDS:
        raise Wrong(where, f"it is not a number from {_LEAST_SECONDS} to {_MOST_SECONDS}")
    return int(given)


def _tags(entry: Mapping[str, Any], path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, tag in enumerate(listed(entry.get("Tags", []), member(path, "Tags"))):
        where = f"{member(path, 'Tags')}[{place}]"
        held = mapping(tag, where, ("Key", "Value"))
        key, value = text(held.get("Key"), member(where, "Key")), held.get("Value", "")
        if key.lower() in (known.lower() for known in found):
            raise Wrong(where, f"{key} is there twice")
        found[key] = text(value, member(where, "Value")) if value else ""
    return found


def _issuer(entry: Mapping[str, Any], path: str) -> tuple[str, tuple[str, ...] | None]:
    url = text(entry.get("Url"), member(path, "Url"))
    if "://" not in url:  # as IAM prints it
        url = f"https://{url}"
    if not _ISSUER.fullmatch(url):
        raise Wrong(member(path, "Url"), f"{url!r} is no http(s) URL without query and fragment")
    allowed = texts(entry["ClientIDList"], member(path, "ClientIDList")) if "ClientIDList" in entry else ()
    return url.partition("://")[2].removesuffix("/"), allowed or None


def _saml(entry: Mapping[str, Any], path: str) -> tuple[str, str]:
    arn = text(entry.get("Arn"), member(path, "Arn"))
    if not _SAML.fullmatch(arn):
        raise Wrong(member(path, "Arn"), f"{arn!r} is not the ARN of a SAML provider")
    where = member(path, "SAMLMetadataDocument")
    document = text(entry.get("SAMLMetadataDocument"), where)
    _check_xml(document, where)
    return arn, document


def _check_xml(document: str, path: str) -> None:
    from defusedxml import DefusedXmlException  # for this alone: start-up is imports
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise Wrong(path, f"it is no XML: {problem}") from None
