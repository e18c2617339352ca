"""Pages over a keyset, and the opaque tokens that lead from one to the next.

A token holds the position after which the next page begins, so that writes in between neither repeat nor
skip what was there. It is bound to its query and authenticated: a forged one is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from keys.vault import Vault

R = TypeVar("R")
S = TypeVar("S")


class ForgedToken(ValueError):
    """A page token that this query did not give out."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some items, and the token of the next page (None on the last)."""

    items: list[R]
    token: str | None

    def of(self, view: Callable[[R], S]) -> list[S]:
        """The items as `view` shows them."""
        return [view(item) for item in self.items]


def cut(vault: Vault, scope: str, found: Sequence[R], limit: int, position: Callable[[R], list[Any]]) -> Page[R]:
    """The page that `limit + 1` found rows make: the last row only says that there are more."""
    items = list(found[:limit])
    more = len(found) > limit and items
    return Page(items, seal(vault, scope, position(items[-1])) if more else None)


def seal(vault: Vault, scope: str, position: list[Any]) -> str:
    """The token for `position` in the query that `scope` names."""
    payload = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(vault.mac(_bound(scope, payload))[:16] + payload).decode()


def position(vault: Vault, scope: str, token: str | None) -> list[Any] | None:
    """The position that `token` holds, None without one. Raises `ForgedToken`."""
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
