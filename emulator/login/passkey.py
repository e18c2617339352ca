"""`/login/passkey`: the browser signs in with a passkey. The field `credential` has its answer, as JSON."""

from __future__ import annotations

from emulator import refusals
from emulator.domain.sign_in import sessions
from emulator.domain.sign_in.challenges import web_authn
from emulator.domain.sign_in.progress import ChallengeAnswer
from emulator.faults import NotAuthorizedException
from emulator.login import steps
from emulator.login.outcomes import GoTo, Outcome, Page
from emulator.login.visit import Visit

PATH = steps.PASSKEY


def show(visit: Visit) -> Outcome:
    """The options for the browser. A sign-in that has ended begins anew.

    The options are made of the sign-in's session. They are too long for a cookie, as they name all the user's passkeys.
    """
    kept = visit.under_way
    asked = ChallengeAnswer(kept.challenge, kept.session, {"USERNAME": kept.username})
    try:
        progress = sessions.find(visit.context, visit.app, asked)
    except NotAuthorizedException:
        return GoTo(steps.LOGIN)
    return Page("passkey", {"options": web_authn.options(progress)})


def submit(visit: Visit) -> Outcome:
    """Check the assertion."""
    return steps.answer(visit, CREDENTIAL=refusals.required(visit.form, "credential"))
