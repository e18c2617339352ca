"""What a pool may have for each app client: a style, a customization of the classic pages, a risk configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.commands.import_from_aws import members
from emulator.commands.import_from_aws.calls import Source

_ALL = "ALL"
_IDS = frozenset({"UserPoolId", "ClientId", "LastModifiedDate"})


class PerClient:
    """Reads them. `logos` are comments on the images of classic pages, whose content AWS does not return."""

    def __init__(self, source: Source, pool: Mapping[str, Any], clients: Sequence[str]) -> None:
        self._source = source
        self._notes = source.notes
        self._pool = pool
        self._clients = clients
        self.logos: list[str] = []

    def brandings(self) -> Iterator[dict[str, Any]]:
        """Managed login styles."""
        for client_id in self._clients:
            answer = self._source.ask(
                "DescribeManagedLoginBrandingByClient",
                "managed login styles are",
                UserPoolId=self._pool["Id"],
                ClientId=client_id,
                ReturnMergedResources=False,
            )
            if not answer:
                continue
            branding = {"ClientId": client_id, **answer["ManagedLoginBranding"]}
            if branding.get("UseCognitoProvidedValues"):  # where AWS would take no Settings and Assets
                branding = {name: value for name, value in branding.items() if name not in {"Settings", "Assets"}}
            yield members.entry("brandings", branding, self._notes)

    def ui_customizations(self) -> Iterator[dict[str, Any]]:
        """Customizations of the classic pages: that of all clients, and those of clients that have their own."""
        if not (self._pool.get("Domain") or self._pool.get("CustomDomain")):
            return
        for client_id in [_ALL, *self._clients]:
            answer = self._source.ask(
                "GetUICustomization", "CSS and logos are", UserPoolId=self._pool["Id"], ClientId=client_id
            )
            found = (answer or {}).get("UICustomization") or {}
            if found.get("ClientId", _ALL) != client_id:
                continue  # a client shows those of all clients, too
            if found.get("ImageUrl"):
                url = found["ImageUrl"]
                self.logos.append(f"The logo of {client_id} is left out. ImageFile takes, in base64: {url}")
                self._notes.add(f"ui_customizations: the logo of {client_id} is left out: {url}")
            if found.get("CSS"):
                yield members.entry("ui_customizations", {"ClientId": client_id, **found}, self._notes)

    def risk_configurations(self) -> Iterator[dict[str, Any]]:
        """Risk configurations: that of the pool, and those of clients that have their own."""
        if not _is_protected(self._pool.get("UserPoolAddOns") or {}):
            return
        of_pool = self._risk()
        if of_pool:
            yield members.entry("risk_configurations", of_pool, self._notes)
        for client_id in self._clients:
            own = self._risk(ClientId=client_id)
            if own and own != of_pool:
                yield members.entry("risk_configurations", {"ClientId": client_id, **own}, self._notes)

    def _risk(self, **client: str) -> dict[str, Any]:
        answer = self._source.ask(
            "DescribeRiskConfiguration", "risk configurations are", UserPoolId=self._pool["Id"], **client
        )
        found = (answer or {}).get("RiskConfiguration") or {}
        if client and found.get("ClientId", client["ClientId"]) != client["ClientId"]:
            return {}
        return {name: value for name, value in found.items() if name not in _IDS and value}


def _is_protected(add_ons: Mapping[str, Any]) -> bool:
    further = add_ons.get("AdvancedSecurityAdditionalFlows") or {}
    return any(
        mode not in {None, "OFF"} for mode in (add_ons.get("AdvancedSecurityMode"), further.get("CustomAuthMode"))
    )
