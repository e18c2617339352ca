"""Policies for client ID metadata documents in a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.seed import client_references
from emulator.seed.entries import Entry, Kind, identified
from emulator.seed.exports import Exporting
from emulator.seed.members import TEXT, Members, input_of, output_of
from emulator.seed.seeding import Seeding

MEMBERS = client_references.members(
    Members.of(
        input_of("CreateCIMDPolicy"),
        without=("UserPoolId",),
        own={"CIMDPolicyId": TEXT},
        shown=output_of("DescribeCIMDPolicy", "CIMDPolicy"),
        envelopes=("CIMDPolicy",),
        words={"CIMDPolicyId": "The id of the policy. Without it, the policy gets one."},
    )
)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    wanted, policies = entry.members.get("CIMDPolicyId") or entry.id, seeding.unit.cimd_policies
    found = policies.get(wanted) if wanted else None
    if found and found.pool_id != entry.scope:
        raise entry.error(f"the policy is of another pool, {found.pool_id}", "CIMDPolicyId")
    entry.id = found.id if found else None
    return found is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    request = client_references.request(seeding, entry)
    wanted = request.pop("CIMDPolicyId", None)
    if entry.exists:
        seeding.in_pool("UpdateCIMDPolicy", entry, {"CIMDPolicyId": entry.id, **request})
        return
    made = seeding.in_pool("CreateCIMDPolicy", entry, request, {"Id": wanted} if wanted else {})
    entry.id = made["CIMDPolicy"]["CIMDPolicyId"]


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    """The policies, without those whose client was deleted: they have no effect, and CreateCIMDPolicy refuses them."""
    pool = exporting.unit.pools.get(pool_id)
    if pool is None or pool.settings["UserPoolTier"] == "LITE":
        return
    for policy in sorted(exporting.unit.cimd_policies.of(pool_id), key=lambda each: each.id):
        if policy.client_id:
            yield {
                "CIMDPolicyId": policy.id,
                "ClientId": policy.client_id,
                "PolicyName": policy.name,
                "URLPatterns": policy.url_patterns,
                "CacheDuration": policy.cache_duration,
            }


KIND = Kind(
    name="cimd_policies",
    members=MEMBERS,
    key=identified("CIMDPolicyId", "PolicyName"),
    exists=_exists,
    apply=_apply,
    export=_export,
    check=client_references.check,
    description="Policies for client ID metadata documents, in the members of CreateCIMDPolicy.",
)
