"""What the functions of a kind are given to export entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from emulator.context import Context
from emulator.seed.entries import Kind
from storage.paging import Page
from storage.records.pools import Client

R = TypeVar("R")


class Exporting:
    """One export, in one unit of work. With `portable`, secrets are in clear; else only this data key opens them."""

    PAGE = 500
    """How many rows are read at once."""

    def __init__(self, context: Context, portable: bool) -> None:
        self.context = context
        self.unit = context.unit
        self.settings = context.settings
        self.portable = portable

    def secret(self, member: str, value: str | None, context: str) -> dict[str, Any]:
        """A member with a secret: `{member: value}`, or `{"Sealed" + member: …}`; nothing for a value of None.

        `context` says what the secret belongs to; `Seeding.opened` needs the same.
        """
        if value is None:
            return {}
        if self.portable:
            return {member: value}
        return {f"Sealed{member}": self.sealed(value.encode(), context)}

    def sealed(self, content: bytes, context: str) -> bytes:
        """What only this data key opens. The same content is sealed alike in each export."""
        return self.context.vault.seal_alike(content, f"seed {context}")

    def lists(self, order: tuple[Kind, ...], within: str, only: str | None = None) -> dict[str, Any]:
        """The lists of these kinds that have entries. `within` is the id of the pool that they are in, or empty."""
        found = {}
        for kind in order:
            shown = kind.shown(self._entries(kind, within, only))
            if shown:
                found[kind.name] = shown
        return found

    def entries(self, kind: Kind, within: str, only: str | None = None) -> Iterator[dict[str, Any]]:
        """The entries of a kind, without the lists in them, read as they are asked for."""
        for entry in kind.export(self, within):
            if only is None or only in (entry.get("Id"), entry.get("IdentityPoolId")):
                yield kind.members.arranged(entry)

    def _entries(self, kind: Kind, within: str, only: str | None) -> Iterator[dict[str, Any]]:
        for shown in self.entries(kind, within, only):
            yield shown | self.lists(kind.children, self.id_of(shown)) if kind.children else shown

    def clients(self, pool_id: str) -> list[Client]:
        """The app clients of a pool, by id."""
        return sorted(self.unit.clients.all(pool_id), key=lambda client: client.id)

    @staticmethod
    def pages(read: Callable[[int, str | None], Page[R]]) -> Iterator[Sequence[R]]:
        """The items of each page of what `read` returns for a limit and a token. Reads a page when it is asked for."""
        token: str | None = None
        while True:
            page = read(Exporting.PAGE, token)
            yield page.items
            token = page.token
            if token is None:
                return

    @staticmethod
    def paged(read: Callable[[int, str | None], Page[R]]) -> Iterator[R]:
        """The items of all `pages`."""
        for items in Exporting.pages(read):
            yield from items

    @staticmethod
    def id_of(entry: dict[str, Any]) -> str:
        """The id of an exported pool."""
        return str(entry.get("Id") or entry.get("IdentityPoolId"))
