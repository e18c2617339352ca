"""`/passkeys/add`: a signed-in user adds a passkey, and returns to the application.

Its query has `client_id` and `redirect_uri` alone, and so it is no authorization request by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import passkeys
from emulator.domain.tokens import browser_sessions
from emulator.faults import InvalidParameterException
from emulator.login import steps, visit
from emulator.login.outcomes import GoTo, Outcome, Page, SignedIn
from emulator.login.visit import Browser, Visit
from emulator.oauth import parameters
from emulator.oauth.responses import Redirect

PATH = steps.ADD_PASSKEY
_KNOWN = ("client_id", "redirect_uri")
_LONGEST = 65_536


def read(context: Context, path: str, browser: Browser, form: Mapping[str, str]) -> Visit:
    """The visit. The redirect URI must be the client's. Raises as `visit.read`."""
    given = parameters.read(browser.query, _KNOWN)
    asked = {**given, "response_type": "code"}
    query = "&".join(f"{name}={parameters.encoded(value)}" for name, value in asked.items())
    return visit.read_query(context, path, browser, query.encode(), form)


def show(visit: Visit) -> Outcome:
    """The options for the browser. Without a session, the user signs in first."""
    principal = _principal(visit)
    if principal is None:
        return GoTo(steps.LOGIN, visit.carried_to(steps.LOGIN, "", adds_passkey=True), visit.request.query)
    visit.acts_as("StartWebAuthnRegistration")
    return Page("add_passkey", {"options": passkeys.begin(visit.context, principal), "return_to": _return_to(visit)})


def submit(visit: Visit) -> Outcome:
    """Store the passkey, and return to the application."""
    principal = _principal(visit)
    if principal is None:
        return GoTo(steps.LOGIN, visit.carried_to(steps.LOGIN, "", adds_passkey=True), visit.request.query)
    visit.acts_as("CompleteWebAuthnRegistration")
    passkeys.complete(visit.context, principal, _credential(refusals.required(visit.form, "credential")))
    location = _return_to(visit)
    return SignedIn(Redirect(lambda: location))


def _return_to(visit: Visit) -> str:
    """The application's URL, which the client registered."""
    return visit.request.redirect_uri


def _principal(visit: Visit) -> Principal | None:
    """The user of the browser's session."""
    app = visit.app
    found = browser_sessions.find(visit.context, app.pool, visit.session)
    if found is None or not browser_sessions.serves(visit.context, app.pool, app.client, found[0]):
        return None
    visit.context.username = found[1].username
    return Principal(app.pool, found[1], app.client)


def _credential(text: str) -> dict[str, Any]:
    try:
        credential = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise InvalidParameterException("Credential data is not valid")
    return credential
