"""One-time codes of a sign-in: sent when the challenge is put, kept as a digest with it, good as long as its session.

A wrong one leaves the session, and the code, good for another try.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from emulator.domain import accounts, delivery, message_triggers, messages
from emulator.domain.challenges.progress import Offer, Progress
from emulator.faults import CodeMismatchException, InvalidParameterException
from keys import entropy

SECOND_FACTOR = 6
"""Digits of a code that is asked for after a password."""
FIRST_FACTOR = 8
"""Digits of a code that is asked for instead of one."""
WRONG = "Invalid code or auth state for the user."


def send(progress: Progress, attribute: str, digits: int) -> Offer:
    """Send a code to the user's `attribute`. Somebody who does not exist gets the same challenge, and no code.

    The user is not read anew after CustomMessage: a password that changes meanwhile ends the sign-in, at its next step.
    """
    context, user = progress.context, progress.user
    if user is None:
        return Offer(_parameters(_seeming_details(progress, attribute)))
    message_triggers.before_sign_in_code(context, progress.pool, progress.client, user, attribute, progress.metadata)
    code = context.settings.code or entropy.digits(context.world.entropy, digits)
    address, mark = user.attributes[attribute], entropy.uuid(context.world.entropy)
    details = delivery.send_sign_in_code(context, progress.pool, user, attribute, code)
    kept = {"mark": mark, "digest": _digest(progress, mark, code), "attribute": attribute, "address": address}
    return Offer(_parameters(details), kept)


def check(progress: Progress, responses: Mapping[str, str], member: str) -> None:
    """Check the code of an answer. Raises CodeMismatchException.

    AWS unknown: a code that was sent to an address which the user has no more; it is refused here.
    """
    given = responses.get(member)
    if not given:
        raise InvalidParameterException(f"Missing required parameter {member}")
    mark = progress.waits.get("mark", "")
    if not hmac.compare_digest(progress.waits.get("digest", ""), _digest(progress, mark, given)):
        raise CodeMismatchException(WRONG, "wrong code")
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


def _seeming_details(progress: Progress, attribute: str) -> dict[str, str]:
    """Where a code would go to somebody who does not exist: what was typed, or what is made up, the same each time."""
    details = messages.simulated_details(progress.typed)
    if details["AttributeName"] == attribute:
        return details
    named = f"seeming address\0{progress.pool.id}\0{progress.typed.lower()}"
    number = int.from_bytes(progress.context.vault.mac(named.encode()))
    made_up = f"+1555{number % 10**7:07}" if attribute == "phone_number" else f"{chr(97 + number % 26)}@e"
    return messages.delivery_details(attribute, made_up)


def _parameters(details: Mapping[str, str]) -> dict[str, str]:
    return {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }


def _digest(progress: Progress, mark: str, code: str) -> str:
    """Keyed, since so few digits are soon guessed from a bare digest; `mark` makes each code's its own."""
    user = progress.user.id if progress.user else 0
    return progress.context.vault.mac(f"one-time code\0{user}\0{mark}\0{code}".encode()).hex()
