"""`/confirm` and `/resendcode`: the code that confirms a new account, and another one."""

from __future__ import annotations

from types import SimpleNamespace

from msgspec.structs import replace

from emulator import refusals
from emulator.domain.registration import confirmation
from emulator.domain.sign_in import new_account
from emulator.domain.triggers import trigger_table
from emulator.login import sign_up, steps
from emulator.login.outcomes import GoTo, Outcome, Page
from emulator.login.visit import Visit

CONFIRM, RESEND = sign_up.CONFIRM, "/resendcode"


def _show(visit: Visit) -> Outcome:
    """The form for the code. Who comes here without having signed up enters the username as well."""
    kept = visit.carried
    username = kept.username if kept else visit.field("username")
    return Page("confirm", {"username": username, "known": kept is not None, **(kept.data if kept else {})})


def _submit(visit: Visit) -> Outcome:
    """Confirm the account. In the browser in which it was created, its user is signed in."""
    visit.acts_as("ConfirmSignUp")
    username, code = _username(visit), refusals.required(visit.form, "code")
    visit.check("ConfirmSignUp", Username=username, ConfirmationCode=code)
    done = confirmation.by_code(visit.context, visit.current_app, confirmation.Form(username, code))
    kept = visit.carried
    if kept and kept.signed_up and kept.username == username:
        return steps.begin_anew(visit, new_account.FLOW, done.user.username, kept.signed_up)
    return GoTo(steps.LOGIN, visit.carried_to(steps.LOGIN, username, fresh=True))


def _show_resend(visit: Visit) -> Outcome:
    """The form that asks for another code."""
    return Page("resend", {"username": _carried_name(visit) or visit.field("username")})


def _submit_resend(visit: Visit) -> Outcome:
    """Send another code, and go back to the page that asks for it."""
    visit.acts_as("ResendConfirmationCode")
    username = _username(visit)
    visit.check("ResendConfirmationCode", Username=username)
    sent = confirmation.resend(visit.context, visit.current_app, username, None)
    kept = visit.carried or visit.aside
    told = sign_up.described(visit, sent, trigger_table.SIGN_UP_CODE_AGAIN)
    if kept and kept.path == CONFIRM and kept.username == username:
        return GoTo(CONFIRM, replace(kept, data=told))
    return GoTo(CONFIRM, visit.carried_to(CONFIRM, username, data=told))


def _username(visit: Visit) -> str:
    return visit.field("username") or _carried_name(visit) or refusals.required({}, "username")


def _carried_name(visit: Visit) -> str:
    """The username that the browser carries to the page that asks for the code."""
    kept = visit.carried or visit.aside
    return kept.username if kept and kept.path == CONFIRM else ""


PAGES = (
    SimpleNamespace(PATH=CONFIRM, show=_show, submit=_submit),
    SimpleNamespace(PATH=RESEND, show=_show_resend, submit=_submit_resend),
)
