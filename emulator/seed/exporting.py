"""The seed document of what is in the database: what comes out goes in again."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from emulator.context import Context
from emulator.policies import yaml_text
from emulator.seed import kinds
from emulator.seed.entries import Kind
from emulator.seed.exports import Exporting

PORTABLE = "This export holds secrets in clear text. Whoever has it can sign in as its users and clients."


def document(context: Context, portable: bool, pool_id: str | None = None) -> dict[str, Any]:
    """The whole document, or with `pool_id` that of one pool; bytes are still to be encoded in base64."""
    exporting = Exporting(context, portable)
    return _head(portable) | exporting.lists(kinds.TOP, "", pool_id)


def json_texts(context: Context, portable: bool, pool_id: str | None = None) -> Iterator[str]:
    """The same document in JSON, in pieces, with one entry in a line; holds a page of entries in memory at most.

    Take all pieces while the unit of work is open.
    """
    yield from _object(Exporting(context, portable), _head(portable), kinds.TOP, "", pool_id)
    yield "\n"


def yaml_texts(context: Context, portable: bool, pool_id: str | None = None) -> Iterator[str]:
    """As `json_texts`, in YAML."""
    lines = _lines(Exporting(context, portable), _head(portable), kinds.TOP, "", pool_id)
    first = next(lines, "{}")
    yield f"{first}\n"
    for line in lines:
        yield f"{line}\n"


def _head(portable: bool) -> dict[str, Any]:
    return {"_portable": PORTABLE} if portable else {}


def _object(
    exporting: Exporting, members: dict[str, Any], order: tuple[Kind, ...], within: str, only: str | None = None
) -> Iterator[str]:
    """An entry with its lists. Lists without entries are left out."""
    yield _text(members)[:-1]
    comma = ", " if members else ""
    for kind in order:
        pieces = _list(exporting, kind, within, only)
        first = next(pieces, None)
        if first is not None:
            yield f"{comma}{_text(kind.name)}: {first}"
            yield from pieces
            comma = ", "
    yield "}"


def _list(exporting: Exporting, kind: Kind, within: str, only: str | None) -> Iterator[str]:
    entries = exporting.entries(kind, within, only)
    if kind.mapping:
        shown = kind.shown(entries)
        if shown:
            yield _text(shown)
        return
    before = "[\n"
    for entry in entries:
        yield before
        before = ",\n"
        if kind.children:
            yield from _object(exporting, entry, kind.children, exporting.id_of(entry))
        else:
            yield _text(entry)
    if before != "[\n":
        yield "\n]"


def _lines(
    exporting: Exporting, members: dict[str, Any], order: tuple[Kind, ...], within: str, only: str | None = None
) -> Iterator[str]:
    """An entry with its lists, in lines of YAML."""
    if members:
        yield from yaml_text.lines(json.loads(_text(members)))
    for kind in order:
        entries = exporting.entries(kind, within, only)
        if kind.mapping:
            shown = kind.shown(entries)
            if shown:
                yield from yaml_text.lines({kind.name: shown})
            continue
        begun = False
        for entry in entries:
            if not begun:
                yield f"{kind.name}:"
            begun, before = True, "- "
            for line in _lines(exporting, entry, kind.children, exporting.id_of(entry)):
                yield before + line
                before = "  "


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_base64)


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
