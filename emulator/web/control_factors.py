"""The control endpoints for second factors and passkeys: what a user's devices would say."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.accounts import named
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import virtual_devices
from emulator.web import request_origin
from emulator.web.control_requests import Refused, body, known, members, needed, text, told

_OF_TOTP = ("pool", "user", "secret")
_WRAPPER = "publicKey"
"""The member in which `navigator.credentials` is given the options, and some libraries pass them on."""


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The endpoints."""
    control = Blueprint("control_factors", __name__, url_prefix="/_emulator")

    @control.post("/totp")
    def totp() -> Response:
        """Enrol an authenticator app for a user, or tell the present code of the one that the user has."""
        known()
        asked = members(body(), _OF_TOTP)
        pool_id, name, secret = needed(asked, "pool"), needed(asked, "user"), text(asked, "secret")

        def enrol(context: Context) -> tuple[str, str]:
            pool = named.pool(context, pool_id)
            return virtual_devices.enrol(context, Principal(pool, named.user(context, pool, name)), secret)

        with told():
            kept, code = dispatcher.work(True, request_origin.read(request), enrol)
        return jsonify(secret=kept, code=code)

    @control.post("/passkeys")
    def passkeys() -> Response:
        """Answer the options of a passkey registration or sign-in, as a device would."""
        known()
        options = _options(members(body(), ("options",)).get("options"))

        def answer(context: Context) -> dict[str, Any]:
            return virtual_devices.answer(context, options)

        with told():
            return jsonify(credential=dispatcher.work(True, request_origin.read(request), answer))

    return control


def _options(given: Any) -> dict[str, Any]:
    """The options, which are an object, or the text of one: the API has both."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise Refused("options: the text is not JSON") from None
    if isinstance(given, dict) and isinstance(given.get(_WRAPPER), dict):
        given = given[_WRAPPER]
    if not isinstance(given, dict):
        raise Refused("options: they are neither an object nor the text of one")
    return given
