"""Replicas of user pools in other regions (AWS: "Multi-Region replication for user pools")."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.pools import replicas
from emulator.registry import operation
from emulator.userpools.views import pool_arn
from storage.records.pools import Pool, Replica

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("CreateUserPoolReplica")
def create_user_pool_replica(call: Call[shapes.CreateUserPoolReplicaRequestTypeDef]) -> dict[str, Any]:
    """Create a replica of a pool. The answer says CREATING; the replica exists by the next call."""
    pool = call.pool
    replica = replicas.create(call, pool, call.request["RegionName"], call.request.get("UserPoolTags", {}))
    return {"UserPoolReplica": _shown(call, replica, "CREATING")}


@operation("UpdateUserPoolReplica")
def update_user_pool_replica(call: Call[shapes.UpdateUserPoolReplicaRequestTypeDef]) -> dict[str, Any]:
    """Activate or deactivate a replica."""
    # AWS unknown: how UpdateUserPoolReplica and DeleteUserPoolReplica refuse the pool's primary region; here as a
    # region without a replica.
    replica = replicas.named(call, call.pool, call.request["RegionName"])
    changed = call.unit.replicas.change(replica, status=call.request["Status"], modified=call.now)
    return {"UserPoolReplica": _shown(call, changed, changed.status)}


@operation("DeleteUserPoolReplica")
def delete_user_pool_replica(call: Call[shapes.DeleteUserPoolReplicaRequestTypeDef]) -> dict[str, Any]:
    """Delete a replica. The answer says DELETING; the replica is gone by the next call."""
    replica = replicas.named(call, call.pool, call.request["RegionName"])
    replicas.delete(call, replica)
    return {"UserPoolReplica": _shown(call, replica, "DELETING")}


@operation("ListUserPoolReplicas", reads=True)
def list_user_pool_replicas(call: Call[shapes.ListUserPoolReplicasRequestTypeDef]) -> dict[str, Any]:
    """List the regions of a pool, the primary one first on the first page; at most 60 replicas a page."""
    pool = call.pool
    page = call.page(partial(call.unit.replicas.page, pool.id), "MaxResults", "NextToken")
    primary = [] if call.given("NextToken") else [_primary(call, pool)]
    return {
        "UserPoolReplicas": primary + page.of(lambda replica: _shown(call, replica, replica.status)),
        "NextToken": page.token,
    }


def _shown(call: Call[Any], replica: Replica, status: str) -> dict[str, Any]:
    """UserPoolReplicaType."""
    return _region(call, replica.pool_id, replica.region, status, "SECONDARY")


def _primary(call: Call[Any], pool: Pool) -> dict[str, Any]:
    return _region(call, pool.id, pool.id.partition("_")[0], "ACTIVE", "PRIMARY")


def _region(call: Call[Any], pool_id: str, region: str, status: str, role: str) -> dict[str, Any]:
    arn = pool_arn(call.settings.account_id, region, pool_id)
    return {"RegionName": region, "Status": status, "Role": role, "UserPoolArn": arn}
