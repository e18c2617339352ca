"""Browsers that signed in at a SAML provider, and the messages of single log-out."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate
from werkzeug.test import TestResponse

from emulator.context import Context, RequestOrigin
from emulator.domain.accounts.principals import Principal
from emulator.domain.tokens import browser_sessions
from emulator.settings import Settings
from keys.signing import SigningKey
from storage.store import Store
from tests import saml
from tests.api import web
from tests.builders import Api, a_pool, a_user
from tests.federation.saml_idp import SUCCESS, Corp, given, moment, query, signed
from tests.oauth.browser import Browser

HERE = "http://localhost/saml2/logout"
BYE = "https://app.example.com/bye"
SESSION = {"NameID": "Ana@idp", "Format": "urn:x:persistent", "SPNameQualifier": "a<b", "SessionIndex": "_s1"}
REFUSED = "Invalid samlResponse or relayState from identity provider"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
NAME_ID = "{urn:oasis:names:tc:SAML:2.0:assertion}NameID"


def a_corp_with_ana(api: Api, store: Store, key: SigningKey) -> Corp:
    """A provider that is told of sign-outs, in a pool with the user Ana."""
    pool = a_pool(api)
    a_user(api, pool)
    return Corp.of(api, store, key, pool, IDPSignout="true")


def a_signed_in_browser(corp: Corp) -> Browser:
    """A browser in which Ana is signed in, having authenticated at Corp."""
    names = ["COGNITO", "Corp"]
    browser = Browser.of(corp.api, corp.store, corp.pool, LogoutURLs=[BYE], SupportedIdentityProviders=names)
    sign_in(browser)
    return browser


def sign_in(browser: Browser, session: dict[str, str] | None = None, provider: str = "Corp", user: str = "ana") -> str:
    """Begin a session that a sign-in at a provider gave; answers the cookie's value."""
    with browser.store.unit(writes=True) as unit:
        context = Context(unit, browser.api.world, Settings(ephemeral=True), RequestOrigin())
        pool, found = unit.pools.get(browser.pool), unit.users.named(browser.pool, user)
        client = unit.clients.get(browser.client)
        assert pool
        assert found
        cookie, begun = browser_sessions.begin(context, Principal(pool, found, client), {}, provider)
        details = {**begun.details, "Provider": SESSION if session is None else session}
        unit.browser_sessions.change(begun, details=details)
    browser.api.http.set_cookie(browser_sessions.COOKIE, cookie)
    return cookie


def is_live(store: Store, cookie: str) -> bool:
    with store.unit(writes=False) as unit:
        return unit.browser_sessions.get(browser_sessions.digest(cookie)) is not None


def signs_out(browser: Browser, **parameters: str) -> str:
    answer = browser.get("/logout", client_id=browser.client, **(parameters or {"logout_uri": BYE}))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def posted(api: Api, **form: str) -> TestResponse:
    return api.http.post("/saml2/logout", data=form)


def verified(corp: Corp, location: str) -> dict[str, str]:
    """The parameters of a redirect that the pool's signing certificate has signed."""
    certificate = corp.api.idp("GetSigningCertificate", UserPoolId=corp.pool)["Certificate"]
    covered, _, _ = urlsplit(location).query.partition("&Signature=")
    public: Any = load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    public.verify(base64.b64decode(query(location)["Signature"]), covered.encode(), PKCS1v15(), SHA256())
    return query(location)


def response(request_id: str, issuer: str = web.SAML_ISSUER, status: str = SUCCESS, destination: str = HERE) -> str:
    """A LogoutResponse that nobody has signed."""
    head = given(InResponseTo=request_id, Destination=destination)
    return (
        f'<samlp:LogoutResponse {saml.NAMES} ID="_l" Version="2.0" IssueInstant="{moment(0)}"{head}>'
        f"<saml:Issuer>{issuer}</saml:Issuer><samlp:Status>{status}</samlp:Status></samlp:LogoutResponse>"
    )


def request(name_id: str = "Ana@idp", index: str | None = "_s1", id: str = "_l", **changes: Any) -> str:
    """A LogoutRequest that nobody has signed."""
    said = {"destination": HERE, "issued": 0.0, "until": 300.0, "issuer": web.SAML_ISSUER, **changes}
    head = given(Destination=said["destination"], NotOnOrAfter=moment(said["until"]) or None)
    session = f"<samlp:SessionIndex>{index}</samlp:SessionIndex>" if index else ""
    return (
        f'<samlp:LogoutRequest {saml.NAMES} ID="{id}" Version="2.0" IssueInstant="{moment(said["issued"])}"{head}>'
        f"<saml:Issuer>{said['issuer']}</saml:Issuer><saml:NameID>{name_id}</saml:NameID>{session}</samlp:LogoutRequest>"
    )


def asked(corp: Corp, document: str, key: SigningKey | None = None, **form: str) -> TestResponse:
    """The answer to a LogoutRequest that a key has signed, by default the provider's."""
    return posted(corp.api, SAMLRequest=saml.encoded(signed(document, key or corp.key, "_l")), **form)
