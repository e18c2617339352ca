"""`/forgotPassword` and `/confirmForgotPassword`: a code is sent, and sets a new password."""

from __future__ import annotations

from types import SimpleNamespace

from emulator import refusals
from emulator.domain.credentials import password_policy
from emulator.domain.registration import recovery
from emulator.login import fields, steps
from emulator.login.outcomes import GoTo, Outcome, Page
from emulator.login.visit import Visit

FORGOT, RESET = "/forgotPassword", "/confirmForgotPassword"


def _show(visit: Visit) -> Outcome:
    """The form for the username."""
    visit.check_local()
    username = visit.field("username") or (visit.carried.username if visit.carried else "")
    return Page("forgot_password", {"identifier": fields.identifier(visit.app.pool), "username": username})


def _submit(visit: Visit) -> Outcome:
    """Send a code, and go to the page that asks for it."""
    visit.check_local()
    visit.acts_as("ForgotPassword")
    username = refusals.required(visit.form, "username")
    visit.check("ForgotPassword", Username=username)
    sent = recovery.begin(visit.context, visit.current_app, username, None)
    data = {"destination": sent["Destination"], "medium": sent["DeliveryMedium"]}
    return GoTo(RESET, visit.carried_to(RESET, username, data=data))


def _show_reset(visit: Visit) -> Outcome:
    """The form for the code and the new password."""
    kept = visit.carried
    data = {"username": kept.username if kept else visit.field("username"), "known": kept is not None}
    rules = password_policy.rules(visit.app.pool.settings)
    return Page("reset_password", {**data, "rules": rules, **(kept.data if kept else {})})


def _submit_reset(visit: Visit) -> Outcome:
    """Set the password, and sign in with it."""
    visit.check_local()
    visit.acts_as("ConfirmForgotPassword")
    carried = visit.carried.username if visit.carried else ""
    username = visit.field("username") or carried or refusals.required({}, "username")
    code, password = refusals.required(visit.form, "code"), fields.new_password(visit.form)
    visit.check("ConfirmForgotPassword", Username=username, ConfirmationCode=code, Password=password)
    recovery.finish(visit.context, visit.current_app, username, code, password, None)
    return steps.begin_anew(visit, "USER_PASSWORD_AUTH", username, PASSWORD=password)


PAGES = (
    SimpleNamespace(PATH=FORGOT, show=_show, submit=_submit),
    SimpleNamespace(PATH=RESET, show=_show_reset, submit=_submit_reset),
)
