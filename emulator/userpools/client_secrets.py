"""The secrets of an app client: at most two, so that a secret can be rotated without downtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.access import client_secrets
from emulator.faults import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from emulator.registry import operation
from keys import entropy
from storage.records.pools import ClientSecret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_MOST = 2


@operation("AddUserPoolClientSecret")
def add_user_pool_client_secret(call: Call[shapes.AddUserPoolClientSecretRequestTypeDef]) -> dict[str, Any]:
    """Add a second secret to a confidential client. The answer has its value only where it was generated."""
    # AWS unknown: the messages of AddUserPoolClientSecret, and how it refuses a secret that the client has already.
    client, given = call.named_client, call.request.get("ClientSecret")
    live = client_secrets.of(call, client)
    if not live:
        raise InvalidParameterException("The app client is not configured with a client secret.")
    if len(live) >= _MOST:
        raise LimitExceededException(f"Client secrets cannot exceed limit of {_MOST} secrets.")
    value = given or entropy.client_secret(call.world.entropy)
    if value in live:
        raise InvalidParameterException("The app client has that client secret already.")
    secret = client_secrets.seal(call, client.id, value, client_secrets.next_number(call, client))
    call.unit.clients.add_secret(secret)
    return {"ClientSecretDescriptor": _shown(secret) | ({} if given else {"ClientSecretValue": value})}


@operation("ListUserPoolClientSecrets", reads=True)
def list_user_pool_client_secrets(call: Call[shapes.ListUserPoolClientSecretsRequestTypeDef]) -> dict[str, Any]:
    """List the secrets of a client, on one page and without their values."""
    if call.given("NextToken") is not None:
        raise InvalidParameterException("Invalid pagination token given.")
    return {"ClientSecrets": [_shown(secret) for secret in call.unit.clients.secrets(call.named_client.id)]}


@operation("DeleteUserPoolClientSecret")
def delete_user_pool_client_secret(call: Call[shapes.DeleteUserPoolClientSecretRequestTypeDef]) -> dict[str, Any]:
    """Delete a secret of a client that has two."""
    # AWS unknown: the messages of DeleteUserPoolClientSecret.
    live = {secret.id: secret for secret in call.unit.clients.secrets(call.named_client.id)}
    secret = live.get(call.request["ClientSecretId"])
    if secret is None:
        raise ResourceNotFoundException("Client secret does not exist.")
    if len(live) == 1:
        raise InvalidParameterException("The last client secret cannot be deleted.")
    call.unit.clients.delete_secret(secret)
    return {}


def _shown(secret: ClientSecret) -> dict[str, Any]:
    """ClientSecretDescriptorType, without the value."""
    return {"ClientSecretId": secret.id, "ClientSecretCreateDate": secret.created}
