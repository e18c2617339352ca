"""Resource servers of user pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.pools import resource_servers
from emulator.registry import operation
from storage.paging import Page
from storage.records.pools import ResourceServer

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_MOST_LISTED = 50


@operation("CreateResourceServer")
def create_resource_server(call: Call[shapes.CreateResourceServerRequestTypeDef]) -> dict[str, Any]:
    """Give a pool a resource server, whose scopes clients may then allow."""
    request = call.request
    given = request["Identifier"], request["Name"], request.get("Scopes", [])
    return {"ResourceServer": _shown(resource_servers.create(call, call.pool, *given))}


@operation("DescribeResourceServer", reads=True)
def describe_resource_server(call: Call[shapes.DescribeResourceServerRequestTypeDef]) -> dict[str, Any]:
    """A resource server and its scopes."""
    return {"ResourceServer": _shown(_named(call))}


@operation("UpdateResourceServer")
def update_resource_server(call: Call[shapes.UpdateResourceServerRequestTypeDef]) -> dict[str, Any]:
    """Change a resource server; without Scopes it has none any more."""
    changed = resource_servers.change(call, _named(call), call.request["Name"], call.request.get("Scopes", []))
    return {"ResourceServer": _shown(changed)}


@operation("DeleteResourceServer")
def delete_resource_server(call: Call[shapes.DeleteResourceServerRequestTypeDef]) -> None:
    """Delete a resource server; clients lose its scopes."""
    call.unit.resource_servers.delete(_named(call))


@operation("ListResourceServers", reads=True)
def list_resource_servers(call: Call[shapes.ListResourceServersRequestTypeDef]) -> dict[str, Any]:
    """The resource servers of a pool, page by page."""
    pool = call.pool

    def read(limit: int, token: str | None) -> Page[ResourceServer]:
        return call.unit.resource_servers.page(pool.id, limit, token)

    page = call.page(read, "MaxResults", "NextToken", _MOST_LISTED)
    return {"ResourceServers": page.of(_shown), "NextToken": page.token}


def _named(call: Call[Any]) -> ResourceServer:
    return resource_servers.named(call, call.pool, call.request["Identifier"])


def _shown(server: ResourceServer) -> dict[str, Any]:
    """ResourceServerType. AWS unknown: whether Scopes is left out where there are none; it is here."""
    shown = {"UserPoolId": server.pool_id, "Identifier": server.identifier, "Name": server.name}
    return shown | ({"Scopes": server.scopes} if server.scopes else {})
