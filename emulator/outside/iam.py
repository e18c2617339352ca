"""The port for IAM's identity providers, which identity pools and STS know by their ARNs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Iam(Protocol):
    """Tells what IAM has on identity providers."""

    def client_ids(self, arn: str) -> Sequence[str] | None:
        """The client ids of an OIDC provider; None if it is unknown or has no list, so that any audience will do."""
        ...

    def saml_metadata(self, arn: str) -> str | None:
        """The metadata document of a SAML provider; None if it is unknown."""
        ...


@dataclass(frozen=True, slots=True)
class ListedIam:
    """The form with given lists, by ARN. Without any, no SAML provider is known, and every OIDC audience will do."""

    client_id_lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    metadata_documents: Mapping[str, str] = field(default_factory=dict)

    def client_ids(self, arn: str) -> Sequence[str] | None:
        """The listed client ids."""
        return self.client_id_lists.get(arn)

    def saml_metadata(self, arn: str) -> str | None:
        """The listed document."""
        return self.metadata_documents.get(arn)
