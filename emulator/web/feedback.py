"""GET /authEventFeedback: where the one-click links of a mail about a risky sign-in lead."""

from __future__ import annotations

from flask import Blueprint, Response

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.accounts import accounts
from emulator.domain.threats import auth_events, risk_notices, risk_settings
from emulator.faults import InvalidParameterException, ResourceNotFoundException
from emulator.web import links

_PARAMETERS = ("user_pool_id", "user_name", "event_id", "feedback_token", "feedback_value")
_DONE = ("Thank you for your feedback!", "You can close this page.")


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The route that both links lead to. AWS unknown: the path of the one-click links of threat protection."""
    pages = Blueprint("feedback", __name__)

    @pages.get(risk_notices.PATH)
    def feedback() -> Response:
        """Keep what a user says of a sign-in."""
        return links.follow(dispatcher, "Feedback", _PARAMETERS, _judge, _DONE)

    return pages


def _judge(context: Context, pool_id: str, username: str, event_id: str, token: str, value: str) -> None:
    """What UpdateAuthEventFeedback does, for who has no app at hand."""
    pool = context.unit.pools.get(pool_id)
    if pool is None:
        raise ResourceNotFoundException(f"User pool {pool_id} does not exist.")
    risk_settings.require_add_on(pool)
    user = auth_events.check_token(context, pool, accounts.find(context.unit, pool, username), event_id, token)
    if value not in ("Valid", "Invalid"):
        raise InvalidParameterException("feedback_value is Valid or Invalid.")
    auth_events.judge(context, pool, user, event_id, value, "User")
