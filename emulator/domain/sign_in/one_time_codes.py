"""One-time codes of a sign-in by e-mail and SMS: sent with the challenge, and valid for as long as its session.

The code is stored as a keyed digest with the sign-in. After a wrong code, the session and the code stay valid.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import codes, lockout
from emulator.domain.messages import delivery, message_triggers
from emulator.domain.sign_in.progress import Offer, Progress
from emulator.faults import CodeMismatchException, TooManyRequestsException
from keys import entropy
from storage.records.users import User

SECOND_FACTOR = 6
"""Digits of a code that is a second factor."""
FIRST_FACTOR = 8
"""Digits of a code that is a first factor."""
WRONG = "Invalid code or auth state for the user."


def send(progress: Progress, attribute: str, digits: int) -> Offer:
    """Send a new code of `digits` digits to the user's `attribute`, count it, and return the challenge to offer.

    The user must have the attribute. The setting `code` replaces the code, whatever its length.

    For an unknown user, or a disabled one before the first factor, the challenge looks the same and no code is sent.
    Where CustomMessage is called, what was written before is committed and the connection released. The user is not
    read again afterwards: a password that changes meanwhile ends the sign-in at its next step. Raises
    NotAuthorizedException during a lockout, TooManyRequestsException after too many codes or wrong answers, and what
    `message_triggers.before_sign_in_code` and `delivery.send_sign_in_code` raise.
    """
    context, user = progress.context, _counted_user(progress)
    _check_open(progress, user)
    _refuse_exhausted(context, user, lockout.SENT_CODES)
    principal = Principal(progress.pool, user, progress.client)
    if not stand_ins.is_one(user):
        message_triggers.before_sign_in_code(context, principal, attribute, progress.metadata)
    code = context.settings.code or entropy.digits(context.world.entropy, digits)
    address, mark = user.attributes[attribute], entropy.uuid(context.world.entropy)
    details = delivery.send_sign_in_code(context, principal, attribute, code)
    _refuse_exhausted(context, user, lockout.SENT_CODES)
    codes.count(context, user, lockout.SENT_CODES)
    digest = "" if stand_ins.is_one(user) else _digest(progress, mark, code)
    kept = {"mark": mark, "digest": digest, "attribute": attribute, "address": address}
    return Offer(_parameters(details), kept)


def check(progress: Progress, responses: Mapping[str, str], member: str) -> None:
    """Raise unless the code in `responses[member]` is the one that `send` sent for this challenge. Returns nothing.

    Raises CodeMismatchException for a wrong code, and for a code whose address the user no longer has. Only the first
    is counted: a wrong second factor towards the lockout, a wrong first factor towards the limit of an hour. Raises
    InvalidParameterException without a code; without comparing, NotAuthorizedException during a lockout (second factor)
    and TooManyRequestsException after too many wrong codes (first factor).
    """
    given = refusals.required(responses, member)
    context, user = progress.context, _counted_user(progress)
    _check_open(progress, user)
    if not hmac.compare_digest(progress.kept["digest"], _digest(progress, progress.kept["mark"], given)):
        if _is_second(progress):
            lockout.count(context, user, lockout.CODE)
        else:
            codes.count(context, user, lockout.WRONG_CODES)
        raise CodeMismatchException(WRONG, "wrong code").keeping()
    # AWS unknown: whether RespondToAuthChallenge accepts a code that was sent to an address which the user no longer
    # has; it is refused here.
    if progress.known.attributes.get(progress.kept["attribute"]) != progress.kept["address"]:
        raise CodeMismatchException(WRONG, "the address has changed since")


def verify_address(progress: Progress, *, confirm: bool = False) -> None:
    """Store the address to which the code was sent as verified, unless another user signs in by that address.

    With `confirm`, an UNCONFIRMED user is confirmed too. `progress.user` is the user as changed.
    """
    context, user = progress.context, progress.known
    attribute = progress.kept["attribute"]
    proved = {**user.attributes, f"{attribute}_verified": "true"}
    if accounts.rivalled(context, progress.principal, proved):
        proved = user.attributes
    # AWS unknown: whether RespondToAuthChallenge calls PostConfirmation where the code of EMAIL_OTP or SMS_OTP confirms
    # the user. It does not here, since AWS does not list that.
    status = "CONFIRMED" if confirm and user.status == "UNCONFIRMED" else user.status
    if proved != user.attributes or status != user.status:
        progress.user = accounts.change(context, progress.principal, proved, status=status)


def _counted_user(progress: Progress) -> User:
    """The user whose codes and guesses are counted; a stand-in for one whom the caller must not learn about."""
    user = progress.user
    if user is None or not (user.enabled or _is_second(progress)):
        return stand_ins.of(progress.context, progress.pool, progress.typed)
    return user


def _is_second(progress: Progress) -> bool:
    return "first" in progress.state


def _check_open(progress: Progress, user: User) -> None:
    """Raise NotAuthorizedException during a lockout (second factor), TooManyRequestsException (first factor)."""
    if _is_second(progress):
        lockout.refuse(progress.context, user)
    else:
        _refuse_exhausted(progress.context, user, lockout.WRONG_CODES)


def _refuse_exhausted(context: Context, user: User, limit: str) -> None:
    """Raise TooManyRequestsException where a user has no try left in this hour."""
    # AWS unknown: the exception and message of InitiateAuth and RespondToAuthChallenge for too many one-time codes.
    if codes.exhausted(context, user, limit):
        raise TooManyRequestsException(codes.TOO_MANY, f"too many {limit}")


def _parameters(details: Mapping[str, str]) -> dict[str, str]:
    return {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }


def _digest(progress: Progress, mark: str, code: str) -> str:
    """A keyed digest, since a code of six digits is soon guessed from a plain one. `mark` is the code's salt."""
    user = progress.user.id if progress.user else 0
    return progress.context.vault.mac(f"one-time code\0{user}\0{mark}\0{code}".encode()).hex()
