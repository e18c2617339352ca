"""Codes that prove an address: random, digest at rest, expiring, limited in tries, spent once."""

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
"""With a purpose: the kind of counter whose `since` says until when a stand-in seems to have a code."""
TOO_MANY = "Attempt limit exceeded, please try after some time."


def issue(context: Context, user: User, purpose: str, *, proves: str | None, value: str | None, lifetime: int) -> str:
    """Make a code for a user and purpose, in place of the one before; the code itself is not kept.

    `proves` and `value` name the attribute that the code is sent to, as it is now.
    """
    code = context.settings.code or entropy.digits(context.world.entropy, 6)
    kept = Code(user.id, purpose, _digest(context, user, purpose, code), proves, value, context.now + lifetime)
    if stand_ins.is_one(user):
        attempts.put_stand_ins(context, user, Attempts(user.id, _SENT + purpose, 0, kept.expires, context.now, 0))
    else:
        context.unit.codes.put(kept)
    return code


def check(context: Context, user: User, purpose: str, given: str, limit: str, *, to_new_address: bool = False) -> Code:
    """The code that was sent, where `given` is it. A wrong one is counted and leaves the right one good.

    `limit` names the operation whose tries are limited. `to_new_address` says that the code may have gone to an
    address that takes the place of the user's own once it is answered; else it has to be the user's own still. Raises
    LimitExceededException, ExpiredCodeException (never issued, spent, too old, or sent to an address that the user no
    longer has) or CodeMismatchException.
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
    """Use up a code, which is checked first; the tries before are forgiven."""
    code = check(context, user, purpose, given, limit, to_new_address=to_new_address)
    if not context.unit.codes.drop(user.id, purpose):
        raise ExpiredCodeException(EXPIRED, "another call spent the code")
    attempts.forget(context, user, limit)
    return code


def limit_calls(context: Context, user: User, operation: str) -> None:
    """Count a call of an operation that is limited for each user and hour. Raises LimitExceededException."""
    if exhausted(context, user, operation):
        raise LimitExceededException(TOO_MANY)
    count(context, user, operation)


def exhausted(context: Context, user: User, operation: str) -> bool:
    """Whether a user has no try left in this hour."""
    return _tries(context, user, operation).count >= lockout.LIMITS[operation]


def count(context: Context, user: User, operation: str) -> None:
    """Count one more try in the hour that began with the first."""
    tries = _tries(context, user, operation)
    counted = Attempts(user.id, operation, tries.count + 1, tries.since, context.now, 0)
    attempts.keep(context, user, counted)


def _kept(context: Context, user: User, purpose: str) -> Code | None:
    """The code that was sent. A stand-in's has a digest that no code has."""
    if not stand_ins.is_one(user):
        return context.unit.codes.get(user.id, purpose)
    sent = attempts.of(context, user, _SENT + purpose)
    return Code(user.id, purpose, "", None, None, sent.since) if sent else None


def _tries(context: Context, user: User, operation: str) -> Attempts:
    """The tries of the hour that is running; a fresh hour where it is over."""
    tries = attempts.of(context, user, operation)
    if tries is None or tries.since + HOUR <= context.now:
        return Attempts(user.id, operation, 0, context.now, context.now, 0)
    return tries


def _digest(context: Context, user: User, purpose: str, code: str) -> str:
    """KeyedRepository, since six digits are soon guessed from a bare digest."""
    return context.vault.mac(f"code\0{user.id}\0{purpose}\0{code}".encode()).hex()
