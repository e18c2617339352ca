"""App clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.access import client_secrets, published_secrets
from emulator.domain.pools import client_settings, oauth_settings, pinning, resource_servers
from emulator.domain.providers import providers
from emulator.faults import ConcurrentModificationException, InvalidParameterException, LimitExceededException
from emulator.registry import operation
from keys import entropy
from storage.records.pools import Client
from storage.violations import UniqueViolation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_MOST_CLIENTS = 1_000


@operation("CreateUserPoolClient")
def create_user_pool_client(call: Call[shapes.CreateUserPoolClientRequestTypeDef]) -> dict[str, Any]:
    """Create an app client, with a secret where the request has or wants one. Its name or a seed may pin its id."""
    publishes = published_secrets.wanted_of_new(call.request)
    settings = _settings_of_new(call)
    name, source = call.request["ClientName"], call.world.entropy
    pinned = call.pins.get("ClientId") or pinning.client_id(name)
    client_id = pinned or entropy.client_id(source)
    generates = bool(call.request.get("GenerateSecret"))
    secret = entropy.client_secret(source) if generates else call.request.get("ClientSecret")
    arn = None
    if publishes and secret:
        arn = _publish_new(call, client_id, secret)
        settings = _settings_of_new(call)  # anew: the connection was released
    client = Client(client_id, call.pool.id, name, settings, call.now, call.now)
    try:
        call.unit.clients.add(client, drawn=not pinned)
    except UniqueViolation:
        if pinned:
            raise _exists(client_id) from None
        raise  # the call runs again, and draws another id
    if arn and secret:
        published_secrets.store(call, client, secret, arn)
    elif secret:
        call.unit.clients.add_secret(client_secrets.seal_next(call, client, secret, generated=generates))
    return {"UserPoolClient": _shown(client, published_secrets.shown(call, client) if secret else {})}


def _settings_of_new(call: Call[shapes.CreateUserPoolClientRequestTypeDef]) -> dict[str, Any]:
    """The settings of the client that the request describes. Raises unless the pool may have it."""
    call.unit.clients.count_after(call.request["UserPoolId"])
    pool = call.pool
    if call.unit.clients.count(pool.id) >= _MOST_CLIENTS:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST_CLIENTS} app clients.")
    return client_settings.created(call.request, pool.settings, pool.id, _references(call))


def _publish_new(call: Call[Any], client_id: str, secret: str) -> str:
    """Publish the secret of a client that is still to be created, and return the ARN.

    Raises InvalidParameterException if the id is taken, also by a client that is just being created.
    """
    # Unlike AWS: CreateUserPoolClient publishes one secret, which counts as rotated. AWS rotates it right away, so that
    # Secrets Manager has a previous value too, which nobody was told.
    if call.unit.clients.get(client_id):
        raise _exists(client_id)
    try:
        return published_secrets.publish(call, call.pool, client_id, secret)
    except ConcurrentModificationException:
        raise _exists(client_id) from None


def _exists(client_id: str) -> InvalidParameterException:
    return InvalidParameterException(f"App client {client_id} already exists.")


@operation("DescribeUserPoolClient", reads=True, is_short=True)
def describe_user_pool_client(call: Call[shapes.DescribeUserPoolClientRequestTypeDef]) -> dict[str, Any]:
    """Describe a client, with its secret."""
    client = call.named_client
    return {"UserPoolClient": _shown(client, published_secrets.shown(call, client))}


@operation("UpdateUserPoolClient")
def update_user_pool_client(call: Call[shapes.UpdateUserPoolClientRequestTypeDef]) -> dict[str, Any]:
    """Change a client. Members that the request leaves out are reset to their defaults; the secret stays.

    The secret also stays published in Secrets Manager, or not, if the request does not say.
    """
    name, settings = _updated(call)
    publishes = published_secrets.change_wanted(call, call.named_client, call.given(published_secrets.MEMBER))
    arn, secret = None, entropy.client_secret(call.world.entropy)
    if publishes is not None:
        if publishes:
            arn = published_secrets.publish(call, call.pool, call.named_client.id, secret)
        else:
            published_secrets.withdraw(call, call.named_client)
        name, settings = _updated(call)  # anew: the connection was released
    client = call.unit.clients.change(call.named_client, name=name, settings=settings, modified=call.now)
    if arn:
        published_secrets.store(call, client, secret, arn)
    elif publishes is False:
        client = published_secrets.forget(call, client)
    return {"UserPoolClient": _shown(client, published_secrets.shown(call, client))}


def _updated(call: Call[shapes.UpdateUserPoolClientRequestTypeDef]) -> tuple[str, dict[str, Any]]:
    """The client's name and settings as the request changes them. Raises where the client may not have them."""
    client, pool = call.named_client, call.pool
    has_secret = bool(call.unit.clients.secrets(client.id))
    settings = client_settings.updated(call.request, pool.settings, pool.id, _references(call), has_secret=has_secret)
    name = call.request.get("ClientName") or client.name
    pinning.check_kept(client, name)
    return name, settings


@operation("DeleteUserPoolClient")
def delete_user_pool_client(call: Call[shapes.DeleteUserPoolClientRequestTypeDef]) -> None:
    """Delete a client and its tokens, and its secret in Secrets Manager."""
    client = call.named_client
    published = call.unit.published_secrets.of(client.id)
    call.unit.clients.delete(client)
    published_secrets.delete_afterwards(call, [published] if published else [])


@operation("ListUserPoolClients", reads=True, is_short=True)
def list_user_pool_clients(call: Call[shapes.ListUserPoolClientsRequestTypeDef]) -> dict[str, Any]:
    """List the clients of a pool: ids and names. With ClientType a page may have fewer than MaxResults, as on AWS."""
    pool, wanted = call.pool, call.given("ClientType")
    page = call.page(lambda limit, token: call.unit.clients.page(pool.id, limit, token), "MaxResults", "NextToken")
    found = [client for client in page.items if wanted in (None, client_settings.client_type(client))]
    return {"UserPoolClients": [_listed(client) for client in found], "NextToken": page.token}


def _references(call: Call[Any]) -> client_settings.References:
    """The scopes and identity providers of the pool that the request may refer to."""
    scoped = any("/" in scope for scope in call.given("AllowedOAuthScopes") or [])
    return client_settings.References(
        resource_servers.scopes(call, call.pool) | {oauth_settings.REGISTRATION_SCOPE} if scoped else frozenset(),
        providers.known(call, call.pool, call.given("SupportedIdentityProviders") or []),
    )


def _shown(client: Client, secret: Mapping[str, Any]) -> dict[str, Any]:
    """UserPoolClientType, with the members that show the secret."""
    return {
        "UserPoolId": client.pool_id,
        "ClientName": client.name,
        "ClientId": client.id,
        **secret,
        "LastModifiedDate": client.modified,
        "CreationDate": client.created,
        **client.settings,
        # AWS unknown: whether DescribeUserPoolClient shows the ClientType REGULAR. Here it shows DCR alone.
        **{name: value for name, value in client.further.items() if name == "ClientType"},
    }


def _listed(client: Client) -> dict[str, Any]:
    """UserPoolClientDescription."""
    return {"ClientId": client.id, "UserPoolId": client.pool_id, "ClientName": client.name}
