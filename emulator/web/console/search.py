"""The search for users by the beginning of a name, an address or an id, one page at a time."""

from __future__ import annotations

import re
from typing import Any

from emulator.web.console.frame import Console, by_name

BY = ("username", "email", "phone_number", "sub", "preferred_username", "name", "given_name", "family_name")
"""The attributes that are searched, in this order. ListUsers takes one of them at a time, and reads it by an index."""
ROWS = 25
_MOST_CALLS = 12


def find(console: Console, pool: str, wanted: str, by: str, token: str | None) -> tuple[list[dict[str, Any]], str, str]:
    """A page of the users of whom an attribute begins with `wanted`, and the `by` and `token` of the next page.

    The page begins at `token` among the users by the attribute `by`. A user who fits by several attributes is found by
    the first. The second element is empty if there is no next page. A page may have fewer rows than there are.
    """
    left = list(BY[BY.index(by) if by in BY else 0 :])
    found: list[dict[str, Any]] = []
    text = re.sub(r'(["\\])', r"\\\1", wanted)
    for _ in range(_MOST_CALLS):
        if not left or len(found) >= ROWS:
            break
        answer = console.call(
            "ListUsers",
            UserPoolId=pool,
            Filter=f'{left[0]} ^= "{text}"',
            Limit=ROWS - len(found),
            PaginationToken=token,
        )
        earlier = BY[: BY.index(left[0])]
        found += [user for user in answer["Users"] if not any(_fits(user, name, wanted) for name in earlier)]
        token = answer.get("PaginationToken")
        if not token:
            left.pop(0)
    return found, left[0] if left else "", token or ""


def _fits(user: dict[str, Any], name: str, wanted: str) -> bool:
    """Whether ListUsers finds a user by this attribute."""
    if name == "username":
        return bool(user["Username"].startswith(wanted))
    return bool(by_name(user["Attributes"]).get(name, "\0").lower().startswith(wanted.lower()))
