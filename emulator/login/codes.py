"""`/mfa`: a code of an e-mail, a text message or an authenticator app, as first or second factor."""

from __future__ import annotations

from emulator import refusals
from emulator.login import steps
from emulator.login.outcomes import Outcome, Page
from emulator.login.visit import Visit

PATH = steps.CODE
AGAIN = "SEND_AGAIN"
"""The answer of the button that asks for another code."""


def show(visit: Visit) -> Outcome:
    """The form, with the masked address to which the code was sent, or the name of the app."""
    kept = visit.under_way
    return Page("mfa", {"challenge": kept.challenge, **kept.data})


def submit(visit: Visit) -> Outcome:
    """Check the code, or send another one."""
    if visit.field("answer") == AGAIN:
        return steps.send_again(visit)
    return steps.answer(visit, **{f"{visit.under_way.challenge}_CODE": refusals.required(visit.form, "code")})
