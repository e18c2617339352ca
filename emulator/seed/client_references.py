"""App clients that entries of a seed refer to, by their id or, where that is not known in advance, by their name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from emulator.seed.entries import Entry
from emulator.seed.members import TEXT, Members, input_of
from emulator.seed.seeding import Seeding
from emulator.wire.model import Shape
from storage.records.pools import Client

CLIENT_ID = input_of("UpdateUserPoolClient").members["ClientId"]
MEMBERS: Mapping[str, Shape] = {"ClientId": CLIENT_ID, "ClientName": TEXT}
WORDS = {
    "ClientId": "The id of the app client.",
    "ClientName": "The name of the app client, instead of ClientId, for a client whose id the seed does not choose.",
}


def members(declared: Members) -> Members:
    """The members with `ClientId` and `ClientName`, neither of which is required."""
    return replace(
        declared,
        shapes={**MEMBERS, **{name: shape for name, shape in declared.shapes.items() if name not in MEMBERS}},
        required=declared.required - {"ClientId"},
        words={**WORDS, **declared.words},
    )


def check(entry: Entry) -> None:
    """Raise SeedError for an entry that names no client, or names it twice."""
    if not MEMBERS.keys() & entry.members.keys():
        raise entry.error("it is missing; ClientName may stand in its place", "ClientId")
    check_once(entry)


def check_once(entry: Entry) -> None:
    """Raise SeedError for an entry that names a client twice."""
    entry.check_one_of(*MEMBERS)


def written(entry: Entry) -> str:
    """The client as the entry names it; empty where it names none. Ids and names are told apart."""
    if "ClientName" in entry.members:
        return f"named {entry.members['ClientName']}"
    return str(entry.members.get("ClientId", ""))


def key(*names: str) -> Callable[[Entry], str]:
    """The key of entries that are identified by their client and these members."""
    return lambda entry: "/".join([written(entry), *(str(entry.members[name]) for name in names)])


def find(seeding: Seeding, entry: Entry) -> Client | None:
    """The client that the entry names, in its pool; None if there is none. Raises SeedError for an ambiguous name."""
    if "ClientId" in entry.members:
        found = seeding.unit.clients.get(entry.members["ClientId"])
        return found if found and found.pool_id == entry.scope else None
    name = entry.members.get("ClientName")
    named = [each for each in seeding.unit.clients.all(entry.scope) if each.name == name]
    if len(named) > 1:
        raise entry.error(f"{len(named)} app clients of the pool have this name: give ClientId", "ClientName")
    return named[0] if named else None


def named(seeding: Seeding, entry: Entry) -> Client:
    """As `find`. Raises SeedError where the pool has no such client."""
    found = find(seeding, entry)
    if found is None:
        member = "ClientName" if "ClientName" in entry.members else "ClientId"
        raise entry.error("the pool has no such app client", member)
    return found


def request(seeding: Seeding, entry: Entry) -> dict[str, Any]:
    """The members of the entry with the client's id, as operations take them. Raises SeedError as `named`."""
    if not MEMBERS.keys() & entry.members.keys():
        return dict(entry.members)
    client = named(seeding, entry)
    return {"ClientId": client.id, **{name: value for name, value in entry.members.items() if name not in MEMBERS}}
