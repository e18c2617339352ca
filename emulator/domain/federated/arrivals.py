"""A user who comes from an identity provider: what the pool makes of the verified identity, while it signs in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts import usernames
from emulator.domain.federated.identity import Identity
from emulator.domain.pools import client_settings, oauth_settings
from emulator.domain.pools.apps import CurrentApp
from emulator.domain.providers import attribute_mapping, linked_identities
from emulator.domain.providers.linked_identities import Owner
from emulator.faults import InvalidParameterException
from storage.records.providers import IdentityProvider

_LONGEST = 128
"""Characters of a username (the service model)."""
_VERIFIED = frozenset({"email_verified", "phone_number_verified"})


class Arrival(Struct, frozen=True):
    """A sign-in at an identity provider that has succeeded there.

    `subject` is the user's at the provider. `claims` are those that the AttributeMapping is applied to. The provider is
    as it was read: use `current` after a release of the connection.
    """

    app: CurrentApp
    provider: IdentityProvider
    subject: str
    claims: Mapping[str, Any]

    @property
    def username(self) -> str:
        """The username of a user whom the pool creates for this identity."""
        return usernames.fold(self.app.pool.settings, "username", f"{self.provider.name}_{self.subject}")

    @property
    def mapped(self) -> dict[str, str]:
        """The mapped attributes, blank ones included.

        Raises InvalidParameterException for characters that cannot be stored.
        """
        found = attribute_mapping.mapped(self.provider, self.claims)
        for name, value in found.items():
            _check_characters(name, value)
        return found

    @property
    def attributes(self) -> dict[str, str]:
        """Those of the mapped attributes that the client may write.

        `email_verified` and `phone_number_verified` need no permission, since no client can have it.
        """
        # AWS unknown: whether a federated sign-in fails where the client may not write a mapped attribute. Two pages of
        # AWS's documentation contradict each other; here the attribute is left out.
        schema = self.app.pool.settings["SchemaAttributes"]
        writable = client_settings.writable(self.app.client.settings, schema) | _VERIFIED
        return {name: value for name, value in self.mapped.items() if name in writable}

    def owner(self, context: Context) -> Owner | None:
        """The user to whom the identity belongs already, None if there is none.

        Sign-ins of one identity wait for each other here, so that the first one creates the user for all.
        """
        context.unit.lock("identity", self.provider.pool_id, self.provider.name, self.subject)
        return linked_identities.owner(context, self.provider, self.subject, self.mapped)

    def current(self, context: Context) -> Arrival:
        """The same with the provider as it is now.

        Raises InvalidParameterException if the provider has gone, or the client does not support it any more.
        """
        name = self.provider.name
        found = context.unit.providers.named(self.provider.pool_id, name)
        is_the_same = found is not None and found.created == self.provider.created
        if found is None or not is_the_same or name not in oauth_settings.providers(self.app.client.settings):
            raise InvalidParameterException(oauth_settings.NOT_AVAILABLE, "the provider went during the sign-in")
        return replace(self, provider=found)

    def with_claims(self, claims: Mapping[str, Any]) -> Arrival:
        """The same with other claims."""
        return replace(self, claims=claims)


def arrival(app: CurrentApp, provider: IdentityProvider, identity: Identity) -> Arrival:
    """The arrival of a verified identity. Raises InvalidParameterException for one without a usable subject."""
    # AWS unknown: the error_description of a federated sign-in whose claim for the subject is absent, or makes no
    # username.
    subject = identity.subject or attribute_mapping.subject(provider, identity.claims)
    if not subject:
        raise InvalidParameterException("The identity provider's answer has no value for the attribute username.")
    _check_characters("username", subject)
    made = Arrival(app, provider, subject, {**_tokens(identity), **identity.claims})
    if len(made.username) > _LONGEST or not all(unicodedata.category(each)[0] in "LMSNP" for each in subject):
        raise InvalidParameterException("The identity provider's value for the attribute username makes no username.")
    return made


def _check_characters(name: str, value: str) -> None:
    """Raise InvalidParameterException for a value with characters of four bytes in UTF-8, or that are no text."""
    # AWS unknown: the message where a claim has characters of four bytes in UTF-8, which a federated sign-in refuses.
    if any(each == "\0" or each > "\uffff" or "\ud800" <= each <= "\udfff" for each in value):
        raise InvalidParameterException(f"Invalid characters in the value of the attribute {name}.")


def _tokens(identity: Identity) -> dict[str, Any]:
    """The provider's tokens, which may be mapped to custom attributes like claims."""
    answer = identity.responses.get("tokenResponse")
    tokens = answer if isinstance(answer, Mapping) else {}
    return {name: tokens[name] for name in ("access_token", "id_token") if name in tokens}
