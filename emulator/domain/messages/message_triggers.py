"""CustomMessage: an application's own texts for the messages of a pool (AWS: "Custom message Lambda trigger").

`retry_with_text` runs an operation; if the operation turns out to need CustomMessage's text, `retry_with_text` rolls
back, calls the function, and runs the operation again. So the function is called while nothing is written. The event
has a placeholder where the code will be, never the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.messages import messages
from emulator.domain.messages.messages import Medium
from emulator.domain.triggers import trigger_table, triggers
from emulator.domain.triggers.triggers import Invocation
from emulator.faults import InvalidLambdaResponseException, NotBuilt
from emulator.outside.mailbox import Words
from storage.records.users import User

TRIGGER = trigger_table.MESSAGE
_UNDECIDED = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
_LONGEST = {"smsMessage": 140, "emailMessage": 20_000, "emailSubject": 140}
_LINK_PARAMETER = "{##Click Here##}"
_Key = tuple[str, str, str]

R = TypeVar("R")


class PendingText(Struct, frozen=True):
    """A text for which CustomMessage is to be called: that of a message to one user, with that triggerSource.

    `address` distinguishes the messages of one source to one user. It is empty where one text serves all mediums.
    `has_code` says that the text must have the placeholder of the code.
    """

    # AWS unknown: how often an operation with two messages calls CustomMessage. Here AdminCreateUser calls it once for
    # an invitation by e-mail and SMS, and UpdateUserAttributes once for each new address.
    # AWS unknown: whether UpdateUserAttributes gives CustomMessage the new or the old address. Here it is the new one,
    # where the message goes.

    principal: Principal
    source: str
    address: str
    mediums: tuple[Medium, ...]
    has_code: bool = True

    @property
    def key(self) -> _Key:
        """The key in the cache `Context.custom_messages`."""
        return _key(self.source, self.principal.user, self.address)


class CustomMessageNeeded(NotBuilt, code="NotImplementedException", status=501):
    """A message needs CustomMessage's text.

    `retry_with_text` catches this. An operation that does not use `retry_with_text` answers status 501.
    """

    def __init__(self, pending: PendingText) -> None:
        super().__init__(triggers.described(pending.principal.pool, TRIGGER))
        self.pending = pending


def require_text(context: Context, pending: PendingText) -> None:
    """Raise CustomMessageNeeded if CustomMessage is configured and was not called for this message yet."""
    if triggers.function(pending.principal.pool, TRIGGER) and pending.key not in context.custom_messages:
        raise CustomMessageNeeded(pending)


def custom_message(context: Context, source: str, user: User, address: str) -> Words | None:
    """CustomMessage's cached result for a message to that address; None if the function was not called for it."""
    return context.custom_messages.get(_key(source, user, address)) or context.custom_messages.get(
        _key(source, user, "")
    )


def retry_with_text(context: Context, metadata: Mapping[str, str] | None, work: Callable[[], R]) -> R:
    """Run `work` and return its result; if it needs CustomMessage's text, call the function and run `work` again.

    What `work` wrote is rolled back before the function is called, with the connection released. `work` must read
    everything from the database itself, as it may run several times. It must neither commit nor call other triggers.
    `metadata` is the request's ClientMetadata, for the triggers of messages. Raises what `work` and `ask` raise.
    """
    context.message_metadata = metadata
    while True:
        queued = len(context.afterwards)
        try:
            return work()
        except CustomMessageNeeded as needed:
            del context.afterwards[queued:]
            context.unit.close()
            ask(context, metadata, needed.pending)


def before_sign_in_code(
    context: Context, principal: Principal, attribute: str, metadata: Mapping[str, str] | None
) -> None:
    """Call CustomMessage for the code of a sign-in, if it is configured and no custom sender sends the message.

    Commits first: the answered session stays spent, even if the function raises. Releases the connection, so that
    records have to be read again. Raises what `ask` raises.
    """
    pool, medium, address = principal.pool, messages.MEDIUMS[attribute], principal.user.attributes[attribute]
    context.message_metadata = metadata
    pending = PendingText(principal, trigger_table.SIGN_IN_CODE, address, (medium,))
    if triggers.function(pool, trigger_table.SENDERS[medium]) or not triggers.function(pool, TRIGGER):
        return
    triggers.require_runner(context, pool, TRIGGER)
    # AWS unknown: whether the session that RespondToAuthChallenge was given can be used again if CustomMessage raises
    # for the next challenge. Here it is spent, and the user has to sign in again.
    triggers.commit_before_trigger(context)
    ask(context, metadata, pending)


def ask(context: Context, metadata: Mapping[str, str] | None, pending: PendingText) -> None:
    """Call CustomMessage with the connection released, and cache its result for this call.

    Raises what `triggers.call` raises, and InvalidLambdaResponseException for a text that is too long, lacks its
    placeholder or is no string.
    """
    row = trigger_table.row(context.operation_name, TRIGGER, pending.source)
    request = {
        "codeParameter": messages.CODE,
        "linkParameter": _LINK_PARAMETER,
        "usernameParameter": messages.USERNAME if pending.source == trigger_table.INVITATION else None,
        **row.passed_on(metadata),
    }
    said = triggers.call(context, Invocation.of(row, pending.principal, request, _UNDECIDED))
    context.custom_messages[pending.key] = _read(said, pending)


def _key(source: str, user: User, address: str) -> _Key:
    return source, user.username, address


def _read(said: Mapping[str, Any], pending: PendingText) -> Words:
    """The texts of a response. The pool's own template replaces a text that is null or empty."""
    # AWS unknown: whether CustomMessage's response is checked for texts that are not sent. Here only their type is.
    # Unlike AWS: CustomMessage may set the e-mail text of every pool, as reports say of AWS. Its documentation allows
    # that only to a pool that sends by its own SES identity.
    for member in _UNDECIDED:
        if not isinstance(said.get(member), str | None):
            raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, f"{member} is no string")
    sent = {"smsMessage"} if "SMS" in pending.mediums else set()
    sent |= {"emailMessage", "emailSubject"} if "EMAIL" in pending.mediums else set()
    for member in sorted(sent):
        text = said.get(member)
        if text:
            _check(member, text, pending)
    texts = [said.get(member) or None for member in ("smsMessage", "emailMessage", "emailSubject")]
    return Words(*texts)


def _check(member: str, text: str, pending: PendingText) -> None:
    # AWS unknown: the message of InvalidLambdaResponseException when CustomMessage returns a text that is too long or
    # lacks its placeholder. The documentation says only that this is an error.
    longest = _LONGEST[member]
    if len(text) > longest:
        raise _wrong(f"{member} is longer than {longest} characters")
    if member == "emailSubject":
        return
    needed = [messages.CODE] if pending.has_code else []
    if pending.source == trigger_table.INVITATION:
        needed.append(messages.USERNAME)
    elif member == "emailMessage" and messages.verifies_by_link(
        pending.principal.pool.settings, pending.source, "EMAIL"
    ):
        needed = [] if messages.LINK.search(text) else needed
    for placeholder in needed:
        if placeholder not in text:
            raise _wrong(f"{member} lacks {placeholder}")


def _wrong(what: str) -> InvalidLambdaResponseException:
    return InvalidLambdaResponseException(f"Invalid lambda function output : {what}")
