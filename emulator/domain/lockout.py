"""How often things may be tried (AWS: "Lockout behavior for failed sign-in attempts", "Quotas")."""

from __future__ import annotations

from collections.abc import Mapping

_FREE = 5
_QUIET = 900
"""Seconds: the longest lock, and the quiet time after which failures are forgotten."""

LIMITS: Mapping[str, int] = {
    "ConfirmSignUp": 15,
    "VerifyUserAttribute": 15,
    "ConfirmForgotPassword": 20,
    "ForgotPassword": 20,
    "ChangePassword": 5,
    "ResendConfirmationCode": 5,
    "GetUserAttributeVerificationCode": 5,
}
"""Operation → tries for each user and hour. Answers to a code count only when wrong.

AWS unknown: where between 5 and 20 the limit of ForgotPassword and its confirmation lies; the most is taken here.
"""


def after_failure(count: int, last: float, now: float) -> tuple[int, float]:
    """The failures so far and until when the account is locked, after one more wrong password.

    The fifth locks for a second, the n-th for 2^(n-5) seconds, at most fifteen minutes. Fifteen quiet minutes after
    a lock forgive all.
    """
    count = 1 if last + _lock(count) + _QUIET <= now else count + 1
    return count, now + _lock(count) if _lock(count) else 0.0


def _lock(count: int) -> int:
    """For how many seconds the account is locked after that many failures."""
    return min(2 ** min(count - _FREE, 20), _QUIET) if count >= _FREE else 0
