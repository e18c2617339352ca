"""The table of the login pages, and what a request of one of them ends in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.faults import Fault, PasswordResetRequiredException, UserNotConfirmedException
from emulator.login import (
    add_passkey,
    carried,
    choices,
    codes,
    confirmation,
    forgotten_password,
    new_password,
    offer_passkey,
    passkey,
    password,
    setting_up,
    sign_in,
    sign_up,
    visit,
)
from emulator.login.outcomes import GoTo, Outcome, Page, SignInFailed, WrongForm
from emulator.login.visit import Browser, Visit


class LoginPage(Protocol):
    """The interface of a page."""

    PATH: str

    def show(self, visit: Visit) -> Outcome:
        """What a GET ends in: the page, or another place where the browser has to go first."""
        ...

    def submit(self, visit: Visit) -> Outcome:
        """What a POST of its form ends in. Raises the exception that the page then shows."""
        ...


_ALL = (
    sign_in,
    password,
    *choices.PAGES,
    codes,
    passkey,
    new_password,
    *setting_up.PAGES,
    sign_up,
    *confirmation.PAGES,
    *forgotten_password.PAGES,
    add_passkey,
    offer_passkey,
)
PAGES: Mapping[str, LoginPage] = {page.PATH: page for page in cast("tuple[LoginPage, ...]", _ALL)}
"""Path → page."""
STEPS = frozenset(PAGES) - {
    sign_in.PATH,
    sign_up.PATH,
    add_passkey.PATH,
    *(page.PATH for page in (*confirmation.PAGES, *forgotten_password.PAGES)),
}
"""The pages of a sign-in under way: nobody comes there but from another page."""


def show(context: Context, path: str, browser: Browser) -> Outcome:
    """What a GET of a page ends in. Raises OAuthError for an invalid query, and what the page raises."""
    here = _visit(context, path, browser, {})
    if path in STEPS and here.carried is None:
        return _ready(here, GoTo(sign_in.PATH))
    return _ready(here, PAGES[path].show(here))


def submit(context: Context, path: str, browser: Browser, form: Mapping[str, str]) -> Outcome:
    """What a POST of a page's form ends in. Raises as `show`, and the refusals that `refused` tells."""
    here = _visit(context, path, browser, form)
    if path in STEPS:
        here.check_under_way()
    return _ready(here, PAGES[path].submit(here))


def refused(context: Context, path: str, browser: Browser, form: Mapping[str, str], fault: Fault) -> Outcome:
    """What follows a refused form: the same page, which tells the refusal, or the page that helps.

    That is `/confirm` for an account that is not confirmed, `/forgotPassword` where the password has to be reset, and
    `/login` for a sign-in that has to begin anew.
    """
    here = _visit(context, path, browser, form)
    username = here.field("username") or (here.carried.username if here.carried else "")
    if isinstance(fault, UserNotConfirmedException):
        return _ready(here, GoTo(sign_up.CONFIRM, here.carried_to(sign_up.CONFIRM, username)))
    if isinstance(fault, PasswordResetRequiredException):
        forgot = forgotten_password.FORGOT
        return _ready(here, GoTo(forgot, here.carried_to(forgot, username)))
    if isinstance(fault, SignInFailed) or refusals.ends_session(fault):
        here = replace(here, path=sign_in.PATH, carried=here.carried_to(sign_in.PATH, "", fresh=True), form={})
    return _ready(here, _told(PAGES[here.path].show(here), fault))


def _told(outcome: Outcome, fault: Fault) -> Outcome:
    """The page with the refusal."""
    if not isinstance(outcome, Page):
        return outcome
    if isinstance(fault, WrongForm):
        return replace(outcome, problem=fault.message)
    return replace(outcome, alert=fault.message or fault.code)


def _ready(visit: Visit, outcome: Outcome) -> Outcome:
    """The outcome with all that an answer needs: where the form goes, and what the browser keeps."""
    if isinstance(outcome, Page):
        look = outcome.look or visit.look
        return replace(outcome, path=visit.path, query=visit.query, look=look, language=visit.language)
    page_data = carried.seal(visit.context, visit.app.client.id, outcome.carried) if outcome.carried else None
    if isinstance(outcome, GoTo):
        return replace(outcome, page_data=page_data, query=outcome.query or visit.query)
    return replace(outcome, page_data=page_data)


def _visit(context: Context, path: str, browser: Browser, form: Mapping[str, str]) -> Visit:
    read = add_passkey.read if path == add_passkey.PATH else visit.read
    return read(context, path, browser, form)
