"""Resource servers in a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import Members, input_of, output_of
from emulator.seed.seeding import Seeding

MEMBERS = Members.of(
    input_of("CreateResourceServer"),
    without=("UserPoolId",),
    shown=output_of("DescribeResourceServer", "ResourceServer"),
    envelopes=("ResourceServer",),
)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    return seeding.unit.resource_servers.with_identifier(entry.scope, entry.members["Identifier"]) is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    if not entry.exists:
        seeding.in_pool("CreateResourceServer", entry, entry.members)
        return
    current = seeding.unit.resource_servers.with_identifier(entry.scope, entry.members["Identifier"])
    kept = {"Scopes": current.scopes} if current else {}
    seeding.in_pool("UpdateResourceServer", entry, kept | entry.members)


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for server in sorted(exporting.unit.resource_servers.all(pool_id), key=lambda each: each.identifier):
        entry = {"Identifier": server.identifier, "Name": server.name}
        yield entry | ({"Scopes": server.scopes} if server.scopes else {})


KIND = Kind(
    name="resource_servers",
    members=MEMBERS,
    key=named("Identifier"),
    exists=_exists,
    apply=_apply,
    export=_export,
    description="Resource servers, in the members of CreateResourceServer.",
)
