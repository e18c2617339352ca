"""The set-up of an authenticator app during a sign-in that waits for MFA_SETUP, which the session names."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.factors import mfa_methods, software_tokens
from emulator.domain.recovery import pauses
from emulator.domain.sign_in import sessions
from emulator.domain.sign_in.challenges import mfa_setup
from emulator.domain.sign_in.progress import Progress
from emulator.faults import NotAuthorizedException, PasswordResetRequiredException


def associate(context: Context, session: str) -> tuple[str, str]:
    """Store a new secret for the user, and return it in Base32, with the session that takes the place of `session`.

    Raises NotAuthorizedException for a session that is not valid, or whose user has a second factor meanwhile, and what
    `software_tokens.associate` raises.
    """
    progress = _find(context, session, "AssociateSoftwareToken")
    secret = software_tokens.associate(context, progress.principal)
    return secret, sessions.renew(progress, mfa_setup.NAME)


def verify(context: Context, session: str, code: str, name: str | None) -> str:
    """Verify the secret with a first code, activate the app as a factor, and return the session for MFA_SETUP's answer.

    `name` is FriendlyDeviceName. Raises what `associate` raises, and what `software_tokens.verify` raises.
    """
    progress = _find(context, session, "VerifySoftwareToken")
    software_tokens.verify(context, progress.principal, code, name)
    progress.user = mfa_methods.activate(context, progress.known, mfa_methods.SOFTWARE_TOKEN)
    progress.state["set_up"] = mfa_methods.SOFTWARE_TOKEN
    return sessions.renew(progress, mfa_setup.NAME)


def _find(context: Context, session: str, operation_name: str) -> Progress:
    """The sign-in whose session waits for MFA_SETUP, while no factor is set up yet. Raises NotAuthorizedException."""
    try:
        progress = sessions.at_challenge(context, session, mfa_setup.NAME)
    except PasswordResetRequiredException as fault:  # Neither operation declares it.
        raise NotAuthorizedException(fault.message) from None
    pauses.check_operation(context, progress.pool, operation_name)
    mfa_setup.check_open(progress)
    return progress
