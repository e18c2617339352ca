"""One-time codes of a sign-in: sent when the challenge is put, kept as a digest with it, good as long as its session.

A wrong one leaves the session, and the code, good for another try.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.credentials import codes, lockout
from emulator.domain.messages import delivery, message_triggers
from emulator.domain.sign_in.progress import Offer, Progress
from emulator.faults import CodeMismatchException, InvalidParameterException, TooManyRequestsException
from keys import entropy
from storage.records.users import User

SECOND_FACTOR = 6
"""Digits of a code that is asked for after a password."""
FIRST_FACTOR = 8
"""Digits of a code that is asked for instead of one."""
WRONG = "Invalid code or auth state for the user."


def send(progress: Progress, attribute: str, digits: int) -> Offer:
    """Send a code to the user's `attribute`. Somebody who does not exist gets the same challenge, and no code.

    Nor does a user who is disabled and has not passed the first factor. Raises NotAuthorizedException while the user is
    locked, TooManyRequestsException where they were sent too many codes or gave too many wrong ones.

    The user is not read anew after CustomMessage: a password that changes meanwhile ends the sign-in, at its next step.
    """
    context, user = progress.context, _whom(progress)
    _check_open(progress, user)
    _refuse_exhausted(context, user, lockout.SENT_CODES)
    if not stand_ins.is_one(user):
        message_triggers.before_sign_in_code(
            context, progress.pool, progress.client, user, attribute, progress.metadata
        )
    code = context.settings.code or entropy.digits(context.world.entropy, digits)
    address, mark = user.attributes[attribute], entropy.uuid(context.world.entropy)
    details = delivery.send_sign_in_code(context, progress.pool, user, attribute, code)
    _refuse_exhausted(context, user, lockout.SENT_CODES)
    codes.count(context, user, lockout.SENT_CODES)
    digest = "" if stand_ins.is_one(user) else _digest(progress, mark, code)
    kept = {"mark": mark, "digest": digest, "attribute": attribute, "address": address}
    return Offer(_parameters(details), kept)


def check(progress: Progress, responses: Mapping[str, str], member: str) -> None:
    """Check the code of an answer. Raises CodeMismatchException for a wrong one, which counts.

    AWS unknown: a code that was sent to an address which the user has no more; it is refused here.
    """
    given = responses.get(member)
    if not given:
        raise InvalidParameterException(f"Missing required parameter {member}")
    context, user = progress.context, _whom(progress)
    _check_open(progress, user)
    if not hmac.compare_digest(progress.waits["digest"], _digest(progress, progress.waits["mark"], given)):
        if _is_second(progress):
            lockout.count(context, user, lockout.CODE)
        else:
            codes.count(context, user, lockout.WRONG_CODES)
        raise CodeMismatchException(WRONG, "wrong code").keeping()
    if progress.known.attributes.get(progress.waits["attribute"]) != progress.waits["address"]:
        raise CodeMismatchException(WRONG, "the address has changed since")


def verify_address(progress: Progress, waited: Mapping[str, str], *, confirm: bool = False) -> None:
    """What the code went to is verified, unless somebody else signs in by it.

    With `confirm`, a user who was not confirmed is, for it is the code of sign-up that they were waiting for.

    AWS unknown: whether the trigger PostConfirmation runs for a user whom the code of a sign-in confirms; it does not
    here, since AWS does not list it for that.
    """
    context, pool, user = progress.context, progress.pool, progress.known
    attribute = waited["attribute"]
    proved = {**user.attributes, f"{attribute}_verified": "true"}
    if accounts.rivalled(context, pool, user, proved):
        proved = user.attributes
    status = "CONFIRMED" if confirm and user.status == "UNCONFIRMED" else user.status
    if proved != user.attributes or status != user.status:
        progress.user = accounts.change(context, pool, user, proved, status=status)


def _whom(progress: Progress) -> User:
    """Who gets a code, and whose guesses count: a stand-in for whom the caller must not learn about."""
    user = progress.user
    if user is None or not (user.enabled or _is_second(progress)):
        return stand_ins.of(progress.context, progress.pool, progress.typed)
    return user


def _is_second(progress: Progress) -> bool:
    return "first" in progress.state


def _check_open(progress: Progress, user: User) -> None:
    """Refuse a second factor while the user is locked, and a first one where too many codes were wrong."""
    if _is_second(progress):
        lockout.refuse(progress.context, user)
    else:
        _refuse_exhausted(progress.context, user, lockout.WRONG_CODES)


def _refuse_exhausted(context: Context, user: User, limit: str) -> None:
    """Raise TooManyRequestsException where a user has no try left in this hour.

    AWS unknown: the exception and words of InitiateAuth and RespondToAuthChallenge for too many one-time codes.
    """
    if codes.exhausted(context, user, limit):
        raise TooManyRequestsException(codes.TOO_MANY, f"too many {limit}")


def _parameters(details: Mapping[str, str]) -> dict[str, str]:
    return {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }


def _digest(progress: Progress, mark: str, code: str) -> str:
    """KeyedRepository, since so few digits are soon guessed from a bare digest; `mark` makes each code's its own."""
    user = progress.user.id if progress.user else 0
    return progress.context.vault.mac(f"one-time code\0{user}\0{mark}\0{code}".encode()).hex()
