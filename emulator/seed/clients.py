"""App clients in a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.domain.access import client_secrets
from emulator.seed.entries import Entry, Kind, identified
from emulator.seed.exports import Exporting
from emulator.seed.members import SEALED, Members, input_of, listing, output_of
from emulator.seed.seeding import Seeding
from storage.records.pools import Client

_CREATE = input_of("CreateUserPoolClient")
_SECRET = _CREATE.members["ClientSecret"]
_ID = input_of("UpdateUserPoolClient").members["ClientId"]
_MOST_SECRETS = 2

MEMBERS = Members.of(
    _CREATE,
    without=("UserPoolId",),
    own={"ClientId": _ID, "ClientSecrets": listing(_SECRET), "SealedClientSecrets": listing(SEALED)},
    shown=output_of("DescribeUserPoolClient", "UserPoolClient"),
    envelopes=("UserPoolClient",),
    words={
        "ClientId": "The id of the client. Without it, the client gets one.",
        "ClientSecrets": "The client's secrets, at most two, the older first, instead of ClientSecret.",
        "SealedClientSecrets": "The client's secrets as an export has them.",
    },
)
_WAYS = ("ClientSecret", "ClientSecrets", "SealedClientSecrets", "GenerateSecret")
_PUBLISHES = "PublishSecretsInAWSSecretsManager"


def _check(entry: Entry) -> None:
    members = entry.members
    if not members.get("GenerateSecret"):
        members.pop("GenerateSecret", None)
    entry.check_one_of(*_WAYS)
    for name in ("ClientSecrets", "SealedClientSecrets"):
        if not 1 <= len(members.get(name, [""])) <= _MOST_SECRETS:
            raise entry.error("a client has one or two secrets", name)
    if len(set(members.get("ClientSecrets", []))) < len(members.get("ClientSecrets", [])):
        raise entry.error("the two secrets are the same", "ClientSecrets")
    if members.get(_PUBLISHES):
        raise entry.error("a seed publishes no secrets: give the secret, or call UpdateUserPoolClient", _PUBLISHES)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    unit, wanted = seeding.unit, entry.members.get("ClientId") or entry.id
    found = unit.clients.get(wanted) if wanted else None
    if found is None and "ClientId" not in entry.members:
        named = [each for each in unit.clients.all(entry.scope) if each.name == entry.members["ClientName"]]
        found = named[0] if len(named) == 1 else None
    if found and found.pool_id != entry.scope:
        if wanted == entry.members.get("ClientId"):
            raise entry.error(f"the client is in another pool, {found.pool_id}", "ClientId")
        found = None
    entry.id = found.id if found else None
    return found is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    secrets = _secrets(seeding, entry)
    given = {name: value for name, value in entry.members.items() if name in _CREATE.members and name != _PUBLISHES}
    if entry.exists:
        _change(seeding, entry, given, secrets)
        return
    given.pop("ClientSecret", None)
    if secrets:
        given["ClientSecret"] = secrets[0]
    pins = {"ClientId": entry.members["ClientId"]} if "ClientId" in entry.members else {}
    made = seeding.in_pool("CreateUserPoolClient", entry, given, pins)
    entry.id = made["UserPoolClient"]["ClientId"]
    if secrets[1:]:
        _keep_secrets(seeding, entry, _client(seeding, entry), secrets)


def _change(seeding: Seeding, entry: Entry, given: dict[str, Any], secrets: list[str]) -> None:
    """Change what the entry names, and nothing else."""
    client = _client(seeding, entry)
    has_secret = bool(seeding.unit.clients.secrets(client.id))
    wanted = next((name for name in _WAYS if name in entry.members), None)
    if wanted and not has_secret:
        raise entry.error("a client that was made without a secret cannot get one", wanted)
    allowed = input_of("UpdateUserPoolClient").members
    given = {name: value for name, value in given.items() if name in allowed}
    current = {"ClientName": client.name, **client.settings}
    if any(current.get(name) != value for name, value in given.items()):
        kept = {name: value for name, value in current.items() if name in allowed}
        seeding.in_pool("UpdateUserPoolClient", entry, {"ClientId": client.id, **kept, **given})
    if secrets:
        _keep_secrets(seeding, entry, client, secrets)


def _client(seeding: Seeding, entry: Entry) -> Client:
    client = seeding.unit.clients.get(entry.id or "")
    if client is None:
        raise entry.error("the client was deleted meanwhile")
    return client


def _secrets(seeding: Seeding, entry: Entry) -> list[str]:
    """The secrets that the entry names."""
    members = entry.members
    if "ClientSecret" in members:
        return [members["ClientSecret"]]
    sealed = members.get("SealedClientSecrets", [])
    if not sealed:
        return list(members.get("ClientSecrets", []))
    context = _context(members.get("ClientId", ""))
    return [seeding.opened(each, context, entry, "SealedClientSecrets").decode() for each in sealed]


def _keep_secrets(seeding: Seeding, entry: Entry, client: Client, secrets: list[str]) -> None:
    """Let the client have these secrets alone."""
    if client_secrets.of(seeding.context, client) == secrets:
        return
    if seeding.unit.published_secrets.of(client.id):
        raise entry.error("the client's secrets are published in AWS Secrets Manager", "ClientSecret")
    for old in seeding.unit.clients.secrets(client.id):
        seeding.unit.clients.delete_secret(old)
    for secret in secrets:
        seeding.unit.clients.add_secret(client_secrets.seal_next(seeding.context, client, secret, generated=False))


def _context(client_id: str) -> str:
    return f"client secret {client_id}"


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for client in exporting.clients(pool_id):
        settings = {name: value for name, value in client.settings.items() if name in _CREATE.members}
        entry = {"ClientId": client.id, "ClientName": client.name, **settings}
        secrets = client_secrets.of(exporting.context, client)
        if secrets and exporting.portable:
            entry["ClientSecrets"] = secrets
        elif secrets:
            entry["SealedClientSecrets"] = [exporting.sealed(each.encode(), _context(client.id)) for each in secrets]
        yield entry


KIND = Kind(
    name="clients",
    members=MEMBERS,
    key=identified("ClientId", "ClientName"),
    exists=_exists,
    apply=_apply,
    export=_export,
    check=_check,
    description="App clients, in the members of CreateUserPoolClient, or as describe-user-pool-client prints them.",
)
