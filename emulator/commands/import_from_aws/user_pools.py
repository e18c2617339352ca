"""A user pool of AWS, with all that is configured in it, as entries of a seed file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from emulator.commands.import_from_aws import members
from emulator.commands.import_from_aws.calls import ImportFailed, Source
from emulator.commands.import_from_aws.per_client import PerClient
from emulator.domain.pools import schema
from emulator.domain.providers.provider_details import KINDS, SECRETS

LEFT_OUT = "left-out"
"""What stands for the secret of an identity provider."""
NO_CLIENT_SECRETS = "Secrets are left out: a client with GenerateSecret gets a new one. --secrets imports them."
NO_PROVIDER_SECRETS = (
    f"{LEFT_OUT} stands for secrets that are not imported (see --secrets), or that AWS does not tell; "
    "the stand-in provider takes it."
)
_PUBLISHES = "PublishSecretsInAWSSecretsManager"


class Listed(Struct):
    """The entries of one list of a pool, and what is to be said above them."""

    name: str
    entries: list[dict[str, Any]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


class Imported(Struct):
    """A pool: its own members, its LambdaConfig apart, and its lists but the users."""

    id: str
    members: dict[str, Any]
    triggers: dict[str, Any]
    lists: list[Listed]

    @property
    def groups(self) -> list[str]:
        """The names of the groups."""
        return [entry["GroupName"] for each in self.lists if each.name == "groups" for entry in each.entries]


def read(source: Source, pool_id: str, *, secrets: bool) -> Imported:
    """Read all of a pool but its users. Raises `ImportFailed`."""
    return _Reader(source, pool_id, secrets).read()


class _Reader:
    def __init__(self, source: Source, pool_id: str, secrets: bool) -> None:
        self._source = source
        self._notes = source.notes
        self._id = pool_id
        self._secrets = secrets

    def read(self) -> Imported:
        """The pool. Without the pool itself, its MFA and its clients there is nothing to import: they must be there."""
        described = self._source.call("DescribeUserPool", UserPoolId=self._id).get("UserPool")
        if not described:
            raise ImportFailed("DescribeUserPool: the answer has no UserPool")
        own, triggers = self._own_members(described)
        clients = list(self._clients())
        per_client = PerClient(self._source, described, [each["ClientId"] for each in clients])
        lists = [
            Listed("resource_servers", self._resource_servers()),
            self._providers(),
            self._client_entries(clients),
            Listed("domains", list(self._domains(described))),
            Listed("groups", self._groups()),
            Listed("brandings", list(per_client.brandings())),
            Listed("ui_customizations", list(per_client.ui_customizations()), per_client.logos),
            Listed("terms", list(self._terms())),
            Listed("risk_configurations", list(per_client.risk_configurations())),
            Listed("log_configurations", self._logs()),
        ]
        return Imported(self._id, own, triggers, [each for each in lists if each.entries])

    def _own_members(self, described: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The members of the pool itself, and its LambdaConfig."""
        found = members.entry("user_pools", described, self._notes)
        triggers = found.pop("LambdaConfig", {})
        usual = {each["Name"]: each for each in schema.standard()}
        own = [each for each in found.pop("SchemaAttributes", []) if usual.get(each.get("Name", "")) != each]
        own = [each for each in own if each.get("Name") != "identities"]
        if own:
            found["SchemaAttributes"] = own
        mfa = self._source.call("GetUserPoolMfaConfig", UserPoolId=self._id)
        found |= members.entry("user_pools", {"mfa": mfa}, self._notes)
        if "mfa" in found:
            found.pop("MfaConfiguration", None)
        return found, triggers

    def _clients(self) -> Iterator[dict[str, Any]]:
        listed = self._source.all("ListUserPoolClients", "UserPoolClients", UserPoolId=self._id, MaxResults=60)
        for each in sorted(listed, key=lambda client: (client.get("ClientName", ""), client["ClientId"])):
            answer = self._source.find("DescribeUserPoolClient", UserPoolId=self._id, ClientId=each["ClientId"])
            if answer:
                yield answer["UserPoolClient"]

    def _client_entries(self, clients: list[dict[str, Any]]) -> Listed:
        listed = Listed("clients")
        for client in clients:
            entry = members.entry("clients", client, self._notes)
            if entry.pop(_PUBLISHES, False):
                self._notes.add(f"clients: {_PUBLISHES} is left out: a seed publishes no secrets")
            if "ClientSecret" in entry and not self._secrets:
                del entry["ClientSecret"]
                entry["GenerateSecret"] = True
                listed.comments = [NO_CLIENT_SECRETS]
            listed.entries.append(entry)
        return listed

    def _providers(self) -> Listed:
        names = self._source.all(
            "ListIdentityProviders",
            "Providers",
            what="identity providers are",
            UserPoolId=self._id,
            MaxResults=60,
        )
        listed = Listed("identity_providers")
        for name in sorted(each["ProviderName"] for each in names):
            answer = self._source.ask(
                "DescribeIdentityProvider", "identity providers are", UserPoolId=self._id, ProviderName=name
            )
            if answer:
                listed.entries.append(self._provider(answer["IdentityProvider"], listed))
        return listed

    def _provider(self, described: Mapping[str, Any], listed: Listed) -> dict[str, Any]:
        """A provider. `LEFT_OUT` stands for secrets that are not to be imported, or that AWS does not tell."""
        entry = members.entry("identity_providers", described, self._notes)
        details = entry.setdefault("ProviderDetails", {})
        kind = KINDS.get(entry.get("ProviderType", ""))
        needed = kind.required if kind else ()
        for name in SECRETS:
            is_left_out = name in details and not self._secrets
            is_missing = name in needed and not details.get(name)
            if is_left_out or is_missing:
                details[name] = LEFT_OUT
                listed.comments = [NO_PROVIDER_SECRETS]
        return entry

    def _resource_servers(self) -> list[dict[str, Any]]:
        servers = self._source.all(
            "ListResourceServers",
            "ResourceServers",
            what="resource servers are",
            UserPoolId=self._id,
            MaxResults=50,
        )
        entries = [members.entry("resource_servers", each, self._notes) for each in servers]
        return sorted(entries, key=lambda entry: str(entry["Identifier"]))

    def _groups(self) -> list[dict[str, Any]]:
        groups = self._source.all("ListGroups", "Groups", what="groups are", UserPoolId=self._id, Limit=60)
        entries = [members.entry("groups", each, self._notes) for each in groups]
        return sorted(entries, key=lambda entry: str(entry["GroupName"]))

    def _domains(self, described: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for member in ("Domain", "CustomDomain"):
            name = described.get(member)
            answer = self._source.ask("DescribeUserPoolDomain", "domains are", Domain=name) if name else None
            if answer and (answer.get("DomainDescription") or {}).get("Domain"):
                yield members.entry("domains", answer["DomainDescription"], self._notes)

    def _terms(self) -> Iterator[dict[str, Any]]:
        what = "terms documents are"
        listed = self._source.all("ListTerms", "Terms", what=what, UserPoolId=self._id, MaxResults=60)
        for terms_id in sorted(each["TermsId"] for each in listed):
            answer = self._source.ask("DescribeTerms", what, UserPoolId=self._id, TermsId=terms_id)
            if answer:
                yield members.entry("terms", answer["Terms"], self._notes)

    def _logs(self) -> list[dict[str, Any]]:
        answer = self._source.ask(
            "GetLogDeliveryConfiguration", "the configuration of exported logs is", UserPoolId=self._id
        )
        configured = (answer or {}).get("LogDeliveryConfiguration") or {}
        entries = [
            members.entry("log_configurations", each, self._notes) for each in configured.get("LogConfigurations") or []
        ]
        return sorted(entries, key=lambda entry: str(entry["EventSource"]))
