"""A seed file's text, read into entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.policies import documents
from emulator.policies.documents import Plain
from emulator.seed import kinds
from emulator.seed.entries import Entry, Kind, SeedError, walk
from emulator.seed.values import Misfit

LARGEST = 1 << 26
"""The most bytes of a seed file: 64 MiB."""
PASSED_OVER = ("$schema", "_portable")
"""Members of the document that say nothing about its content."""

Entries = dict[str, list[Entry]]
"""The entries of a document by their list."""


def read(content: bytes, file: str) -> Entries:
    """The entries of a document in YAML or JSON. `file` names it in errors; it may be empty. Raises SeedError."""
    try:
        document = documents.parsed(_text(content), LARGEST, nulls=True)
    except documents.Wrong as wrong:
        raise SeedError(file, wrong.path, wrong.problem) from None
    if not isinstance(document, Mapping):
        raise SeedError(file, "", "it is no mapping of lists such as user_pools")
    found: Entries = {}
    for name in document:
        if name not in kinds.BY_NAME and name not in PASSED_OVER:
            raise SeedError(file, name, f"there is no such list; there are {', '.join(kinds.BY_NAME)}")
    for kind in kinds.TOP:
        if kind.name in document:
            found[kind.name] = _listed(kind, document[kind.name], None, file)
    return found


def merged(documents_read: Sequence[Entries]) -> Entries:
    """The entries of several documents, in their order. Raises SeedError for one that is there twice."""
    found: Entries = {}
    for kind in kinds.TOP:
        listed = [entry for each in documents_read for entry in each.get(kind.name, [])]
        if listed:
            _check_twice(listed)
            found[kind.name] = listed
    return found


def _text(content: bytes) -> str:
    """The text of a file. Raises `documents.Wrong`."""
    if len(content) > LARGEST:
        raise documents.Wrong("", f"it is longer than {LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise documents.Wrong("", f"line {line}: it is not in UTF-8") from None


def _listed(kind: Kind, raw: Any, parent: Entry | None, file: str) -> list[Entry]:
    """The entries of a list, with theirs. Raises SeedError."""
    path = f"{parent.path}.{kind.name}" if parent else kind.name
    entries = [_entry(kind, each, where, parent, file) for each, where in _items(kind, raw, path, file)]
    _check_twice(entries)
    return entries


def _items(kind: Kind, raw: Any, path: str, file: str) -> Iterator[tuple[Any, str]]:
    """The entries as they are in the file, and their paths."""
    if isinstance(raw, Plain) and raw.is_null:
        raise SeedError(file, path, "it is null: write [] for an empty list, or leave it out")
    if kind.mapping is None:
        if not isinstance(raw, list):
            raise SeedError(file, path, "it is no list")
        for place, each in enumerate(raw):
            yield each, f"{path}[{place}]"
        return
    if not isinstance(raw, Mapping):
        raise SeedError(file, path, "it is no mapping")
    name, value = kind.mapping
    for key, each in raw.items():
        yield {name: key, value: each}, documents.member(path, key)


def _entry(kind: Kind, raw: Any, path: str, parent: Entry | None, file: str) -> Entry:
    """An entry with those in it. Raises SeedError."""
    lists = {each.name: each for each in kind.children}
    try:
        opened = kind.members.opened(raw)
        members = kind.members.typed({name: value for name, value in opened.items() if name not in lists})
    except Misfit as misfit:
        raise SeedError(file, documents.member(path, misfit.path) if misfit.path else path, misfit.problem) from None
    entry = Entry(kind, path, file, members, parent)
    if kind.check:
        kind.check(entry)
    for name, child in lists.items():
        if name in opened:
            entry.children[name] = _listed(child, opened[name], entry, file)
    return entry


def _check_twice(entries: Sequence[Entry]) -> None:
    """Raise SeedError where two entries describe the same."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        other = seen.setdefault(entry.key, entry)
        if other is not entry:
            where = other.path if other.file == entry.file else f"{other.path} of {other.file}"
            raise entry.error(f"it describes the same as {where}")


def count(entries: Entries) -> int:
    """How many entries there are."""
    return sum(1 for _ in walk(entries))
