"""Resource servers: APIs that accept a pool's access tokens, and their scopes (RFC 6749 section 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.context import Context
from emulator.faults import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from storage.records.pools import Pool, ResourceServer
from storage.violations import UniqueViolation

_MOST = 25
_RESERVED = "aws.cognito"
Scopes = Sequence[Mapping[str, Any]]


def create(context: Context, pool: Pool, identifier: str, name: str, scopes: Scopes) -> ResourceServer:
    """Store and return a new resource server. `scopes` are ScopeName and ScopeDescription of each scope.

    Raises InvalidParameterException for a reserved or taken identifier or repeated scopes, and
    LimitExceededException in a pool that has the most resource servers already.
    """
    # AWS unknown: the messages of CreateResourceServer's errors, and which identifiers AWS reserves. Here
    # `aws.cognito` and all that begin with `aws.cognito.` or `aws.cognito/` are reserved.
    if identifier == _RESERVED or identifier.startswith((f"{_RESERVED}.", f"{_RESERVED}/")):
        raise InvalidParameterException(f"The identifier {identifier} is reserved.")
    if context.unit.resource_servers.count(pool.id) >= _MOST:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST} resource servers.")
    try:
        return context.unit.resource_servers.add(ResourceServer(pool.id, identifier, name, _checked(scopes)))
    except UniqueViolation:
        raise InvalidParameterException(f"A resource server already exists with identifier {identifier}.") from None


def change(context: Context, server: ResourceServer, name: str, scopes: Scopes) -> ResourceServer:
    """Store a resource server's new name and scopes, and return the changed one. Replaces all scopes.

    Clients that list a removed scope keep the setting, but GetClientToken grants the scope no longer. Raises
    InvalidParameterException for repeated scopes.
    """
    return context.unit.resource_servers.change(server, name=name, scopes=_checked(scopes))


def named(context: Context, pool: Pool, identifier: str) -> ResourceServer:
    """The resource server of a pool with that identifier. Raises ResourceNotFoundException."""
    found = context.unit.resource_servers.with_identifier(pool.id, identifier)
    if found is None:
        # AWS unknown: the message of ResourceNotFoundException when DescribeResourceServer, UpdateResourceServer or
        # DeleteResourceServer gets an unknown identifier.
        raise ResourceNotFoundException(f"Resource server {identifier} does not exist.")
    return found


def scopes(context: Context, pool: Pool) -> frozenset[str]:
    """Every scope of a pool's resource servers, as `identifier/scope`."""
    servers = context.unit.resource_servers.all(pool.id)
    return frozenset(f"{server.identifier}/{scope['ScopeName']}" for server in servers for scope in server.scopes)


def _checked(scopes: Scopes) -> list[dict[str, str]]:
    kept = [dict(scope) for scope in scopes]
    if len({scope["ScopeName"] for scope in kept}) < len(kept):
        raise InvalidParameterException("The names of a resource server's scopes must be unique.")
    return kept
