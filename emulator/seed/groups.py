"""Groups in a seed. Who is a member of one is a matter of the users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import Members, input_of, output_of
from emulator.seed.seeding import Seeding

MEMBERS = Members.of(
    input_of("CreateGroup"), without=("UserPoolId",), shown=output_of("GetGroup", "Group"), envelopes=("Group",)
)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    return seeding.unit.groups.named(entry.scope, entry.members["GroupName"]) is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    if not entry.exists:
        seeding.in_pool("CreateGroup", entry, entry.members)
        return
    group = seeding.unit.groups.named(entry.scope, entry.members["GroupName"])
    current = {"GroupName": group.name, **group.settings} if group else {}
    if current != current | entry.members:
        seeding.in_pool("UpdateGroup", entry, entry.members)


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    groups = exporting.unit.groups
    for group in exporting.paged(lambda limit, token: groups.page(pool_id, limit, token)):
        yield {"GroupName": group.name, **group.settings}


KIND = Kind(
    name="groups",
    members=MEMBERS,
    key=named("GroupName"),
    exists=_exists,
    apply=_apply,
    export=_export,
    description="Groups, in the members of CreateGroup.",
)
