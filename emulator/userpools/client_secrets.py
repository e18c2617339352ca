"""The secrets of an app client: at most two, so that a secret can be rotated without downtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.call import Call
from emulator.domain.access import client_secrets
from emulator.domain.pools import client_settings
from emulator.faults import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from emulator.registry import operation
from keys import entropy
from storage.records.pools import Client, ClientSecret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_MOST = 2
_MANAGED = "The app client's secrets are managed in AWS Secrets Manager."


@operation("AddUserPoolClientSecret")
def add_user_pool_client_secret(call: Call[shapes.AddUserPoolClientSecretRequestTypeDef]) -> dict[str, Any]:
    """Add a second secret to a confidential client. The answer has its value only where it was generated.

    A client whose secrets are published in Secrets Manager is refused: Secrets Manager would not get the new one.
    """
    # AWS unknown: the messages of AddUserPoolClientSecret, and how it refuses a secret that the client has already.
    client, given = call.named_client, call.request.get("ClientSecret")
    published = call.unit.published_secrets.of(client.id)
    if published:
        # AWS unknown: what AddUserPoolClientSecret answers for a client whose secrets are managed in Secrets Manager.
        raise InvalidParameterException(_MANAGED)
    if client_settings.client_type(client) == "DCR":
        # AWS unknown: the message of AddUserPoolClientSecret for a client that was registered dynamically.
        raise InvalidParameterException("Client secrets cannot be added to a dynamically registered app client.")
    live = client_secrets.of(call, client)
    if not live:
        raise InvalidParameterException("The app client is not configured with a client secret.")
    if len(live) >= _MOST:
        raise LimitExceededException(f"Client secrets cannot exceed limit of {_MOST} secrets.")
    value = given or entropy.client_secret(call.world.entropy)
    if value in live:
        raise InvalidParameterException("The app client has that client secret already.")
    secret = client_secrets.seal_next(call, client, value, generated=not given)
    call.unit.clients.add_secret(secret)
    return {"ClientSecretDescriptor": _shown(secret) | ({} if given else {"ClientSecretValue": value})}


@operation("ListUserPoolClientSecrets", reads=True)
def list_user_pool_client_secrets(call: Call[shapes.ListUserPoolClientSecretsRequestTypeDef]) -> dict[str, Any]:
    """List the secrets of a client, on one page and without their values."""
    if call.given("NextToken") is not None:
        raise refusals.invalid_page_token()
    # AWS unknown: whether ListUserPoolClientSecrets returns the secrets that are managed in Secrets Manager.
    return {"ClientSecrets": [_shown(secret) for secret in _settled(call, call.named_client)]}


@operation("DeleteUserPoolClientSecret")
def delete_user_pool_client_secret(call: Call[shapes.DeleteUserPoolClientSecretRequestTypeDef]) -> dict[str, Any]:
    """Delete a secret of a client that has two, but not the one that is current in Secrets Manager."""
    # AWS unknown: the messages of DeleteUserPoolClientSecret, and what it answers for the secrets of a client that are
    # managed in Secrets Manager. Here the older one can be deleted.
    client = call.named_client
    live = {secret.id: secret for secret in _settled(call, client)}
    secret = live.get(call.request["ClientSecretId"])
    if secret is None:
        raise ResourceNotFoundException("Client secret does not exist.")
    if len(live) == 1:
        raise InvalidParameterException("The last client secret cannot be deleted.")
    if secret == list(live.values())[-1] and call.unit.published_secrets.of(client.id):
        raise InvalidParameterException(_MANAGED)
    call.unit.clients.delete_secret(secret)
    return {}


def _settled(call: Call[Any], client: Client) -> list[ClientSecret]:
    """The secrets of a client, oldest first, without one that is still to be published by a rotation."""
    published = call.unit.published_secrets.of(client.id)
    pending = published.pending if published else None
    return [secret for secret in call.unit.clients.secrets(client.id) if secret.id != pending]


def _shown(secret: ClientSecret) -> dict[str, Any]:
    """ClientSecretDescriptorType, without the value."""
    return {"ClientSecretId": secret.id, "ClientSecretCreateDate": secret.created}
