"""Functions of triggers, and the roles and providers of IAM, in a seed: what is of the server, not of a pool."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from emulator import addresses
from emulator.outside import server_settings
from emulator.policies import documents, role_table
from emulator.redaction import redacted
from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import ANY_TEXT, DOCUMENT, NUMBER, TEXT, Members, listing, structure
from emulator.seed.seeding import Seeding

_SEALED = "sealed:"
"""Begins a target of an export whose URL may hold a password."""
_TAGS = listing(structure({"Key": TEXT, "Value": ANY_TEXT}, ("Key",)))
_SHAPES = {
    "roles": {
        "Arn": TEXT,
        "RoleName": TEXT,
        "AssumeRolePolicyDocument": DOCUMENT,
        "MaxSessionDuration": NUMBER,
        "Tags": _TAGS,
    },
    "oidc_providers": {"Url": TEXT, "ClientIDList": listing(TEXT), "Tags": _TAGS},
    "saml_providers": {"Arn": TEXT, "SAMLMetadataDocument": TEXT, "Tags": _TAGS},
}


def _checks(kind: str) -> Callable[[Entry], None]:
    def check(entry: Entry) -> None:
        """Raise SeedError for what the file of the setting `roles` could not have either."""
        try:
            content = json.dumps({kind: [entry.members]})
            role_table.of_document(documents.parsed(content, len(content) * 4))
        except documents.Wrong as wrong:
            raise entry.error(wrong.problem, wrong.path.removeprefix(f"{kind}[0]").removeprefix(".")) from None

    return check


def _exists(seeding: Seeding, entry: Entry) -> bool:
    return seeding.unit.server_settings.get(entry.kind.name, entry.key) is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    server_settings.put(seeding.unit, entry.kind.name, entry.key, entry.members)
    _announce(seeding)


def _announce(seeding: Seeding) -> None:
    """Have this process and the others go by the settings, once they are committed."""
    if _announce not in seeding.kept:
        seeding.kept[_announce] = True
        seeding.unit.server_state.announce()
        store, settings = seeding.unit.store, seeding.world.server_settings
        seeding.context.afterwards.append(lambda: settings.reload(store))


def _exports(kind: str) -> Callable[[Exporting, str], Iterator[dict[str, Any]]]:
    def export(exporting: Exporting, _id: str) -> Iterator[dict[str, Any]]:
        for _, content in server_settings.entries(exporting.unit, kind):
            yield content

    return export


def _iam(kind: str, identifier: str, envelope: tuple[str, ...], description: str) -> Kind:
    shapes = _SHAPES[kind]
    required = {identifier, *({"AssumeRolePolicyDocument", "SAMLMetadataDocument"} & shapes.keys())}
    shown = frozenset({*role_table.READ_ONLY[kind], "ResponseMetadata"})
    return Kind(
        name=kind,
        members=Members(shapes, frozenset(required), shown, envelopes=envelope),
        key=named(identifier),
        exists=_exists,
        apply=_apply,
        export=_exports(kind),
        check=_checks(kind),
        description=description,
    )


def _check_function(entry: Entry) -> None:
    name, target = entry.members["Name"], entry.members["Target"]
    if not re.fullmatch(addresses.FUNCTION_NAME, name):
        raise entry.error("it is no name or ARN of a function")
    if not target.startswith(_SEALED):
        try:
            addresses.function(target)
        except ValueError as error:
            raise entry.error(f"{redacted(target)!r} {error}") from None


def _apply_function(seeding: Seeding, entry: Entry) -> None:
    name, target = entry.members["Name"], entry.members["Target"]
    if target.startswith(_SEALED):
        try:
            sealed = base64.b64decode(target.removeprefix(_SEALED), validate=True)
        except binascii.Error:
            raise entry.error("it is no base64") from None
        target = seeding.opened(sealed, _function_context(name), entry, "").decode()
    server_settings.put(seeding.unit, entry.kind.name, entry.key, {"Target": target})
    _announce(seeding)


def _export_functions(exporting: Exporting, _id: str) -> Iterator[dict[str, Any]]:
    for name, content in server_settings.entries(exporting.unit, server_settings.FUNCTIONS):
        target = content["Target"]
        if _may_hold_secrets(target) and not exporting.portable:
            sealed = exporting.sealed(target.encode(), _function_context(name))
            target = _SEALED + base64.b64encode(sealed).decode()
        yield {"Name": name, "Target": target}


def _may_hold_secrets(target: str) -> bool:
    parts = urlsplit(target.removeprefix("lambda:"))
    return bool(parts.query or parts.password or parts.username)


def _function_context(name: str) -> str:
    return f"function {name}"


def check_sent_by(entries: Mapping[str, Sequence[Entry]], address: str | None) -> None:
    """Raise SeedError for a Python function in a document that another machine sent: it would run code on this one."""
    for entry in entries.get(FUNCTIONS.name, ()):
        if entry.members["Target"].startswith("python:") and not _is_this_machine(address):
            raise entry.error(
                "Python functions run on the server's machine, so they are taken over HTTP from that machine alone; "
                "give this one by --seed FILE or --lambda-functions"
            )


def _is_this_machine(address: str | None) -> bool:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


FUNCTIONS = Kind(
    name=server_settings.FUNCTIONS,
    members=Members({"Name": TEXT, "Target": TEXT}, frozenset({"Name", "Target"})),
    key=named("Name"),
    exists=_exists,
    apply=_apply_function,
    export=_export_functions,
    mapping=("Name", "Target"),
    check=_check_function,
    description="Where the functions of triggers run, by name or ARN: the targets of the setting lambda-functions.",
)
ROLES = _iam("roles", "Arn", ("Role",), "Roles with their trust policies, in IAM's members, as in the file of --roles.")
OIDC_PROVIDERS = _iam("oidc_providers", "Url", (), "OIDC providers of IAM, as in the file of --roles.")
SAML_PROVIDERS = _iam("saml_providers", "Arn", (), "SAML providers of IAM, as in the file of --roles.")
