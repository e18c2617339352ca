"""Passwords as they are kept: checked against the policy and the history, hashed, remembered.

A password is kept twice, and never one without the other: as a digest, and as the verifier that SRP needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.context import Context
from emulator.domain.credentials import lockout, password_policy, verifiers
from emulator.faults import PasswordHistoryPolicyViolationException
from keys import passwords
from storage.records.pools import Pool
from storage.records.users import User
from storage.store import Gone


@dataclass(frozen=True, slots=True)
class Credential:
    """What is kept of a password: its bcrypt digest and its sealed SRP verifier, good for the user with that `sub`.

    `past` is the digests that it was found to differ from; None where the history has no say.
    """

    sub: str
    digest: str
    verifier: bytes
    past: frozenset[str] | None = None


def prepare(context: Context, pool: Pool, user: User, chosen: str, *, heeds_history: bool = True) -> Credential:
    """What to keep of a password that the policy and the user's history allow; the user may be one not kept yet.

    The work is done with the database let go of, so nothing may have been written before. Raises
    InvalidPasswordException and PasswordHistoryPolicyViolationException.
    """
    password_policy.check(chosen, pool.settings)
    cost, past = context.settings.bcrypt_cost, _past(context, pool, user) if heeds_history else []
    with context.unit.released():
        if not any(passwords.matches(chosen, digest, cost) for digest in past):
            digest, verifier = passwords.digest(chosen, cost), verifiers.make(context, user, chosen)
            return Credential(user.sub, digest, verifier, frozenset(past) if heeds_history else None)
    raise PasswordHistoryPolicyViolationException("Password has previously been used.")


def keep(context: Context, pool: Pool, user: User, credential: Credential, *, status: str = "CONFIRMED") -> User:
    """Give a user the password that was prepared; the one before goes to the history, wrong ones are forgiven."""
    if credential.sub != user.sub:
        raise Gone  # What named the user names somebody else by now: the call is worked on anew.
    if credential.past is not None and not credential.past.issuperset(_past(context, pool, user)):
        raise Gone  # Another call gave the user a password meanwhile, which this one may not equal either.
    history = password_policy.history_size(pool.settings)
    if history:
        context.unit.users.remember_password(user, history)
    lockout.forgive(context, user, lockout.PASSWORD)
    return context.unit.users.change(
        user,
        password=credential.digest,
        verifier=credential.verifier,
        password_set=context.now,
        status=status,
        modified=context.now,
    )


def _past(context: Context, pool: Pool, user: User) -> list[str]:
    """The digests that a new password must differ from: the present one and those before it."""
    history = password_policy.history_size(pool.settings)
    if not history:
        return []
    present = [user.password] if user.password else []
    return present + context.unit.users.past_passwords(user, history - len(present))
