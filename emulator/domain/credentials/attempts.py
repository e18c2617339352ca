"""Counters of attempts, of users and of stand-ins for unknown users. Both take the same number of SQL statements.

The `kind` of a counter is one of `lockout` (PASSWORD, CODE), an operation in `lockout.LIMITS`, or one of `codes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.accounts import stand_ins
from storage.records.users import Attempts, StandInAttempts, User


def of(context: Context, user: User, kind: str) -> Attempts | None:
    """The counter of a kind; None if nothing was counted since it was last reset."""
    _lock(context, user)
    if not stand_ins.is_one(user):
        return context.unit.codes.attempts(user.id, kind)
    kept = context.unit.stand_in_attempts.get(user.pool_id, user.sub, kind)
    return Attempts(user.id, kind, kept.count, kept.since, kept.last, kept.locked_until) if kept else None


def keep(context: Context, user: User, counted: Attempts) -> None:
    """Insert or replace a counter of a user or stand-in, and delete the oldest counters of stand-ins above a limit."""
    if stand_ins.is_one(user):
        put_stand_ins(context, user, counted)
    else:
        context.unit.codes.put_attempts(counted)
    context.unit.stand_in_attempts.trim()


def put_stand_ins(context: Context, user: User, counted: Attempts) -> None:
    """Insert or replace a counter of a stand-in."""
    count, since, last, locked_until = counted.count, counted.since, counted.last, counted.locked_until
    kept = StandInAttempts(user.pool_id, user.sub, counted.kind, count, since, last, locked_until)
    context.unit.stand_in_attempts.put(kept)


def forget(context: Context, user: User, kind: str) -> None:
    """Delete a counter of a user or stand-in, and with it the lock that it holds."""
    if stand_ins.is_one(user):
        context.unit.stand_in_attempts.delete(user.pool_id, user.sub, kind)
    else:
        context.unit.codes.delete_attempts(user.id, kind)


def locks(context: Context, user: User) -> Mapping[str, float]:
    """The time (epoch seconds) until which each counter locks the account, 0 if it does not, by the counter's kind."""
    _lock(context, user)
    if stand_ins.is_one(user):
        return context.unit.stand_in_attempts.locks(user.pool_id, user.sub)
    return context.unit.codes.locks(user.id)


def _lock(context: Context, user: User) -> None:
    """Let one call at a time check and count attempts: a stand-in has no row that could be locked."""
    context.unit.lock("attempts", user.pool_id, user.sub)
