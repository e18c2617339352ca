"""Client secrets that are published in AWS Secrets Manager: published, withdrawn and rotated.

A published client has two secrets at most: the current one, and the one before it, which stays valid until the next
rotation. While a rotation is under way it has a third, the pending one: it is valid before it is published, so that
whatever Secrets Manager gives is valid, wherever the process ends.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.access import client_secrets
from emulator.faults import ConcurrentModificationException, InvalidParameterException, NotSetUp
from emulator.outside import claims
from emulator.outside.secrets_manager import SecretsManagerFailed, Version
from keys import entropy
from storage.records.pools import Client, ClientSecret, Pool, PublishedSecret

log = logging.getLogger("cognito_emulator")

MEMBER = "PublishSecretsInAWSSecretsManager"
# Unlike AWS: secrets that UpdateUserPoolClient has published are rotated every seven days of the emulator's clock, and
# by `POST /_emulator/rotate-secret`. In AWS, Secrets Manager starts the rotations: by a schedule that can be changed
# there, and by its RotateSecret.
EVERY = 7 * 86_400
"""Seconds between two rotations."""
_SHOWN = "ClientSecretId"
"""The key in a client's further settings: which of its secrets DescribeUserPoolClient returns."""
_BUSY = "The client secret is being published, rotated or withdrawn by another request. Try again."


class Rotation(Struct, frozen=True):
    """A rotation that has begun: the new secret is valid, and is to be published as `version`."""

    published: PublishedSecret
    secret: ClientSecret
    version: Version


def wanted_of_new(request: Mapping[str, Any]) -> bool:
    """Whether CreateUserPoolClient is to publish the secret. Raises InvalidParameterException if none is generated."""
    if not request.get(MEMBER):
        return False
    if not request.get("GenerateSecret"):
        # AWS unknown: what CreateUserPoolClient answers when PublishSecretsInAWSSecretsManager is true and
        # GenerateSecret is not; documentation says that it applies only with GenerateSecret.
        raise InvalidParameterException(f"{MEMBER} can only be set to true when GenerateSecret is true.")
    return True


def change_wanted(context: Context, client: Client, wanted: bool | None) -> bool | None:
    """True if UpdateUserPoolClient is to publish the client's secret, False if it is to withdraw it, else None.

    Raises InvalidParameterException when a client without a generated secret is to be published.
    """
    if wanted is None:
        return None
    is_published = context.unit.published_secrets.of(client.id) is not None
    if wanted and not any(secret.generated for secret in context.unit.clients.secrets(client.id)):
        # AWS unknown: what UpdateUserPoolClient answers when PublishSecretsInAWSSecretsManager is true and the client
        # has no secret, or only secrets that were not generated. With false it changes nothing here.
        raise InvalidParameterException(f"{MEMBER} applies only to app clients that have a generated secret.")
    return wanted if wanted != is_published else None


def publish(context: Context, pool: Pool, client_id: str, value: str) -> str:
    """Publish a new secret for a client that is not published, and return the ARN. The caller then stores both.

    Until the call's transaction has ended, others do not publish, rotate or withdraw the client's secrets. If it does
    not commit, the published secret is deleted. Releases the database connection.

    Raises NotSetUp without Secrets Manager, ConcurrentModificationException, and InvalidParameterException if Secrets
    Manager fails.
    """
    _require(context)
    _claim(context, client_id)
    version = _version(pool, client_id, value, entropy.uuid(context.world.entropy))
    with context.unit.released():
        try:
            arn = context.world.secrets_manager.create(version)
        except SecretsManagerFailed as failed:
            raise _refusal("published", failed) from None
    context.held.stack.push(_Compensation(context, arn))
    _warn_of_account(context, arn)
    return arn


def store(context: Context, client: Client, value: str, arn: str) -> None:
    """Store a secret that was published as the client's current one, with its ARN.

    Of the client's other secrets the newest stays valid; the rest is deleted.
    """
    others = context.unit.clients.secrets(client.id)
    for secret in others[:-1]:
        context.unit.clients.delete_secret(secret)
    context.unit.clients.add_secret(client_secrets.seal_next(context, client, value))
    context.unit.published_secrets.add(PublishedSecret(client.id, arn, context.now))


def withdraw(context: Context, client: Client) -> None:
    """Delete a client's secret from Secrets Manager for good; the caller then calls `forget`.

    Releases the database connection. Raises what `publish` raises.
    """
    _require(context)
    _claim(context, client.id)
    published = context.unit.published_secrets.of(client.id)
    with context.unit.released():
        try:
            if published:
                context.world.secrets_manager.delete(published.arn)
        except SecretsManagerFailed as failed:
            raise _refusal("deleted from Secrets Manager", failed) from None


def forget(context: Context, client: Client) -> Client:
    """Have a client no longer published, and return the changed client.

    Its two newest secrets stay valid, and the one that was current is shown.
    """
    published = context.unit.published_secrets.of(client.id)
    if published is None:
        return client
    secrets = context.unit.clients.secrets(client.id)
    settled = [secret.id for secret in secrets if secret.id != published.pending]
    for secret in secrets[:-2]:
        context.unit.clients.delete_secret(secret)
    context.unit.published_secrets.delete(published)
    return context.unit.clients.configure(client, {**client.further, _SHOWN: settled[-1]})


def shown(context: Context, client: Client) -> dict[str, str]:
    """The member of UserPoolClientType with the secret: ClientSecretArn of a published client, else ClientSecret.

    Empty for a client without a secret.
    """
    published = context.unit.published_secrets.of(client.id)
    if published:
        return {"ClientSecretArn": published.arn}
    # AWS unknown: which ClientSecret DescribeUserPoolClient returns of a client that has two; here the older one, but
    # the one that was current for a client that UpdateUserPoolClient has moved back from Secrets Manager.
    secrets = context.unit.clients.secrets(client.id)
    if not secrets:
        return {}
    chosen = next((one for one in secrets if one.id == client.further.get(_SHOWN)), secrets[0])
    return {"ClientSecret": client_secrets.opened(context, chosen)}


def begin_rotation(context: Context, client_id: str, *, although_not_due: bool = False) -> Rotation | None:
    """Begin to rotate a client's secret: store a new one, or find the one that an unfinished rotation has stored.

    None if the client is gone or not published, or if the last rotation is less than seven days ago. With
    `although_not_due`, the seven days do not matter. The caller publishes the secret, and then calls `end_rotation`.
    """
    published = context.unit.published_secrets.of(client_id)
    if published is None or (published.rotated > context.now - EVERY and not although_not_due):
        return None
    client = context.unit.clients.get(client_id)
    pool = context.unit.pools.get(client.pool_id) if client else None
    if client is None or pool is None:
        return None
    found = [secret for secret in context.unit.clients.secrets(client_id) if secret.id == published.pending]
    if found:
        secret = found[0]
    else:
        secret = client_secrets.seal_next(context, client, entropy.client_secret(context.world.entropy))
        context.unit.clients.add_secret(secret)
        published = context.unit.published_secrets.change(published, pending=secret.id, rotated=0.0)
    token = hashlib.sha256(secret.id.encode()).hexdigest()
    return Rotation(published, secret, _version(pool, client_id, client_secrets.opened(context, secret), token))


def end_rotation(context: Context, rotation: Rotation, arn: str) -> bool:
    """Note that the new secret is published as `arn`, and delete the client's secrets but for the two newest.

    False if the client is gone or its secrets are no longer published: the caller then deletes what was published.
    """
    published = context.unit.published_secrets.of(rotation.published.client_id)
    if published is None or published.pending != rotation.secret.id:
        return False
    context.unit.published_secrets.change(published, arn=arn, rotated=context.now, pending=None)
    for secret in context.unit.clients.secrets(published.client_id)[:-2]:
        context.unit.clients.delete_secret(secret)
    _warn_of_account(context, arn)
    return True


def delete_afterwards(context: Context, published: list[PublishedSecret]) -> None:
    """Delete secrets of deleted clients from Secrets Manager once the transaction has committed.

    A failure is logged, since the clients are gone by then. Where there was no response, the others are not tried.
    """

    # AWS unknown: whether DeleteUserPoolClient and DeleteUserPool fail when Secrets Manager does. Here they do not.
    def delete() -> None:
        for number, one in enumerate(published):
            try:
                _delete_of_gone(context, one)
            except SecretsManagerFailed as failed:
                left = len(published) - number - 1 if failed.is_down else 0
                others = f", and {left} more" if left else ""
                log.warning("%s%s of deleted clients may remain in Secrets Manager: %s", one.arn, others, failed)
                if failed.is_down:
                    return

    if published:
        context.afterwards.append(delete)


def _delete_of_gone(context: Context, published: PublishedSecret) -> None:
    """Delete the secret of a deleted client, unless a new client with the same id has taken it over meanwhile."""
    with context.world.claims.held(claims.of_secret(published.client_id)) as claim:
        if claim is None:  # a rotation, which finds that the client is gone; or a new client, which takes it over
            return
        with context.unit.store.unit(writes=False) as unit:
            other = unit.published_secrets.of(published.client_id)
        if other is None or other.arn != published.arn:
            context.world.secrets_manager.delete(published.arn)


class _Compensation:
    """Deletes a secret that was just published if the call's transaction does not commit. For `Context.held`."""

    def __init__(self, context: Context, arn: str) -> None:
        self._context = context
        self._arn = arn

    def __enter__(self) -> _Compensation:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            with suppress(SecretsManagerFailed):
                self._context.world.secrets_manager.delete(self._arn)


def _require(context: Context) -> None:
    lacks = context.world.secrets_manager.lacks
    if lacks:
        raise NotSetUp(f"{MEMBER} needs {lacks}.")


def _claim(context: Context, client_id: str) -> None:
    with context.unit.released():
        claim = context.held.stack.enter_context(context.world.claims.held(claims.of_secret(client_id)))
    if claim is None:
        raise ConcurrentModificationException(_BUSY)
    claim.protect(context.unit)


def _version(pool: Pool, client_id: str, value: str, token: str) -> Version:
    """The version of the published secret, in the form that AWS documents at ClientSecretArn."""
    # AWS unknown: the name of the secret that Cognito creates in Secrets Manager, and its ARN. ClientSecretArn has the
    # form that Secrets Manager's GetSecretValue takes; the service model's pattern has `secret/` in place of `secret:`.
    document = {"userPoolId": pool.id, "userPoolClientId": client_id, "clientSecretValue": value}
    name = f"cognito/{pool.id}/{client_id}"
    return Version(pool.id.partition("_")[0], name, json.dumps(document), token, sensitive=value)


def _refusal(what: str, failed: SecretsManagerFailed) -> InvalidParameterException:
    # AWS unknown: how CreateUserPoolClient and UpdateUserPoolClient fail when Secrets Manager does.
    return InvalidParameterException(f"The client secret could not be {what}: {failed}")


def _warn_of_account(context: Context, arn: str) -> None:
    account, own = arn.split(":")[4], context.settings.account_id
    if account != own:
        words = "Secrets Manager has published %s in its own account, not in %s; start the server with --account-id %s"
        log.warning(words, arn, own, account)
