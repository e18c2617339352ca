"""Replicas of user pools in a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from emulator import registry
from emulator.domain.pools.replicas import REGIONAL
from emulator.faults import Fault
from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import Members, input_of
from emulator.seed.seeding import Seeding, refused

_CREATE = input_of("CreateUserPoolReplica")
_POOL = input_of("UpdateUserPool").members
MEMBERS = Members.of(
    _CREATE,
    without=("UserPoolId",),
    own={
        "Status": input_of("UpdateUserPoolReplica").members["Status"],
        **{name: _POOL[name] for name in sorted(REGIONAL - _CREATE.members.keys())},
    },
    shown_too=("Role", "UserPoolArn"),
    words={"Status": "ACTIVE or INACTIVE. A new replica is INACTIVE unless this says otherwise."},
)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    return seeding.unit.replicas.get(entry.scope, entry.members["RegionName"]) is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    members, region = entry.members, entry.members["RegionName"]
    if not entry.exists:
        request = {name: value for name, value in members.items() if name in _CREATE.members}
        seeding.in_pool("CreateUserPoolReplica", entry, request)
    regional = {name: members[name] for name in REGIONAL if name in members}
    if regional:
        _configure(seeding, entry, regional)
    kept = seeding.unit.replicas.get(entry.scope, region)
    if kept and members.get("Status", kept.status) != kept.status:
        seeding.in_pool("UpdateUserPoolReplica", entry, {"RegionName": region, "Status": members["Status"]})


def _configure(seeding: Seeding, entry: Entry, regional: dict[str, Any]) -> None:
    """Set the regional settings that the entry names, as a call in the replica's region. Others stay."""
    kept = seeding.unit.replicas.get(entry.scope, entry.members["RegionName"])
    request = {"UserPoolId": entry.scope, **(kept.settings if kept else {}), **regional}
    call = seeding.calling("cognito-idp", "UpdateUserPool", request, entry)
    call.origin = replace(call.origin, region=entry.members["RegionName"])
    try:
        registry.get("cognito-idp", "UpdateUserPool").function(call)
    except Fault as fault:
        raise refused(entry, fault) from None


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for replica in sorted(exporting.unit.replicas.of(pool_id), key=lambda each: each.region):
        yield {"RegionName": replica.region, "Status": replica.status, **replica.settings}


KIND = Kind(
    name="replicas",
    members=MEMBERS,
    key=named("RegionName"),
    exists=_exists,
    apply=_apply,
    export=_export,
    description="Replicas in other regions, in the members of CreateUserPoolReplica, with their regional settings.",
)
