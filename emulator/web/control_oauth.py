"""The control endpoints for OAuth: authorization codes without a browser, and metadata documents without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.pools import client_metadata
from emulator.durations import iso
from emulator.oauth import minting
from emulator.oauth.errors import OAuthError
from emulator.web import request_origin
from emulator.web.control_requests import Refused, body, known, members, needed, text, told

_CODE_MEMBERS = ("pool", "client", "user", "redirect_uri", "scope", "nonce", "code_challenge")


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The endpoints."""
    control = Blueprint("control_oauth", __name__, url_prefix="/_emulator")

    _add_codes(control, dispatcher)
    _add_documents(control, dispatcher)
    return control


def _add_codes(control: Blueprint, dispatcher: Dispatcher) -> None:
    @control.post("/codes")
    def codes() -> Response:
        """Mint an authorization code for a user, as if the user had just signed in at the pages."""
        known()
        asked = _code_request(body())

        def mint(context: Context) -> str:
            return minting.mint(context, asked)

        with told():
            try:
                return jsonify(code=dispatcher.work(True, request_origin.read(request), mint))
            except OAuthError as error:
                raise Refused(f"{error.code}: {error.reason or error.message}") from None


def _add_documents(control: Blueprint, dispatcher: Dispatcher) -> None:
    def work(writes: bool, function: Callable[[Context], Any]) -> Any:
        return dispatcher.work(writes, request_origin.read(request), function)

    @control.get("/client-metadata")
    def documents() -> Response:
        """The client ID metadata documents that were put here or fetched, and what is wrong with them."""
        known()
        return jsonify(documents=[_shown(each) for each in work(False, client_metadata.received_documents)])

    @control.post("/client-metadata")
    def put_document() -> Response:
        """Put a document in the place of a URL."""
        known()
        given = body()
        if given.keys() != {"url", "document"}:
            raise Refused('the body is {"url": "https://…", "document": {…}}')
        try:
            work(True, lambda context: client_metadata.put(context, needed(given, "url"), given["document"]))
        except client_metadata.Unusable as problem:
            raise Refused(f"url: {problem}") from None
        return jsonify({})

    @control.delete("/client-metadata")
    def withdraw_documents() -> Response:
        """Take back the document that was put for a URL, or all of them."""
        known("url")
        url = request.args.get("url")
        if not work(True, lambda context: client_metadata.withdraw(context, url)) and url is not None:
            raise Refused(f"url: no document was put for {url}", 404)
        return jsonify({})


def _code_request(given: dict[str, Any]) -> minting.CodeRequest:
    members(given, _CODE_MEMBERS)
    return minting.CodeRequest(
        pool=needed(given, "pool"),
        client=needed(given, "client"),
        user=needed(given, "user"),
        redirect_uri=needed(given, "redirect_uri"),
        scope=text(given, "scope"),
        nonce=text(given, "nonce"),
        code_challenge=text(given, "code_challenge"),
    )


def _shown(each: dict[str, Any]) -> dict[str, Any]:
    return each | {"received": iso(each["received"])}
