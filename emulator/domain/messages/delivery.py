"""Messages to users: rendered from the pool's templates, put into the mailbox once the unit has committed.

A message to a stand-in (see `accounts/stand_ins.py`) is rendered too and then dropped; no function is called for it.
"""

from __future__ import annotations

from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts import stand_ins
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import codes
from emulator.domain.messages import custom_senders, message_triggers, messages
from emulator.domain.messages.message_triggers import PendingText
from emulator.domain.messages.messages import Draft, Medium
from emulator.domain.triggers import trigger_table
from emulator.outside.mailbox import Message
from keys import entropy

SIGN_UP = "signup"
FORGOT_PASSWORD = "forgot"  # noqa: S105 - a purpose, no password
ATTRIBUTE = "attribute:"
"""Purposes of codes: to confirm an account, to set a new password, and, with an attribute's name, to verify it."""

_LIFETIMES = {SIGN_UP: codes.DAY, FORGOT_PASSWORD: codes.HOUR}


def send_code(
    context: Context,
    principal: Principal,
    purpose: str,
    target: tuple[str, Medium],
    new_address: str | None = None,
) -> dict[str, str]:
    """Make a code for `purpose`, send it to the user's attribute `target[0]`, and return CodeDeliveryDetails.

    The code replaces an earlier one of that purpose. The message is sent after the commit. `new_address` is where the
    code goes while the attribute still has the old address; CustomMessage sees it too. Raises, before anything is
    stored, NotSetUp or UnexpectedLambdaException where the custom sender cannot be called, and CustomMessageNeeded,
    which `message_triggers.retry_with_text` catches.
    """
    client, user = principal.client, principal.user
    attribute, medium = target
    trigger = trigger_table.row(context.operation_name, message_triggers.TRIGGER).source
    address = new_address or user.attributes[attribute]
    shown = principal.with_user(replace(user, attributes={**user.attributes, attribute: address}))
    _check(context, PendingText(shown, trigger, address, (medium,)))
    lifetime = _LIFETIMES.get(purpose, codes.DAY)
    code = codes.issue(context, user, purpose, proves=attribute, value=address, lifetime=lifetime)
    link = None
    if client and messages.verifies_by_link(principal.pool.settings, trigger, medium):
        link = messages.confirmation_link(context.origin.base_url, client.id, user.username, code)
    _send(context, shown, Draft(trigger, medium, address, code, link))
    return messages.delivery_details(attribute, address)


def send_sign_in_code(context: Context, principal: Principal, attribute: str, code: str) -> dict[str, str]:
    """Send `code`, which the caller made and stores, to the user's attribute, and return CodeDeliveryDetails.

    The message is sent after the commit. Raises what `send_code` raises.
    """
    address, medium = principal.user.attributes[attribute], messages.MEDIUMS[attribute]
    _check(context, PendingText(principal, trigger_table.SIGN_IN_CODE, address, (medium,)))
    _send(context, principal, Draft(trigger_table.SIGN_IN_CODE, medium, address, code))
    return messages.delivery_details(attribute, address)


def send_invitation(
    context: Context, principal: Principal, targets: list[tuple[str, Medium]], password: str | None
) -> None:
    """Send a new user their username and their temporary password, if they have one, to each target.

    The messages are sent after the commit. Raises what `send_code` raises.
    """
    trigger = trigger_table.INVITATION
    if targets:
        mediums = tuple(medium for _, medium in targets)
        _check(context, PendingText(principal, trigger, "", mediums, has_code=bool(password)))
    for attribute, medium in targets:
        _send(context, principal, Draft(trigger, medium, principal.user.attributes[attribute], password))


def _check(context: Context, pending: PendingText) -> None:
    """Raise, before a code is made, if the message cannot be sent.

    Raises NotSetUp or UnexpectedLambdaException where the custom sender cannot be called, and CustomMessageNeeded where
    CustomMessage has to be called first.
    """
    pool = pending.principal.pool
    for medium in pending.mediums:
        custom_senders.require(context, pool, medium, has_code=pending.has_code)
    built_in = tuple(medium for medium in pending.mediums if not custom_senders.sends(pool, medium))
    if built_in and not stand_ins.is_one(pending.principal.user):
        message_triggers.require_text(context, replace(pending, mediums=built_in))


def _send(context: Context, principal: Principal, draft: Draft) -> None:
    pool, user, medium = principal.pool, principal.user, draft.medium
    settings = {**pool.settings, **pool.further}
    custom = message_triggers.custom_message(context, draft.trigger, user, draft.address)
    subject, body = messages.render(settings, draft, user.username, custom)
    sender, reply_to = messages.senders(settings) if medium == "EMAIL" else (None, None)
    message = Message(
        id=entropy.uuid(context.world.entropy),
        time=context.now,
        pool=pool.id,
        user=user.username,
        medium=medium,
        to=draft.address,
        subject=subject,
        body=body,
        code=draft.code,
        link=draft.link,
        trigger=draft.trigger,
        sender=sender,
        reply_to=reply_to,
    )
    if stand_ins.is_one(user):
        context.world.mailbox.keep_decoy(context.unit, message)
        context.afterwards.append(lambda: context.world.mailbox.forgo(message))
    elif custom_senders.sends(pool, medium):
        custom_senders.send(context, principal, message)
    else:
        context.send(message)
