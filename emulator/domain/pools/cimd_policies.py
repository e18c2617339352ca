"""Policies for client ID metadata documents (CIMD): created, changed and looked up, and the tier that they need.

A policy has URL patterns, and an app client for which the URLs stand. Which policy applies to a URL is decided in
`client_id_urls`; documents are fetched and cached in `client_metadata`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.faults import FeatureUnavailableInTierException, LimitExceededException, ResourceNotFoundException
from keys import entropy
from storage.records.pools import CIMDPolicy, Client, Pool

# AWS unknown: how many CIMD policies a user pool may have, and the message of CreateCIMDPolicy's
# LimitExceededException. Here there may be 100.
_MOST = 100
_CACHE_DURATION = 86_400
"""Default of CacheDuration, in seconds: a day."""


def check_tier(pool: Pool) -> None:
    """Raise FeatureUnavailableInTierException if the pool is in the LITE tier, which has no CIMD."""
    # AWS unknown: the message of FeatureUnavailableInTierException of CreateCIMDPolicy, UpdateCIMDPolicy and
    # UpdateClientMetadataURLState, and whether UpdateUserPool refuses the LITE tier where a pool has CIMD policies.
    # Here it does not: DeleteCIMDPolicy and the operations that read, which do not declare the exception, work there.
    if pool.settings["UserPoolTier"] == "LITE":
        raise FeatureUnavailableInTierException("Client ID metadata documents are not available in the LITE tier.")


def create(context: Context, client: Client, request: Mapping[str, Any], policy_id: str | None = None) -> CIMDPolicy:
    """Store and return a new policy, whose URLs stand for the app client. `request` is CreateCIMDPolicy's.
    Without `policy_id`, it gets a new id.

    The caller has checked the tier. Raises LimitExceededException if the client's pool has 100 policies already.
    """
    # AWS unknown: whether CreateCIMDPolicy and UpdateCIMDPolicy accept a PolicyName or URL patterns that another policy
    # of the pool has, and the same pattern twice. Here they do.
    if context.unit.cimd_policies.count(client.pool_id) >= _MOST:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST} CIMD policies.")
    policy = CIMDPolicy(
        id=policy_id or entropy.lower_alnum(context.world.entropy, 26),
        pool_id=client.pool_id,
        client_id=client.id,
        name=request["PolicyName"],
        url_patterns=list(request["URLPatterns"]),
        cache_duration=request.get("CacheDuration", _CACHE_DURATION),
        created=context.now,
        modified=context.now,
    )
    return context.unit.cimd_policies.add(policy)


def change(context: Context, policy: CIMDPolicy, client: Client, request: Mapping[str, Any]) -> CIMDPolicy:
    """Replace a policy's app client and URL patterns, and its name and cache duration where the request has them.

    `request` has the members of UpdateCIMDPolicy. Returns the changed policy.
    """
    # AWS unknown: whether UpdateCIMDPolicy drops cached documents whose URLs match no pattern any more. Here they stay;
    # a URL is compared with the patterns before its document is used.
    return context.unit.cimd_policies.change(
        policy,
        client_id=client.id,
        name=request.get("PolicyName", policy.name),
        url_patterns=list(request["URLPatterns"]),
        cache_duration=request.get("CacheDuration", policy.cache_duration),
        modified=context.now,
    )


def named(context: Context, pool: Pool, policy_id: str) -> CIMDPolicy:
    """The CIMD policy of a pool with that id. Raises ResourceNotFoundException."""
    policy = context.unit.cimd_policies.get(policy_id)
    if policy is None or policy.pool_id != pool.id:
        # AWS unknown: the message of ResourceNotFoundException of the operations that take a CIMDPolicyId.
        raise ResourceNotFoundException(f"CIMD policy {policy_id} does not exist.")
    return policy
