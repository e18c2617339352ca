"""Software tokens: a secret that a user's authenticator shares, verified by its first code (RFC 6238).

The secret is sealed at rest. No code is good twice, whichever operation it was given to first.
"""

from __future__ import annotations

from emulator.context import Context
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


def associate(context: Context, pool: Pool, user: User) -> str:
    """A new secret for a user, in Base32. One that is verified stays until the new one is."""
    _check_enabled(pool)
    secret = totp.mint_secret(context.world.entropy)
    context.unit.software_tokens.associate(user.id, context.vault.seal(secret.encode(), _bound(user)))
    return secret


def verify(context: Context, pool: Pool, user: User, code: str, name: str | None) -> None:
    """Verify the secret that was associated last with the code that an authenticator shows. Raises what AWS raises.

    Guesses are not limited: whoever may call this may associate a secret of their own.

    AWS unknown: the refusal where no secret waits to be verified.
    """
    _check_enabled(pool)
    token = context.unit.software_tokens.get(user.id)
    if token is None or token.pending is None:
        raise SoftwareTokenMFANotFoundException(_NONE_WAITS)
    step = _step(context, user, token.pending, code)
    if step is None:
        raise EnableSoftwareTokenMFAException("Code mismatch and fail enable Software Token MFA")
    if not context.unit.software_tokens.verify(user.id, token.pending, name=name or None, step=step):
        raise SoftwareTokenMFANotFoundException(_NONE_WAITS, "another call verified or replaced the secret")


def held(context: Context, user: User) -> SoftwareToken | None:
    """The user's software token, where it is verified."""
    token = context.unit.software_tokens.get(user.id)
    return token if token and token.sealed is not None else None


def check(context: Context, user: User, code: str) -> int:
    """The time step of a right code, which is yet to be used up. Raises what AWS raises for any other."""
    token = held(context, user)
    if token is None or token.sealed is None:
        raise SoftwareTokenMFANotFoundException("The user has no software token.")
    step = _step(context, user, token.sealed, code)
    if step is None:
        raise CodeMismatchException("Invalid code received for user")
    if step <= token.last_step:
        raise ExpiredCodeException(_USED)
    return step


def use_up(context: Context, user: User, step: int) -> None:
    """Use up the codes up to a time step. Raises ExpiredCodeException where another call did."""
    if not context.unit.software_tokens.advance(user.id, step):
        raise ExpiredCodeException(_USED, "another call used the code")


def _check_enabled(pool: Pool) -> None:
    if mfa_methods.SOFTWARE_TOKEN not in mfa_methods.of_pool(pool):
        raise SoftwareTokenMFANotFoundException(_NOT_ENABLED)


def _step(context: Context, user: User, sealed: bytes, code: str) -> int | None:
    """The time step whose code was given; None where it is the code of none that counts now.

    Unlike AWS: where the server's clock was moved, an authenticator may go by the time before the move just as well,
    since its own clock was not moved.
    """
    secret = context.vault.open(sealed, _bound(user)).decode()
    clocks = (context.now, context.now - context.world.clock.offset)
    steps = (totp.matching_step(secret, code, clock) for clock in clocks)
    return next((step for step in steps if step is not None), None)


def _bound(user: User) -> str:
    return f"software token of {user.sub}"
