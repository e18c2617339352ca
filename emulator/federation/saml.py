"""SAML 2.0 providers (OASIS "Profiles for SAML 2.0", section 4.1: Web Browser SSO; AWS: "Using SAML providers").

The request travels by HTTP-Redirect, the answer by HTTP-POST.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.federated.identity import Identity
from emulator.domain.providers import attribute_mapping, providers, saml_assertions
from emulator.federation import (
    saml_documents,
    saml_messages,
    saml_refresh,
    saml_replay,
    saml_responses,
    service_provider,
    urls,
)
from emulator.federation.connector import Attempt, Departure
from emulator.federation.errors import ProviderError
from emulator.federation.saml_documents import InvalidMessage
from emulator.federation.saml_responses import Expected
from emulator.stand_in import addresses
from keys.signing import SigningKey
from storage.records.providers import IdentityProvider

INVALID_RESPONSE = "Invalid samlResponse or relayState from identity provider"
"""What the error page says of a message that belongs to no sign-in or sign-out."""
_REQUEST = "request_id"
_SAML = "SAML"


class SamlConnector:
    """The connector of SAML providers. An `Attempt` without `kept` is a sign-in that the provider has begun."""

    def start(self, context: Context, provider: IdentityProvider, attempt: Attempt) -> Departure:
        """Where the browser has to go: the provider's SSO endpoint, with an AuthnRequest whose ID is kept."""
        provider = saml_refresh.current(context, provider)
        details = provider.settings["ProviderDetails"]
        location = details["SSORedirectBindingURI"]
        key = signing_keys.saml(context, provider.pool_id) if details.get("RequestSigningAlgorithm") else None
        head = saml_messages.head(saml_messages.new_id(context.world.entropy), location, context.now)
        us = saml_assertions.audience(provider.pool_id)
        # By its path alone, since this server has several hosts, and a port for https.
        is_stand_in = urlsplit(location).path == addresses.addresses(_SAML, "").sso
        # Unlike AWS: an AuthnRequest of GET /oauth2/authorize to this server's stand-in has the encryption certificate
        # in its Extensions, if the provider has EncryptedResponses, since nobody configures the stand-in.
        keys = service_provider.encryption_key(provider) if is_stand_in else ""
        message = saml_messages.authn_request(
            head, us, attempt.redirect_uri, force="login" in attempt.prompt, extensions=keys
        )
        to = saml_messages.redirect(location, message, "SAMLRequest", attempt.state, key)
        # Unlike AWS: GET /oauth2/authorize with a SAML provider passes login_hint on to this server's stand-in, beside
        # SAMLRequest. It signs the user in without a page then. Cognito does not pass it on to SAML providers.
        if is_stand_in and attempt.login_hint:
            to = urls.with_parameters(to, {"login_hint": attempt.login_hint})
        return Departure(to, {_REQUEST: head["ID"]})

    def identify(
        self, context: Context, provider: IdentityProvider, attempt: Attempt, answer: Mapping[str, str]
    ) -> Identity:
        """Verify the response that the browser posted (SAMLResponse). Raises ProviderError.

        Commits that the assertion was used, so that it never counts again.
        """
        provider = saml_refresh.current(context, provider)
        settings = provider.settings
        expected = Expected(
            settings["SamlIssuer"],
            saml_assertions.audience(provider.pool_id),
            attempt.redirect_uri,
            attempt.kept.get(_REQUEST),
            context.now,
        )
        key = _decryption_key(context, provider)
        try:
            with context.unit.released():
                document = saml_documents.read(answer.get("SAMLResponse", ""))
                saml_responses.check_response(document, expected)
                encrypted = settings["ProviderDetails"].get("EncryptedResponses") == "true"
                assertion = saml_documents.assertion(document, settings, context.now, key, encrypted=encrypted)
                saml_responses.check_assertion(assertion, expected)
        except InvalidMessage as problem:
            raise _refusal(str(problem), problem.reason) from None
        if not saml_replay.spend(
            context, provider, assertion.get("ID", ""), saml_responses.expiry(assertion, context.now)
        ):
            raise _refusal("SAML Assertion was used before.")
        claims = saml_responses.attributes(assertion)
        # AWS unknown: how attributes with several values look in the event of InboundFederation_ExternalProvider. Here
        # they have the form that user attributes have: [a, b], its values encoded as in a form.
        attributes = {name: attribute_mapping.text(value) for name, value in claims.items()}
        return Identity(
            claims,
            subject=saml_responses.name_id(assertion),
            responses={"samlResponse": attributes},
            session=saml_responses.session(assertion),
        )


def _decryption_key(context: Context, provider: IdentityProvider) -> SigningKey | None:
    secrets = providers.secrets_of(context, provider)
    pem = secrets.get("encryption_key")
    return SigningKey(secrets.get("encryption_kid", ""), pem.encode()) if pem else None


def _refusal(words: str, reason: str | None = None) -> ProviderError:
    """The error as AWS words it: `server_error`, with a space at the end of the description."""
    return ProviderError(f"Invalid SAML response received: {words} ", reason, "server_error")
