"""How often things may be tried (AWS: "Lockout behavior for failed sign-in attempts", "Quotas").

Wrong passwords and wrong codes of a sign-in are counted for the user, whichever sessions they are tried in, and lock
all that is counted. A right password does not forgive wrong codes.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.credentials import attempts
from emulator.faults import NotAuthorizedException
from storage.records.users import Attempts, User

PASSWORD, CODE = "password", "code"
"""Kinds of failures: passwords and proofs of them; codes of second factors."""
SENT_CODES, WRONG_CODES = "sent one-time codes", "wrong one-time codes"
""" "Operations" of sign-ins: a code is sent, and a wrong one answered that stands for the first factor."""
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
    SENT_CODES: 20,
    WRONG_CODES: 20,
}
"""Operation → tries for each user and hour. Answers to a code count only when wrong; what is counted of one-time codes
is forgiven when a sign-in with one comes to its end.

AWS unknown: where between 5 and 20 the limit of ForgotPassword and its confirmation lies; the most is taken here.
AWS unknown: how many one-time codes InitiateAuth and RespondToAuthChallenge send, and how many wrong ones they take for
the first factor, which does not lock a user as passwords and second factors do: six were seen to do no harm.
"""


def after_failure(count: int, last: float, now: float) -> tuple[int, float]:
    """The failures so far and until when the account is locked, after one more.

    The fifth locks for a second, the n-th for 2^(n-5) seconds, at most fifteen minutes. Fifteen quiet minutes after
    a lock forgive all.
    """
    count = 1 if last + _lock(count) + _QUIET <= now else count + 1
    return count, now + _lock(count) if _lock(count) else 0.0


def refuse(context: Context, user: User) -> None:
    """Raise NotAuthorizedException while a user is locked, whether or not what they bring is right.

    AWS unknown: the words for a code during a lock in RespondToAuthChallenge; those for a password here.
    """
    until = attempts.locked_until(context, user)
    if until > context.now:
        raise NotAuthorizedException("Password attempts exceeded", f"locked until {until}")


def count(context: Context, user: User, kind: str) -> None:
    """Count a failure of a kind towards the lock."""
    before = attempts.of(context, user, kind)
    number, last = (before.count, before.last) if before else (0, context.now)
    number, locked_until = after_failure(number, last, context.now)
    since = before.since if before else context.now
    attempts.keep(context, user, Attempts(user.id, kind, number, since, context.now, locked_until))


def forgive(context: Context, user: User, *kinds: str) -> None:
    """Forget what was counted of these kinds."""
    for kind in kinds:
        attempts.forget(context, user, kind)


def _lock(count: int) -> int:
    """For how many seconds the account is locked after that many failures."""
    return min(2 ** min(count - _FREE, 20), _QUIET) if count >= _FREE else 0
