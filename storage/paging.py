"""Keyset pagination, with opaque tokens for the next page.

A token holds the key of the last row of its page. So rows that are added or deleted between two pages cause no other
row to be repeated or skipped. A token is bound to its query and authenticated by a MAC: forged tokens are refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from keys.vault import Vault

R = TypeVar("R")
S = TypeVar("S")


class ForgedToken(ValueError):
    """A page token that was not issued for this query."""


class Page(Struct, Generic[R], frozen=True):
    """The items of one page, and the token of the next page (None on the last page)."""

    items: list[R]
    token: str | None

    def of(self, view: Callable[[R], S]) -> list[S]:
        """The items, each converted by `view`."""
        return [view(item) for item in self.items]


def cut(vault: Vault, scope: str, found: Sequence[R], limit: int, position: Callable[[R], list[Any]]) -> Page[R]:
    """The page made of the first `limit` rows of `found`. Another row in `found` means that there is a next page.

    `scope` names the query, to which the page's token is bound; `position` gives the key of a row, by which the next
    page begins.
    """
    items = list(found[:limit])
    more = len(found) > limit and items
    return Page(items, seal(vault, scope, position(items[-1])) if more else None)


def seal(vault: Vault, scope: str, position: list[Any]) -> str:
    """The token for `position` in the query identified by `scope`."""
    payload = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(vault.mac(_bound(scope, payload))[:16] + payload).decode()


def position(vault: Vault, scope: str, token: str | None) -> list[Any] | None:
    """The position in `token`, None if `token` is None. Raises `ForgedToken`."""
    if token is None:
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ForgedToken(token) from None
    if not vault.verify_mac(_bound(scope, raw[16:]), raw[:16]):
        raise ForgedToken(token)
    held: list[Any] = json.loads(raw[16:])
    return held


def _bound(scope: str, payload: bytes) -> bytes:
    return b"page\0" + scope.encode() + b"\0" + payload
