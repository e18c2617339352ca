"""Entries of seed files, applied to the database in one unit of work.

An entry that has not changed since it was applied last is passed over, as long as what it describes is still there.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.faults import Fault
from emulator.seed import kinds
from emulator.seed.entries import Entry, Kind, SeedError, walk
from emulator.seed.reading import Entries
from emulator.seed.seeding import Seeding, refused
from keys.vault import Vault
from storage.records.seeds import SeededEntry

_PURPOSE = b"seeded entry 1\0"
_IDS = ("Id", "IdentityPoolId")
"""The members of pools that choose their ids."""


class Applied(Struct):
    """How many entries were created, updated and left unchanged."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def prepare(context: Context, entries: Entries, *, everything: bool = False) -> None:
    """Compute what takes long for the entries that are to be applied, with the connection released.

    Call it before the unit writes. `everything`: all entries are to be applied.
    """
    application = _Application(context, entries, everything)
    wanting: dict[Kind, list[Entry]] = {}
    for entry in walk(entries) if everything else application.due():
        if entry.kind.prepare and entry.prepared is None:
            wanting.setdefault(entry.kind, []).append(entry)
    if wanting:
        with context.hashing():
            for kind, due in wanting.items():
                if kind.prepare:
                    kind.prepare(application.seeding, due)


def apply(context: Context, entries: Entries, *, reseed: bool = False) -> Applied:
    """Apply entries: create what is missing, change what has changed, and with `reseed` everything. Raises SeedError.

    Call `prepare` before, in the same unit of work.
    """
    context.unit.lock("seed")
    context.unit.keeps_connection = True
    try:
        return _Application(context, entries, reseed).run()
    except Fault as fault:  # of what an operation does not raise: a recovery has paused the pool
        raise SeedError("", "", str(fault)) from None
    finally:
        context.unit.keeps_connection = False


def of_pool(context: Context, entries: Entries, pool_id: str) -> Entries:
    """The entries that describe the pool with that id."""
    _Application(context, entries, reseed=False).find_top()
    found = {}
    for name, listed in entries.items():
        ours = [entry for entry in listed if pool_id in (entry.id, *map(entry.members.get, _IDS))]
        if ours:
            found[name] = ours
    return found


class _Application:
    def __init__(self, context: Context, entries: Entries, reseed: bool) -> None:
        self.seeding = Seeding(context)
        self._entries = entries
        self._reseed = reseed
        self._noted: dict[tuple[str, str], dict[str, SeededEntry]] = {}
        self._result = Applied()
        for entry in walk(entries):
            entry.id, entry.exists = None, False
            if not entry.fingerprint:
                entry.fingerprint = _fingerprint(context.vault, entry)

    def due(self) -> Iterator[Entry]:
        """The entries that are to be applied, as far as can be told before."""
        for entry in walk(self._entries):
            if self._is_due(entry):
                yield entry

    def find_top(self) -> None:
        """Find which pools the entries describe."""
        for listed in self._entries.values():
            for entry in listed:
                self._is_due(entry)

    def run(self) -> Applied:
        """Apply all entries, and note that they are applied."""
        self._apply_lists(self._entries, kinds.TOP)
        return self._result

    def _apply_lists(self, entries: Mapping[str, list[Entry]], order: tuple[Kind, ...]) -> None:
        for kind in order:
            listed = entries.get(kind.name, [])
            if kind.apply_all:
                self._apply_all(kind, listed)
                continue
            for entry in listed:
                if self._is_due(entry):
                    self._apply(entry)
                self._apply_lists(entry.children, kind.children)

    def _apply_all(self, kind: Kind, listed: list[Entry]) -> None:
        due = [entry for entry in listed if self._is_due(entry)]
        if due and kind.apply_all:
            kind.apply_all(self.seeding, due)
        for entry in due:
            self._note(entry)

    def _apply(self, entry: Entry) -> None:
        try:
            entry.kind.apply(self.seeding, entry)
        except Fault as fault:
            raise refused(entry, fault) from None
        self._note(entry)

    def _is_due(self, entry: Entry) -> bool:
        """Whether the entry is to be applied. Finds what exists of it."""
        before = self._before(entry)
        if entry.parent and not entry.parent.exists and entry.parent.id is None:
            return True  # in something that does not exist yet
        entry.id = before.made if before else None
        entry.exists = entry.kind.exists(self.seeding, entry)
        if entry.exists and before and before.fingerprint == entry.fingerprint and not self._reseed:
            self._result.unchanged += 1
            return False
        return True

    def _before(self, entry: Entry) -> SeededEntry | None:
        """What was noted when the entry was applied last."""
        place = entry.kind.name, entry.scope
        if place not in self._noted:
            found = self.seeding.unit.seeded_entries.of(*place)
            self._noted[place] = {each.key: each for each in found}
        return self._noted[place].get(entry.key)

    def _note(self, entry: Entry) -> None:
        """Count an entry, and remember that it was applied."""
        if entry.exists:
            self._result.updated += 1
        else:
            self._result.created += 1
        pool = entry.top.id if entry.top.kind.name == "user_pools" else None
        applied = SeededEntry(entry.kind.name, entry.scope, entry.key, entry.fingerprint, entry.id, pool)
        self.seeding.unit.seeded_entries.put(applied)


def _fingerprint(vault: Vault, entry: Entry) -> bytes:
    """Tells whether an entry has changed. It is keyed, since a plain digest would betray the passwords in an entry."""
    content = json.dumps(entry.members, sort_keys=True, default=_encoded, separators=(",", ":"))
    return vault.mac(_PURPOSE + content.encode())


def _encoded(value: Any) -> str:
    return base64.b64encode(value).decode()
