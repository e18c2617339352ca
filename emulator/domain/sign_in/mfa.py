"""The second factor: which one a user has to give, if any (AWS: "Adding MFA to a user pool").

A module of `challenges` offers it and checks its answer. `one_time_codes.py` sends the codes of SMS_MFA and EMAIL_OTP.
"""

from __future__ import annotations

from emulator.domain.factors import mfa_methods
from emulator.domain.sign_in import sign_in_protection, step_up
from emulator.domain.sign_in.progress import Progress
from emulator.faults import InvalidParameterException

SELECT, SET_UP = "SELECT_MFA_TYPE", "MFA_SETUP"


def due(progress: Progress) -> str | None:
    """The challenge of the second factor; None where none is due, or one was passed.

    A factor that SELECT_MFA_TYPE chose comes first, and is removed from the state. Otherwise `choices` has the factors
    that count: the preferred one, or the only one; SELECT_MFA_TYPE for several; MFA_SETUP for none where the pool
    requires MFA. Raises InvalidParameterException where MFA_SETUP could set up nothing but SMS.
    """
    # AWS unknown: whether RespondToAuthChallenge offers SELECT_MFA_TYPE where MFA is on, the user activated one factor,
    # and could use another; it does not here. AWS unknown: which factor RespondToAuthChallenge asks for where MFA is
    # on, the user activated none, and their address is also the pool's means of account recovery; here that address.
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
    """The second factors that are accepted: those that reach TARGET_ACR_VALUES, else those that the user activated.

    If the pool or the risk requires MFA and the user activated none, those that the user could use. Empty where no
    second factor is due.
    """
    context, principal = progress.context, progress.principal
    leading = step_up.second_factors(progress)
    if leading is not None:
        return leading
    if step_up.has_several(progress) and not sign_in_protection.demands_second_factor(progress):
        return []
    active = mfa_methods.active(context, principal)
    required = principal.pool.settings.get("MfaConfiguration") == "ON"
    if not active and (required or sign_in_protection.demands_second_factor(progress)):
        return mfa_methods.usable(context, principal)
    return active


def for_risk(progress: Progress) -> str | None:
    """The challenge of the second factor that the risk of a CUSTOM_AUTH sign-in requires; None where none is due.

    Where the risk requires one, the custom challenges count as the first factor in the state.
    """
    if not sign_in_protection.demands_second_factor(progress):
        return None
    progress.state.setdefault("first", "CUSTOM_CHALLENGE")
    return due(progress)


def can_set_up(progress: Progress) -> list[str]:
    """The second factors that MFA_SETUP may set up."""
    return mfa_methods.of_pool(progress.pool)


def _to_set_up(progress: Progress) -> str:
    """MFA_SETUP. Raises InvalidParameterException where nothing but SMS could be set up."""
    # AWS unknown: how RespondToAuthChallenge refuses a user without a second factor where MFA_SETUP could set up none.
    if set(can_set_up(progress)) <= {mfa_methods.SMS}:
        raise InvalidParameterException(mfa_methods.NO_DELIVERY.format(method=mfa_methods.SMS))
    return SET_UP
