"""The seed document of what is in the database: what comes out goes in again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

from emulator.context import Context
from emulator.policies import yaml_text
from emulator.seed import kinds
from emulator.seed.entries import Kind
from emulator.seed.exports import Exporting

PORTABLE = "This export holds secrets in clear text. Whoever has it can sign in as its users and clients."
Form: TypeAlias = Literal["json", "yaml"]
Write: TypeAlias = Callable[[str], object]


def document(context: Context, portable: bool, pool_id: str | None = None) -> dict[str, Any]:
    """The whole document, or with `pool_id` that of one pool; bytes are still to be encoded in base64."""
    exporting = Exporting(context, portable)
    return ({"_portable": PORTABLE} if portable else {}) | exporting.lists(kinds.TOP, "", pool_id)


def write(context: Context, to: Write, form: Form, *, portable: bool = False, pool_id: str | None = None) -> None:
    """Write the document as text, entry by entry: it is never in memory as a whole."""
    writer = _Writer(Exporting(context, portable), _Json(to) if form == "json" else _Yaml(to))
    writer.document({"_portable": PORTABLE} if portable else {}, pool_id)


class _Syntax(Protocol):
    """How a document is written: a mapping whose members are values, lists, or mappings of values.

    `depth` is the number of mappings around.
    """

    def begin(self, members: dict[str, Any], depth: int) -> None:
        """Begin a mapping, which is an element of a list unless it is the document, with these members."""

    def begin_list(self, name: str, depth: int, *, is_first: bool) -> None:
        """Begin a member that is a list."""

    def element(self, members: dict[str, Any], depth: int, *, is_first: bool) -> None:
        """Write an element that has no lists of entries."""

    def separate(self, *, is_first: bool) -> None:
        """Write what is between two elements that have lists of entries."""

    def end_list(self, depth: int) -> None:
        """End a list."""

    def end(self, depth: int) -> None:
        """End a mapping."""

    def member(self, name: str, value: Any, depth: int, *, is_first: bool) -> None:
        """Write a further member that is a value."""


class _Writer:
    def __init__(self, exporting: Exporting, syntax: _Syntax) -> None:
        self._exporting = exporting
        self._syntax = syntax

    def document(self, members: dict[str, Any], only: str | None) -> None:
        """Write everything, or the pool with the id `only`."""
        self._syntax.begin(members, 0)
        self._lists(kinds.TOP, "", 0, only, is_first=not members)
        self._syntax.end(0)

    def _lists(
        self, order: tuple[Kind, ...], within: str, depth: int, only: str | None = None, *, is_first: bool
    ) -> None:
        for kind in order:
            entries = self._exporting.entries(kind, within, only)
            if kind.mapping:
                shown = kind.shown(entries)
                if shown:
                    self._syntax.member(kind.name, _plain(shown), depth, is_first=is_first)
                    is_first = False
                continue
            begun = False
            for entry in entries:
                if not begun:
                    self._syntax.begin_list(kind.name, depth, is_first=is_first)
                self._element(kind, entry, depth + 1, is_first=not begun)
                begun, is_first = True, False
            if begun:
                self._syntax.end_list(depth)

    def _element(self, kind: Kind, entry: dict[str, Any], depth: int, *, is_first: bool) -> None:
        if not kind.children:
            self._syntax.element(_plain(entry), depth, is_first=is_first)
            return
        self._syntax.separate(is_first=is_first)
        self._syntax.begin(_plain(entry), depth)
        self._lists(kind.children, Exporting.id_of(entry), depth, is_first=False)
        self._syntax.end(depth)


class _Json:
    """JSON with an entry a line."""

    def __init__(self, to: Write) -> None:
        self._to = to

    def begin(self, members: dict[str, Any], depth: int) -> None:
        self._to(_indent(depth) + json.dumps(members)[:-1])

    def begin_list(self, name: str, depth: int, *, is_first: bool) -> None:
        self._to(f"{'' if is_first else ','}\n{_indent(depth)} {json.dumps(name)}: [\n")

    def element(self, members: dict[str, Any], depth: int, *, is_first: bool) -> None:
        self.separate(is_first=is_first)
        self._to(_indent(depth) + json.dumps(members))

    def separate(self, *, is_first: bool) -> None:
        self._to("" if is_first else ",\n")

    def end_list(self, depth: int) -> None:
        self._to(f"\n{_indent(depth)} ]")

    def end(self, depth: int) -> None:
        self._to("}" if depth else "\n}\n")

    def member(self, name: str, value: Any, depth: int, *, is_first: bool) -> None:
        self._to(f"{'' if is_first else ','}\n{_indent(depth)} {json.dumps(name)}: {json.dumps(value)}")


class _Yaml:
    """YAML in block style."""

    def __init__(self, to: Write) -> None:
        self._to = to
        self._is_empty = True

    def begin(self, members: dict[str, Any], depth: int) -> None:
        if members:
            self._mapping(members, depth)

    def begin_list(self, name: str, depth: int, *, is_first: bool) -> None:  # noqa: ARG002 - JSON needs it
        self._line(_indent(depth) + f"{name}:")

    def element(self, members: dict[str, Any], depth: int, *, is_first: bool) -> None:  # noqa: ARG002
        self._mapping(members, depth)

    def separate(self, *, is_first: bool) -> None:
        pass

    def end_list(self, depth: int) -> None:
        pass

    def end(self, depth: int) -> None:
        if not depth and self._is_empty:
            self._to("{}\n")

    def member(self, name: str, value: Any, depth: int, *, is_first: bool) -> None:  # noqa: ARG002
        for line in yaml_text.lines({name: value}):
            self._line(_indent(depth) + line)

    def _mapping(self, members: dict[str, Any], depth: int) -> None:
        mark = f"{_indent(depth)[:-2]}- " if depth else ""
        for line in yaml_text.lines(members):
            self._line((mark or _indent(depth)) + line)
            mark = ""

    def _line(self, line: str) -> None:
        self._is_empty = False
        self._to(line + "\n")


def _indent(depth: int) -> str:
    return "  " * depth


def _plain(entry: Any) -> Any:
    """The entry as JSON has it: bytes in base64."""
    return json.loads(json.dumps(entry, default=_encoded))


def _encoded(value: Any) -> str:
    return base64.b64encode(value).decode()
