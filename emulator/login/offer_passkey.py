"""`/passkeys/offer`: who has just signed up may add a passkey before the application gets its answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import passkeys
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import new_account
from emulator.domain.sign_in.outcomes import Done
from emulator.domain.tokens import browser_sessions
from emulator.domain.tokens.grants import Authentication
from emulator.domain.triggers import trigger_table
from emulator.faults import Fault
from emulator.login import credentials
from emulator.login.outcomes import GoTo, Outcome, Page, SignedIn
from emulator.login.visit import Visit
from emulator.oauth import authorization_request, responses

PATH = "/passkeys/offer"
LATER = "LATER"
"""The answer of the button that goes on without a passkey."""


def is_due(visit: Visit, done: Done) -> bool:
    """Whether a passkey is offered at the end of a sign-in: managed login does so after a sign-up."""
    # AWS unknown: after which sign-ins at POST /login managed login offers to add a passkey. Here after the one that
    # follows a sign-up. A browser at a host that the relying party id does not cover could make none.
    settings, principal = visit.app.client.settings, done.progress.principal
    if done.progress.flow != new_account.FLOW or not (visit.is_managed and client_settings.allows_choice(settings)):
        return False
    rp_id = passkeys.relying_party_to_begin(visit.context, principal)
    host = urlsplit(visit.context.origin.base_url).hostname or ""
    return rp_id is not None and f".{host}".endswith(f".{rp_id}")


def show(visit: Visit) -> Outcome:
    """The options for the browser. Who cannot be offered a passkey any more goes on without one."""
    found = _signed_in(visit)
    if found is None:
        return _on(visit)
    try:
        visit.acts_as("StartWebAuthnRegistration")
        options = passkeys.begin(visit.context, found[0])
    except Fault:
        return _on(visit)
    return Page("add_passkey", {"options": options, "later": LATER})


def submit(visit: Visit) -> Outcome:
    """Store the passkey, or not, and answer the authorization request."""
    found = _signed_in(visit)
    if found is not None and visit.field("answer") != LATER:
        visit.acts_as("CompleteWebAuthnRegistration")
        passkeys.complete(visit.context, found[0], credentials.read(refusals.required(visit.form, "credential")))
        found = _signed_in(visit)
    if found is None:
        return _on(visit)
    visit.context.operation_name = trigger_table.LOGIN
    request = authorization_request.read_again(visit.context, visit.request)
    return SignedIn(responses.respond(visit.context, request, found[0].user, found[1]))


def _on(visit: Visit) -> GoTo:
    return GoTo("/oauth2/authorize", query=visit.query)


def _signed_in(visit: Visit) -> tuple[Principal, Authentication] | None:
    """The user who has just signed in, by the session that began with that; None where it has ended or is older."""
    context: Context = visit.context
    app = visit.current_app
    found = browser_sessions.find(context, app.pool, visit.session)
    if found is None or found[1].username != visit.under_way.username:
        return None
    session, user = found
    if not browser_sessions.is_new(context, app.client, session):
        return None
    context.username = user.username
    return Principal(app.pool, user, app.client), browser_sessions.authentication(app.pool, session)
