"""Custom senders: functions that get encrypted codes and send them (AWS: "Custom email sender Lambda trigger")."""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.messages import log_delivery
from emulator.domain.messages.messages import Medium
from emulator.domain.triggers import trigger_table, triggers
from emulator.domain.triggers.triggers import Invocation
from emulator.faults import Fault, NotSetUp
from emulator.outside.mailbox import Message
from emulator.outside.sealing import SealingFailed
from storage.records.pools import Pool

log = logging.getLogger("cognito_emulator")
_TYPES = {"EMAIL": "customEmailSenderRequestV1", "SMS": "customSMSSenderRequestV1"}


def sends(pool: Pool, medium: Medium) -> bool:
    """Whether the pool has a custom sender for that medium."""
    # AWS unknown: whether operations that send a message call CustomMessage where a custom sender sends it. Here they
    # do not, since nobody would send its text.
    return triggers.function(pool, trigger_table.SENDERS[medium]) is not None


def require(context: Context, pool: Pool, medium: Medium, *, has_code: bool = True) -> None:
    """Raise if the pool has a custom sender for the medium that could not be called, or its code not encrypted.

    Called before anything is stored. Raises UnexpectedLambdaException where nothing runs the function. With `has_code`
    also raises NotSetUp (status 501), which names the settings of this server that the encryption lacks.
    """
    if not sends(pool, medium):
        return
    trigger = trigger_table.SENDERS[medium]
    triggers.require_runner(context, pool, trigger)
    lacking = context.world.sealer.lacks() if has_code else []
    if lacking:
        raise NotSetUp(f"{triggers.described(pool, trigger)} needs {' and '.join(lacking)}.")


def send(context: Context, principal: Principal, message: Message) -> None:
    """Put the message that Cognito would have sent into the mailbox and call the custom sender, after the commit.

    The pool must have a custom sender for the message's medium. The event has the encrypted `message.code`. A failure
    of the encryption or of the function is logged and exported, and not raised.
    """
    code = message.code
    source = message.trigger.replace(trigger_table.MESSAGE, trigger_table.SENDERS[message.medium])
    row = trigger_table.row(context.operation_name, trigger_table.SENDERS[message.medium], source)
    # AWS unknown: what SignUp and ResendConfirmationCode give a custom sender for a message that verifies by link. Here
    # it is the code in the link.
    # AWS unknown: which characters of a temporary password AdminCreateUser escapes for a custom sender beside `<` and
    # `>`. Here it is `&`.
    secret = html.escape(code, quote=False) if code and message.trigger == trigger_table.INVITATION else code
    request = {"clientMetadata": None, **row.passed_on(context.message_metadata)}
    _send(context, Invocation.of(row, principal, _known(message, request)), message, secret)


def send_notice(context: Context, principal: Principal, message: Message, attributes: Mapping[str, str]) -> None:
    """Like `send`, for a notification of a risky sign-in, which has no code.

    `attributes` replace the user's attributes in the event.
    """
    row = trigger_table.row(context.operation_name, trigger_table.SENDERS["EMAIL"], message.trigger)
    request = {"clientMetadata": None, "userAttributes": dict(attributes)}
    _send(context, Invocation.of(row, principal, _known(message, request)), message, None)


def _known(message: Message, request: Mapping[str, Any]) -> dict[str, Any]:
    """`request` of the event, before the code is encrypted."""
    return {"type": _TYPES[message.medium], "code": None, **request}


def _send(context: Context, invocation: Invocation, message: Message, secret: str | None) -> None:
    event, message = triggers.event(context, invocation), replace(message, custom=True)
    context.world.mailbox.keep(context.unit, message)
    context.afterwards.append(lambda: _hand_over(context, invocation, event, message, secret))


def _hand_over(
    context: Context, invocation: Invocation, event: dict[str, Any], message: Message, secret: str | None
) -> None:
    """Put the message into the mailbox and call the function. A failure is logged and exported, and not raised."""
    pool, trigger = invocation.pool, invocation.row.trigger
    # Unlike AWS: an operation waits for the function of a custom sender, so that its message is out when the operation
    # answers, and calls the function once. AWS calls it asynchronously, and Lambda retries it.
    context.world.mailbox.deliver(message)
    try:
        if secret is not None:
            key = pool.settings["LambdaConfig"]["KMSKeyID"]
            with context.unit.released():
                event["request"]["code"] = context.world.sealer.seal(secret, key, pool.id)
        triggers.tell(context, invocation, event)
    except SealingFailed as error:
        _failed(context, pool, message, trigger, f"its code could not be encrypted: {error}")
    except Fault as fault:
        _failed(context, pool, message, trigger, str(fault))


def _failed(context: Context, pool: Pool, message: Message, trigger: str, why: str) -> None:
    log.warning("%s: not sent by %s: %s", message.id, trigger, why)
    log_delivery.export_undelivered(context, pool, message, why)
