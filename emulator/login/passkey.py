"""`/login/passkey`: the browser signs in with a passkey. The field `credential` has its answer, as JSON."""

from __future__ import annotations

from emulator import refusals
from emulator.login import steps
from emulator.login.outcomes import Outcome, Page
from emulator.login.visit import Visit

PATH = steps.PASSKEY


def show(visit: Visit) -> Outcome:
    """The options for the browser."""
    return Page("passkey", {"options": visit.under_way.data["options"]})


def submit(visit: Visit) -> Outcome:
    """Check the assertion."""
    return steps.answer(visit, CREDENTIAL=refusals.required(visit.form, "credential"))
