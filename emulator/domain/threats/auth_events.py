"""Auth events: the history of users under threat protection (AWS: "Viewing and exporting user event history").

A sign-in is one event from its first call to its last: InProgress while a challenge waits for its answer, then Pass or
Fail.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from emulator.context import Context
from emulator.domain.access.risk_context import RiskContext
from emulator.domain.accounts.principals import Principal
from emulator.domain.messages import log_delivery
from emulator.domain.threats.risk import LOOKED_AT, Risk
from emulator.faults import NotAuthorizedException, ResourceNotFoundException
from keys import entropy
from storage.records.events import AuthEvent
from storage.records.pools import Pool
from storage.records.users import User

KEPT = 2 * 365 * 86_400
"""How long an event is stored, in seconds."""
_SHOWN = ("EventType", "EventResponse", "EventRisk", "ChallengeResponses", "EventContextData", "EventFeedback")


class Outcome(Struct, frozen=True):
    """How a call ended for an event: its EventResponse, its EventRisk, and the ChallengeResponses that it adds."""

    response: str
    risk: Risk | None = None
    answers: list[dict[str, str]] = field(default_factory=list)


def new_id(context: Context) -> str:
    """The EventId of an event that will be added later in the call."""
    return entropy.uuid(context.world.entropy)


def add(
    context: Context,
    principal: Principal,
    kind: str,
    caller: RiskContext,
    outcome: Outcome,
    event_id: str | None = None,
) -> AuthEvent:
    """Store and return a new event of a principal with an app client, and export it where the pool exports such events.

    `kind` is the event's EventType, `caller` its EventContextData. Without `event_id` the event gets a new id.
    """
    pool, user = principal.pool, principal.user
    settings = {
        "EventType": kind,
        "EventResponse": outcome.response,
        "EventRisk": (outcome.risk or Risk()).shown,
        "ChallengeResponses": outcome.answers,
        "EventContextData": caller.shown,
        "ClientId": principal.app_client.id,
        "HasContextData": caller.has_context_data,
    }
    event = AuthEvent(0, event_id or new_id(context), pool.id, user.id, settings, context.now)
    context.unit.auth_events.add(event)
    log_delivery.export_event(context, principal, event)
    return event


def change(context: Context, principal: Principal, event: AuthEvent, outcome: Outcome) -> AuthEvent:
    """Store a new outcome of an event, export the event again, and return it as changed.

    Without a `risk`, the event keeps its EventRisk. The outcome's answers are appended to its ChallengeResponses.
    """
    # AWS unknown: the EventResponse of a sign-in whose challenge was answered wrongly and may be answered again; here
    # it is Fail until a right answer changes it to Pass.
    settings = {
        **event.settings,
        "EventResponse": outcome.response,
        "EventRisk": outcome.risk.shown if outcome.risk else event.settings["EventRisk"],
        "ChallengeResponses": [*event.settings["ChallengeResponses"], *outcome.answers],
    }
    event = context.unit.auth_events.change(event, settings=settings)
    log_delivery.export_event(context, principal, event)
    return event


def past(context: Context, user: User) -> list[AuthEvent]:
    """The events of a user that count for the risk of the next one: the newest `risk.LOOKED_AT`, newest first."""
    return context.unit.auth_events.page(user.id, LOOKED_AT, None).items


def open_one(context: Context, user: User, kind: str) -> AuthEvent | None:
    """The newest event of an EventType, if its EventResponse is not Pass: such as the SignUp of an unconfirmed user.

    None for another response, and if none of the events of `past` has that type.
    """
    newest = next((event for event in past(context, user) if event.settings["EventType"] == kind), None)
    return newest if newest and newest.settings["EventResponse"] != "Pass" else None


def shown(event: AuthEvent) -> dict[str, Any]:
    """The event as AuthEventType of AdminListUserAuthEvents."""
    found = {name: event.settings[name] for name in _SHOWN if name in event.settings}
    return {"EventId": event.id, "CreationDate": event.created, **found}


def feedback_token(context: Context, principal: Principal, event_id: str) -> str:
    """The FeedbackToken in a notification: a MAC over pool, user and event, which is not stored."""
    pool, user = principal.pool, principal.user
    return context.vault.mac(f"feedback\0{pool.id}\0{user.id}\0{event_id}".encode()).hex()


def check_token(context: Context, pool: Pool, user: User | None, event_id: str, token: str) -> User:
    """Return `user` if `token` is the FeedbackToken of that user for that EventId; no event is read.

    Raises NotAuthorizedException for another token, and where `user` is None.
    """
    # AWS unknown: the message of NotAuthorizedException of UpdateAuthEventFeedback for a wrong token. Without the token
    # a caller does not learn here whether the user or event exists.
    right = user is not None and _same(feedback_token(context, Principal(pool, user), event_id), token)
    if user is None or not right:
        raise NotAuthorizedException("Invalid feedback token.", "it is not of this user and event")
    return user


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def judge(context: Context, principal: Principal, event_id: str, value: str, provider: str) -> None:
    """Store feedback on an event of the user, in place of earlier feedback, and export the event again.

    `value` is Valid or Invalid, and not checked here; `provider` is the Provider of EventFeedback. Raises
    ResourceNotFoundException for an unknown event.
    """
    event = context.unit.auth_events.get(principal.user.id, event_id)
    if event is None:
        # AWS unknown: how UpdateAuthEventFeedback and AdminUpdateAuthEventFeedback refuse an unknown EventId.
        raise ResourceNotFoundException("Auth event does not exist.")
    # AWS unknown: the Provider of EventFeedback that a user gave by UpdateAuthEventFeedback; here it is "User".
    feedback = {"FeedbackValue": value, "Provider": provider, "FeedbackDate": context.now}
    settings: Mapping[str, Any] = {**event.settings, "EventFeedback": feedback}
    event = context.unit.auth_events.change(event, settings=settings)
    log_delivery.export_event(context, principal, event)
