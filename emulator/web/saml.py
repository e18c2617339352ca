"""The SAML 2.0 endpoints of pools as service providers: single log-out, and metadata for those who configure providers.

Where the answer to a sign-in is posted is in `emulator.web.federated`.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.providers import saml_assertions
from emulator.faults import Fault
from emulator.federation import service_provider
from emulator.login import single_logout
from emulator.oauth import parameters
from emulator.web import oauth, request_origin
from emulator.web.control_requests import Refused, known
from keys import entropy

_OF_LOGOUT = frozenset({"RelayState", "SAMLRequest", "SAMLResponse"})


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes."""
    routes = Blueprint("saml", __name__)
    _add_logout(routes, dispatcher)
    _add_metadata(routes, dispatcher)
    return routes


def _add_logout(routes: Blueprint, dispatcher: Dispatcher) -> None:
    @routes.post(single_logout.PATH)
    def single_logout_endpoint() -> Response:
        """Take a provider's LogoutResponse or LogoutRequest, which the browser brings from there."""

        def work(context: Context) -> str | None:
            form = parameters.read(oauth.form(), _OF_LOGOUT, saml_assertions.LONGEST)
            return single_logout.answered(context, form)

        try:
            location = dispatcher.serve(f"POST {single_logout.PATH}", True, request_origin.read(request), work)
        except Fault as fault:
            return oauth.error_response(fault)
        response = oauth.redirect(location) if location else Response(status=204)
        response.headers["x-amz-cognito-request-id"] = entropy.uuid(dispatcher.world.entropy)
        return response


def _add_metadata(routes: Blueprint, dispatcher: Dispatcher) -> None:
    # Unlike AWS: there are metadata of a pool as a service provider, at GET /_emulator/saml/{poolId}/metadata.

    @routes.get("/_emulator/saml/<pool_id>/metadata")
    def metadata_endpoint(pool_id: str) -> Response:
        """The metadata of a pool, for the configuration of a provider (`?provider=`)."""

        def work(context: Context) -> str:
            known("provider")
            pool, name = context.unit.pools.get(pool_id), request.args.get("provider")
            provider = context.unit.providers.named(pool_id, name) if name else None
            if pool is None or (name and provider is None):
                raise Refused("there is no such pool or provider", 404)
            return service_provider.metadata(context, pool, provider)

        document = dispatcher.work(True, request_origin.read(request), work)
        return Response(document, content_type="application/samlmetadata+xml; charset=utf-8")
