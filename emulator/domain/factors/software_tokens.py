"""Software tokens (TOTP, RFC 6238): a secret shared with the user's authenticator app, verified by its first code.

The secret is stored encrypted. No code is accepted twice, in whichever operation.
"""

from __future__ import annotations

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import mfa_methods
from emulator.faults import (
    CodeMismatchException,
    EnableSoftwareTokenMFAException,
    ExpiredCodeException,
    SoftwareTokenMFANotFoundException,
)
from keys import totp
from storage.records.factors import SoftwareToken
from storage.records.pools import Pool
from storage.records.users import User

_NOT_ENABLED = "Software Token MFA has not been enabled by the userPool"
_NONE_WAITS = "No software token has been associated with the user."
_USED = "Your software token has already been used once."


def associate(context: Context, principal: Principal) -> str:
    """Store a new secret for a user, encrypted, and return it in Base32.

    A verified secret stays valid until `verify` verifies the new one. Raises SoftwareTokenMFANotFoundException where
    the pool has no software token MFA.
    """
    user = principal.user
    refusals.check_local(user)
    _check_enabled(principal.pool)
    secret = totp.mint_secret(context.world.entropy)
    context.unit.software_tokens.associate(user.id, context.vault.seal(secret.encode(), _bound(user)))
    return secret


def verify(context: Context, principal: Principal, code: str, name: str | None) -> None:
    """Verify the secret that was associated last with a code of the authenticator app, and store it as verified.

    `name` is FriendlyDeviceName. Attempts are not limited: whoever may call this may associate a secret of their own.
    Raises EnableSoftwareTokenMFAException for a wrong code, SoftwareTokenMFANotFoundException without a secret to
    verify or where the pool has no software token MFA.
    """
    user = principal.user
    refusals.check_local(user)
    _check_enabled(principal.pool)
    # AWS unknown: the fault of VerifySoftwareToken if no secret is waiting to be verified.
    token = context.unit.software_tokens.get(user.id)
    if token is None or token.pending is None:
        raise SoftwareTokenMFANotFoundException(_NONE_WAITS)
    step = _step(context, user, token.pending, code)
    if step is None:
        raise EnableSoftwareTokenMFAException("Code mismatch and fail enable Software Token MFA")
    if not context.unit.software_tokens.verify(user.id, token.pending, name=name or None, step=step):
        raise SoftwareTokenMFANotFoundException(_NONE_WAITS, "another call verified or replaced the secret")


def enrol(context: Context, principal: Principal, secret: str, step: int) -> None:
    """Store a verified secret in Base32, of which the code of a time step has not been used. For tests.

    A secret that waits for VerifySoftwareToken goes on waiting. Raises what `associate` raises.
    """
    user = principal.user
    refusals.check_local(user)
    _check_enabled(principal.pool)
    context.unit.software_tokens.enrol(user.id, context.vault.seal(secret.encode(), _bound(user)), step - 1)


def verified(context: Context, user: User) -> SoftwareToken | None:
    """The user's software token, if it is verified."""
    token = context.unit.software_tokens.get(user.id)
    return token if token and token.sealed is not None else None


def check(context: Context, user: User, code: str) -> int:
    """Check a code without using it up, and return its time step (RFC 6238) for `use_up`.

    Raises SoftwareTokenMFANotFoundException without a verified token, CodeMismatchException for a wrong code, which is
    not counted here, and ExpiredCodeException for a used one.
    """
    token = verified(context, user)
    if token is None or token.sealed is None:
        raise SoftwareTokenMFANotFoundException("The user has no software token.")
    step = _step(context, user, token.sealed, code)
    if step is None:
        raise CodeMismatchException("Invalid code received for user")
    if step <= token.last_step:
        raise ExpiredCodeException(_USED)
    return step


def keep(context: Context, user: User, secret: str, name: str | None) -> None:
    """Store a secret as verified, in place of the user's own. Nothing is checked."""
    context.unit.software_tokens.keep(user.id, context.vault.seal(secret.encode(), _bound(user)), name)


def secret(context: Context, user: User, token: SoftwareToken | None) -> str | None:
    """The verified secret of a user's token, None if there is none."""
    if token is None or token.sealed is None:
        return None
    return context.vault.open(token.sealed, _bound(user)).decode()


def use_up(context: Context, user: User, step: int) -> None:
    """Make the codes up to a time step unusable. Raises ExpiredCodeException if another call already has."""
    if not context.unit.software_tokens.advance(user.id, step):
        raise ExpiredCodeException(_USED, "another call used the code")


def _check_enabled(pool: Pool) -> None:
    if mfa_methods.SOFTWARE_TOKEN not in mfa_methods.of_pool(pool):
        raise SoftwareTokenMFANotFoundException(_NOT_ENABLED)


def _step(context: Context, user: User, sealed: bytes, code: str) -> int | None:
    """The time step of the code; None if the code belongs to none that is valid now."""
    # Unlike AWS: if the server's clock was moved, VerifySoftwareToken and RespondToAuthChallenge also accept codes of
    # the real time, since the authenticator app's clock was not moved.
    secret = context.vault.open(sealed, _bound(user)).decode()
    clocks = (context.now, context.now - context.world.clock.offset)
    steps = (totp.matching_step(secret, code, clock) for clock in clocks)
    return next((step for step in steps if step is not None), None)


def _bound(user: User) -> str:
    return f"software token of {user.sub}"
