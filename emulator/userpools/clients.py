"""App clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.access import client_secrets
from emulator.domain.pools import client_settings, pinning, resource_servers
from emulator.domain.providers import providers
from emulator.faults import InvalidParameterException, LimitExceededException
from emulator.registry import operation
from keys import entropy
from storage.records.pools import Client
from storage.store import Taken

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_MOST_CLIENTS = 1_000


@operation("CreateUserPoolClient")
def create_user_pool_client(call: Call[shapes.CreateUserPoolClientRequestTypeDef]) -> dict[str, Any]:
    """Create an app client, with a secret where the request has or wants one. The client's name may pin its id."""
    pool, source = call.pool, call.world.entropy
    if call.unit.clients.count(pool.id) >= _MOST_CLIENTS:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST_CLIENTS} app clients.")
    settings = client_settings.created(call.request, pool.settings, pool.id, _references(call))
    name = call.request["ClientName"]
    client_id = pinning.client_id(name) or entropy.client_id(source)
    try:
        client = call.unit.clients.add(Client(client_id, pool.id, name, settings, call.now, call.now))
    except Taken:
        raise InvalidParameterException(f"App client {client_id} already exists.") from None
    secret = call.request.get("ClientSecret")
    if call.request.get("GenerateSecret"):
        secret = entropy.client_secret(source)
    if secret:
        call.unit.clients.add_secret(client_secrets.seal(call, client.id, secret))
    return {"UserPoolClient": _shown(call, client)}


@operation("DescribeUserPoolClient", reads=True)
def describe_user_pool_client(call: Call[shapes.DescribeUserPoolClientRequestTypeDef]) -> dict[str, Any]:
    """Describe a client, with its secret."""
    return {"UserPoolClient": _shown(call, call.named_client)}


@operation("UpdateUserPoolClient")
def update_user_pool_client(call: Call[shapes.UpdateUserPoolClientRequestTypeDef]) -> dict[str, Any]:
    """Change a client. Members that the request leaves out are reset to their defaults; the secret stays."""
    client, pool = call.named_client, call.pool
    has_secret = bool(call.unit.clients.secrets(client.id))
    settings = client_settings.updated(call.request, pool.settings, pool.id, _references(call), has_secret=has_secret)
    name = call.request.get("ClientName") or client.name
    pinning.check_kept(client, name)
    changed = call.unit.clients.change(client, name=name, settings=settings, modified=call.now)
    return {"UserPoolClient": _shown(call, changed)}


@operation("DeleteUserPoolClient")
def delete_user_pool_client(call: Call[shapes.DeleteUserPoolClientRequestTypeDef]) -> None:
    """Delete a client and its tokens."""
    call.unit.clients.delete(call.named_client)


@operation("ListUserPoolClients", reads=True)
def list_user_pool_clients(call: Call[shapes.ListUserPoolClientsRequestTypeDef]) -> dict[str, Any]:
    """List the clients of a pool: ids and names."""
    pool = call.pool
    page = call.page(lambda limit, token: call.unit.clients.page(pool.id, limit, token), "MaxResults", "NextToken")
    return {"UserPoolClients": page.of(_listed), "NextToken": page.token}


def _references(call: Call[Any]) -> client_settings.References:
    """The scopes and identity providers of the pool that the request may refer to."""
    scoped = any("/" in scope for scope in call.given("AllowedOAuthScopes") or [])
    return client_settings.References(
        resource_servers.scopes(call, call.pool) if scoped else frozenset(),
        providers.known(call, call.pool, call.given("SupportedIdentityProviders") or []),
    )


def _shown(call: Call[Any], client: Client) -> dict[str, Any]:
    """UserPoolClientType."""
    # AWS unknown: which ClientSecret DescribeUserPoolClient returns of a client that has two; here the older one.
    live = client_secrets.of(call, client)
    return {
        "UserPoolId": client.pool_id,
        "ClientName": client.name,
        "ClientId": client.id,
        **({"ClientSecret": live[0]} if live else {}),
        "LastModifiedDate": client.modified,
        "CreationDate": client.created,
        **client.settings,
    }


def _listed(client: Client) -> dict[str, Any]:
    """UserPoolClientDescription."""
    return {"ClientId": client.id, "UserPoolId": client.pool_id, "ClientName": client.name}
