"""`/login`: who signs in. The classic page asks for the password too, managed login for the name alone."""

from __future__ import annotations

from emulator import refusals
from emulator.domain.factors import levels
from emulator.domain.pools import client_settings, oauth_settings
from emulator.domain.registration import user_migration
from emulator.domain.tokens import browser_sessions
from emulator.domain.tokens.browser_sessions import LOCAL
from emulator.domain.triggers import trigger_table
from emulator.faults import InvalidParameterException, UserNotFoundException
from emulator.login import email_domains, sign_up, steps
from emulator.login.fields import identifier
from emulator.login.outcomes import GoTo, Outcome, Page, SignedIn, WrongForm
from emulator.login.visit import Visit
from emulator.oauth import authorize, responses
from emulator.oauth.parameters import encoded
from emulator.oauth.responses import Redirect
from storage.records.oauth import BrowserSession
from storage.records.users import User

PATH = steps.LOGIN
CORPORATE = "corporate_email"
"""The field with the e-mail address whose domain leads to a provider."""
_CONTINUE = "continue"
_LONGEST_NAME = 512
_SOCIAL = {"Facebook": "Facebook", "Google": "Google", "LoginWithAmazon": "Amazon", "SignInWithApple": "Apple"}
"""Name of a social provider → what its button calls it."""


def show(visit: Visit) -> Outcome:
    """The form; for a browser with a session the question whether to go on as its user."""
    found = _session(visit)
    if found and not (visit.carried and visit.carried.fresh):
        return Page("continue", {"username": _named(found[1])})
    providers = _providers(visit)
    others = [name for name in providers if name != LOCAL]
    if providers == others and len(others) == 1:
        return GoTo("/oauth2/authorize", query=_towards(visit, others[0]))
    local = LOCAL in providers
    domains = email_domains.providers(visit.context, visit.app)
    # AWS unknown: which providers the box for an e-mail address at GET /login stands for, and which keep their buttons.
    # Here the box stands for every provider that has a domain among its IdpIdentifiers, and has no button then.
    by_domain = {name for name in domains.values() if name in others}
    look = visit.look
    data = {
        "local": local,
        "password": not visit.is_managed,
        "identifier": identifier(visit.app.pool),
        "username": (visit.carried.username if visit.carried else "") or visit.request.login_hint or "",
        "providers": [_button(visit, name) for name in look.ordered(others) if name not in by_domain],
        "corporate": bool(by_domain),
        "corporate_email": visit.field(CORPORATE) or visit.request.login_hint or "",
        "sign_up": local and sign_up.is_open(visit.app.pool),
    }
    return Page("login", data, look=look)


def submit(visit: Visit) -> Outcome:
    """Begin the sign-in. With a password it is that of USER_PASSWORD_AUTH, whatever ExplicitAuthFlows allows."""
    if "answer" in visit.form:
        return _go_on(visit)
    if CORPORATE in visit.form:
        return _by_domain(visit)
    visit.check_local()
    username = refusals.required(visit.form, "username")
    if len(username) > _LONGEST_NAME:
        # AWS unknown: how POST /login refuses a name that no user can have, because it is too long.
        raise InvalidParameterException("The username is too long.")
    if not visit.is_managed or visit.field("password"):
        return steps.begin(visit, "USER_PASSWORD_AUTH", username, PASSWORD=refusals.required(visit.form, "password"))
    if not client_settings.allows_choice(visit.app.client.settings):
        return GoTo(steps.PASSWORD, visit.carried_to(steps.PASSWORD, username))
    try:
        return steps.begin(visit, "USER_AUTH", username, **_step_up(visit))
    except UserNotFoundException:
        if not user_migration.is_configured(visit.app.pool):
            raise
    return GoTo(steps.PASSWORD, visit.carried_to(steps.PASSWORD, username))


def _go_on(visit: Visit) -> Outcome:
    """Go on as the user of the browser's session, or ask who signs in."""
    visit.context.operation_name = trigger_table.LOGIN
    found = _session(visit) if visit.field("answer") == _CONTINUE else None
    if found is None:
        return GoTo(PATH, visit.carried_to(PATH, "", fresh=True))
    authentication = browser_sessions.authentication(visit.app.pool, found[0])
    redirect = responses.respond(visit.context, visit.request, found[1], authentication)
    return SignedIn(Redirect(redirect.make))


def _by_domain(visit: Visit) -> Outcome:
    """Go to the provider that has the domain of an e-mail address among its IdpIdentifiers."""
    address = refusals.required(visit.form, CORPORATE).strip()
    name = email_domains.provider_of(visit.context, visit.app, address)
    if name is None or name not in _providers(visit):
        # AWS unknown: how POST /login refuses an e-mail address whose domain belongs to no provider.
        raise WrongForm("corporate.unknown", "no provider has the domain among its IdpIdentifiers")
    return GoTo("/oauth2/authorize", query=_towards(visit, name, address[:_LONGEST_NAME]))


def _session(visit: Visit) -> tuple[BrowserSession, User] | None:
    return authorize.session_for(visit.context, visit.request, visit.session)


def _providers(visit: Visit) -> list[str]:
    """The providers to choose from: the one that the request names, or those of the client."""
    asked = visit.request.identity_provider
    return [asked] if asked else oauth_settings.providers(visit.app.client.settings)


def _button(visit: Visit, provider: str) -> dict[str, str]:
    """What the button of a provider needs. `title` is how people know the provider."""
    url = f"/oauth2/authorize?{_towards(visit, provider)}"
    return {
        "name": provider,
        "title": _SOCIAL.get(provider, provider),
        "class": "socialButton" if provider in _SOCIAL else "idpButton",
        "url": url,
    }


def _towards(visit: Visit, provider: str, login_hint: str | None = None) -> str:
    """The query that leads to a provider's sign-in. What names a provider in the present one goes."""
    named = ("identity_provider=", "idp_identifier=", *(["login_hint="] if login_hint else []))
    kept = [pair for pair in visit.request.query.split("&") if pair and not pair.startswith(named)]
    hint = [f"login_hint={encoded(login_hint)}"] if login_hint else []
    return "&".join([*kept, f"identity_provider={encoded(provider)}", *hint])


def _step_up(visit: Visit) -> dict[str, str]:
    """TARGET_ACR_VALUES: the levels that the request wants, of those that the pool has."""
    known = [name for name in visit.request.acr_values if name in levels.names(visit.app.pool)]
    return {"TARGET_ACR_VALUES": " ".join(known)} if known else {}


def _named(user: User) -> str:
    """By what a user recognises the account."""
    return user.attributes.get("email") or user.attributes.get("phone_number") or user.username
