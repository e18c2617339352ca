"""The port for IAM's roles and identity providers, which identity pools and STS know by their ARNs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

if TYPE_CHECKING:
    from emulator.policies.role_table import Role, RoleTable


class Iam(Protocol):
    """Tells what IAM has on roles and identity providers."""

    @property
    def knows_roles(self) -> bool:
        """Whether there is a table of roles: a role that it lacks does not exist. Without one, every role does."""
        ...

    def role(self, arn: str) -> Role | None:
        """A role of the table."""
        ...

    def knows_issuer(self, issuer: str) -> bool:
        """Whether there is an OIDC provider with that issuer, which is given without its scheme."""
        ...

    def client_ids(self, arn: str) -> Sequence[str] | None:
        """The client ids of an OIDC provider; None if it is unknown or has no list, so that any audience will do."""
        ...

    def saml_metadata(self, arn: str) -> str | None:
        """The metadata document of a SAML provider; None if it is unknown."""
        ...


class ListedIam(Struct, frozen=True):
    """The form with given lists, by ARN. Without any, no SAML provider is known, and every OIDC audience will do."""

    roles: Mapping[str, Role] | None = None
    issuers: frozenset[str] = frozenset()
    client_id_lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    metadata_documents: Mapping[str, str] = field(default_factory=dict)

    @property
    def knows_roles(self) -> bool:
        """Whether roles were given."""
        return self.roles is not None

    def role(self, arn: str) -> Role | None:
        """The given role."""
        return (self.roles or {}).get(arn)

    def knows_issuer(self, issuer: str) -> bool:
        """Whether the issuer was given."""
        return issuer.removesuffix("/") in self.issuers

    def client_ids(self, arn: str) -> Sequence[str] | None:
        """The listed client ids."""
        return self.client_id_lists.get(arn)

    def saml_metadata(self, arn: str) -> str | None:
        """The listed document."""
        return self.metadata_documents.get(arn)


class FollowingIam:
    """The form with the file of the setting `roles`, and with what seeds have beside it. The file precedes a seed.

    Seeds that have providers, but no roles, leave every role in existence.
    """

    def __init__(self, table: RoleTable | None, account: str) -> None:
        self._table = table
        self._account = account
        self._entries: Mapping[str, Sequence[Mapping[str, Any]]] = {}
        self.current = configured(table, account)

    def follow(self, entries: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Go by these entries of seeds, in IAM's members, by kind."""
        given = {kind: of_kind for kind, of_kind in entries.items() if of_kind}
        if given == self._entries:
            return
        from emulator.policies import documents, role_table

        seeded = role_table.of_document(documents.parsed(json.dumps(given), MOST_BYTES))
        table = self._table
        merged = role_table.RoleTable(
            {**seeded.roles, **(table.roles if table else {})},
            {**seeded.client_ids, **(table.client_ids if table else {})},
            {**seeded.saml_metadata, **(table.saml_metadata if table else {})},
        )
        listed = configured(merged, self._account)
        self.current = listed if table or seeded.roles else replace(listed, roles=None)
        self._entries = given

    @property
    def knows_roles(self) -> bool:
        """Whether the file was given, or a seed has roles."""
        return self.current.knows_roles

    def role(self, arn: str) -> Role | None:
        """A role of the file or of a seed."""
        return self.current.role(arn)

    def knows_issuer(self, issuer: str) -> bool:
        """Whether the file or a seed has the issuer."""
        return self.current.knows_issuer(issuer)

    def client_ids(self, arn: str) -> Sequence[str] | None:
        """The client ids of a provider of the file or of a seed."""
        return self.current.client_ids(arn)

    def saml_metadata(self, arn: str) -> str | None:
        """The metadata document of a provider of the file or of a seed."""
        return self.current.saml_metadata(arn)


MOST_BYTES = 1 << 26
"""The most bytes of all entries of seeds."""


def configured(table: RoleTable | None, account: str) -> ListedIam:
    """The port for the file of the setting `roles`. Its OIDC providers are in the account."""
    if table is None:
        return ListedIam()
    return ListedIam(
        client_id_lists={
            provider_arn(account, issuer): allowed for issuer, allowed in table.client_ids.items() if allowed
        },
        metadata_documents=table.saml_metadata,
        roles=table.roles,
        issuers=frozenset(table.client_ids),
    )


def provider_arn(account: str, issuer: str) -> str:
    """The ARN of the OIDC provider of an issuer, which is given without its scheme."""
    return f"arn:aws:iam::{account}:oidc-provider/{issuer}"
