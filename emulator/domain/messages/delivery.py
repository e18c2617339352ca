"""Messages to users: rendered from the pool's templates, put into the mailbox once the unit has committed.

A message to a stand-in (see `accounts/stand_ins.py`) is rendered too and then dropped; no function is called for it.
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
    """Send a code for `purpose` to the user's attribute `target[0]`, and return CodeDeliveryDetails.

    `new_address` takes the place of the attribute's value while that is still the old address, for CustomMessage too.
    `client` goes into the confirmation link, in a pool that verifies e-mail addresses by link.
    """
    attribute, medium = target
    trigger = trigger_table.row(context.operation_name, message_triggers.TRIGGER).source
    address = new_address or user.attributes[attribute]
    shown_user = replace(user, attributes={**user.attributes, attribute: address})
    _check(context, pool, shown_user, trigger, [medium], address)
    lifetime = _LIFETIMES.get(purpose, codes.DAY)
    code = codes.issue(context, user, purpose, proves=attribute, value=address, lifetime=lifetime)
    link = None
    if client and messages.verifies_by_link(pool.settings, trigger, medium):
        link = messages.confirmation_link(context.origin.base_url, client.id, user.username, code)
    _send(context, pool, shown_user, medium, address, code, trigger, link)
    return messages.delivery_details(attribute, address)


def send_sign_in_code(context: Context, pool: Pool, user: User, attribute: str, code: str) -> dict[str, str]:
    """Send the code of a sign-in to the user's attribute, and return CodeDeliveryDetails."""
    address, medium, trigger = user.attributes[attribute], messages.MEDIUMS[attribute], trigger_table.SIGN_IN_CODE
    _check(context, pool, user, trigger, [medium], address)
    _send(context, pool, user, medium, address, code, trigger)
    return messages.delivery_details(attribute, address)


def send_invitation(
    context: Context, pool: Pool, user: User, mediums: list[tuple[str, Medium]], password: str | None
) -> None:
    """Send a new user their username and their temporary password, if they have one, by each medium."""
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
    """Raise, before a code is made, if the message cannot be sent.

    Raises NotSetUp where the custom sender cannot be called, and CustomMessageNeeded where CustomMessage has to be
    called first.
    """
    for medium in mediums:
        custom_senders.require(context, pool, medium, has_code=has_code)
    built_in = frozenset(medium for medium in mediums if not custom_senders.sends(pool, medium))
    if built_in and not stand_ins.is_one(user):
        question = message_triggers.Question(pool, user, trigger, address, built_in, has_code)
        message_triggers.require_text(context, question)


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
    custom = message_triggers.custom_message(context, trigger, user, address)
    subject, body = messages.render(settings, trigger, medium, user.username, code, custom=custom, link=link)
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
