"""The stand-in provider's SAML 2.0: routes of its metadata, single sign-on and single log-out."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request
from msgspec import Struct

from emulator.dispatch import Dispatcher
from emulator.stand_in import saml, saml_logout, saml_messages, service_providers, sign_in
from emulator.stand_in.addresses import addresses
from emulator.stand_in.answers import Answer, Notice, Refused, is_http, with_query
from emulator.stand_in.saml import Signer, SsoRequest, endpoints
from emulator.stand_in.saml_messages import AuthnRequest
from emulator.stand_in.state import Provider
from emulator.web.stand_in_pages import Pages, sent
from emulator.web.stand_in_provider import worker

_WHERE = addresses(saml.TYPE, "")
_MOST = 8_192
"""Characters of a RelayState or another parameter."""


class _RedirectMessage(Struct, frozen=True):
    """A message as it arrives by the redirect binding: the parameters of the query."""

    message: str
    relay_state: str | None
    hint: str | None

    @classmethod
    def read(cls) -> _RedirectMessage:
        """Those of the request."""
        message = request.args.get("SAMLRequest") or request.args.get("SAMLResponse") or ""
        return cls(message, request.args.get("RelayState"), request.args.get("login_hint"))

    def document(self) -> bytes:
        """The message. Raises `Refused`."""
        if not self.message:
            raise Refused("There is no SAML message in this request.")
        if len(self.relay_state or "") > _MOST:
            raise Refused("RelayState is too long.")
        return saml_messages.unpacked(saml_messages.REDIRECT, self.message)


Answered = Callable[[Callable[[Provider], Answer]], Response]
"""Runs a function with the provider, and makes a response of its answer, or of the `Refused` that it raises."""


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes."""
    routes = Blueprint("stand_in_saml", __name__)
    work, pages = worker(dispatcher), Pages(dispatcher.world.entropy)

    def answered(function: Callable[[Provider], Answer]) -> Response:
        def run(idp: Provider) -> Answer:
            try:
                return function(idp)
            except Refused as refused:
                return Notice(str(refused))

        return pages.answer(work(run))

    @routes.get(_WHERE.metadata or "")
    def metadata() -> Response:
        """The metadata of the provider."""
        return Response(work(saml.metadata), content_type="application/samlmetadata+xml")

    _add_sign_on(routes, pages, answered)
    _add_log_out(routes, pages, answered)
    return routes


def _add_sign_on(routes: Blueprint, pages: Pages, answered: Answered) -> None:
    @routes.route(_WHERE.sso or "", methods=["GET", "POST"])
    def sign_on() -> Response:
        """Single sign-on: an AuthnRequest, or the form of its page."""
        if request.method == "POST" and not pages.is_form():
            return _by_redirect(pages)
        received, cookie = _RedirectMessage.read(), pages.session()
        return answered(_begin(lambda idp: _asked(idp, received), cookie, _form(pages)))

    @routes.route(_WHERE.initiate or "", methods=["GET", "POST"])
    def initiate() -> Response:
        """A sign-in that starts here."""
        given, cookie = request.args.to_dict(), pages.session()
        return answered(_begin(lambda idp: _initiated(idp, given), cookie, _form(pages)))


def _add_log_out(routes: Blueprint, pages: Pages, answered: Answered) -> None:
    @routes.route(_WHERE.slo or "", methods=["GET", "POST"])
    def log_out() -> Response:
        """Single log-out: a LogoutRequest, or the response to one."""
        if request.method == "POST":
            return _by_redirect(pages)
        received, cookie = _RedirectMessage.read(), pages.session()

        def answer(idp: Provider) -> Answer:
            message = saml_messages.logout(received.document(), received.relay_state, endpoints(idp).slo or "")
            return saml_logout.go_on(idp, message) if message.is_response else saml_logout.begin(idp, cookie, message)

        return answered(answer)

    @routes.get(_WHERE.end_session or "")
    def end_session() -> Response:
        """A log-out that starts here."""
        cookie = pages.session()
        return answered(lambda idp: saml_logout.begin(idp, cookie, None))


def _form(pages: Pages) -> dict[str, str] | None:
    return pages.form() if request.method == "POST" else None


def _begin(
    read: Callable[[Provider], SsoRequest], cookie: str | None, form: dict[str, str] | None
) -> Callable[[Provider], Answer]:
    def answer(idp: Provider) -> Answer:
        asked = read(idp)
        return sign_in.begin(idp, asked, cookie) if form is None else sign_in.choose(idp, asked, cookie, form)

    return answer


def _asked(idp: Provider, received: _RedirectMessage) -> SsoRequest:
    """The AuthnRequest. Raises `Refused`."""
    signer, document, here = Signer.of(idp), received.document(), endpoints(idp).sso or ""

    def known_acs(issuer: str) -> str | None:
        return service_providers.get(idp.state, issuer).acs

    return SsoRequest(
        saml_messages.authn_request(document, received.relay_state, here, known_acs), signer, received.hint
    )


def _initiated(idp: Provider, given: dict[str, str]) -> SsoRequest:
    """What is asked for where the sign-in starts here. Raises `Refused`."""
    acs, audience = given.get("acs", ""), given.get("audience", "")
    if not is_http(acs):
        raise Refused("acs is not an http(s) URL.")
    if not audience:
        raise Refused("audience is missing: the entity ID of the service provider.")
    if any(len(value) > _MOST for value in given.values()):
        raise Refused("A parameter is too long.")
    asked = AuthnRequest(None, audience, acs, given.get("RelayState"))
    return SsoRequest(asked, Signer.of(idp), given.get("login_hint"))


def _by_redirect(pages: Pages) -> Response:
    """A message by the POST binding is taken as one by the redirect binding.

    The browser then sends its cookies, which it does not with a form of another site.
    """
    name = "SAMLRequest" if "SAMLRequest" in request.form else "SAMLResponse"
    try:
        document = saml_messages.unpacked(saml_messages.POST, request.form.get(name, ""))
    except Refused as refused:
        return pages.answer(Notice(str(refused)))
    fields = {name: saml_messages.packed(document)}
    for further in ("RelayState", "login_hint"):
        if value := request.values.get(further):
            fields[further] = value
    return sent(with_query(request.path, fields), 303)
