"""Messages to users: rendered from the pool's templates, put into the mailbox once the unit has committed.

What a stand-in would get is made as any other message is, and then not sent. Its functions are not asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from emulator.context import Context
from emulator.domain.accounts import stand_ins
from emulator.domain.credentials import codes
from emulator.domain.messages import custom_senders, message_triggers, messages
from emulator.domain.messages.messages import Medium
from emulator.domain.triggers import trigger_table
from emulator.outside.mailbox import Message
from keys import entropy
from storage.records.pools import Client, Pool
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
    new_address: str | None = None,
    client: Client | None = None,
) -> dict[str, str]:
    """Send a code for `purpose` to the user's attribute `target[0]`; answers `CodeDeliveryDetails`.

    `new_address` is where it goes while the attribute still holds the old one; CustomMessage is told that one.
    `client` is whose users confirm their accounts by a link, where the pool sends one.
    """
    attribute, medium = target
    trigger = trigger_table.row(context.operation_name, message_triggers.TRIGGER).source
    address = new_address or user.attributes[attribute]
    told = replace(user, attributes={**user.attributes, attribute: address})
    _check(context, pool, told, trigger, [medium], address)
    lifetime = _LIFETIMES.get(purpose, codes.DAY)
    code = codes.issue(context, user, purpose, proves=attribute, value=address, lifetime=lifetime)
    link = None
    if client and messages.verifies_by_link(pool.settings, trigger, medium):
        link = messages.confirmation_link(context.origin.base_url, client.id, user.username, code)
    _send(context, pool, told, medium, address, code, trigger, link)
    return messages.delivery_details(attribute, address)


def send_sign_in_code(context: Context, pool: Pool, user: User, attribute: str, code: str) -> dict[str, str]:
    """Send the code of a sign-in to the user's attribute; answers `CodeDeliveryDetails`."""
    address, medium, trigger = user.attributes[attribute], messages.MEDIUMS[attribute], trigger_table.SIGN_IN_CODE
    _check(context, pool, user, trigger, [medium], address)
    _send(context, pool, user, medium, address, code, trigger)
    return messages.delivery_details(attribute, address)


def send_invitation(
    context: Context, pool: Pool, user: User, mediums: list[tuple[str, Medium]], password: str | None
) -> None:
    """Send a new user their username and temporary password, where they have one, by each medium."""
    trigger = trigger_table.INVITATION
    if mediums:
        _check(context, pool, user, trigger, [medium for _, medium in mediums], has_code=bool(password))
    for attribute, medium in mediums:
        _send(context, pool, user, medium, user.attributes[attribute], password, trigger)


def _check(
    context: Context,
    pool: Pool,
    user: User,
    trigger: str,
    mediums: Collection[Medium],
    address: str = "",
    *,
    has_code: bool = True,
) -> None:
    """Refuse, before a code is made, what cannot be sent: without the words that CustomMessage would have for it."""
    for medium in mediums:
        custom_senders.require(context, pool, medium, has_code=has_code)
    ours = frozenset(medium for medium in mediums if not custom_senders.sends(pool, medium))
    if ours and not stand_ins.is_one(user):
        question = message_triggers.Question(pool, user, trigger, address, ours, has_code)
        message_triggers.require_words(context, question)


def _send(
    context: Context,
    pool: Pool,
    user: User,
    medium: Medium,
    address: str,
    code: str | None,
    trigger: str,
    link: str | None = None,
) -> None:
    settings = {**pool.settings, **pool.further}
    words = message_triggers.words(context, trigger, user, address)
    subject, body = messages.render(settings, trigger, medium, user.username, code, words=words, link=link)
    sender, reply_to = messages.senders(settings) if medium == "EMAIL" else (None, None)
    message = Message(
        id=entropy.uuid(context.world.entropy),
        time=context.now,
        pool=pool.id,
        user=user.username,
        medium=medium,
        to=address,
        subject=subject,
        body=body,
        code=code,
        link=link,
        trigger=trigger,
        sender=sender,
        reply_to=reply_to,
    )
    if stand_ins.is_one(user):
        context.afterwards.append(lambda: context.world.mailbox.forgo(message))
    elif custom_senders.sends(pool, medium):
        custom_senders.send(context, pool, user, message, code)
    else:
        context.send(message)
