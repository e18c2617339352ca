"""A SAML identity provider, which answers as it should, or wrongly in one respect."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from signxml.signer import XMLSigner

from emulator.context import Context, RequestOrigin
from emulator.domain.federated.identity import Identity
from emulator.federation.connector import Attempt, Departure
from emulator.federation.saml import SamlConnector
from emulator.outside.world import World
from emulator.settings import Settings
from keys.signing import SigningKey
from storage.store import Store
from tests import saml
from tests.api import web
from tests.api.provider_calls import a_provider
from tests.api.web import SAML_ISSUER
from tests.builders import Api, a_pool
from tests.conftest import NOON

BASE = "http://localhost:26464"
ACS = f"{BASE}/saml2/idpresponse"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
STATUS = "urn:oasis:names:tc:SAML:2.0:status"
SUCCESS = f'<samlp:StatusCode Value="{STATUS}:Success"/>'
MAIL = saml.MAIL


def moment(seconds: float | None) -> str:
    """A moment so many seconds after the one at which tests begin."""
    return "" if seconds is None else saml.moment(seconds)


@dataclass
class Answer:
    """What the provider says in a response. `None` leaves an attribute out; `sign` are the IDs of what it signs."""

    pool: str
    request_id: str | None
    name_id: str | None = "Ana@idp"
    attributes: Mapping[str, list[str]] = field(default_factory=lambda: {MAIL: ["ana@example.com"]})
    issuer: str = SAML_ISSUER
    response_issuer: str | None = SAML_ISSUER
    audience: str | None = ""
    recipient: str | None = ACS
    destination: str | None = ACS
    response_to: str | None = ""
    confirmed_to: str | None = ""
    method: str = BEARER
    begins: float | None = -60
    ends: float | None = 300
    confirmed_from: float | None = None
    confirmed_until: float | None = 300
    session_until: float | None = None
    version: str = "2.0"
    status: str = SUCCESS
    statement: str | None = None
    id: str = "_a"
    sign: tuple[str, ...] = ("_a",)
    change_assertion: Callable[[str], str] = str
    """Done before it is signed."""

    @property
    def assertion(self) -> str:
        """The assertion, which nobody has signed yet."""
        us = f"urn:amazon:cognito:sp:{self.pool}" if self.audience == "" else self.audience
        heard = (
            f"<saml:AudienceRestriction><saml:Audience>{us}</saml:Audience></saml:AudienceRestriction>" if us else ""
        )
        name = f'<saml:NameID Format="urn:x:persistent" NameQualifier="q">{self.name_id}</saml:NameID>'
        confirmation = given(
            Recipient=self.recipient,
            InResponseTo=self.request_id if self.confirmed_to == "" else self.confirmed_to,
            NotBefore=moment(self.confirmed_from) or None,
            NotOnOrAfter=moment(self.confirmed_until) or None,
        )
        ends = given(SessionIndex="_s1", SessionNotOnOrAfter=moment(self.session_until) or None)
        statement = f"<saml:AuthnStatement{ends}/>" if self.statement is None else self.statement
        told = "".join(
            f'<saml:Attribute Name="{attribute}">'
            f"{''.join(f'<saml:AttributeValue>{value}</saml:AttributeValue>' for value in values)}</saml:Attribute>"
            for attribute, values in self.attributes.items()
        )
        times = given(NotBefore=moment(self.begins) or None, NotOnOrAfter=moment(self.ends) or None)
        return self.change_assertion(
            f'<saml:Assertion {saml.NAMES} ID="{self.id}" Version="{self.version}" IssueInstant="{moment(0)}">'
            f"<saml:Issuer>{self.issuer}</saml:Issuer><saml:Subject>{name if self.name_id is not None else ''}"
            f'<saml:SubjectConfirmation Method="{self.method}"><saml:SubjectConfirmationData{confirmation}/>'
            f"</saml:SubjectConfirmation></saml:Subject><saml:Conditions{times}>{heard}</saml:Conditions>"
            f"{statement}<saml:AttributeStatement>{told}</saml:AttributeStatement></saml:Assertion>"
        )

    def response(self, assertion: str) -> str:
        """A response with an assertion in it, as it is, signed or not."""
        to = self.request_id if self.response_to == "" else self.response_to
        head = given(InResponseTo=to, Destination=self.destination)
        issuer = f"<saml:Issuer>{self.response_issuer}</saml:Issuer>" if self.response_issuer else ""
        return (
            f'<samlp:Response {saml.NAMES} ID="_r" Version="2.0" IssueInstant="{moment(0)}"{head}>{issuer}'
            f"<samlp:Status>{self.status}</samlp:Status>{assertion}</samlp:Response>"
        )


def given(**attributes: str | None) -> str:
    """XML attributes, those that are not None."""
    return "".join(f' {name}="{value}"' for name, value in attributes.items() if value is not None)


def signed(document: str, key: SigningKey, id: str = "_a") -> str:
    """The document, in which the key has signed the element of that ID."""
    return saml.signed(document, key, id)


def signed_weakly(document: str, key: SigningKey, method: str, digest: str) -> str:
    """The assertion, signed by methods that may be too weak."""

    class WeakSigner(XMLSigner):
        def check_deprecated_methods(self) -> None:
            pass

    pem = f"-----BEGIN CERTIFICATE-----\n{web.certificate(key, NOON - 1000)}\n-----END CERTIFICATE-----\n"
    signer = WeakSigner(signature_algorithm=method, digest_algorithm=digest)
    root: Any = etree.fromstring(document)
    return str(etree.tostring(signer.sign(root, key=key.pem, cert=pem, reference_uri="_a")).decode())


@dataclass
class Corp:
    """A pool with the SAML provider Corp, which signs with `key`."""

    api: Api
    store: Store
    pool: str
    key: SigningKey
    name: str = "Corp"

    @classmethod
    def of(cls, api: Api, store: Store, key: SigningKey, pool: str | None = None, **details: str) -> Corp:
        """The provider in a new pool, with further ProviderDetails."""
        pool = pool or a_pool(api)
        given = {"MetadataFile": web.metadata(web.certificate(key, NOON - 1000)), **details}
        a_provider(api, pool, "Corp", "SAML", {name: value for name, value in given.items() if value})
        return cls(api, store, pool, key)

    @property
    def world(self) -> World:
        return self.api.world

    def start(self, **members: Any) -> Departure:
        """Where a browser is sent, as the connector says."""
        with self.store.unit(writes=True) as unit:
            context = Context(unit, self.world, Settings(ephemeral=True), RequestOrigin(BASE))
            provider = unit.providers.named(self.pool, self.name)
            assert provider
            return SamlConnector().start(context, provider, Attempt(ACS, "STATE", "nonce", **members))

    def answer(self, request_id: str | None = "_q", **members: Any) -> Answer:
        """An answer to a request."""
        return Answer(self.pool, request_id, **members)

    def document(self, answer: Answer) -> str:
        """The response, signed as the answer says."""
        assertion = answer.assertion
        if answer.id in answer.sign:
            assertion = signed(assertion, self.key, answer.id)
        whole = answer.response(assertion)
        return signed(whole, self.key, "_r") if "_r" in answer.sign else whole

    def identify(self, document: str, request_id: str | None = "_q") -> Identity:
        """Whom the connector finds in a document that a browser posted."""
        return self.identify_posted(saml.encoded(document), request_id)

    def identify_posted(self, encoded: str, request_id: str | None = "_q") -> Identity:
        """Whom the connector finds in SAMLResponse."""
        kept = {"request_id": request_id} if request_id else {}
        with self.store.unit(writes=True) as unit:
            context = Context(unit, self.world, Settings(ephemeral=True), RequestOrigin(BASE))
            provider = unit.providers.named(self.pool, self.name)
            assert provider
            attempt = Attempt(ACS, "STATE", "nonce", kept=kept)
            return SamlConnector().identify(context, provider, attempt, {"SAMLResponse": encoded})


def query(location: str) -> dict[str, str]:
    """The parameters of a redirect."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def inflated(encoded: str) -> Any:
    """A message of the HTTP-Redirect binding, as an element."""
    return etree.fromstring(zlib.decompress(base64.b64decode(encoded), -15))
