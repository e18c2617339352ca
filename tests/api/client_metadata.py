"""CIMD policies and client ID metadata documents, as `/oauth2/authorize` leaves them in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from storage.records.pools import ClientMetadataURL
from storage.store import Store
from tests.builders import Api, a_client, refusal
from tests.conftest import NOON

URL = "https://app.example.com/client.json"
DAY, YEAR = 86_400, 31_556_952


def a_document(url: str = URL, name: str = "Example") -> dict[str, Any]:
    """A document that can be used."""
    return {"client_id": url, "client_name": name, "redirect_uris": ["http://127.0.0.1/callback"]}


@dataclass(frozen=True)
class Policy:
    """A CIMD policy for the URLs of example.com."""

    api: Api
    store: Store
    named: dict[str, str]

    @classmethod
    def of(cls, api: Api, store: Store, pool: str, **members: Any) -> Policy:
        """Create the policy, for a client of its own."""
        given = {
            "ClientId": a_client(api, pool),
            "PolicyName": "tools",
            "URLPatterns": ["https://*.example.com/*"],
            **members,
        }
        made = api.idp("CreateCIMDPolicy", UserPoolId=pool, **given)["CIMDPolicy"]
        return cls(api, store, {"UserPoolId": pool, "CIMDPolicyId": made["CIMDPolicyId"]})

    def receive(self, url: str = URL, *, cached: bool = True, expires: float = NOON + DAY) -> None:
        """Store a URL, with a document that was cached at noon."""
        copy = (a_document(url, "Old"), NOON, expires) if cached else (None, None, None)
        with self.store.unit(writes=True) as unit:
            unit.client_metadata_urls.add(ClientMetadataURL(self.named["CIMDPolicyId"], url, *copy))

    def kept(self, url: str = URL) -> ClientMetadataURL | None:
        """What is stored of a URL."""
        with self.store.unit(writes=False) as unit:
            return unit.client_metadata_urls.get(self.named["CIMDPolicyId"], url)

    def name(self, url: str = URL) -> str | None:
        """The `client_name` of the cached document; None where there is none."""
        kept = self.kept(url)
        return kept.document["client_name"] if kept and kept.document else None

    def urls(self, **members: Any) -> list[dict[str, Any]]:
        """The items of ListClientMetadataURLs."""
        listed: list[dict[str, Any]] = self.api.idp("ListClientMetadataURLs", **self.named, **members)[
            "ClientMetadataURLs"
        ]
        return listed

    def set(self, action: str, url: str = URL) -> dict[str, Any]:
        """UpdateClientMetadataURLState."""
        return self.api.idp("UpdateClientMetadataURLState", **self.named, URL=url, Action=action)

    def refused(self, action: str, url: str = URL) -> tuple[str, str]:
        """How UpdateClientMetadataURLState is refused."""
        return refusal(self.api, "UpdateClientMetadataURLState", **self.named, URL=url, Action=action)
