"""`/passkeys/add`: a signed-in user adds a passkey, and returns to the application.

Its query has `client_id` and `redirect_uri` alone, and so it is no authorization request by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import passkeys
from emulator.domain.pools import oauth_settings
from emulator.domain.tokens import browser_sessions
from emulator.login import credentials, steps, visit
from emulator.login.outcomes import GoTo, Outcome, Page, SignedIn
from emulator.login.visit import ADDS_PASSKEY, Browser, Visit
from emulator.oauth import clients, parameters, pkce
from emulator.oauth.responses import Redirect
from keys import entropy

PATH = steps.ADD_PASSKEY
_KNOWN = ("client_id", "redirect_uri")
_VERIFIER = 43


def read(context: Context, path: str, browser: Browser, form: Mapping[str, str]) -> Visit:
    """The visit. The redirect URI must be the client's. Raises as `visit.read`."""
    given = parameters.read(browser.query, _KNOWN)
    asked = {**given, **_completed(context, given.get("client_id", ""))}
    query = "&".join(f"{name}={parameters.encoded(value)}" for name, value in asked.items())
    return visit.read_query(context, path, browser, query.encode(), form)


def _completed(context: Context, client_id: str) -> dict[str, str]:
    """What makes it an authorization request, as the pages need one. Nobody gets a code by it.

    The response type is one that the client may ask for: a client that may ask for none cannot use the pages. A client
    whose id is a URL needs PKCE: the challenge is one to which nobody has the verifier.
    """
    client = clients.find(context, client_id)
    if client is not None and client.policy is not None:
        verifier = entropy.mixed_alnum(context.world.entropy, _VERIFIER)
        proof = {"code_challenge": pkce.challenge(verifier), "code_challenge_method": "S256"}
        return {"response_type": "code", **proof}
    may_ask = client is None or "code" in oauth_settings.flows(client.app.client.settings)
    return {"response_type": "code" if may_ask else "token"}


def show(visit: Visit) -> Outcome:
    """The options for the browser. Without a session, the user signs in first."""
    principal = _principal(visit)
    if principal is None:
        return _to_sign_in(visit)
    visit.acts_as("StartWebAuthnRegistration")
    return Page("add_passkey", {"options": passkeys.begin(visit.context, principal), "return_to": _return_to(visit)})


def submit(visit: Visit) -> Outcome:
    """Store the passkey, and return to the application."""
    principal = _principal(visit)
    if principal is None:
        return _to_sign_in(visit)
    visit.acts_as("CompleteWebAuthnRegistration")
    passkeys.complete(visit.context, principal, credentials.read(refusals.required(visit.form, "credential")))
    location = _return_to(visit)
    return SignedIn(Redirect(lambda: location))


def _to_sign_in(visit: Visit) -> GoTo:
    """The sign-in that comes first, and leads back here."""
    return GoTo(steps.LOGIN, query=f"{visit.request.query}&{ADDS_PASSKEY}")


def _return_to(visit: Visit) -> str:
    """The application's URL, which the client registered."""
    return visit.request.redirect_uri


def _principal(visit: Visit) -> Principal | None:
    """The user of the browser's session, if the client accepts it, or the user has just signed in."""
    # AWS unknown: whether GET /passkeys/add takes the session of a user who has just signed in, where the client has
    # MaxValidityMinutes 0. Here it does: it would ask for sign-ins without end.
    app, context = visit.app, visit.context
    found = browser_sessions.find(context, app.pool, visit.session)
    if found is None:
        return None
    is_new = browser_sessions.is_new(context, app.client, found[0])
    if not is_new and not browser_sessions.serves(context, app.pool, app.client, found[0]):
        return None
    context.username = found[1].username
    return Principal(app.pool, found[1], app.client)
