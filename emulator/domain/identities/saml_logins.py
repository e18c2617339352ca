"""Logins with SAML assertions of providers that IAM knows, by their ARNs."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.domain.identities import saml_assertions, token_claims
from emulator.domain.identities.proven import Proven
from emulator.domain.identities.saml_assertions import Assertion
from emulator.domain.identities.token_problems import NotAToken
from emulator.faults import NotSetUp
from storage.records.identities import IdentityPool

_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
NAME_ID = f"{_CLAIMS}/nameidentifier"
"""The claim of the NameID, of which principal tags are made by default, with that of the name."""
NAME = f"{_CLAIMS}/name"


def prove(context: Context, pool: IdentityPool, key: str, encoded: str) -> tuple[int, Proven]:
    """The login, and the position of its provider, whose ARN is `key`, among the SAML providers of the identity pool.

    Releases the database connection. Raises a TokenProblem, or NotSetUp if the provider's metadata are unknown.
    """
    # AWS unknown: the messages of NotAuthorizedException in GetId and GetCredentialsForIdentity for a SAML assertion
    # that is not valid. Here they are those for a token.
    metadata = context.world.iam.saml_metadata(key)
    if metadata is None:
        # Unlike AWS: GetId and GetCredentialsForIdentity need to be given the metadata of a SAML provider, since there
        # is no IAM that has them.
        raise NotSetUp(f"Signing in with {key} needs the metadata document of the provider, which is not known here.")
    with context.unit.released():
        assertion = saml_assertions.read(metadata, encoded, context.now)
    if not token_claims.is_subject(assertion.name_id):
        raise NotAToken("its NameID is too long")
    claims = _claims(assertion)
    place = pool.settings["SamlProviderARNs"].index(key)
    roles = assertion.roles(key)
    return place, Proven(key, assertion.recipient, assertion.name_id, claims, "saml", key, roles)


def _claims(assertion: Assertion) -> dict[str, Any]:
    """The claims that rules and principal tags see: the attributes, several values as a list."""
    claims: dict[str, Any] = {
        name: values[0] if len(values) == 1 else list(values) for name, values in assertion.attributes.items() if values
    }
    return {NAME_ID: assertion.name_id, **claims, "sub": assertion.name_id, "iss": assertion.issuer}
