"""Mails that tell users of risky sign-ins (AWS: "Sending notification messages")."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from emulator.context import Context
from emulator.domain.access.risk_context import RiskContext
from emulator.domain.messages import custom_senders
from emulator.domain.threats import auth_events, risk_settings
from emulator.domain.triggers import trigger_table
from emulator.durations import iso
from emulator.outside.mailbox import Message
from keys import entropy
from storage.records.pools import Client, Pool
from storage.records.users import User

PATH = "/authEventFeedback"
"""Where the one-click links lead.

Unlike AWS: the one-click links of notifications lead to this server, whether the pool has a domain or not.
"""
_TEMPLATES = {
    "BLOCK": ("BlockEmail", "Blocked sign-in attempt", "We blocked an unrecognized sign-in to your account"),
    "NO_ACTION": ("NoActionEmail", "New sign-in attempt", "We observed an unrecognized sign-in to your account"),
    "MFA": ("MfaEmail", "New sign-in attempt", "We required you to use multi-factor authentication for a sign-in"),
}
"""What was done → the member of NotifyConfiguration, and AWS's own words where it has no such mail."""
_BODY = (
    "<p>{what} with this information:</p>"
    "<ul><li>Time: {{login-time}}</li><li>Device: {{device-name}}</li><li>Location: {{city}}, {{country}}</li></ul>"
    "<p>If this sign-in was not by you, you should change your password and notify us by clicking on "
    '<a href="{{one-click-link-invalid}}">this link</a>.</p>'
    '<p>If this sign-in was by you, you can follow <a href="{{one-click-link-valid}}">this link</a> to let us know.</p>'
)
_PLACEHOLDER = re.compile(r"\{([a-z-]{1,32})\}")


def check(context: Context, pool: Pool, user: User) -> None:
    """Refuse, before anything is done about a risk, a mail that a function should send which nothing runs."""
    if user.attributes.get("email"):
        custom_senders.require(context, pool, "EMAIL", has_code=False)


def send(
    context: Context, pool: Pool, client: Client, user: User, caller: RiskContext, done: str, event_id: str
) -> None:
    """Tell a user, by e-mail, of a sign-in and what was `done` about it: BLOCK, MFA or NO_ACTION.

    Who has no e-mail address is not told. AWS unknown: whether the address has to be verified for a notification of
    a risky sign-in; not here. Unlike AWS: the TextBody of NotifyConfiguration is sent only where there is no HtmlBody,
    as if it were HTML; From, ReplyTo and SourceArn are kept, not used.
    """
    address = user.attributes.get("email")
    if not address:
        return
    member, subject, what = _TEMPLATES[done]
    template = risk_settings.notices(risk_settings.effective(pool, client)).get(member) or {}
    markup = template.get("HtmlBody") or ("" if template.get("TextBody") else _BODY.format(what=what))
    values = _values(context, pool, user, caller, event_id)
    message = Message(
        id=entropy.uuid(context.world.entropy),
        time=context.now,
        pool=pool.id,
        user=user.username,
        medium="EMAIL",
        to=address,
        subject=_filled(template.get("Subject") or subject, values),
        body=_filled(markup, {name: html.escape(value) for name, value in values.items()})
        or _filled(template["TextBody"], values),
        code=None,
        link=values["one-click-link-valid"],
        trigger=trigger_table.RISK_NOTICE,
    )
    if custom_senders.sends(pool, "EMAIL"):
        custom_senders.send_notice(context, pool, client, user, message, _told(values, done))
    else:
        context.send(message)


def _told(values: Mapping[str, str], done: str) -> dict[str, str]:
    """What a custom sender gets in place of the user's attributes.

    AWS unknown: whether a custom sender is told of a city and a country that are not known; they are left out here.
    """
    named = {name: value for name, value in values.items() if name != "username" and value != "unknown"}
    told = {name.upper().replace("-", "_"): value for name, value in named.items()}
    return {"USER_NAME": values["username"], "ACCOUNT_TAKE_OVER_ACTION": done, **told}


def _values(context: Context, pool: Pool, user: User, caller: RiskContext, event_id: str) -> dict[str, str]:
    """The placeholders.

    Unlike AWS: in notifications of risky sign-ins, {city} and {country} are unknown, since addresses are not looked up
    on a map.
    """
    token = auth_events.feedback_token(context, pool, user, event_id)
    names: Mapping[str, Any] = {
        "user_pool_id": pool.id,
        "user_name": user.username,
        "event_id": event_id,
        "feedback_token": token,
    }
    links = {
        value: f"{context.origin.base_url}{PATH}?{urlencode({**names, 'feedback_value': value})}"
        for value in ("Valid", "Invalid")
    }
    return {
        "username": user.username,
        "ip-address": caller.address or "unknown",
        "city": "unknown",
        "country": "unknown",
        "login-time": iso(context.now),
        "device-name": caller.device,
        "event-id": event_id,
        "feedback-token": token,
        "one-click-link-valid": links["Valid"],
        "one-click-link-invalid": links["Invalid"],
    }


def _filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled in, once; what is none stays as it is."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
