"""The people of the stand-in identity provider in a seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from emulator.outside.stand_in_state import StoredState
from emulator.seed.entries import Entry, Kind
from emulator.seed.exports import Exporting
from emulator.seed.members import DOCUMENT, FLAG, TEXT, Members
from emulator.seed.seeding import Seeding
from emulator.stand_in import people
from emulator.stand_in.people import InvalidPerson, Person
from emulator.stand_in.state import Provider

_DRAWN = "sub_is_drawn"
MEMBERS = Members(
    {"provider": TEXT, "sub": TEXT, _DRAWN: FLAG, "claims": DOCUMENT},
    words={
        "provider": "The provider's type, or the name of one in a pool. Without it, all know the person.",
        "sub": "The subject. Without it, one is drawn, and the person is known by the e-mail address or name.",
        _DRAWN: "Whether nobody has chosen the subject, so that each provider shows it in a form of its own.",
        "claims": "Any claims: name, email, email_verified, …",
    },
)


def _key(entry: Entry) -> str:
    members = entry.members
    claims = members.get("claims") or {}
    who = members.get("sub") or (claims.get("email") or claims.get("name") if isinstance(claims, dict) else "")
    return json.dumps([members.get("provider", people.EVERY), str(who)])


def _check(entry: Entry) -> None:
    try:
        known = people.read(_members(entry) | {"provider": people.EVERY})
    except InvalidPerson as problem:
        raise _error(entry, problem) from None
    if not known.sub and not (known.email or known.claims.get("name")):
        raise entry.error("a person needs a sub, or a claim email or name", "sub")


def _members(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in entry.members.items() if name != _DRAWN}


def _error(entry: Entry, problem: InvalidPerson) -> Exception:
    member, colon, reason = str(problem).partition(": ")
    return entry.error(reason, member) if colon and member in MEMBERS.shapes else entry.error(str(problem))


def _state(seeding: Seeding) -> StoredState:
    return StoredState(seeding.unit, seeding.now, seeding.world.key_reserve)


def _type(seeding: Seeding, entry: Entry) -> str:
    """The type of the provider that the entry names by its type, or by its name in a pool."""
    given = str(entry.members.get("provider") or people.EVERY)
    if given in (people.EVERY, *people.PROVIDERS):
        return given
    named = (each for each in seeding.unit.providers.of_all_pools() if each.name == given)
    return next((str(each.settings["ProviderType"]) for each in named), given)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    sub = entry.members.get("sub") or entry.id
    entry.id = sub if sub and people.has(_state(seeding), _type(seeding, entry), sub) else None
    return entry.id is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    _apply_all(seeding, [entry])


def _apply_all(seeding: Seeding, entries: list[Entry]) -> None:
    state, context = _state(seeding), seeding.context
    people.begin_without_examples(state)
    idp = Provider(context.origin.base_url, seeding.now, state, seeding.world.entropy, seeding.world.key_ring)
    persons = [_person(seeding, entry) for entry in entries]
    try:
        added = people.add(idp, persons)
    except InvalidPerson as problem:
        raise _error(entries[-1], problem) from None
    for entry, person in zip(entries, added, strict=True):
        entry.id = person.sub


def _person(seeding: Seeding, entry: Entry) -> Person:
    members = _members(entry) | {"provider": _type(seeding, entry)}
    if entry.id:
        members["sub"] = entry.id
    given_sub = bool(entry.members.get("sub")) and not entry.members.get(_DRAWN, False)
    try:
        person = people.read(members)
    except InvalidPerson as problem:
        raise _error(entry, problem) from None
    return Person(person.provider, person.sub, person.claims, given_sub)


def _export(exporting: Exporting, _id: str) -> Iterator[dict[str, Any]]:
    """The people, unless there are only those who are there from the start."""
    context = exporting.context
    state = StoredState(exporting.unit, context.now, context.world.key_reserve)
    for person in people.of(state) if people.were_changed(state) else []:
        entry: dict[str, Any] = {"provider": person.provider, "sub": person.sub}
        entry |= {} if person.given_sub else {_DRAWN: True}
        yield entry | ({"claims": person.claims} if person.claims else {})


KIND = Kind(
    name="people",
    members=MEMBERS,
    key=_key,
    exists=_exists,
    apply=_apply,
    apply_all=_apply_all,
    export=_export,
    check=_check,
    description="The people of the stand-in identity provider, in place of the two who are there from the start.",
)
