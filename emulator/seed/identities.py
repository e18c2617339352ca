"""The identities of identity pools in a seed: applications keep data by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import FLAG, TEXT, Members, listing, structure
from emulator.seed.seeding import Seeding
from storage.records.identities import Identity, Login

_LOGIN = structure({"Provider": TEXT, "Subject": TEXT}, ("Provider", "Subject"))
MEMBERS = Members(
    {"IdentityId": TEXT, "Enabled": FLAG, "Logins": listing(_LOGIN)},
    required=frozenset({"IdentityId"}),
    shown=frozenset({"CreationDate", "LastModifiedDate"}),
    words={
        "IdentityId": "The id of the identity, which begins with the region of its pool and a colon.",
        "Enabled": "false for an identity that was merged into another one.",
        "Logins": "The logins that lead to the identity: the provider's name in Logins, and the subject there (sub).",
    },
)


def _check(entry: Entry) -> None:
    identity_id = str(entry.members["IdentityId"])
    if ":" not in identity_id or len(identity_id) > _LONGEST:
        raise entry.error("it is no identity id, such as us-east-1:12345678-1234-1234-1234-123456789012", "IdentityId")


_LONGEST = 55


def _exists(seeding: Seeding, entry: Entry) -> bool:
    found = seeding.unit.identities.get(entry.members["IdentityId"])
    if found and found.pool_id != entry.scope:
        raise entry.error(f"the identity is in another pool, {found.pool_id}", "IdentityId")
    return found is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    identities, now, wanted = seeding.unit.identities, seeding.now, entry.members.get("Enabled", True)
    identity = identities.get(entry.members["IdentityId"])
    if identity is None:
        identity = Identity(entry.members["IdentityId"], entry.scope, wanted, now, now)
        if identity.id.partition(":")[0] != entry.scope.partition(":")[0]:
            raise entry.error(f"it begins with another region than the pool's id, {entry.scope}", "IdentityId")
        identities.add(identity)
    elif "Enabled" in entry.members and identity.enabled != wanted:
        identities.touch(identity, now, enabled=wanted)
    for place, login in enumerate(entry.members.get("Logins", [])):
        known = identities.login(entry.scope, login["Provider"], login["Subject"])
        if known is None:
            identities.link(Login(entry.scope, login["Provider"], login["Subject"], identity.id))
        elif known.identity_id != identity.id:
            raise entry.error(f"the login leads to another identity, {known.identity_id}", f"Logins[{place}]")


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    pool, identities = exporting.unit.identity_pools.get(pool_id), exporting.unit.identities
    if pool is None:
        return
    for page in exporting.pages(lambda limit, token: identities.page(pool, limit, token, enabled_only=False)):
        logins: dict[str, list[dict[str, str]]] = {}
        for login in sorted(identities.logins_of(page), key=lambda each: (each.provider, each.subject)):
            logins.setdefault(login.identity_id, []).append({"Provider": login.provider, "Subject": login.subject})
        for identity in page:
            entry: dict[str, Any] = {"IdentityId": identity.id}
            entry |= {} if identity.enabled else {"Enabled": False}
            yield entry | ({"Logins": logins[identity.id]} if identity.id in logins else {})


KIND = Kind(
    name="identities",
    members=MEMBERS,
    key=named("IdentityId"),
    exists=_exists,
    apply=_apply,
    export=_export,
    check=_check,
    description="Identities, with the logins that lead to them. An application's data may be kept by their ids.",
)
