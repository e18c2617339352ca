"""GET /authEventFeedback: the page of the one-click links in a notification of a risky sign-in."""

from __future__ import annotations

from flask import Blueprint, Response

from emulator import refusals
from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.threats import feedback, risk_notices
from emulator.web import html, links

_PARAMETERS = ("user_pool_id", "user_name", "event_id", "feedback_token", "feedback_value")


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The route of both links."""
    pages = Blueprint("feedback", __name__)

    @pages.get(risk_notices.PATH)
    def give_feedback() -> Response:
        """Store a user's feedback on a sign-in."""
        done = (html.text("feedback.title"), html.text("feedback.text"))
        return links.follow(dispatcher, "Feedback", _PARAMETERS, _judge, done)

    return pages


def _judge(context: Context, pool_id: str, username: str, event_id: str, token: str, value: str) -> None:
    """Store the feedback in the link's parameters. Raises ResourceNotFoundException, and what `by_user` raises."""
    pool = context.unit.pools.get(pool_id)
    if pool is None:
        raise refusals.unknown_pool(pool_id)
    feedback.by_user(context, pool, username, event_id, token, value)
