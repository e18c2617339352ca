"""The control endpoints for the people of the stand-in provider, and for the SAML service providers that it knows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from msgspec.structs import asdict

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.stand_in import apple, people, service_providers
from emulator.stand_in.state import Provider
from emulator.web import request_origin
from emulator.web.control_requests import Refused, body, known
from emulator.web.stand_in_provider import Work, worker


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """GET, POST and DELETE of /_emulator/idp/people and /_emulator/idp/service-providers."""
    control = Blueprint("stand_in_people", __name__, url_prefix="/_emulator/idp")
    work = worker(dispatcher)
    types = _Types(dispatcher)

    @control.get("/people")
    def show() -> Response:
        """The people of the stand-in provider; with `provider`, those whom that one knows."""
        known("provider")
        provider = _provider(types)
        return _shown(work(lambda idp: people.of(idp.state, provider), writes=False))

    @control.post("/people")
    def add() -> Response:
        """Add people, and answer those that were added, with their subjects."""
        known()
        members = body()
        told = members.get("people", [members])
        if not members or not isinstance(told, list) or ("people" in members and len(members) > 1):
            raise Refused('the body is {"people": [{"provider", "sub", "claims": {…}}]}, or one person')
        try:
            given = [people.read(types.instead_of_name(each)) for each in told]
            return _shown(work(lambda idp: people.add(idp, given)))
        except people.InvalidPerson as problem:
            raise Refused(str(problem)) from None

    @control.delete("/people")
    def remove() -> Response:
        """Remove people by provider and subject, or all of them."""
        known("provider", "sub")
        provider, sub = _provider(types), request.args.get("sub")
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


class _Types:
    """The types of pools' identity providers by their names, which the stand-in provider does not know."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def of(self, given: str) -> str:
        """The type of the providers that have this name; the name itself, if it is a type, or nobody has it."""
        if given in (people.EVERY, *people.PROVIDERS):
            return given

        def find(context: Context) -> str:
            named = (each for each in context.unit.providers.of_all_pools() if each.name == given)
            return next((str(each.settings["ProviderType"]) for each in named), given)

        found: str = self._dispatcher.work(False, request_origin.read(request), find)
        return found

    def instead_of_name(self, person: Any) -> Any:
        """A person as the body has them, with the type of the provider that is named."""
        name = person.get("provider") if isinstance(person, dict) else None
        return {**person, "provider": self.of(name)} if isinstance(name, str) and name else person


def _provider(types: _Types) -> str | None:
    name = request.args.get("provider")
    given = None if name is None else types.of(name)
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
