"""Passwords: checked against policy and history, hashed, stored.

A password is stored in two forms, always together: a bcrypt digest, and the verifier that SRP needs.
"""

from __future__ import annotations

from msgspec import Struct

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import lockout, password_policy, verifiers
from emulator.faults import PasswordHistoryPolicyViolationException
from emulator.outside import turns
from keys import passwords
from storage.records.users import User
from storage.violations import StaleRead


class Credential(Struct, frozen=True):
    """A hashed password of the user with that `sub`: its bcrypt digest and its encrypted SRP verifier.

    `past` has the digests of the history with which the password was compared; None without such a comparison.
    """

    sub: str
    digest: str
    verifier: bytes
    past: frozenset[str] | None = None


def prepare(context: Context, principal: Principal, chosen: str, *, heeds_history: bool = True) -> Credential:
    """Check a password against the policy and the user's history, and return it hashed. Stores nothing.

    The user need not be stored yet. Without `heeds_history`, former passwords are allowed. Releases the connection
    while it hashes: raises RuntimeError if the unit has written. Raises InvalidPasswordException or
    PasswordHistoryPolicyViolationException.
    """
    user = principal.user
    password_policy.check(chosen, principal.pool.settings)
    cost, past = context.settings.bcrypt_cost, _past(context, principal) if heeds_history else []
    with context.hashing():
        if not any(passwords.matches(chosen, digest, cost) for digest in past):
            digest, verifier = hashed(context, user, chosen)
            return Credential(user.sub, digest, verifier, frozenset(past) if heeds_history else None)
    raise PasswordHistoryPolicyViolationException("Password has previously been used.")


def hashed(context: Context, user: User, password: str) -> tuple[str, bytes]:
    """The bcrypt digest of a password, and its encrypted SRP verifier. They take as long as the longer of both."""
    cost = context.settings.bcrypt_cost
    return turns.beside(lambda: passwords.digest(password, cost), lambda: verifiers.make(context, user, password))


def keep(context: Context, principal: Principal, credential: Credential, *, status: str = "CONFIRMED") -> User:
    """Store a prepared password with the new `status`, and return the changed user.

    The old password moves to the history, and the counter of wrong passwords is reset. Raises StaleRead, after which
    the call runs once more, if the user is another than `prepare` was given, or got a password meanwhile.
    """
    user = principal.user
    if credential.sub != user.sub:
        raise StaleRead  # The name in the request means another user by now: the call is run once more.
    if credential.past is not None and not credential.past.issuperset(_past(context, principal)):
        raise StaleRead  # Another call set a password meanwhile, which the new one must differ from too.
    history = password_policy.history_size(principal.pool.settings)
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


def _past(context: Context, principal: Principal) -> list[str]:
    """The digests that a new password must differ from: of the current password and of former ones."""
    user, history = principal.user, password_policy.history_size(principal.pool.settings)
    if not history:
        return []
    present = [user.password] if user.password else []
    return present + context.unit.users.past_passwords(user, history - len(present))
