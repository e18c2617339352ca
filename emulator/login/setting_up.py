"""The pages that set up a second factor: an authenticator app, or an address for codes."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import quote, urlencode

from emulator import refusals
from emulator.domain.sign_in import software_token_setup
from emulator.domain.triggers import trigger_table
from emulator.login import steps
from emulator.login.outcomes import Outcome, Page
from emulator.login.visit import Visit

_ANSWERS = {"email": "EMAIL", "phone_number": "PHONE_NUMBER"}


def _show_app(visit: Visit) -> Outcome:
    """The secret, and the URI for a QR code (Key Uri Format of Google Authenticator)."""
    kept, pool = visit.under_way, visit.app.pool
    secret, issuer = str(kept.data["secret"]), pool.name
    label = quote(f"{issuer}:{kept.username}", safe="")
    uri = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
    return Page("set_up_app", {"secret": secret, "uri": uri, "name": visit.field("friendly_device_name")})


def _submit_app(visit: Visit) -> Outcome:
    """Verify the first code, and go on with the sign-in."""
    code, name = refusals.required(visit.form, "code"), visit.field("friendly_device_name") or None
    visit.check("VerifySoftwareToken", UserCode=code, **({"FriendlyDeviceName": name} if name else {}))
    visit.context.operation_name = trigger_table.LOGIN
    session = software_token_setup.verify(visit.context, str(visit.under_way.session), code, name)
    return steps.answer_with(visit, session, {})


def _show_address(visit: Visit) -> Outcome:
    """The form for an e-mail address or a phone number."""
    attribute = visit.under_way.data["attribute"]
    return Page("set_up_address", {"attribute": attribute, "value": visit.field(attribute)})


def _submit_address(visit: Visit) -> Outcome:
    """Store the address, and go on to its code."""
    attribute = str(visit.under_way.data["attribute"])
    return steps.answer(visit, **{_ANSWERS[attribute]: refusals.required(visit.form, attribute)})


PAGES = (
    SimpleNamespace(PATH=steps.SET_UP_APP, show=_show_app, submit=_submit_app),
    SimpleNamespace(PATH=steps.SET_UP_ADDRESS, show=_show_address, submit=_submit_address),
)
