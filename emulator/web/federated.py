"""Where identity providers send browsers back to: `/oauth2/idpresponse` and `/saml2/idpresponse`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.providers import saml_assertions
from emulator.domain.triggers import trigger_table
from emulator.faults import Fault
from emulator.login import federated
from emulator.oauth import parameters
from emulator.oauth.errors import InvalidRequest
from emulator.oauth.responses import Redirect
from emulator.web import oauth, request_origin

_OIDC_PARAMETERS = frozenset(
    {
        "code",
        "error",
        "error_code",
        "error_description",
        "error_message",
        "error_reason",
        "error_uri",
        "iss",
        "state",
        "user",
    }
)
_SAML_PARAMETERS = frozenset({"RelayState", "SAMLResponse"})
_LONGEST_QUERY = 16_384
_SEE_OTHER = 303


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes."""
    endpoints = oauth.endpoints("federated", dispatcher)

    @endpoints.get(federated.OIDC_PATH)
    def back_from_provider() -> Response:
        """Take the answer of an OIDC or social provider."""

        def work(context: Context) -> Redirect:
            return federated.returned(context, parameters.read(oauth.query(), _OIDC_PARAMETERS), oauth.browser_cookie())

        return _answered(dispatcher, work)

    @endpoints.post(federated.OIDC_PATH)
    def back_from_provider_by_form() -> Response:
        """Take the answer of a provider that sends forms (Sign in with Apple).

        Browsers send no cookie of ours with a form of another site's page. They are sent on to a GET, which has it.
        """
        if oauth.browser_cookie() is None:
            return _sent_on_with_parameters()

        def work(context: Context) -> Redirect:
            return federated.returned(context, parameters.read(oauth.form(), _OIDC_PARAMETERS), oauth.browser_cookie())

        return _answered(dispatcher, work)

    @endpoints.post(federated.SAML_PATH)
    def back_from_saml() -> Response:
        """Take the response of a SAML provider."""

        def work(context: Context) -> Redirect | str:
            answer = parameters.read(oauth.form(), _SAML_PARAMETERS, saml_assertions.LONGEST)
            return federated.returned_from_saml(context, answer, oauth.browser_cookie())

        return _answered(dispatcher, work)

    @endpoints.get(federated.SAML_PATH)
    def go_on_from_saml() -> Response:
        """Go on with a SAML response that came without cookies."""

        def work(context: Context) -> Redirect:
            state = parameters.read(oauth.query(), _SAML_PARAMETERS).get("RelayState")
            return federated.returned_to_kept(context, state, oauth.browser_cookie())

        return _answered(dispatcher, work)

    return endpoints


def _answered(dispatcher: Dispatcher, work: Callable[[Context], Redirect | str]) -> Response:
    """The answer to a browser that is back: on to the application, or once more to us, with its cookies."""
    try:
        outcome = dispatcher.serve(trigger_table.IDP_RESPONSE, True, request_origin.read(request), work)
    except Fault as fault:
        return oauth.error_response(fault)
    if isinstance(outcome, str):
        return _see_other(f"{federated.SAML_PATH}?RelayState={parameters.encoded(outcome)}")
    response = oauth.redirect(outcome.location)
    if outcome.cookie:
        oauth.set_session(response, outcome.cookie)
    return response


def _sent_on_with_parameters() -> Response:
    """Send the browser to the same path, with the form as the query."""
    try:
        given = parameters.read(oauth.form(), _OIDC_PARAMETERS)
        query = "&".join(f"{name}={parameters.encoded(value)}" for name, value in given.items())
        if len(query) > _LONGEST_QUERY:
            raise InvalidRequest(None, "the form is too large")
    except InvalidRequest as fault:
        return oauth.error_response(fault)
    return _see_other(f"{federated.OIDC_PATH}?{query}")


def _see_other(location: str) -> Response:
    """A 303: the browser goes on with a GET, which begins at our own site and so has our cookies."""
    response = oauth.redirect(location)
    response.status_code = _SEE_OTHER
    return response
