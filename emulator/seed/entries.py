"""Entries of a seed file, their kinds, and what is wrong with an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from emulator.policies.documents import member as joined
from emulator.seed.members import Members

if TYPE_CHECKING:
    from emulator.seed.exports import Exporting
    from emulator.seed.seeding import Seeding


class SeedError(Exception):
    """A seed that cannot be applied. str() is the file, the path of the wrong member, and the reason."""

    def __init__(self, file: str, path: str, reason: str) -> None:
        super().__init__(_printable(": ".join(part for part in (file, path, reason) if part)))
        self.file = file
        self.path = path
        self.reason = reason


def _printable(text: str) -> str:
    """A text in which control characters are escaped: it is shown in terminals, and quotes what a file says."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class Entry(Struct, eq=False):
    """An entry of a seed file. `members` are typed and validated; `children` are the entries in it, by their list.

    `path` is `user_pools[0].clients[2]`. The other fields are found anew each time that the entry is applied: `id` is
    the id of what the entry describes, None until that exists, or where it has none. `exists` says whether it does.
    """

    kind: Kind
    path: str
    file: str
    members: dict[str, Any]
    parent: Entry | None = None
    children: dict[str, list[Entry]] = field(default_factory=dict)
    id: str | None = None
    exists: bool = False
    fingerprint: bytes = b""
    prepared: Any = None
    """What the kind's `prepare` has made of it. It is kept with the entry, and made once."""

    @property
    def key(self) -> str:
        """What identifies the entry among its siblings."""
        return self.kind.key(self)

    @property
    def scope(self) -> str:
        """The id of what the entry is in; empty for one that is in nothing, or in something new."""
        return (self.parent.id or "") if self.parent else ""

    @property
    def top(self) -> Entry:
        """The pool that the entry is in, or the entry itself."""
        return self.parent.top if self.parent else self

    def error(self, reason: str, member: str = "") -> SeedError:
        """The error of a member of this entry, or of the entry."""
        return SeedError(self.file, joined(self.path, member) if member else self.path, reason)

    def check_one_of(self, *names: str) -> None:
        """Raise SeedError where the entry has more than one of these members, which stand for each other."""
        given = [name for name in names if name in self.members]
        if len(given) > 1:
            raise self.error(f"{given[0]} is there too", given[1])


def _nothing(_exporting: Exporting, _id: str) -> Iterator[dict[str, Any]]:
    return iter(())


class Kind(Struct, frozen=True, eq=False):
    """What the entries of one list of a seed file are.

    `exists` looks for what an entry describes, and sets the entry's `id`: it has found there the id that was noted when
    the entry was applied last. `apply` creates what the entry describes, or changes what exists to be like it; it
    raises a Fault or a SeedError. `export` yields the entries of the pool with that id, or those of the server.

    `prepare` computes what takes long (hashes) for the entries that are to be applied, without the database: it may be
    called with more, and not be called for some. `apply_all` takes the place of `apply` for kinds with many entries.
    """

    name: str
    """The list's name: "clients"."""
    members: Members
    key: Callable[[Entry], str]
    exists: Callable[[Seeding, Entry], bool]
    apply: Callable[[Seeding, Entry], None]
    export: Callable[[Exporting, str], Iterable[dict[str, Any]]] = _nothing
    children: tuple[Kind, ...] = ()
    prepare: Callable[[Seeding, list[Entry]], None] | None = None
    apply_all: Callable[[Seeding, list[Entry]], None] | None = None
    mapping: tuple[str, str] | None = None
    """For a mapping instead of a list: the members that a key and its value are in an entry."""
    check: Callable[[Entry], None] | None = None
    """Raises a SeedError for members that cannot go together. Called when the file is read."""
    description: str = ""
    """For the JSON Schema: what the list is, in a sentence."""

    def shown(self, entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]] | dict[str, Any]:
        """Entries in the form of the file."""
        if self.mapping is None:
            return list(entries)
        name, value = self.mapping
        return {entry[name]: entry[value] for entry in entries}


def named(member: str) -> Callable[[Entry], str]:
    """The key of entries that a member of theirs identifies."""
    return lambda entry: str(entry.members[member])


def identified(id_member: str, name_member: str) -> Callable[[Entry], str]:
    """The key of entries that have an id, or else a name."""
    return lambda entry: str(entry.members.get(id_member) or entry.members[name_member])


def walk(entries: Mapping[str, list[Entry]]) -> Iterator[Entry]:
    """All entries, each before its children."""
    for listed in entries.values():
        for entry in listed:
            yield entry
            yield from walk(entry.children)
