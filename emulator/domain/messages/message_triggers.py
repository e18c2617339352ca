"""CustomMessage: an application's own words for the messages of a pool (AWS: "Custom message Lambda trigger").

The function is asked before anything is written, and yet by what would be sent: the work is begun, undone where it
comes to a message without words, and done anew with them. The function never sees a code, only the place for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from emulator.context import Context, MessageCause
from emulator.domain.messages import messages
from emulator.domain.messages.messages import Medium
from emulator.domain.triggers import trigger_table, triggers
from emulator.faults import InvalidLambdaResponseException, NotBuilt
from emulator.outside.mailbox import Words
from storage.records.pools import Client, Pool
from storage.records.users import User

TRIGGER = trigger_table.MESSAGE
_UNDECIDED = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
_LONGEST = {"smsMessage": 140, "emailMessage": 20_000, "emailSubject": 140}
_LINK_PARAMETER = "{##Click Here##}"
_Key = tuple[str, str, str]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Question:
    """A message that wants words: to whom, by which mediums, and whether there is a code in it.

    `address` tells apart the messages of one source to one user; it is empty where one answer does for all mediums.

    AWS unknown: how often CustomMessage is asked for two messages of one call. Here it is once for an invitation that
    goes by e-mail and as a text, and once for each new address of a user.
    AWS unknown: whether it is told the new address or the old one where a user's address is to change; the new one
    here, since that is where the message goes.
    """

    pool: Pool
    user: User
    source: str
    address: str
    mediums: frozenset[Medium]
    has_code: bool = True

    @property
    def key(self) -> _Key:
        """What its answer is kept under."""
        return _key(self.source, self.user, self.address)


class Unasked(NotBuilt, code="NotImplementedException", status=501):
    """CustomMessage has not been asked yet; a 501 names it where nobody asks."""

    def __init__(self, question: Question) -> None:
        super().__init__(f"The Lambda trigger {TRIGGER}, which user pool {question.pool.id} has configured,")
        self.question = question


def require_words(context: Context, question: Question) -> None:
    """Raise Unasked where CustomMessage is configured and has not been asked for this message."""
    if triggers.function(question.pool, TRIGGER) and question.key not in context.custom_messages:
        raise Unasked(question)


def words(context: Context, source: str, user: User, address: str) -> Words | None:
    """What CustomMessage said for a message, by its address or once for all."""
    return context.custom_messages.get(_key(source, user, address)) or context.custom_messages.get(
        _key(source, user, "")
    )


def asking(context: Context, client: Client | None, metadata: Mapping[str, str] | None, work: Callable[[], R]) -> R:
    """Do `work`, and ask CustomMessage for the words of what it sends, with nothing written in between.

    `work` is done anew where the function had to be asked; what it reads of the database, it reads itself. It must
    not commit, nor call other triggers.
    """
    context.message_cause = MessageCause(client, metadata)
    while True:
        queued = len(context.afterwards)
        try:
            return work()
        except Unasked as unasked:
            del context.afterwards[queued:]
            context.unit.close()
            ask(context, client, metadata, unasked.question)


def before_sign_in_code(
    context: Context, pool: Pool, client: Client, user: User, attribute: str, metadata: Mapping[str, str] | None
) -> None:
    """Ask CustomMessage for the words of a sign-in's code, where it is configured.

    What the step before has changed (its session is spent) is kept first, whatever the function says.

    AWS unknown: whether a session is still good where CustomMessage refuses the message of the challenge that was to
    follow; it is spent here, and the user signs in anew.
    """
    medium, address = messages.MEDIUMS[attribute], user.attributes[attribute]
    context.message_cause = MessageCause(client, metadata)
    question = Question(pool, user, trigger_table.SIGN_IN_CODE, address, frozenset({medium}))
    if triggers.function(pool, trigger_table.SENDERS[medium]) or not triggers.function(pool, TRIGGER):
        return
    triggers.require_runner(context, pool, TRIGGER)
    triggers.commit_before_trigger(context)
    ask(context, client, metadata, question)


def ask(context: Context, client: Client | None, metadata: Mapping[str, str] | None, question: Question) -> None:
    """Ask CustomMessage, and keep what it says for this call."""
    row = trigger_table.row(context.operation_name, TRIGGER, question.source)
    request = {
        "codeParameter": messages.CODE,
        "linkParameter": _LINK_PARAMETER,
        "usernameParameter": messages.USERNAME if question.source == trigger_table.INVITATION else None,
        **row.told(metadata),
    }
    pool, user = question.pool, question.user
    said = triggers.call(context, pool, client, user, user.username, row, request, _UNDECIDED)
    context.custom_messages[question.key] = _read(said, question)


def _key(source: str, user: User, address: str) -> _Key:
    return source, user.username, address


def _read(said: Mapping[str, Any], question: Question) -> Words:
    """What a response says; what is null or empty, the pool says in its own words.

    AWS unknown: the words for a text that is too long or lacks its placeholder, which documentation calls an error;
    and whether AWS looks at a text that is not sent, which is not looked at here beyond its type.

    Unlike AWS: by its documentation only a pool that sends by its own SES identity may have e-mails of its own words;
    here every pool may, as reports of AWS's practice have it.
    """
    for member in _UNDECIDED:
        if not isinstance(said.get(member), str | None):
            raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, f"{member} is no string")
    sent = {"smsMessage"} if "SMS" in question.mediums else set()
    sent |= {"emailMessage", "emailSubject"} if "EMAIL" in question.mediums else set()
    for member in sorted(sent):
        text = said.get(member)
        if text:
            _check(member, text, question)
    texts = [said.get(member) or None for member in ("smsMessage", "emailMessage", "emailSubject")]
    return Words(*texts)


def _check(member: str, text: str, question: Question) -> None:
    longest = _LONGEST[member]
    if len(text) > longest:
        raise _wrong(f"{member} is longer than {longest} characters")
    if member == "emailSubject":
        return
    needed = [messages.CODE] if question.has_code else []
    if question.source == trigger_table.INVITATION:
        needed.append(messages.USERNAME)
    elif member == "emailMessage" and messages.verifies_by_link(question.pool.settings, question.source, "EMAIL"):
        needed = [] if messages.LINK.search(text) else needed
    for placeholder in needed:
        if placeholder not in text:
            raise _wrong(f"{member} lacks {placeholder}")


def _wrong(what: str) -> InvalidLambdaResponseException:
    return InvalidLambdaResponseException(f"Invalid lambda function output : {what}")
