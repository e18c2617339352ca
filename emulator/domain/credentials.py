"""Passwords as they are kept: checked against the policy and the history, hashed, remembered."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain import password_policy
from emulator.domain.challenges import password as password_challenge
from emulator.faults import PasswordHistoryPolicyViolationException
from keys import passwords
from storage.records.pools import Pool
from storage.records.users import User


def prepare(context: Context, pool: Pool, user: User | None, chosen: str) -> str:
    """The digest of a password that the policy and the user's history allow.

    Hashing happens with the database let go of, so nothing may have been written before. Raises
    InvalidPasswordException and PasswordHistoryPolicyViolationException.
    """
    password_policy.check(chosen, pool.settings)
    past = _past(context, pool, user)
    with context.unit.released():
        used = any(passwords.matches(chosen, digest, context.settings.bcrypt_cost) for digest in past)
        digest = "" if used else passwords.digest(chosen, context.settings.bcrypt_cost)
    if used:
        raise PasswordHistoryPolicyViolationException("Password has previously been used.")
    return digest


def keep(context: Context, pool: Pool, user: User, digest: str, *, status: str = "CONFIRMED") -> User:
    """Give a user the password with that digest; the one before goes to the history, failed attempts are forgiven."""
    history = password_policy.history_size(pool.settings)
    if history:
        context.unit.users.remember_password(user, history)
    password_challenge.forgive(context, user)
    return context.unit.users.change(
        user, password=digest, password_set=context.now, status=status, modified=context.now
    )


def _past(context: Context, pool: Pool, user: User | None) -> list[str]:
    """The digests that a new password must differ from: the present one and those before it."""
    history = password_policy.history_size(pool.settings)
    if user is None or not history:
        return []
    present = [user.password] if user.password else []
    return present + context.unit.users.past_passwords(user, history - len(present))
