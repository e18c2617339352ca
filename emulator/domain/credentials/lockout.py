"""Limits of attempts (AWS: "Lockout behavior for failed sign-in attempts", "Quotas").

Wrong passwords and wrong codes of a sign-in are counted for the user, in whichever session they are sent. Enough of
either lock both passwords and codes. A right password does not reset the counter of wrong codes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from emulator.context import Context
from emulator.domain.credentials import attempts
from emulator.faults import NotAuthorizedException
from storage.records.users import Attempts, User

PASSWORD, CODE = "password", "code"
"""Kinds of failures: wrong passwords and SRP proofs; wrong codes of second factors."""
SENT_CODES, WRONG_CODES = "sent one-time codes", "wrong one-time codes"
"""Pseudo-operations in LIMITS: one-time codes that were sent, and wrong ones answered as the first factor."""
_FREE = 5
_QUIET = 900
"""Seconds: the longest lock, and the time without failures after which the counter starts again."""

# AWS unknown: the limits of ForgotPassword and ConfirmForgotPassword, which documentation puts between 5 and 20 an
# hour. Here both are 20.
# AWS unknown: how many one-time codes InitiateAuth and RespondToAuthChallenge send in an hour, and how many wrong ones
# they accept as the first factor. A public report tells of six wrong ones that did not lock the user. Here
# the limits are 20 an hour each.
LIMITS: Mapping[str, int] = {
    "ConfirmSignUp": 15,
    "VerifyUserAttribute": 15,
    "ConfirmForgotPassword": 20,
    "ForgotPassword": 20,
    "ChangePassword": 5,
    "ResendConfirmationCode": 5,
    "GetUserAttributeVerificationCode": 5,
    SENT_CODES: 20,
    WRONG_CODES: 20,
}
"""Operation → attempts for each user and hour. Of answers with a code, only wrong ones count. The counters of one-time
codes are reset when a sign-in with such a code succeeds.
"""


def after_failure(count: int, last: float, now: float) -> tuple[int, float]:
    """The number of failures after one more, and until when the account is locked (epoch seconds; 0: not at all).

    `count` failures were counted, the last one at `last`. The n-th failure locks for 2^(n-5) seconds from the fifth on,
    at most for fifteen minutes. The counter starts again fifteen minutes after the end of the last lock.
    """
    count = 1 if last + _lock(count) + _QUIET <= now else count + 1
    return count, now + _lock(count) if _lock(count) else 0.0


def refuse(context: Context, user: User) -> Collection[str]:
    """Raise NotAuthorizedException while the account is locked out, whether or not the password or code is right.

    Returns the kinds of attempts that are counted.
    """
    # AWS unknown: the message of RespondToAuthChallenge for a code during a lock. Here it is the one for a password.
    locks = attempts.locks(context, user)
    until = max(locks.values(), default=0)
    if until > context.now:
        raise NotAuthorizedException("Password attempts exceeded", f"locked until {until}")
    return locks.keys()


def count(context: Context, user: User, kind: str) -> None:
    """Count a failure of a kind, PASSWORD or CODE, and lock the account if `after_failure` says so.

    The caller's transaction must commit: it raises a fault that is `keeping()`.
    """
    before = attempts.of(context, user, kind)
    number, last = (before.count, before.last) if before else (0, context.now)
    number, locked_until = after_failure(number, last, context.now)
    since = before.since if before else context.now
    attempts.keep(context, user, Attempts(user.id, kind, number, since, context.now, locked_until))


def forgive(context: Context, user: User, *kinds: str) -> None:
    """Reset the counters of these kinds. A lock that such a counter holds ends."""
    for kind in kinds:
        attempts.forget(context, user, kind)


def _lock(count: int) -> int:
    """The seconds for which that many failures lock the account."""
    return min(2 ** min(count - _FREE, 20), _QUIET) if count >= _FREE else 0
