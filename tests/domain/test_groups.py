"""What a user's groups say in tokens."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.accounts import groups

A, B = "arn:aws:iam::000000000000:role/a", "arn:aws:iam::000000000000:role/b"


@pytest.mark.parametrize(
    ("membership", "told"),
    [
        ([], {}),
        ([("staff", None, None)], {"cognito:groups": ["staff"]}),
        (
            [("staff", 2, A), ("admins", 1, B)],
            {"cognito:groups": ["admins", "staff"], "cognito:roles": [B, A], "cognito:preferred_role": B},
        ),
        (
            [("staff", None, A), ("admins", 5, None)],
            {"cognito:groups": ["admins", "staff"], "cognito:roles": [A], "cognito:preferred_role": A},
        ),
        ([("a", 1, A), ("b", 1, B)], {"cognito:groups": ["a", "b"], "cognito:roles": [A, B]}),
        ([("a", 1, A), ("b", 1, A)], {"cognito:groups": ["a", "b"], "cognito:roles": [A], "cognito:preferred_role": A}),
        (
            [("a", 0, A), ("b", None, B)],
            {"cognito:groups": ["a", "b"], "cognito:roles": [A, B], "cognito:preferred_role": A},
        ),
    ],
)
def test_the_lowest_precedence_decides(membership: list[groups.Membership], told: dict[str, Any]) -> None:
    assert groups.claims(membership) == told
