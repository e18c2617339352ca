"""The control endpoints for the people of the stand-in provider, and for the SAML service providers that it knows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator.dispatch import Dispatcher
from emulator.stand_in import apple, people, service_providers
from emulator.stand_in.state import Provider
from emulator.web.control_requests import Refused, body, known
from emulator.web.stand_in_provider import Work, worker


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """GET, POST and DELETE of /_emulator/idp/people and /_emulator/idp/service-providers."""
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
        except people.InvalidPerson as problem:
            raise Refused(str(problem)) from None

    @control.delete("/people")
    def remove() -> Response:
        """Remove people by provider and subject, or all of them."""
        known("provider", "sub")
        provider, sub = _provider(), request.args.get("sub")
        if not work(lambda idp: _removed(idp, provider, sub)) and (provider or sub) is not None:
            raise Refused("provider, sub: nobody is known by these", 404)
        return jsonify({})

    _add_service_providers(control, work)
    return control


def _add_service_providers(control: Blueprint, work: Work) -> None:
    @control.get("/service-providers")
    def show_service_providers() -> Response:
        """The SAML service providers that were made known or met."""
        known()
        found = work(lambda idp: service_providers.all_of(idp.state), writes=False)
        return jsonify(service_providers=[asdict(each) for each in found])

    @control.post("/service-providers")
    def put_service_provider() -> Response:
        """Make a SAML service provider known: where its log-out is, and for whom assertions are encrypted."""
        known()
        try:
            given = service_providers.read(body())
            work(lambda idp: service_providers.put(idp.state, given))
        except service_providers.InvalidServiceProvider as problem:
            raise Refused(str(problem)) from None
        return jsonify({})

    @control.delete("/service-providers")
    def forget_service_providers() -> Response:
        """Forget all SAML service providers."""
        known()
        work(lambda idp: service_providers.forget(idp.state))
        return jsonify({})


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
