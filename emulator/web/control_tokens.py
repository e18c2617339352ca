"""The control endpoints for tokens: minted without a flow, and claims that are added to the next ones."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.accounts import named
from emulator.domain.sign_in import minted_tokens
from emulator.domain.tokens import added_claims
from emulator.domain.triggers import trigger_table
from emulator.oauth import token
from emulator.web import request_origin
from emulator.web.control_requests import Refused, body, known, members, needed, times_of, told, word

_OF_TOKENS = ("pool", "client", "user", "scopes")
_OF_CLAIMS = ("pool", "user", "id", "access", "times")
_ANSWERED = ("id_token", "access_token", "refresh_token", "expires_in")


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The endpoints."""
    control = Blueprint("control_tokens", __name__, url_prefix="/_emulator")
    _add_tokens(control, dispatcher)
    _add_claims(control, dispatcher)
    return control


def _add_tokens(control: Blueprint, dispatcher: Dispatcher) -> None:
    @control.post("/tokens")
    def tokens() -> Response:
        """Mint tokens for a user, as if the user had just signed in by the API."""
        known()
        asked = members(body(), _OF_TOKENS)
        pool, client, user = (needed(asked, name) for name in ("pool", "client", "user"))
        scopes = _scopes(asked.get("scopes"))

        def mint(context: Context) -> dict[str, Any]:
            return minted_tokens.mint(context, pool, client, user, scopes)

        with told():
            result = dispatcher.serve(trigger_table.MINTED, True, request_origin.read(request), mint)
        minted = token.body(result)
        return jsonify({name: minted[name] for name in _ANSWERED})


def _add_claims(control: Blueprint, dispatcher: Dispatcher) -> None:
    @control.get("/claims")
    def waiting_claims() -> Response:
        """The claims that wait for the next tokens, and for how many."""
        known()
        return jsonify(claims=dispatcher.work(False, request_origin.read(request), added_claims.waiting))

    @control.post("/claims")
    def add_claims() -> Response:
        """Add claims to the next tokens of a user."""
        known()
        asked = members(body(), _OF_CLAIMS)
        pool_id, name = needed(asked, "pool"), needed(asked, "user")
        identity, access = _claims(asked, "id"), _claims(asked, "access")
        if not (identity or access):
            raise Refused("id and access are missing: there are no claims to add")
        times = times_of(asked)

        def order(context: Context) -> None:
            pool = named.pool(context, pool_id)
            added_claims.order(context, pool, named.user(context, pool, name), identity, access, times)

        with told():
            dispatcher.work(True, request_origin.read(request), order)
        return jsonify({})

    @control.delete("/claims")
    def withdraw_claims() -> Response:
        """Take back the claims that wait: all, those of a pool, or those of a user."""
        known("pool", "user")
        pool_id, name = word("pool"), word("user")
        if name is not None and pool_id is None:
            raise Refused("pool is missing: usernames are those of a pool")

        def withdraw(context: Context) -> None:
            pool = None if pool_id is None else named.pool(context, pool_id)
            user = named.user(context, pool, name) if pool and name is not None else None
            added_claims.withdraw(context, pool_id, user.sub if user else None)

        with told():
            dispatcher.work(True, request_origin.read(request), withdraw)
        return jsonify({})


def _scopes(given: Any) -> list[str] | None:
    if given is not None and (not isinstance(given, list) or not all(isinstance(each, str) for each in given)):
        raise Refused(f"scopes: {given!r} is not a list of strings")
    return given


def _claims(asked: dict[str, Any], name: str) -> dict[str, Any]:
    given = asked.get(name)
    if given is not None and not isinstance(given, dict):
        raise Refused(f"{name}: {given!r} is not an object of claims")
    return given or {}
