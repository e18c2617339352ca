"""Principals, as trust policies name them. Apart from the policies, which are imported where there are any."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

ROLE_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>[0-9]{12}):role/([\w+=,.@/-]*/)?(?P<name>[\w+=,.@-]{1,64})",
    re.ASCII,
)
"""The ARN of a role. Its name is without the path."""

PrincipalType: TypeAlias = Literal["AWS", "Federated"]


class Caller(Struct, frozen=True):
    """Who wants to assume a role: the names by which a policy of this type may call them, such as a role's ARN."""

    type: PrincipalType
    names: tuple[str, ...]


def names_of(account: str, arns: Sequence[str]) -> tuple[str, ...]:
    """The names of a principal of an account: its ARNs, and the account in both forms, which mean all of its own."""
    return (*arns, account, f"arn:aws:iam::{account}:root")
