"""The stand-in as a SAML 2.0 identity provider: single sign-on (OASIS "Profiles", section 4.1)."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from emulator.stand_in import saml_documents, saml_messages, service_providers, sessions
from emulator.stand_in.addresses import Endpoints, addresses
from emulator.stand_in.answers import Send
from emulator.stand_in.people import Person
from emulator.stand_in.saml_documents import AUTHN_FAILED, INVALID_POLICY, NO_PASSIVE, RESPONDER, Head, Statement
from emulator.stand_in.saml_messages import EMAIL, AuthnRequest
from emulator.stand_in.sessions import Session
from emulator.stand_in.sign_in import Manner
from emulator.stand_in.state import Provider
from keys import certificates, xml_encryption, xml_signatures
from keys.signing import SigningKey

TYPE = "SAML"


class Signer(Struct, frozen=True):
    """The provider's key and certificate, which are there before anything is written."""

    key: SigningKey
    certificate: str

    @classmethod
    def of(cls, provider: Provider) -> Signer:
        """Those of the provider, made at the first time."""
        key, made = provider.state.signing_key("saml")
        return cls(key, certificates.self_signed(key, "stand-in identity provider", datetime.fromtimestamp(made, UTC)))

    def sign(self, document: bytes) -> bytes:
        """The document with an enveloped signature."""
        return xml_signatures.sign(document, self.key, self.certificate)


class SsoRequest(Struct, frozen=True):
    """A `SignInRequest` by SAML: an AuthnRequest that can be answered, or a sign-in that starts here."""

    request: AuthnRequest
    signer: Signer
    hint: str | None = None

    @property
    def manner(self) -> Manner:
        """How the sign-in is to go."""
        asked = self.request
        return Manner(
            TYPE,
            "a SAML identity provider",
            asked.issuer,
            asked.acs,
            self.hint or asked.hint,
            is_silent=asked.is_passive,
            is_fresh=asked.is_forced,
        )

    def approve(self, provider: Provider, person: Person, session: Session) -> tuple[Send, Session]:
        """The response with an assertion, and the session with this service provider in it."""
        asked = self.request
        name_id = person.email if asked.name_id_format == EMAIL else person.subject(TYPE)
        if name_id is None:
            return self._failed(provider, INVALID_POLICY, "The person has no e-mail address."), session
        service = service_providers.met(provider.state, asked.issuer, asked.acs)
        about = Statement(
            name_id,
            asked.name_id_format,
            asked.issuer,
            session.auth_time,
            session.index,
            sessions.SECONDS,
            person.claims,
            asked.context_class,
        )
        head = new_head(provider, in_response_to=asked.id)
        assertion = self.signer.sign(saml_documents.assertion(head, asked.acs, about))
        if certificate := asked.encryption_certificate or service.encryption_certificate:
            data = xml_encryption.encrypt(assertion, certificate, provider.entropy)
            assertion = saml_documents.encrypted_assertion(data)
        others = [each for each in session.participants if each["entity"] != asked.issuer]
        here = {"entity": asked.issuer, "name_id": name_id, "format": asked.name_id_format}
        return self._sent(provider, assertion), replace(session, participants=[*others, here])

    def refuse(self, provider: Provider) -> Send:
        """The response if the person refuses."""
        return self._failed(provider, AUTHN_FAILED, "The user has refused.")

    def not_signed_in(self, provider: Provider) -> Send:
        """The response to IsPassive if nobody is signed in."""
        return self._failed(provider, NO_PASSIVE, "Nobody is signed in.")

    def _failed(self, provider: Provider, code: str, words: str) -> Send:
        return self._sent(provider, b"", RESPONDER, code, words=words)

    def _sent(self, provider: Provider, assertion: bytes, *status: str, words: str | None = None) -> Send:
        asked = self.request
        head = new_head(provider, asked.acs, asked.id)
        document = saml_documents.response(head, assertion, status or (saml_documents.SUCCESS,), words)
        return saml_messages.sent("SAMLResponse", self.signer.sign(document), asked.acs, asked.relay_state)


def endpoints(provider: Provider) -> Endpoints:
    """The addresses of the SAML provider."""
    return addresses(TYPE, provider.base)


def metadata(provider: Provider) -> bytes:
    """The metadata."""
    return saml_documents.metadata(endpoints(provider), Signer.of(provider).certificate)


def new_head(provider: Provider, destination: str | None = None, in_response_to: str | None = None) -> Head:
    """What a message of the provider begins with, with a new ID."""
    number = f"_{provider.entropy.token_bytes(16).hex()}"
    return Head(number, endpoints(provider).issuer, provider.now, destination, in_response_to)
