"""Resource servers of user pools."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.pools import resource_servers
from emulator.registry import operation
from storage.records.pools import ResourceServer

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_MOST_LISTED = 50


@operation("CreateResourceServer")
def create_resource_server(call: Call[shapes.CreateResourceServerRequestTypeDef]) -> dict[str, Any]:
    """Create a resource server of a pool, whose scopes clients may then allow."""
    request = call.request
    given = request["Identifier"], request["Name"], request.get("Scopes", [])
    return {"ResourceServer": _shown(resource_servers.create(call, call.pool, *given))}


@operation("DescribeResourceServer", reads=True, is_short=True)
def describe_resource_server(call: Call[shapes.DescribeResourceServerRequestTypeDef]) -> dict[str, Any]:
    """Describe a resource server and its scopes."""
    return {"ResourceServer": _shown(_named(call))}


@operation("UpdateResourceServer")
def update_resource_server(call: Call[shapes.UpdateResourceServerRequestTypeDef]) -> dict[str, Any]:
    """Change a resource server. Without Scopes in the request, it has none any more."""
    changed = resource_servers.change(call, _named(call), call.request["Name"], call.request.get("Scopes", []))
    return {"ResourceServer": _shown(changed)}


@operation("DeleteResourceServer")
def delete_resource_server(call: Call[shapes.DeleteResourceServerRequestTypeDef]) -> None:
    """Delete a resource server. Clients lose its scopes."""
    call.unit.resource_servers.delete(_named(call))


@operation("ListResourceServers", reads=True, is_short=True)
def list_resource_servers(call: Call[shapes.ListResourceServersRequestTypeDef]) -> dict[str, Any]:
    """List the resource servers of a pool."""
    page = call.page(partial(call.unit.resource_servers.page, call.pool.id), "MaxResults", "NextToken", _MOST_LISTED)
    return {"ResourceServers": page.of(_shown), "NextToken": page.token}


def _named(call: Call[Any]) -> ResourceServer:
    return resource_servers.named(call, call.pool, call.request["Identifier"])


def _shown(server: ResourceServer) -> dict[str, Any]:
    """ResourceServerType."""
    # AWS unknown: whether DescribeResourceServer leaves out Scopes where a resource server has none; here it does.
    shown = {"UserPoolId": server.pool_id, "Identifier": server.identifier, "Name": server.name}
    return shown | ({"Scopes": server.scopes} if server.scopes else {})
