"""Client secrets, and the SecretHash that clients make with them."""

from __future__ import annotations

from emulator.context import Context
from emulator.faults import NotAuthorizedException
from keys import secret_hash
from storage.records.pools import Client, ClientSecret


def seal_next(context: Context, client: Client, secret: str, *, generated: bool = True) -> ClientSecret:
    """Encrypt a new secret of a client, and return its record. The caller stores the record.

    `generated` is false for a secret that the caller of the API chose. The id is like AWS's: the client id and digits
    that grow with time. They grow even if the clock was set back, since the secrets of a client are in the order of
    their ids.
    """
    milliseconds = int(context.now * 1000)
    others = context.unit.clients.secrets(client.id)
    if others:
        milliseconds = max(milliseconds, int(others[-1].id.rpartition("--")[2]) + 1)
    secret_id = f"{client.id}--{milliseconds}"
    return ClientSecret(secret_id, client.id, context.vault.seal(secret.encode(), secret_id), context.now, generated)


def opened(context: Context, secret: ClientSecret) -> str:
    """The value of a client secret, decrypted."""
    return context.vault.open(secret.sealed, secret.id).decode()


def of(context: Context, client: Client) -> list[str]:
    """The secrets of a client, decrypted, oldest first."""
    return [opened(context, secret) for secret in context.unit.clients.secrets(client.id)]


def is_authentic(context: Context, client: Client, given: str | None) -> bool:
    """Whether `given` is a secret of the client. Always true for a client without secrets."""
    live = of(context, client)
    return not live or any(secret_hash.equal(given or "", secret) for secret in live)


WRONG = "Unable to verify secret hash for client {client}"
WRONG_AT_REFRESH = "SecretHash does not match for the client: {client}"
"""AWS's messages for a wrong SecretHash: the second where tokens are refreshed, the first everywhere else."""


def check(context: Context, client: Client, username: str, given: str | None, *others: str, wrong: str = WRONG) -> None:
    """Check a SecretHash over the username as it was sent, or over one of `others`.

    Raises NotAuthorizedException if the client has secrets and `given` is None or wrong; the message for a wrong one is
    `wrong`. A client without secrets accepts anything.
    """
    secrets = of(context, client)
    if not secrets:
        # AWS unknown: whether SignUp, InitiateAuth and the others refuse a SecretHash for a client without a secret.
        # Here they ignore it.
        return
    if given is None:
        raise NotAuthorizedException(f"Client {client.id} is configured with secret but SECRET_HASH was not received")
    if not any(secret_hash.matches(given, name, client.id, secrets) for name in (username, *others)):
        raise NotAuthorizedException(wrong.format(client=client.id))
