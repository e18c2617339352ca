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


def next_number(context: Context, client: Client) -> int:
    """What `seal` adds to the moment so that a new secret's id is none that the client has."""
    taken, number = {secret.id for secret in context.unit.clients.secrets(client.id)}, 0
    while f"{client.id}--{int(context.now * 1000) + number}" in taken:
        number += 1
    return number


def of(context: Context, client: Client) -> list[str]:
    """The live secrets of a client, in the clear, the oldest first."""
    kept = context.unit.clients.secrets(client.id)
    return [context.vault.open(secret.sealed, secret.id).decode() for secret in kept]


def is_authentic(context: Context, client: Client, given: str | None) -> bool:
    """Whether a client that sends its secret itself sent a live one; a client without a secret need not."""
    live = of(context, client)
    return not live or any(secret_hash.equal(given or "", secret) for secret in live)


WRONG = "Unable to verify secret hash for client {client}"
WRONG_AT_REFRESH = "SecretHash does not match for the client: {client}"
"""AWS's words for a wrong secret hash: everywhere, and where tokens are refreshed."""


def check(context: Context, client: Client, username: str, given: str | None, *others: str, wrong: str = WRONG) -> None:
    """Check a secret hash over the username as it was sent, or over one of `others`.

    Raises NotAuthorizedException, for a wrong one in the words `wrong`.

    AWS unknown: what a secret hash for a client without a secret does; it is ignored here.
    """
    secrets = of(context, client)
    if not secrets:
        return
    if given is None:
        raise NotAuthorizedException(f"Client {client.id} is configured with secret but SECRET_HASH was not received")
    if not any(secret_hash.matches(given, name, client.id, secrets) for name in (username, *others)):
        raise NotAuthorizedException(wrong.format(client=client.id))
