"""Messages to users: rendered from the pool's templates, put into the mailbox once the unit has committed."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain import codes, messages, triggers
from emulator.domain.messages import Medium
from emulator.outside.mailbox import Message
from keys import entropy
from storage.records.pools import Pool
from storage.records.users import User

SIGN_UP = "signup"
FORGOT_PASSWORD = "forgot"  # noqa: S105 - a purpose, no password
ATTRIBUTE = "attribute:"

_LIFETIMES = {SIGN_UP: codes.DAY, FORGOT_PASSWORD: codes.HOUR}


def send_code(
    context: Context,
    pool: Pool,
    user: User,
    purpose: str,
    target: tuple[str, Medium],
    trigger: str,
    new_address: str | None = None,
) -> dict[str, str]:
    """Send a code for `purpose` to the user's attribute `target[0]`; answers `CodeDeliveryDetails`.

    `trigger` is the CustomMessage source that the message belongs to, such as "CustomMessage_SignUp".
    `new_address` is where it goes while the attribute still holds the old one.
    """
    attribute, medium = target
    address = new_address or user.attributes[attribute]
    lifetime = _LIFETIMES.get(purpose, codes.DAY)
    code = codes.issue(context, user, purpose, proves=attribute, value=address, lifetime=lifetime)
    _send(context, pool, user, medium, address, code, trigger)
    return messages.delivery_details(attribute, address)


def send_sign_in_code(context: Context, pool: Pool, user: User, attribute: str, code: str) -> dict[str, str]:
    """Send the code of a sign-in to the user's attribute; answers `CodeDeliveryDetails`."""
    address = user.attributes[attribute]
    _send(context, pool, user, messages.MEDIUMS[attribute], address, code, messages.AUTHENTICATION)
    return messages.delivery_details(attribute, address)


def send_invitation(
    context: Context, pool: Pool, user: User, mediums: list[tuple[str, Medium]], password: str | None
) -> None:
    """Send a new user their username and temporary password, where they have one, by each medium."""
    for attribute, medium in mediums:
        _send(context, pool, user, medium, user.attributes[attribute], password, "CustomMessage_AdminCreateUser")


def _send(
    context: Context, pool: Pool, user: User, medium: Medium, address: str, code: str | None, trigger: str
) -> None:
    sender = "CustomEmailSender" if medium == "EMAIL" else "CustomSMSSender"
    triggers.require_none(pool, "CustomMessage", sender)
    subject, body = messages.render({**pool.settings, **pool.further}, trigger, medium, user.username, code)
    context.send(
        Message(
            id=entropy.uuid(context.world.entropy),
            time=context.now,
            pool=pool.id,
            user=user.username,
            medium=medium,
            to=address,
            subject=subject,
            body=body,
            code=code,
            link=None,
            trigger=trigger,
        )
    )
