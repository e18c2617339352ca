"""Threat protection of a sign-in: its risk is assessed once, and one authentication event records how it ends.

The machine calls `begin`, `judge` and `record_in_progress`; `record_pass` is called once tokens are issued. A refused
call is recorded after its transaction is rolled back. Nothing is done in pools without threat protection. Operations
other than sign-in use `threats/self_service_protection.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from emulator.domain.access import risk_context
from emulator.domain.access.risk_context import RiskContext
from emulator.domain.accounts import accounts
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import mfa_methods
from emulator.domain.sign_in.progress import Progress
from emulator.domain.threats import auth_events, breaches, risk, risk_notices, risk_settings
from emulator.domain.threats.auth_events import Outcome
from emulator.domain.threats.risk import Risk
from emulator.domain.threats.self_service_protection import UNRECORDED, blocked_address, is_blocked
from emulator.faults import Fault, NotAuthorizedException, PasswordResetRequiredException
from storage.records.users import User

_MFA = frozenset({"SMS_MFA", "SOFTWARE_TOKEN_MFA"})
_PASSWORDS = frozenset({"PASSWORD", "PASSWORD_VERIFIER", "ADMIN_NO_SRP_AUTH"})


class SignInProtection(Struct):
    """What threat protection knows of a sign-in during one call.

    `mode` is AUDIT or ENFORCED, `event_id` the auth event of the sign-in. `answered` is the factor that the call
    answers: Password, Mfa or None. `notice` is the action of which the user is to be notified; None for no notice.
    """

    mode: str
    caller: RiskContext
    event_id: str
    password: str | None = None
    answered: str | None = None
    risk: Risk | None = None
    notice: str | None = None


def begin(progress: Progress, given: Mapping[str, str], challenge: str | None = None) -> None:
    """Begin to protect a call of a sign-in, and set `progress.protection`; nothing in a pool without threat protection.

    `given` are the AuthParameters, or the responses to `challenge`. If the call is refused after this, here or later,
    that is recorded after the rollback. Raises NotAuthorizedException for an IP address that is always blocked, and
    InvalidPasswordException for a compromised NEW_PASSWORD, where the pool enforces it.
    """
    mode = risk_settings.mode(progress.pool, progress.flow)
    if mode == "OFF":
        return
    context = progress.context
    event_id = progress.state.setdefault("event", auth_events.new_id(context))
    caller = risk_context.of(context, progress.client)
    password = given.get("PASSWORD")
    answered = _answered(progress, challenge, password)
    progress.protection = protection = SignInProtection(mode, caller, event_id, password, answered)
    context.on_refusal(partial(_refused, progress))
    if is_blocked(progress, caller):
        protection.risk = Risk("Block" if mode == "ENFORCED" else "AccountTakeover", "High")
        if mode == "ENFORCED":
            protection.answered = None
            raise blocked_address()
    breaches.refuse(context, progress, given.get("NEW_PASSWORD"), "PASSWORD_CHANGE")


def judge(progress: Progress) -> None:
    """Assess the risk of a sign-in once, when its first factor is passed, and in the mode ENFORCED take the action.

    The action may be to notify the user, or to require a second factor: see `demands_second_factor`. Raises
    NotAuthorizedException to block the sign-in, and PasswordResetRequiredException for a compromised password, whose
    user is in RESET_REQUIRED then. Raises UnexpectedLambdaException where a notice could not be sent.
    """
    protection = progress.protection
    if protection is None or "judged" in progress.state:
        return
    progress.state["judged"] = True
    compromised = breaches.detected(progress.context, progress, protection.password, "SIGN_IN")
    level = _level(progress, protection)
    protection.risk = Risk("AccountTakeover" if level else "NoRisk", level, compromised)
    if protection.mode != "ENFORCED":
        return
    if compromised:
        _act_on_breach(progress, protection)
    if level:
        _act_on_takeover(progress, protection, level)


def record_in_progress(progress: Progress) -> None:
    """Store in the auth event that the sign-in is in progress, and send a notice that is due, if it is protected."""
    _record(progress, progress.user, "InProgress")


def record_pass(progress: Progress) -> None:
    """Store in the auth event that the sign-in succeeded, and send a notice that is due, if it is protected."""
    _record(progress, progress.known, "Pass")


def demands_second_factor(progress: Progress) -> bool:
    """Whether `judge` found, in this call or an earlier one, that the risk of the sign-in requires a second factor."""
    return bool(progress.state.get("mfa_for_risk"))


def _answered(progress: Progress, challenge: str | None, password: str | None) -> str | None:
    if challenge in _MFA or (challenge == "EMAIL_OTP" and "first" in progress.state):
        return "Mfa"
    return "Password" if password or challenge in _PASSWORDS else None


def _level(progress: Progress, protection: SignInProtection) -> str | None:
    """The level of the risk of account takeover: Low, Medium, High, or None."""
    # Unlike AWS: a compromised password does not raise the risk level of a sign-in.
    configuration = risk_settings.effective(progress.pool, progress.client)
    if is_blocked(progress, protection.caller):
        return "High"
    if risk_settings.lists(configuration, "SkippedIPRangeList", protection.caller.address):
        return None
    past = auth_events.past(progress.context, progress.known)
    return risk.level([event.settings for event in past if event.id != protection.event_id], protection.caller)


def _act_on_breach(progress: Progress, protection: SignInProtection) -> None:
    """Raise PasswordResetRequiredException for a compromised password, if the configuration blocks it."""
    user, context = progress.known, progress.context
    # AWS unknown: whether InitiateAuth refuses a compromised temporary password. It does not here, since the password
    # has to be replaced anyway.
    if not breaches.blocks(progress, "SIGN_IN") or user.status == "FORCE_CHANGE_PASSWORD":
        return
    protection.risk = Risk("Block", protection.risk.level if protection.risk else None, compromised=True)
    context.unit.users.change(user, status="RESET_REQUIRED", modified=context.now)
    raise PasswordResetRequiredException(
        "Password reset required for user due to security reasons", "others know the password"
    ).keeping()


def _act_on_takeover(progress: Progress, protection: SignInProtection, level: str) -> None:
    """Take the configured action for a level of risk. Raises NotAuthorizedException to block the sign-in."""
    action = risk_settings.takeover_action(risk_settings.effective(progress.pool, progress.client), level)
    done = _possible(progress, action["EventAction"])
    if action["Notify"]:
        risk_notices.check(progress.context, progress.principal)
        protection.notice = done
    if done == "MFA":
        progress.state["mfa_for_risk"] = True
    if done == "BLOCK":
        compromised = protection.risk.compromised if protection.risk else False
        protection.risk = Risk("Block", level, compromised)
        raise NotAuthorizedException("Unable to login because of security reasons.", f"the risk is {level}").keeping()


def _possible(progress: Progress, action: str) -> str:
    """What an EventAction means for a user: BLOCK, MFA or NO_ACTION.

    MFA_REQUIRED blocks a user without a usable second factor, MFA_IF_CONFIGURED lets them in.
    """
    # AWS unknown: what MFA_REQUIRED and MFA_IF_CONFIGURED do at InitiateAuth in a pool whose MFA is OFF. Here no user
    # has a second factor there. AWS unknown: whether a remembered device also replaces the second factor that
    # RespondToAuthChallenge requires for a risk; it does here.
    if action.startswith("MFA_") and "second" in progress.state:
        return "MFA"
    if not action.startswith("MFA_"):
        return action
    on = progress.pool.settings.get("MfaConfiguration", "OFF") != "OFF"
    if on and mfa_methods.usable(progress.context, progress.principal):
        return "MFA"
    return "BLOCK" if action == "MFA_REQUIRED" else "NO_ACTION"


def _refused(progress: Progress, fault: Fault) -> None:
    """Record that a sign-in failed. Unknown users have no events."""
    if isinstance(fault, UNRECORDED):
        return
    unit = progress.context.unit
    user = progress.user or accounts.find_to_sign_in(unit, progress.pool, progress.typed)
    _record(progress, unit.users.get(user.id) if user else None, "Fail")


def _record(progress: Progress, user: User | None, response: str) -> None:
    protection, context = progress.protection, progress.context
    if protection is None or user is None:
        return
    principal = Principal(progress.pool, user, progress.client)
    outcome = Outcome(response, protection.risk, _answers(progress, protection, response))
    event = context.unit.auth_events.get(user.id, protection.event_id)
    if event and event.settings["EventResponse"] == "Pass":
        return  # Another answer won the race.
    if event:
        auth_events.change(context, principal, event, outcome)
    else:
        auth_events.add(context, principal, "SignIn", protection.caller, outcome, protection.event_id)
    if protection.notice:
        risk_notices.send(context, principal, protection.caller, protection.notice, protection.event_id)


def _answers(progress: Progress, protection: SignInProtection, response: str) -> list[dict[str, str]]:
    """ChallengeResponses of the event; empty if this call answers no factor."""
    if protection.answered is None:
        return []
    right = ("first" if protection.answered == "Password" else "second") in progress.state
    if not right and response != "Fail":
        return []
    return [{"ChallengeName": protection.answered, "ChallengeResponse": "Success" if right else "Failure"}]
