"""The claims about a user's groups (AWS: "Assigning precedence values to groups")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

Membership: TypeAlias = "tuple[str, int | None, str | None]"
"""A group's name, precedence and role ARN."""


def claims(groups: Sequence[Membership]) -> dict[str, Any]:
    """`cognito:groups`, `cognito:roles` and `cognito:preferred_role`, without those that are empty.

    The lowest precedence wins, and groups without precedence come last. Two roles of equal precedence leave no
    preferred role.
    """
    # AWS unknown: the order of `cognito:groups` in tokens. Here it is by precedence, then by name.
    if not groups:
        return {}
    ranked = sorted(groups, key=lambda group: (_rank(group), group[0]))
    found: dict[str, Any] = {"cognito:groups": [name for name, _, _ in ranked]}
    with_role = [group for group in ranked if group[2]]
    if with_role:
        found["cognito:roles"] = list(dict.fromkeys(role for _, _, role in with_role))
        best = {role for name, precedence, role in with_role if _rank((name, precedence, role)) == _rank(with_role[0])}
        if len(best) == 1:
            found["cognito:preferred_role"] = best.pop()
    return found


def _rank(group: Membership) -> float:
    return float("inf") if group[1] is None else group[1]
