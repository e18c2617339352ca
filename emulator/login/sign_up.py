"""`/signup`: a new account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator import refusals
from emulator.domain.accounts.principals import Principal
from emulator.domain.branding import terms
from emulator.domain.credentials import password_policy
from emulator.domain.messages import messages
from emulator.domain.pools import client_settings
from emulator.domain.registration import registration, sign_up, sign_up_sessions
from emulator.domain.registration.sign_up import SignedUp
from emulator.domain.sign_in import new_account
from emulator.domain.triggers import trigger_table
from emulator.faults import NotAuthorizedException
from emulator.login import fields, steps
from emulator.login.outcomes import GoTo, Outcome, Page
from emulator.login.visit import Visit
from storage.records.pools import Pool

PATH = "/signup"
CONFIRM = "/confirm"


def is_open(pool: Pool) -> bool:
    """Whether users may create accounts themselves."""
    return not pool.settings["AdminCreateUserConfig"].get("AllowAdminCreateUserOnly")


def show(visit: Visit) -> Outcome:
    """The form. Raises NotAuthorizedException where only administrators create users."""
    visit.check_local()
    pool, client = visit.app.pool, visit.app.client
    if not is_open(pool):
        raise NotAuthorizedException("SignUp is not permitted for this user pool")
    asked = _asked(visit)
    data = {
        "identifier": fields.identifier(pool).partition("_or_")[0] if _has_aliases(pool) else fields.identifier(pool),
        "username": visit.field("username"),
        "attributes": asked,
        "rules": password_policy.rules(pool.settings),
        "password": _password(visit, asked),
        "terms": terms.links(visit.context, client, visit.language) if visit.is_managed else {},
    }
    return Page("sign_up", data)


def submit(visit: Visit) -> Outcome:
    """Create the account. If PreSignUp confirms it, its user is signed in at once; else its code is asked for."""
    visit.check_local()
    visit.acts_as("SignUp")
    context, username = visit.context, refusals.required(visit.form, "username")
    given = [{"Name": name, "Value": value} for name, value in fields.attributes(visit.form).items()]
    password = visit.field("password") or None
    visit.check("SignUp", Username=username, UserAttributes=given, **({"Password": password} if password else {}))
    signed_up = sign_up.create_account(context, visit.current_app, sign_up.Form(username, password, given))
    session = sign_up_sessions.begin_at_pages(context, Principal(visit.app.pool, signed_up.user, visit.app.client))
    if signed_up.is_confirmed:
        return steps.begin_anew(visit, new_account.FLOW, signed_up.user.username, session)
    kept = visit.carried_to(CONFIRM, signed_up.user.username, signed_up=session, data=_told(visit, signed_up))
    return GoTo(CONFIRM, kept)


def _told(visit: Visit, signed_up: SignedUp) -> dict[str, Any]:
    """What the next page tells of the code: where it was sent, and whether it is a link."""
    sent = signed_up.delivery
    if sent is None:
        return {"sent": False}
    return described(visit, sent, trigger_table.SIGN_UP_CODE)


def described(visit: Visit, sent: Mapping[str, str], source: str) -> dict[str, Any]:
    """CodeDeliveryDetails of a code that confirms an account, for the page that asks for it."""
    medium: messages.Medium = "EMAIL" if sent["DeliveryMedium"] == "EMAIL" else "SMS"
    by_link = messages.verifies_by_link(visit.app.pool.settings, source, medium)
    return {"sent": True, "destination": sent["Destination"], "medium": medium, "link": by_link}


def _has_aliases(pool: Pool) -> bool:
    return not pool.settings.get("UsernameAttributes")


def _password(visit: Visit, asked: Sequence[Mapping[str, Any]]) -> str:
    """Whether the form's password is `required`, `optional`, or `open`: optional with an address that may be left out.

    The classic pages sign nobody in without a password.
    """
    if not visit.is_managed:
        return "required"
    enough = registration.addresses_without_password(visit.app.pool, visit.app.client)
    named = frozenset(visit.app.pool.settings.get("UsernameAttributes") or [])
    if any(field["required"] and field["name"] in enough for field in asked) or (named and named <= enough):
        return "optional"
    return "open" if enough & (named | {field["name"] for field in asked}) else "required"


def _asked(visit: Visit) -> list[dict[str, Any]]:
    """The fields of attributes: those that the schema requires, and addresses that the pool verifies.

    The one that the username becomes is left out, if it is certain which one that is.
    """
    # AWS unknown: whether GET /signup asks for addresses that the pool verifies and does not require. Here it does, and
    # they may be left empty: without them no code could be sent.
    pool, given = visit.app.pool, fields.attributes(visit.form)
    settings, kinds = pool.settings, pool.settings.get("UsernameAttributes") or []
    named = set(kinds) if len(kinds) == 1 else set()
    required = {entry["Name"] for entry in settings["SchemaAttributes"] if entry["Required"]} - {"sub"} - named
    verified = set() if kinds else set(settings.get("AutoVerifiedAttributes") or [])
    writable = client_settings.writable(visit.app.client.settings, settings["SchemaAttributes"])
    names = [entry["Name"] for entry in settings["SchemaAttributes"]]
    return [
        fields.described(pool, name, required=name in required - set(kinds), value=given.get(name, ""))
        for name in names
        if name in required | (verified & writable)
    ]
