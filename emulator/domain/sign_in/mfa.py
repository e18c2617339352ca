"""The second factor: which one a user has to give, if any (AWS: "Adding MFA to a user pool")."""

from __future__ import annotations

from emulator.domain.factors import mfa_methods
from emulator.domain.sign_in import step_up, watching
from emulator.domain.sign_in.progress import Progress
from emulator.faults import InvalidParameterException

SELECT, SET_UP = "SELECT_MFA_TYPE", "MFA_SETUP"


def due(progress: Progress) -> str | None:
    """The challenge of the second factor; None where none is due, or it was passed.

    Where MFA is optional only what the user activated counts; where it is on, or the sign-in is risky, what they could
    use does too.

    AWS unknown: whether a user who activated one factor is asked to choose where MFA is on and another would do;
    they are not here. AWS unknown: which factor comes where MFA is on, a user has activated none, and an address is
    also the pool's means of account recovery; such an address is taken here.
    """
    pool, user, state = progress.pool, progress.known, progress.state
    mode = pool.settings.get("MfaConfiguration", "OFF")
    if "second" in state:
        return None
    asked = state.pop("mfa", None)
    if asked:
        return str(asked)
    if mode == "OFF":
        return None
    methods = choices(progress)
    preferred = mfa_methods.chosen(user).preferred
    if preferred in methods:
        return preferred
    if methods:
        return methods[0] if len(methods) == 1 else SELECT
    return _to_set_up(progress) if mode == "ON" and not step_up.has_several(progress) else None


def choices(progress: Progress) -> list[str]:
    """The second factors that would do: those that lead to where the sign-in aims, else what the user has activated.

    Empty where none is due.
    """
    context, pool, user = progress.context, progress.pool, progress.known
    leading = step_up.second_factors(progress)
    if leading is not None:
        return leading
    if step_up.has_several(progress) and not watching.demands_second_factor(progress):
        return []
    active = mfa_methods.active(context, pool, user)
    if not active and (pool.settings.get("MfaConfiguration") == "ON" or watching.demands_second_factor(progress)):
        return mfa_methods.usable(context, pool, user)
    return active


def for_risk(progress: Progress) -> str | None:
    """The second factor that the risk of a sign-in by custom challenges makes due."""
    if not watching.demands_second_factor(progress):
        return None
    progress.state.setdefault("first", "CUSTOM_CHALLENGE")
    return due(progress)


def can_set_up(progress: Progress) -> list[str]:
    """The second factors that a user without one may set up while they sign in."""
    return mfa_methods.of_pool(progress.pool)


def _to_set_up(progress: Progress) -> str:
    """MFA_SETUP. AWS unknown: the refusal where nothing can be set up."""
    if set(can_set_up(progress)) <= {mfa_methods.SMS}:
        raise InvalidParameterException("User does not have delivery config set to turn on SMS_MFA")
    return SET_UP
