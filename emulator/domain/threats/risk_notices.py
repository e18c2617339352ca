"""E-mails that notify users of risky sign-ins (AWS: "Sending notification messages")."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from emulator.context import Context
from emulator.domain.access.risk_context import RiskContext
from emulator.domain.accounts.principals import Principal
from emulator.domain.messages import custom_senders
from emulator.domain.threats import auth_events, risk_settings
from emulator.domain.triggers import trigger_table
from emulator.durations import iso
from emulator.outside.mailbox import Message
from keys import entropy

# Unlike AWS: the one-click links in notifications of risky sign-ins lead to this server, whether or not the pool has a
# domain. AWS unknown: the path of the one-click links in notifications of risky sign-ins.
PATH = "/authEventFeedback"
"""The path of the one-click links."""
_TEMPLATES = {
    "BLOCK": ("BlockEmail", "Blocked sign-in attempt", "We blocked an unrecognized sign-in to your account"),
    "NO_ACTION": ("NoActionEmail", "New sign-in attempt", "We observed an unrecognized sign-in to your account"),
    "MFA": ("MfaEmail", "New sign-in attempt", "We required you to use multi-factor authentication for a sign-in"),
}
"""Action → member of NotifyConfiguration, and the default subject and opening words where the member is not set."""
_BODY = (
    "<p>{what} with this information:</p>"
    "<ul><li>Time: {{login-time}}</li><li>Device: {{device-name}}</li><li>Location: {{city}}, {{country}}</li></ul>"
    "<p>If this sign-in was not by you, you should change your password and notify us by clicking on "
    '<a href="{{one-click-link-invalid}}">this link</a>.</p>'
    '<p>If this sign-in was by you, you can follow <a href="{{one-click-link-valid}}">this link</a> to let us know.</p>'
)
_PLACEHOLDER = re.compile(r"\{([a-z-]{1,32})\}")


def check(context: Context, principal: Principal) -> None:
    """Raise UnexpectedLambdaException if a notification to the user needs a CustomEmailSender that nothing runs.

    Nothing is raised for a user without an e-mail address. Called before anything is written; whether a notification is
    due is for the caller to decide.
    """
    if principal.user.attributes.get("email"):
        custom_senders.require(context, principal.pool, "EMAIL", has_code=False)


def send(context: Context, principal: Principal, caller: RiskContext, done: str, event_id: str) -> None:
    """E-mail a user about a risky sign-in, after the commit; nothing if they have no e-mail address.

    The caller has called `check` before anything was written.

    `caller` is who signed in, `done` the action that was taken: BLOCK, MFA or NO_ACTION. The links in the e-mail give
    feedback on the auth event `event_id`.
    """
    pool, user = principal.pool, principal.user
    # AWS unknown: whether notifications of risky sign-ins go to an e-mail address that is not verified; they do here.
    address = user.attributes.get("email")
    if not address:
        return
    member, subject, what = _TEMPLATES[done]
    template = risk_settings.notices(risk_settings.effective(pool, principal.app_client)).get(member) or {}
    # Unlike AWS: of NotifyConfiguration, TextBody is sent only where there is no HtmlBody, and as if it were HTML;
    # From, ReplyTo and SourceArn are stored and not used.
    markup = template.get("HtmlBody") or ("" if template.get("TextBody") else _BODY.format(what=what))
    values = _values(context, principal, caller, event_id)
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
        custom_senders.send_notice(context, principal, message, _sender_request(values, done))
    else:
        context.send(message)


def _sender_request(values: Mapping[str, str], done: str) -> dict[str, str]:
    """The values that CustomEmailSender's event has in place of the user's attributes."""
    # AWS unknown: whether the event of CustomEmailSender_AccountTakeOverNotification has CITY and COUNTRY where they
    # are not known; they are left out here.
    named = {name: value for name, value in values.items() if name != "username" and value != "unknown"}
    request = {name.upper().replace("-", "_"): value for name, value in named.items()}
    return {"USER_NAME": values["username"], "ACCOUNT_TAKE_OVER_ACTION": done, **request}


def _values(context: Context, principal: Principal, caller: RiskContext, event_id: str) -> dict[str, str]:
    """The values of the placeholders, by name."""
    pool, user = principal.pool, principal.user
    token = auth_events.feedback_token(context, principal, event_id)
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
        # Unlike AWS: {city} and {country} are always "unknown" in notifications of risky sign-ins, since IP addresses
        # are not located.
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
    """The text with its placeholders replaced, in one pass; unknown placeholders stay."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
