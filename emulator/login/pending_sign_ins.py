"""Sign-ins at identity providers that browsers are away for, as the database keeps them.

`state` names one (RelayState, for SAML). It is random, stored as its digest, valid for five minutes, for the browser
that was sent away, and for once. The browser is known by a cookie that it keeps for all its tabs.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping

from msgspec.structs import replace

from emulator.context import Context
from emulator.federation.connector import Attempt, Departure
from emulator.oauth.authorization_request import AuthorizationRequest
from emulator.oauth.errors import InvalidRequest
from keys import opaque
from storage.records.federation import FederatedSignIn
from storage.records.providers import IdentityProvider

COOKIE = "csrf-state"
SECONDS = 300
_VALUE = re.compile(r"[A-Za-z0-9_-]{64}")
_RESPONSE = "SAMLResponse"


def browser(context: Context, cookie: str | None) -> str:
    """The cookie of the browser: the one that it has, else a new one."""
    return cookie if cookie and _VALUE.fullmatch(cookie) else opaque.mint_browser_session(context.world.entropy)


def store(
    context: Context,
    request: AuthorizationRequest,
    provider: IdentityProvider,
    attempt: Attempt,
    departure: Departure,
    cookie: str,
) -> None:
    """Store that a browser is sent to a provider."""
    context.unit.federated_sign_ins.add(
        FederatedSignIn(
            digest=opaque.digest(attempt.state),
            pool_id=request.app.pool.id,
            client_id=request.app.client.id,
            provider=provider.name,
            browser=opaque.digest(cookie),
            query=request.query,
            nonce=attempt.nonce,
            kept=dict(departure.kept),
            expires=context.now + SECONDS,
        )
    )


def is_known(context: Context, state: str | None) -> bool:
    """Whether a sign-in waits for that state, of whichever browser."""
    found = _found(context, state)
    return found is not None and found.expires > context.now


def spend(context: Context, state: str | None, cookie: str | None) -> FederatedSignIn:
    """The sign-in that a browser comes back to, which is deleted and the deletion committed.

    Raises InvalidRequest, for the error page, for a state that is unknown, spent, expired, or of another browser. Of
    two calls with one state, one gets the sign-in.
    """
    found = _found(context, state)
    if found is None:
        raise refusal("no sign-in waits for this state, or no longer")
    if found.expires <= context.now:
        raise refusal("the sign-in at the provider took more than five minutes")
    if cookie is None or not hmac.compare_digest(opaque.digest(cookie), found.browser):
        raise refusal("the browser is not the one that was sent to the provider")
    if not context.unit.federated_sign_ins.spend(found.digest):
        raise refusal("another request with this state was first")
    context.unit.commit()
    return found


def keep(context: Context, state: str, response: str) -> str:
    """Store a SAML response with its sign-in, which gets a new state, and return that. Raises as `spend`.

    For a response that a page of the provider's site sent, without our cookies. The browser is checked when it comes
    back with the new state.
    """
    found = _found(context, state)
    if found is None or not context.unit.federated_sign_ins.spend(found.digest):
        raise refusal("no sign-in waits for this state, or no longer")
    renewed = opaque.mint_browser_session(context.world.entropy)
    kept = {**found.kept, _RESPONSE: response}
    context.unit.federated_sign_ins.add(replace(found, digest=opaque.digest(renewed), kept=kept))
    return renewed


def kept_response(found: FederatedSignIn) -> str | None:
    """The SAML response that `keep` stored."""
    response: str | None = found.kept.get(_RESPONSE)
    return response


def kept(found: FederatedSignIn) -> Mapping[str, str]:
    """What the provider's connector wanted to be kept."""
    return {name: value for name, value in found.kept.items() if name != _RESPONSE}


def refusal(reason: str) -> InvalidRequest:
    """The refusal of a return that belongs to no sign-in, for the error page."""
    # AWS unknown: the location of the error page to which GET /oauth2/idpresponse sends a browser whose state is
    # missing, spent, expired, or another browser's. Here it names invalid_request.
    return InvalidRequest(None, reason).at("/error?error=invalid_request")


def _found(context: Context, state: str | None) -> FederatedSignIn | None:
    return context.unit.federated_sign_ins.get(opaque.digest(state)) if state else None
