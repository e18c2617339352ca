"""Single log-out, both ways, by the browser, one service provider after the other.

Source: OASIS "Profiles for SAML 2.0", section 4.4. A log-out that has begun is remembered under its RelayState until
the last service provider has answered.
"""

from __future__ import annotations

from typing import Any

from emulator.stand_in import saml_documents, saml_messages, service_providers, sessions
from emulator.stand_in.answers import Notice, Refused, Send, is_http
from emulator.stand_in.saml import TYPE, Signer, new_head
from emulator.stand_in.saml_messages import Logout
from emulator.stand_in.service_providers import ServiceProvider
from emulator.stand_in.state import Provider
from keys.opaque import digest

_KIND, _SECONDS = "logout", 600


def begin(provider: Provider, cookie: str | None, request: Logout | None) -> Send | Notice:
    """End the browser's session, tell its service providers, and at last the one that has asked, if one has."""
    signer = Signer.of(provider)
    session = sessions.find(provider, cookie, TYPE)
    value = sessions.store(provider, cookie, TYPE, None)
    asker = request.issuer if request else None
    participants = [each for each in (session.participants if session else []) if each["entity"] != asker]
    pending = {
        "left": participants,
        "index": session.index if session else "",
        "asker": asker,
        "in_response_to": request.id if request else None,
        "relay_state": request.relay_state if request else None,
    }
    answer = _next(provider, signer, pending)
    return Send(answer.url, answer.fields, value) if isinstance(answer, Send) else Notice(answer.words, 200, value)


def go_on(provider: Provider, response: Logout) -> Send | Notice:
    """A service provider has answered: tell the next one."""
    pending = provider.state.take(_KIND, digest(response.relay_state or ""))
    if pending is None:
        raise Refused("This log-out is unknown, or was begun too long ago.")
    return _next(provider, Signer.of(provider), pending)


def _next(provider: Provider, signer: Signer, pending: dict[str, Any]) -> Send | Notice:
    while pending["left"]:
        participant = pending["left"].pop(0)
        service = service_providers.get(provider.state, participant["entity"])
        where = _log_out(provider, service)
        if where:
            relay_state = provider.secret()
            provider.state.put(_KIND, digest(relay_state), pending, _SECONDS)
            told = (participant["name_id"], participant["format"], pending["index"])
            document = saml_documents.logout_request(new_head(provider, where), *told)
            return _sent("SAMLRequest", document, service, where, relay_state, signer)
    if pending["asker"] is None:
        return Notice("You are signed out of the stand-in provider.", 200)
    service = service_providers.get(provider.state, pending["asker"])
    where = _log_out(provider, service)
    if where is None:
        return Notice(
            "You are signed out. Where to go on is not known: POST /_emulator/idp/service-providers says it.", 200
        )
    document = saml_documents.logout_response(new_head(provider, where, pending["in_response_to"]))
    return _sent("SAMLResponse", document, service, where, pending["relay_state"], signer)


def _log_out(provider: Provider, service: ServiceProvider) -> str | None:
    """Where the log-out of a service provider is, if the browser can be sent there."""
    where = service.log_out
    return where if where and is_http(where) and provider.may_send_to(where) else None


def _sent(
    name: str, document: bytes, service: ServiceProvider, where: str, relay_state: str | None, signer: Signer
) -> Send:
    if service.slo_binding == "Redirect":
        return saml_messages.redirected(name, document, where, relay_state, signer.key)
    return saml_messages.sent(name, signer.sign(document), where, relay_state)
