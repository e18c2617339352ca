"""Metadata of a pool as a SAML 2.0 service provider, for the configuration of identity providers."""

from __future__ import annotations

from html import escape

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.providers import saml_assertions
from emulator.federation.saml_messages import POST
from storage.records.pools import Pool
from storage.records.providers import IdentityProvider

REPLY, LOGOUT = "/saml2/idpresponse", "/saml2/logout"
"""The paths to which providers have browsers post the answers to sign-ins, and the messages of log-outs."""
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_NAMES = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'


def metadata(context: Context, pool: Pool, provider: IdentityProvider | None) -> str:
    """The metadata document of a pool, at the host of the request; with the certificate for a provider's encryption.

    Releases the connection: raises RuntimeError if the unit has written.
    """
    keys = _key("signing", signing_keys.certificate(context, pool))
    keys += encryption_key(provider) if provider else ""
    base = context.origin.base_url
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<md:EntityDescriptor {_NAMES} "
        f'entityID="{escape(saml_assertions.audience(pool.id))}">'
        f'<md:SPSSODescriptor protocolSupportEnumeration="{_PROTOCOL}" WantAssertionsSigned="true">{keys}'
        f'<md:SingleLogoutService Binding="{POST}" Location="{escape(base + LOGOUT)}"/>'
        f'<md:AssertionConsumerService Binding="{POST}" Location="{escape(base + REPLY)}" index="0" isDefault="true"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>\n"
    )


def encryption_key(provider: IdentityProvider) -> str:
    """The KeyDescriptor of the key for which a provider has to encrypt assertions; empty if it need not."""
    details = provider.settings["ProviderDetails"]
    certificate = details.get("ActiveEncryptionCertificate")
    is_due = details.get("EncryptedResponses") == "true" and certificate
    return _key("encryption", certificate) if is_due else ""


def _key(use: str, certificate: str) -> str:
    return (
        f'<md:KeyDescriptor {_NAMES} use="{use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )
