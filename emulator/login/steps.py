"""The steps of a sign-in at the pages, over the sign-in machine: which page asks for which challenge."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from emulator.domain.accounts import accounts
from emulator.domain.factors import mfa_methods
from emulator.domain.sign_in import machine, migration, software_token_setup
from emulator.domain.sign_in.outcomes import Asks, Done
from emulator.domain.sign_in.progress import ChallengeAnswer, Progress
from emulator.domain.triggers import trigger_table, triggers
from emulator.faults import Fault, InvalidParameterException
from emulator.login import offer_passkey
from emulator.login.outcomes import GoTo, Outcome, SignedIn, SignInFailed
from emulator.login.visit import Visit
from emulator.oauth import responses
from emulator.oauth.errors import OAuthError
from emulator.oauth.responses import Redirect

LOGIN, PASSWORD, CHOOSE, PASSKEY = "/login", "/login/password", "/login/choose", "/login/passkey"
CODE, CHOOSE_MFA, NEW_PASSWORD = "/mfa", "/mfa/choose", "/changePassword"
SET_UP, SET_UP_APP, SET_UP_ADDRESS = "/mfa/register", "/mfa/register/totp", "/mfa/register/address"
ADD_PASSKEY = "/passkeys/add"
_AS_FIRST = {mfa_methods.SMS: "SMS_OTP"}
"""Second factor → what it is called as a first factor, where the names differ."""
_PREFIX = "userAttributes."
_LONGEST_NAME = 100


def begin(visit: Visit, flow: str, username: str, session: str | None = None, **parameters: str) -> Outcome:
    """Begin a sign-in, and go to the page of its first challenge, or to its end.

    `flow` is an AuthFlow, `parameters` its AuthParameters beside USERNAME, `session` that of a sign-up which leads into
    the sign-in. Raises as InitiateAuth does.
    """
    context, app = visit.context, visit.app
    context.operation_name = trigger_table.LOGIN
    progress = Progress(context, app.pool, app.client, flow, username, session=session)
    given = {"USERNAME": username, **parameters}
    migration.at_start(progress, given)
    return _after(visit, username, machine.start(progress, given))


def begin_anew(visit: Visit, flow: str, username: str, session: str | None = None, **parameters: str) -> Outcome:
    """Commit what the page did, and begin a sign-in that follows from it. Raises SignInFailed if that is refused."""
    triggers.commit_before_trigger(visit.context)
    try:
        return begin(visit, flow, username, session, **parameters)
    except OAuthError:
        raise
    except Fault as fault:
        failed = SignInFailed(fault.message or fault.code, fault.reason)
        raise (failed.keeping() if fault.keeps else failed) from fault


def answer(visit: Visit, **responses_given: str) -> Outcome:
    """Answer the challenge for which the browser came to this page. Raises what the machine raises."""
    kept = visit.under_way
    return answer_with(visit, kept.session, responses_given)


def answer_with(visit: Visit, session: str | None, given: Mapping[str, str]) -> Outcome:
    """Answer the challenge for which the browser came to this page, by a session that took the place of its own."""
    kept = visit.under_way
    visit.context.operation_name = trigger_table.LOGIN
    said = ChallengeAnswer(kept.challenge, session, {"USERNAME": kept.username, **given})
    return _after(visit, kept.username, machine.respond(visit.context, visit.app, said))


def send_again(visit: Visit) -> Outcome:
    """Send another code for the challenge for which the browser came to this page, and stay there."""
    kept = visit.under_way
    visit.context.operation_name = trigger_table.LOGIN
    said = ChallengeAnswer(kept.challenge, kept.session, {"USERNAME": kept.username})
    return _after(visit, kept.username, machine.send_again(visit.context, visit.app, said))


def associate_app(visit: Visit, username: str, session: str) -> GoTo:
    """Store a new secret for an authenticator app, and go to the page that shows it."""
    secret, renewed = software_token_setup.associate(visit.context, session)
    kept = visit.carried_to(SET_UP_APP, username, challenge="MFA_SETUP", session=renewed, data={"secret": secret})
    return GoTo(SET_UP_APP, kept)


def _after(visit: Visit, username: str, outcome: Asks | Done) -> Outcome:
    """The page that asks for the next challenge, or the end of the sign-in."""
    if isinstance(outcome, Done):
        return _finish(visit, outcome)
    page = _PAGES.get(outcome.challenge)
    if page is None:
        # Unlike AWS: custom challenges, and those of devices, never come at POST /login: its flows do not lead there.
        raise InvalidParameterException(f"The login pages cannot ask for {outcome.challenge}.")
    return page(visit, username, outcome)


def _finish(visit: Visit, done: Done) -> SignedIn:
    """Answer the authorization request, or go on to the page that adds a passkey, if the user came for that."""
    if visit.adds_passkey:
        query = urlencode({"client_id": visit.request.client_id, "redirect_uri": visit.request.redirect_uri})
        cookie, _ = responses.begin_session(visit.context, visit.request, done)
        return SignedIn(Redirect(lambda: f"{ADD_PASSKEY}?{query}", cookie))
    if offer_passkey.is_due(visit, done):
        cookie, _ = responses.begin_session(visit.context, visit.request, done)
        redirect = Redirect(lambda: f"{offer_passkey.PATH}?{visit.query}", cookie)
        return SignedIn(redirect, visit.carried_to(offer_passkey.PATH, done.user.username))
    return SignedIn(responses.finish(visit.context, visit.request, done))


def _goes_to(path: str, **shown: Callable[[Asks], Any]) -> Callable[[Visit, str, Asks], GoTo]:
    """A function that goes to a page, with the challenge and what the page shows of it."""

    def go(visit: Visit, username: str, asks: Asks) -> GoTo:
        data = {name: show(asks) for name, show in shown.items()}
        kept = visit.carried_to(path, username, challenge=asks.challenge, session=asks.session, data=data)
        return GoTo(path, kept)

    return go


def _choose(visit: Visit, username: str, asks: Asks) -> GoTo:
    """The choice of a first factor, the preferred one first; the password's page, if that is the only one."""
    # AWS unknown: which factor POST /login offers first. Here the one that is the user's PreferredMfaSetting.
    found = [method for method in asks.available or () if method != "PASSWORD_SRP"] or ["PASSWORD"]
    user = accounts.find_to_sign_in(visit.context.unit, visit.app.pool, username)
    preferred = mfa_methods.chosen(user).preferred if user else None
    methods = sorted(found, key=lambda method: method != _AS_FIRST.get(preferred or "", preferred))
    path = PASSWORD if methods == ["PASSWORD"] else CHOOSE
    return _goes_to(path, methods=lambda _: methods)(visit, username, asks)


def _set_up(visit: Visit, username: str, asks: Asks) -> GoTo:
    """The set-up of a second factor; without a choice, if an authenticator app is the only one."""
    methods = json.loads(asks.parameters["MFAS_CAN_SETUP"])
    if methods == [mfa_methods.SOFTWARE_TOKEN]:
        return associate_app(visit, username, str(asks.session))
    return _goes_to(SET_UP, methods=lambda _: methods)(visit, username, asks)


def _destination(asks: Asks) -> str | None:
    return asks.parameters.get("CODE_DELIVERY_DESTINATION")


def _missing(asks: Asks) -> list[str]:
    return [name.removeprefix(_PREFIX) for name in json.loads(asks.parameters["requiredAttributes"])]


def _app(asks: Asks) -> str | None:
    """The name of the authenticator app. Users may call it anything; the browser keeps only so much."""
    name = asks.parameters.get("FRIENDLY_DEVICE_NAME")
    return name if name is None or len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


_TO_CODE = _goes_to(CODE, destination=_destination, app=_app)
_PAGES: Mapping[str, Callable[[Visit, str, Asks], GoTo]] = {
    "SELECT_CHALLENGE": _choose,
    "PASSWORD": _goes_to(PASSWORD),
    "EMAIL_OTP": _TO_CODE,
    "SMS_OTP": _TO_CODE,
    "SMS_MFA": _TO_CODE,
    "SOFTWARE_TOKEN_MFA": _TO_CODE,
    "SELECT_MFA_TYPE": _goes_to(CHOOSE_MFA, methods=lambda asks: json.loads(asks.parameters["MFAS_CAN_CHOOSE"])),
    "MFA_SETUP": _set_up,
    "NEW_PASSWORD_REQUIRED": _goes_to(NEW_PASSWORD, required=_missing),
    "WEB_AUTHN": _goes_to(PASSKEY),
}
"""ChallengeName → what leads to the page that asks for it."""
