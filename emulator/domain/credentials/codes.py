"""Verification codes: random, stored as digests, expiring, limited in attempts, and good for one use."""

from __future__ import annotations

import hmac

from emulator.context import Context
from emulator.domain.accounts import stand_ins
from emulator.domain.credentials import attempts, lockout
from emulator.faults import CodeMismatchException, ExpiredCodeException, LimitExceededException
from keys import entropy
from storage.records.users import Attempts, Code, User

DAY = 86_400
HOUR = 3_600

MISMATCH = "Invalid verification code provided, please try again."
EXPIRED = "Invalid code provided, please request a code again."
_SENT = "sent: "
"""Prefix of a counter's kind, before a purpose. The counter's `since` is when the code of a stand-in expires."""
TOO_MANY = "Attempt limit exceeded, please try after some time."


def issue(context: Context, user: User, purpose: str, *, proves: str | None, value: str | None, lifetime: int) -> str:
    """Make a code for a user and purpose, replacing the one before, and return the code. Only its digest is stored.

    `proves` and `value` are name and value of the attribute to which the code is sent, `lifetime` is in seconds. For a
    stand-in, only the time until the code would expire is stored.
    """
    code = context.settings.code or entropy.digits(context.world.entropy, 6)
    kept = Code(user.id, purpose, _digest(context, user, purpose, code), proves, value, context.now + lifetime)
    if stand_ins.is_one(user):
        attempts.put_stand_ins(context, user, Attempts(user.id, _SENT + purpose, 0, kept.expires, context.now, 0))
    else:
        context.unit.codes.put(kept)
    return code


def check(context: Context, user: User, purpose: str, given: str, limit: str, *, to_new_address: bool = False) -> Code:
    """The record of the code that was sent to a user for a purpose, if `given` equals that code.

    A wrong code counts as an attempt. `limit` is the operation whose attempts are limited, a key of `lockout.LIMITS`.
    With `to_new_address` the code may have been sent to an address that the user does not have yet; otherwise the user
    must still have it. Raises LimitExceededException, ExpiredCodeException (never issued, spent, expired, or sent to an
    address that the user no longer has) or CodeMismatchException.
    """
    if exhausted(context, user, limit):
        raise LimitExceededException(TOO_MANY)
    code = _kept(context, user, purpose)
    if code is None or code.expires <= context.now:
        raise ExpiredCodeException(EXPIRED, "no code was issued" if code is None else "the code is too old")
    if not hmac.compare_digest(code.digest, _digest(context, user, purpose, given)):
        count(context, user, limit)
        raise CodeMismatchException(MISMATCH).keeping()
    if not to_new_address and code.proves and user.attributes.get(code.proves) != code.value:
        raise ExpiredCodeException(EXPIRED, "the code went to an address that the user no longer has")
    return code


def spend(context: Context, user: User, purpose: str, given: str, limit: str, *, to_new_address: bool = False) -> Code:
    """Check a code, make it unusable, reset the counter of attempts, and return the code's record.

    The parameters and faults are those of `check`.
    """
    code = check(context, user, purpose, given, limit, to_new_address=to_new_address)
    if not context.unit.codes.delete(user.id, purpose):
        raise ExpiredCodeException(EXPIRED, "another call spent the code")
    attempts.forget(context, user, limit)
    return code


def limit_calls(context: Context, user: User, operation: str) -> None:
    """Count a call of an operation in `lockout.LIMITS`. Raises LimitExceededException if none is left in this hour."""
    if exhausted(context, user, operation):
        raise LimitExceededException(TOO_MANY)
    count(context, user, operation)


def exhausted(context: Context, user: User, operation: str) -> bool:
    """Whether a user has no attempt left in this hour. `operation` is a key of `lockout.LIMITS`."""
    return _tries(context, user, operation).count >= lockout.LIMITS[operation]


def count(context: Context, user: User, operation: str) -> None:
    """Count one more attempt at an operation in `lockout.LIMITS`, in the hour that began with the first one."""
    tries = _tries(context, user, operation)
    counted = Attempts(user.id, operation, tries.count + 1, tries.since, context.now, 0)
    attempts.keep(context, user, counted)


def _kept(context: Context, user: User, purpose: str) -> Code | None:
    """The record of the code that was sent. That of a stand-in has a digest that no code has."""
    if not stand_ins.is_one(user):
        return context.unit.codes.get(user.id, purpose)
    sent = attempts.of(context, user, _SENT + purpose)
    return Code(user.id, purpose, "", None, None, sent.since) if sent else None


def _tries(context: Context, user: User, operation: str) -> Attempts:
    """The counter of the current hour; a new one if that hour is over."""
    tries = attempts.of(context, user, operation)
    if tries is None or tries.since + HOUR <= context.now:
        return Attempts(user.id, operation, 0, context.now, context.now, 0)
    return tries


def _digest(context: Context, user: User, purpose: str, code: str) -> str:
    """A keyed digest, since six digits could be found from a plain digest by trying them all."""
    return context.vault.mac(f"code\0{user.id}\0{purpose}\0{code}".encode()).hex()
