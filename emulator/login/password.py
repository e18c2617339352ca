"""`/login/password`: the password of a user whose name is known already, in managed login."""

from __future__ import annotations

from emulator import refusals
from emulator.login import steps
from emulator.login.outcomes import Outcome, Page
from emulator.login.visit import Visit

PATH = steps.PASSWORD


def show(visit: Visit) -> Outcome:
    """The form."""
    return Page("password", {"username": visit.under_way.username})


def submit(visit: Visit) -> Outcome:
    """Check the password: by the choice-based sign-in that is under way, or by one with the password alone."""
    given, kept = refusals.required(visit.form, "password"), visit.under_way
    if kept.challenge == "SELECT_CHALLENGE":
        return steps.answer(visit, ANSWER="PASSWORD", PASSWORD=given)
    if kept.challenge:
        return steps.answer(visit, PASSWORD=given)
    visit.check_local()
    return steps.begin(visit, "USER_PASSWORD_AUTH", kept.username, PASSWORD=given)
