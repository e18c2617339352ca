"""The steps of a sign-in. Nothing else begins or continues a sign-in.

`mfa.due`, `known_device.due` and `custom_auth.decide` (which calls DefineAuthChallenge) say which challenge is due. A
step ends in a value: `Asks`, with the next challenge, or `Done`. An operation or a page makes its answer of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emulator import refusals
from emulator.context import Context
from emulator.domain.credentials import lockout
from emulator.domain.factors import levels
from emulator.domain.pools.apps import FoundApp
from emulator.domain.recovery import pauses
from emulator.domain.sign_in import (
    choice,
    custom_auth,
    known_device,
    mfa,
    new_account,
    password,
    sessions,
    sign_in_protection,
    sign_in_triggers,
    step_up,
)
from emulator.domain.sign_in.challenge_table import CHALLENGES
from emulator.domain.sign_in.challenges import new_password, password_verifier
from emulator.domain.sign_in.custom_auth import Decision
from emulator.domain.sign_in.outcomes import Asks, Done
from emulator.domain.sign_in.progress import ChallengeAnswer, Offer, Progress
from emulator.faults import InvalidParameterException, NotBuilt
from keys import opaque

_WITH_CODES = frozenset({"EMAIL_OTP", "SMS_OTP", "SMS_MFA", "SOFTWARE_TOKEN_MFA"})
"""Factors whose count of wrong codes is reset when a sign-in with a right code ends."""

_SENT = frozenset({"EMAIL_OTP", "SMS_OTP", "SMS_MFA"})
"""Challenges whose code is sent in a message."""

_STARTS: Mapping[str, Callable[[Progress, Mapping[str, str]], str | None]] = {
    "USER_PASSWORD_AUTH": password.start,
    "ADMIN_USER_PASSWORD_AUTH": password.start,
    "ADMIN_NO_SRP_AUTH": password.start,
    "USER_SRP_AUTH": password_verifier.start,
    "USER_AUTH": choice.start,
    "CUSTOM_AUTH": custom_auth.start,
    new_account.FLOW: new_account.start,
}
"""AuthFlow → its first step, which returns the first challenge, or None if the first factor is passed already."""


def start(progress: Progress, parameters: Mapping[str, str]) -> Asks | Done:
    """Begin a sign-in with InitiateAuth's AuthParameters, up to its first challenge or its end.

    Where a challenge comes next, its code is sent, if it has one, and the sign-in is stored under the returned session.
    Releases the connection. Raises AWS's exceptions for a sign-in that is refused.
    """
    sign_in_protection.begin(progress, parameters)
    name = _STARTS[progress.flow](progress, parameters)
    known_device.begin(progress, parameters.get("DEVICE_KEY"))
    if progress.flow == "CUSTOM_AUTH":
        return _go_on(progress, custom_auth.decide(progress, None))
    return _ask(progress, name) if name else _go_on(progress, None)


def respond(context: Context, app: FoundApp, answer: ChallengeAnswer) -> Asks | Done:
    """Check an answer to a challenge, spend its session, and go on up to the next challenge or the end.

    Releases the connection. Raises AWS's exception for a refused answer, which leaves the session valid unless the
    challenge spends it, and NotBuilt for a challenge that CHALLENGES does not have.
    """
    challenge = CHALLENGES.get(answer.challenge)
    if challenge is None:
        raise NotBuilt(f"The challenge {answer.challenge}")

    def found() -> Progress:
        progress = sessions.find(context, app, answer)
        progress.metadata = dict(answer.metadata)
        known_device.note(progress, answer)
        sign_in_protection.begin(progress, answer.responses, answer.challenge)
        return progress

    progress, generation = found(), context.unit.generation
    pauses.check_challenge(context, progress.pool, answer.challenge)
    accept = challenge.answer(progress, answer.responses)
    asks = progress.flow == "CUSTOM_AUTH" and "decided" not in progress.state
    decision = custom_auth.decide(progress, answer.challenge) if asks else None
    if context.unit.generation != generation:
        progress = found()
    if not progress.spend():
        raise refusals.spent_session("another answer won the race")
    accept(progress)
    return _go_on(progress, decision)


def send_again(context: Context, app: FoundApp, answer: ChallengeAnswer) -> Asks:
    """Send another code for a challenge that waits for one. The previous code and its session are spent.

    `answer` names the sign-in, its responses have no code. Where no code can be sent, the previous one stays valid.
    Raises InvalidParameterException for a challenge without a message, what `sessions.find` raises, and what the offer
    of the challenge raises, such as TooManyRequestsException after too many codes.
    """
    if answer.challenge not in _SENT:
        raise InvalidParameterException("The challenge has no code that is sent.")

    def found() -> Progress:
        progress = sessions.find(context, app, answer)
        sign_in_protection.begin(progress, {})
        return progress

    progress, generation = found(), context.unit.generation
    pauses.check_challenge(context, progress.pool, answer.challenge)
    offer = CHALLENGES[answer.challenge].offer(progress)
    if context.unit.generation != generation:
        progress = found()
    if not progress.spend():
        raise refusals.spent_session("another answer won the race")
    return _asks(progress, answer.challenge, offer)


def _go_on(progress: Progress, decision: Decision | None) -> Asks | Done:
    """What comes after a step: the next challenge, or the end. `decision` is DefineAuthChallenge's, if it was asked."""
    name = custom_auth.follow(progress, decision) if decision is not None else None
    if decision is not None and name is None:
        progress.state["decided"] = True
        sign_in_protection.judge(progress)
    if "decided" in progress.state:
        name = mfa.for_risk(progress) or known_device.due(progress)
    elif decision is None:
        name = _next(progress)
    return _ask(progress, name) if name else _finish(progress)


def _next(progress: Progress) -> str | None:
    """The challenge that comes next; None where every step is passed."""
    if "first" not in progress.state:
        return str(progress.state["next"])
    user = progress.known
    refusals.check_enabled(user)
    password.refuse_unconfirmed(user)
    sign_in_protection.judge(progress)
    if user.status == "FORCE_CHANGE_PASSWORD":
        password.refuse_expired(progress.context, progress.principal)
        return new_password.NAME
    trusted = known_device.replaces_second_factor(progress) and step_up.second_factors(progress) is None
    second = None if trusted else mfa.due(progress)
    return second or known_device.due(progress)


def _ask(progress: Progress, name: str) -> Asks:
    """Offer a challenge to the caller, and store the sign-in until its answer comes."""
    return _asks(progress, name, CHALLENGES[name].offer(progress))


def _asks(progress: Progress, name: str, offer: Offer) -> Asks:
    """Store the sign-in until the answer to an offered challenge comes."""
    session = opaque.mint_session(progress.context.world.entropy)
    sign_in_protection.record_in_progress(progress)
    sessions.store(progress, name, offer.handle or session, offer.kept)
    chooses = progress.flow == "USER_AUTH" and "first" not in progress.state
    return Asks(
        challenge=name,
        parameters=offer.parameters,
        session=session if offer.handle is None else None,
        available=progress.state["available"] if chooses else None,
    )


def _finish(progress: Progress) -> Done:
    """End a sign-in: reset the count of wrong codes, record the device, and call PostAuthentication."""
    refusals.check_enabled(progress.known)
    if _WITH_CODES & {progress.state.get("first"), progress.state.get("second")}:
        lockout.forgive(progress.context, progress.known, lockout.CODE, lockout.SENT_CODES, lockout.WRONG_CODES)
    device_key, details = known_device.at_the_end(progress)
    sign_in_triggers.after(progress, new_device="DeviceGroupKey" in details)
    details |= levels.details(progress.pool, progress.state)
    return Done(progress, progress.known, device_key, details)
