"""The password policy of a pool (AWS: "Adding user pool password requirements")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.faults import InvalidPasswordException

PLAIN = "Password did not conform with policy: "
ADMIN_CREATE_USER = "Password did not conform with password policy: "
"""The beginning of the message. AdminCreateUser has its own."""

_DAY = 86_400
_LONGEST = 256
_SYMBOL = re.compile(r"[\^$*.\[\]{}()?\"!@#%&/\\,><':;|_~`=+\-]|(?<=\S) +(?=\S)")
"""AWS's list of symbols, and a space that is neither at the beginning nor at the end."""

_RULES = (
    ("RequireUppercase", re.compile("[A-Z]"), "Password must have uppercase characters"),
    ("RequireLowercase", re.compile("[a-z]"), "Password must have lowercase characters"),
    ("RequireNumbers", re.compile("[0-9]"), "Password must have numeric characters"),
    ("RequireSymbols", _SYMBOL, "Password must have symbol characters"),
)


def check(password: str, settings: Mapping[str, Any], wording: str = PLAIN) -> None:
    """Raise InvalidPasswordException for the first rule that the password breaks. `wording` begins the message."""
    # AWS unknown: which rule SignUp and the others name for a password that breaks several. Here the order is length,
    # upper case, lower case, numbers, symbols.
    policy = settings["Policies"]["PasswordPolicy"]
    if len(password) < policy.get("MinimumLength", 8):
        raise InvalidPasswordException(wording + "Password not long enough")
    if len(password) > _LONGEST:
        raise InvalidPasswordException(wording + "Password too long")
    for member, pattern, problem in _RULES:
        if policy.get(member) and not pattern.search(password):
            raise InvalidPasswordException(wording + problem)


def rules(settings: Mapping[str, Any]) -> dict[str, int]:
    """The rules that a password has to keep, for a page: MinimumLength, and 1 for each kind of character it needs."""
    policy = settings["Policies"]["PasswordPolicy"]
    kinds = {member: 1 for member, _, _ in _RULES if policy.get(member)}
    return {"MinimumLength": int(policy.get("MinimumLength", 8)), **kinds}


def temporary_lifetime(settings: Mapping[str, Any]) -> int:
    """The lifetime of a temporary password in seconds: the policy's days, 7 unless set."""
    return int(settings["Policies"]["PasswordPolicy"].get("TemporaryPasswordValidityDays") or 7) * _DAY


def history_size(settings: Mapping[str, Any]) -> int:
    """How many passwords, including the current one, a new one must differ from; 0 if the history is off."""
    return int(settings["Policies"]["PasswordPolicy"].get("PasswordHistorySize") or 0)
