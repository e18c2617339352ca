"""Identity providers of user pools in a seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from msgspec.structs import replace

from emulator.domain.providers import provider_details, providers
from emulator.faults import Fault
from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import SEALED, TEXT, TEXT_MAP, Members, input_of, listing, output_of, structure
from emulator.seed.seeding import Seeding, refused
from storage.records.providers import IdentityProvider

_METADATA = structure({"EntityId": TEXT, "Certificates": listing(TEXT)}, ("EntityId", "Certificates"))
_DECLARED = Members.of(
    input_of("CreateIdentityProvider"),
    without=("UserPoolId",),
    own={"SealedSecrets": SEALED, "Secrets": TEXT_MAP, "SamlMetadata": _METADATA},
    shown=output_of("DescribeIdentityProvider", "IdentityProvider"),
    envelopes=("IdentityProvider",),
    words={
        "SealedSecrets": "The secrets of ProviderDetails, and the key for SAML responses, as an export has them.",
        "Secrets": "The same in clear, as a portable export has them.",
        "SamlMetadata": "What the document at MetadataURL said when the export was made. It is read anew when needed.",
    },
)
_OWN = ("SealedSecrets", "Secrets", "SamlMetadata")
_LAST = {name: _DECLARED.shapes[name] for name in _OWN}
MEMBERS = replace(_DECLARED, shapes={n: s for n, s in _DECLARED.shapes.items() if n not in _OWN} | _LAST)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    found = seeding.unit.providers.named(entry.scope, entry.members["ProviderName"])
    if found and found.settings["ProviderType"] != entry.members["ProviderType"]:
        raise entry.error(f"the provider exists with the type {found.settings['ProviderType']}", "ProviderType")
    return found is not None


def _prepare(seeding: Seeding, entries: list[Entry]) -> None:
    """Fetch discovery documents and SAML metadata."""
    for entry in entries:
        try:
            entry.prepared = _described(seeding, entry)
        except Fault as fault:
            raise refused(entry, fault) from None


def _described(seeding: Seeding, entry: Entry) -> providers.Described:
    """What the provider's details, secrets and documents say."""
    provider_type = entry.members["ProviderType"]
    details = {n: v for n, v in entry.members["ProviderDetails"].items() if n != providers.CERTIFICATE}
    given = _secrets(seeding, entry)
    details |= {name: given[name] for name in provider_details.SECRETS if name in given}
    metadata = entry.members.get("SamlMetadata")
    if metadata and provider_type == "SAML" and not details.get("MetadataFile"):
        found: dict[str, Any] = {
            "ProviderDetails": provider_details.checked(provider_type, details),
            "SamlIssuer": metadata["EntityId"],
            "SamlCertificates": metadata["Certificates"],
            "SamlReread": seeding.now,
        }
        secrets: dict[str, str] = {}
    else:
        found, secrets = providers.described(seeding.context, provider_type, details)
    further = {name: value for name, value in given.items() if name not in provider_details.SECRETS}
    certificate = entry.members["ProviderDetails"].get(providers.CERTIFICATE)
    if further and certificate:
        found["ProviderDetails"] |= {providers.CERTIFICATE: certificate}
    return found, secrets | further


def _secrets(seeding: Seeding, entry: Entry) -> dict[str, str]:
    """The secrets that an export has apart from ProviderDetails. Raises SeedError."""
    sealed = entry.members.get("SealedSecrets")
    if sealed is None:
        return dict(entry.members.get("Secrets", {}))
    name = entry.members["ProviderName"]
    opened: dict[str, str] = json.loads(seeding.opened(sealed, _context(name), entry, "SealedSecrets"))
    return opened


def _check(entry: Entry) -> None:
    entry.check_one_of("SealedSecrets", "Secrets")


def _apply(seeding: Seeding, entry: Entry) -> None:
    known = deepcopy(entry.prepared or _described(seeding, entry))
    request = {name: value for name, value in entry.members.items() if name not in _OWN}
    (providers.change if entry.exists else providers.create)(seeding.context, seeding.pool(entry), request, known)


def _context(name: str) -> str:
    return f"secrets of the provider {name}"


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for provider in sorted(exporting.unit.providers.of(pool_id), key=lambda each: each.name):
        yield _shown(exporting, provider)


def _shown(exporting: Exporting, provider: IdentityProvider) -> dict[str, Any]:
    settings, members = provider.settings, input_of("CreateIdentityProvider").members
    entry = {"ProviderName": provider.name, **{name: settings[name] for name in members if name in settings}}
    secrets = providers.secrets_of(exporting.context, provider)
    if secrets and exporting.portable:
        entry["Secrets"] = secrets
    elif secrets:
        content = json.dumps(secrets, sort_keys=True).encode()
        entry["SealedSecrets"] = exporting.sealed(content, _context(provider.name))
    if "SamlIssuer" in settings and not settings["ProviderDetails"].get("MetadataFile"):
        entry["SamlMetadata"] = {"EntityId": settings["SamlIssuer"], "Certificates": settings["SamlCertificates"]}
    return entry


KIND = Kind(
    name="identity_providers",
    members=MEMBERS,
    key=named("ProviderName"),
    exists=_exists,
    apply=_apply,
    export=_export,
    prepare=_prepare,
    check=_check,
    description="Identity providers, in the members of CreateIdentityProvider.",
)
