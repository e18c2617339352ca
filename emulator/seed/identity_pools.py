"""Identity pools in a seed, with their roles, role mappings and principal tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from emulator.domain.pools import pinning
from emulator.seed.entries import Entry, Kind, identified
from emulator.seed.exports import Exporting
from emulator.seed.members import TEXT, Members, input_of, listing, structure
from emulator.seed.seeding import Seeding
from storage.records.identities import IdentityPool

_SERVICE: Literal["cognito-identity"] = "cognito-identity"
_CREATE = input_of("CreateIdentityPool", _SERVICE)
_ROLES = input_of("SetIdentityPoolRoles", _SERVICE)
_TAG_MAP = input_of("SetPrincipalTagAttributeMap", _SERVICE)
_MAP = structure(
    {name: shape for name, shape in _TAG_MAP.members.items() if name != "IdentityPoolId"}, ("IdentityProviderName",)
)
_TAG_MAPS = "PrincipalTagAttributeMaps"
MEMBERS = Members.of(
    _CREATE,
    own={
        "IdentityPoolId": TEXT,
        "Roles": _ROLES.members["Roles"],
        "RoleMappings": _ROLES.members["RoleMappings"],
        _TAG_MAPS: listing(_MAP),
    },
    words={
        "IdentityPoolId": "The id of the identity pool: its region, a colon and a UUID. Without it, the pool gets one.",
        "Roles": "The roles by authenticated and unauthenticated, as in SetIdentityPoolRoles.",
        "RoleMappings": "The role mappings by provider, as in SetIdentityPoolRoles.",
        _TAG_MAPS: "Principal tags by provider, in the members of SetPrincipalTagAttributeMap.",
    },
)


def kind(children: tuple[Kind, ...]) -> Kind:
    """Identity pools, with the lists that may be in one."""
    return Kind(
        name="identity_pools",
        members=MEMBERS,
        key=identified("IdentityPoolId", "IdentityPoolName"),
        exists=_exists,
        apply=_apply,
        export=_export,
        children=children,
        check=_check,
        description="Identity pools, in the members of CreateIdentityPool, or as describe-identity-pool prints them.",
    )


def _check(entry: Entry) -> None:
    pool_id = entry.members.get("IdentityPoolId")
    if pool_id is not None and not pinning.IDENTITY_POOL_ID.fullmatch(pool_id):
        words = "it is no identity pool id, such as us-east-1:12345678-1234-1234-1234-123456789012"
        raise entry.error(words, "IdentityPoolId")


def _exists(seeding: Seeding, entry: Entry) -> bool:
    pool_id = entry.members.get("IdentityPoolId") or entry.id
    entry.id = pool_id if pool_id and seeding.unit.identity_pools.get(pool_id) else None
    return entry.id is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    members = entry.members
    request = {name: members[name] for name in _CREATE.members if name in members}
    if not entry.exists:
        pins = {"Id": members["IdentityPoolId"]} if "IdentityPoolId" in members else {}
        entry.id = seeding.call(_SERVICE, "CreateIdentityPool", request, entry, pins)["IdentityPoolId"]
    pool = _pool(seeding, entry)
    current = {"IdentityPoolName": pool.name, **pool.settings}
    if any(current.get(name) != value for name, value in request.items()):
        kept = {name: value for name, value in current.items() if name in _CREATE.members}
        seeding.call(_SERVICE, "UpdateIdentityPool", {"IdentityPoolId": pool.id, **kept, **request}, entry)
    roles = {name: members[name] for name in ("Roles", "RoleMappings") if name in members}
    if any(pool.roles.get(name) != value for name, value in roles.items()):
        whole = {"IdentityPoolId": pool.id, **({"Roles": {}} | pool.roles | dict(roles))}
        seeding.call(_SERVICE, "SetIdentityPoolRoles", whole, entry)
    for each in members.get(_TAG_MAPS, []):
        seeding.call(_SERVICE, "SetPrincipalTagAttributeMap", {"IdentityPoolId": pool.id, **each}, entry)


def _pool(seeding: Seeding, entry: Entry) -> IdentityPool:
    pool = seeding.unit.identity_pools.get(entry.id or "")
    if pool is None:
        raise entry.error("the identity pool was deleted meanwhile")
    return pool


def _export(exporting: Exporting, _id: str) -> Iterator[dict[str, Any]]:
    for pool in exporting.paged(exporting.unit.identity_pools.page_of_all):
        settings = {name: value for name, value in pool.settings.items() if value != {}}
        entry: dict[str, Any] = {"IdentityPoolId": pool.id, "IdentityPoolName": pool.name}
        entry |= {name: settings[name] for name in _CREATE.members if name in settings}
        entry.setdefault("AllowUnauthenticatedIdentities", False)
        maps = [{"IdentityProviderName": name, **each} for name, each in sorted(pool.principal_tags.items())]
        yield entry | pool.roles | ({_TAG_MAPS: maps} if maps else {})
