"""Client secrets and the secret hash."""

from __future__ import annotations

from emulator.context import Context
from emulator.faults import NotAuthorizedException
from keys import secret_hash
from storage.records.pools import Client, ClientSecret


def seal(context: Context, client_id: str, secret: str, number: int = 0) -> ClientSecret:
    """The record of a client's secret. Its id looks like AWS's: the client id and digits that grow with time."""
    secret_id = f"{client_id}--{int(context.now * 1000) + number}"
    return ClientSecret(secret_id, client_id, context.vault.seal(secret.encode(), secret_id), context.now)


def of(context: Context, client: Client) -> list[str]:
    """The live secrets of a client, in the clear, the oldest first."""
    kept = context.unit.clients.secrets(client.id)
    return [context.vault.open(secret.sealed, secret.id).decode() for secret in kept]


def check(context: Context, client: Client, username: str, given: str | None, *others: str) -> None:
    """Check a secret hash over the username as it was sent, or over one of `others`. Raises NotAuthorizedException.

    AWS unknown: what a secret hash for a client without a secret does; it is ignored here.
    """
    secrets = of(context, client)
    if not secrets:
        return
    if given is None:
        raise NotAuthorizedException(f"Client {client.id} is configured with secret but SECRET_HASH was not received")
    if not any(secret_hash.matches(given, name, client.id, secrets) for name in (username, *others)):
        raise NotAuthorizedException(f"Unable to verify secret hash for client {client.id}")
