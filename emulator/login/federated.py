"""A sign-in at an identity provider: the browser is sent there, and comes back with the provider's answer.

`begin` and `returned` are its two halves. Between them, `pending_sign_ins` has what the second half needs. What is
refused once the application's callback is known goes there; before, to the error page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct
from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import levels
from emulator.domain.federated import sign_in
from emulator.domain.pools import oauth_settings
from emulator.domain.pools.apps import AppById
from emulator.domain.recovery import pauses
from emulator.domain.tokens import browser_sessions
from emulator.domain.triggers import trigger_table
from emulator.faults import Fault, InternalErrorException, NotBuilt
from emulator.federation import connectors, service_provider
from emulator.federation.connector import Attempt
from emulator.federation.errors import ProviderError
from emulator.federation.saml import INVALID_RESPONSE
from emulator.login import pending_sign_ins
from emulator.oauth import authorization_request, responses
from emulator.oauth.authorization_request import AuthorizationRequest
from emulator.oauth.errors import InvalidRequest, OAuthError, ProviderRefusal
from emulator.oauth.responses import Cookie, Redirect
from keys import opaque
from storage.failures import Contended
from storage.records.federation import FederatedSignIn
from storage.records.providers import IdentityProvider
from storage.violations import Paused, StaleRead, UniqueViolation

OIDC_PATH, SAML_PATH = "/oauth2/idpresponse", service_provider.REPLY
"""Where providers send browsers back to."""
_SAML = "SAML"


class Sent(Struct, frozen=True):
    """The browser goes to the provider, at `location`. `cookie` is the one by which it is known when it is back."""

    location: str
    cookie: str


def begin(context: Context, request: AuthorizationRequest, name: str, cookie: str | None) -> Sent:
    """Send the browser to the provider of that name. `cookie` is the one by which it is known, if it has one already.

    Raises OAuthError, for a page if the client does not support the provider, else for the callback.
    """
    provider = _provider(context, request, name)
    attempt = _attempt(context, request, provider)
    with _told_to_callback(context, request):
        departure = connectors.of(provider).start(context, provider, attempt)
    request = authorization_request.read_again(context, request)
    known = pending_sign_ins.browser(context, cookie)
    pending_sign_ins.store(context, request, _provider(context, request, name), attempt, departure, known)
    return Sent(departure.location, known)


def returned(context: Context, answer: Mapping[str, str], cookie: str | None) -> Redirect:
    """Answer the authorization request of a browser that is back from an OIDC or social provider, with its `state`.

    Raises InvalidRequest, for the error page, where the state names no sign-in of this browser; and OAuthError.
    """
    state = answer.get("state")
    return _resumed(context, pending_sign_ins.spend(context, state, cookie), state or "", answer)


def returned_from_saml(context: Context, answer: Mapping[str, str], cookie: str | None) -> Redirect | str:
    """Answer the authorization request of a browser that brings a SAML response, or begin one from its RelayState.

    Returns the new RelayState with which the browser has to come back if the request has no cookie. Browsers send ours
    only with requests that begin at our site, and the provider's page is mostly another's. Raises as `returned`.
    """
    state, response = answer.get("RelayState", ""), answer.get("SAMLResponse")
    if response is None:
        raise InvalidRequest(INVALID_RESPONSE, "SAMLResponse is missing")
    if not pending_sign_ins.is_known(context, state):
        return _initiated_there(context, state, answer)
    if cookie is None:
        return pending_sign_ins.keep(context, state, response)
    return _resumed(context, pending_sign_ins.spend(context, state, cookie), state, answer)


def returned_to_kept(context: Context, state: str | None, cookie: str | None) -> Redirect:
    """Go on with a SAML response that `returned_from_saml` has kept. Raises as `returned`."""
    pending = pending_sign_ins.spend(context, state, cookie)
    response = pending_sign_ins.kept_response(pending)
    if response is None:
        raise InvalidRequest(INVALID_RESPONSE, "there was no SAML response before")
    return _resumed(context, pending, state or "", {"SAMLResponse": response, "RelayState": state or ""})


def _resumed(context: Context, pending: FederatedSignIn, state: str, answer: Mapping[str, str]) -> Redirect:
    """Go on with a sign-in, whose state is spent. The authorization request is judged by what its client is now."""
    request = authorization_request.read(context, pending.query.encode())
    provider = _provider(context, request, pending.provider)
    kept = pending_sign_ins.kept(pending)
    attempt = Attempt(_redirect_uri(context, provider), state, pending.nonce, kept=kept)
    return _signed_in(context, request, provider, attempt, answer)


def _initiated_there(context: Context, relay_state: str, answer: Mapping[str, str]) -> Redirect:
    """Sign in by a SAML response that nobody asked for (IdP-initiated). RelayState is an authorization request."""
    try:
        request = authorization_request.read(context, relay_state.encode("utf-8", "replace"))
        provider = _provider(
            context, request, request.identity_provider or oauth_settings.sole_provider(request.app.client.settings)
        )
    except OAuthError as error:
        raise InvalidRequest(INVALID_RESPONSE, f"RelayState is no authorization request: {error}") from None
    details = provider.settings.get("ProviderDetails", {})
    if details.get("IDPInit", "").lower() != "true":
        raise InvalidRequest(INVALID_RESPONSE, "no sign-in waits for this response, and IDPInit is not true")
    attempt = Attempt(_redirect_uri(context, provider), state="", nonce="")
    return _signed_in(context, request, provider, attempt, answer)


def _signed_in(
    context: Context,
    request: AuthorizationRequest,
    provider: IdentityProvider,
    attempt: Attempt,
    answer: Mapping[str, str],
) -> Redirect:
    """Verify the provider's answer, sign its user in, begin a browser session, and answer the request.

    Anything may change while the connection is released: the request and the provider are read again after each step.
    """
    with _told_to_callback(context, request):
        identity = connectors.of(provider).identify(context, provider, attempt, answer)
        request = authorization_request.read_again(context, request)
        provider = _still(context, request, provider)
        found = sign_in.sign_in(context, AppById(context.unit, request.app.client.id), provider, identity)
        request = authorization_request.read_again(context, request)
        provider = _still(context, request, provider)
        if request.nonce is None:  # the ID token of a federated user always has one
            request = replace(request, nonce=opaque.mint_browser_session(context.world.entropy))
        principal = Principal(request.app.pool, found.user, request.app.client)
        value, session = browser_sessions.begin(
            context, principal, found.details, provider.name, provider_session=identity.session
        )
        authentication = browser_sessions.authentication(request.app.pool, session)
        redirect = responses.respond(context, request, found.user, authentication)
    return replace(redirect, cookie=Cookie(value, int(session.expires - context.now)))


def _attempt(context: Context, request: AuthorizationRequest, provider: IdentityProvider) -> Attempt:
    """A new attempt, with what the request asks of the provider."""
    known = levels.names(request.app.pool)
    return Attempt(
        _redirect_uri(context, provider),
        state=opaque.mint_browser_session(context.world.entropy),
        nonce=opaque.mint_browser_session(context.world.entropy),
        login_hint=request.login_hint,
        prompt=tuple(sorted(request.prompt)),
        levels=tuple(known[name] for name in dict.fromkeys(request.acr_values) if name in known),
    )


def _redirect_uri(context: Context, provider: IdentityProvider) -> str:
    return context.origin.base_url + (SAML_PATH if provider.settings["ProviderType"] == _SAML else OIDC_PATH)


def _provider(context: Context, request: AuthorizationRequest, name: str | None) -> IdentityProvider:
    """The provider of that name. Raises InvalidRequest, for a page, unless the client supports it."""
    supported = name is not None and name in oauth_settings.providers(request.app.client.settings)
    found = context.unit.providers.named(request.app.pool.id, name) if name and supported else None
    if found is None:
        raise InvalidRequest(oauth_settings.NOT_AVAILABLE, "the client does not support the provider, or it is gone")
    return found


def _still(context: Context, request: AuthorizationRequest, provider: IdentityProvider) -> IdentityProvider:
    """The provider as it is now. One that was created anew under its name has not said who the user is.

    Raises InvalidRequest, for a page.
    """
    found = _provider(context, request, provider.name)
    if found.created != provider.created:
        raise InvalidRequest(oauth_settings.NOT_AVAILABLE, "another provider has the name now")
    return found


@contextmanager
def _told_to_callback(context: Context, request: AuthorizationRequest) -> Iterator[None]:
    """Turn a refusal into one for the application's callback. OAuthErrors know themselves where they go."""
    try:
        yield
    except (OAuthError, NotBuilt, InternalErrorException):
        raise
    except (StaleRead, Contended, UniqueViolation) as error:
        context.unit.close()
        overtaken = ProviderRefusal("server_error", None, f"overtaken by another call: {error}")
        raise overtaken.at(request.callback.of_error(overtaken)) from None
    except Paused:
        raise _at_callback(request, pauses.refusal(trigger_table.IDP_RESPONSE)) from None
    except Fault as fault:
        raise _at_callback(request, fault) from fault


def _at_callback(request: AuthorizationRequest, fault: Fault) -> OAuthError:
    """The refusal as the callback is told it, with AWS's message as error_description."""
    name = fault.error if isinstance(fault, ProviderError) else "invalid_request"
    error = ProviderRefusal(name, fault.message or fault.code, fault.reason)
    error.at(request.callback.of_error(error))
    return error.keeping() if fault.keeps else error
