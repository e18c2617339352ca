"""The control endpoint for the people of the stand-in provider."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator.dispatch import Dispatcher
from emulator.stand_in import apple, people
from emulator.stand_in.state import Provider
from emulator.web.control_requests import Refused, body, known
from emulator.web.stand_in_provider import worker


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """GET, POST and DELETE /_emulator/idp/people."""
    control = Blueprint("stand_in_people", __name__, url_prefix="/_emulator/idp")
    work = worker(dispatcher)

    @control.errorhandler(Refused)
    def refuse(error: Refused) -> tuple[Response, int]:
        return jsonify(error=str(error)), error.status

    @control.get("/people")
    def show() -> Response:
        """The people of the stand-in provider; with `provider`, those whom that one knows."""
        known("provider")
        provider = _provider()
        return _shown(work(lambda idp: people.of(idp.state, provider), writes=False))

    @control.post("/people")
    def add() -> Response:
        """Add people, and answer those that were added, with their subjects."""
        known()
        members = body()
        if members.keys() != {"people"} or not isinstance(members["people"], list):
            raise Refused('the body is {"people": [{"provider", "sub", "claims": {…}}]}')
        try:
            given = [people.read(each) for each in members["people"]]
            return _shown(work(lambda idp: people.add(idp, given)))
        except people.Wrong as wrong:
            raise Refused(str(wrong)) from None

    @control.delete("/people")
    def remove() -> Response:
        """Remove people by provider and subject, or all of them."""
        known("provider", "sub")
        provider, sub = _provider(), request.args.get("sub")
        if not work(lambda idp: _removed(idp, provider, sub)) and (provider or sub) is not None:
            raise Refused("provider, sub: nobody is known by these", 404)
        return jsonify({})

    return control


def _provider() -> str | None:
    given = request.args.get("provider")
    if given not in (None, people.EVERY, *people.PROVIDERS):
        raise Refused(f"provider: {given!r} is none of {', '.join((people.EVERY, *people.PROVIDERS))}")
    return given


def _removed(idp: Provider, provider: str | None, sub: str | None) -> int:
    """Remove people. Whom nobody knows any more has not authorized any client either."""
    if provider is None and sub is None:
        apple.forget(idp)
    return people.remove(idp.state, provider, sub)


def _shown(found: list[Any]) -> Response:
    return jsonify(people=[people.shown(each) for each in found])
