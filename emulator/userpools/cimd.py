"""Policies for client ID metadata documents (CIMD), and the documents that are cached under them."""

from __future__ import annotations

import logging
from typing import Any, NotRequired, TypedDict

from emulator.call import Call
from emulator.domain.pools import cimd_policies, client_metadata
from emulator.redaction import one_line, redacted
from emulator.registry import operation
from storage.paging import Page
from storage.records.pools import CIMDPolicy, ClientMetadataURL

log = logging.getLogger("cognito_emulator")


class CreateCIMDPolicyRequest(TypedDict):
    """CreateCIMDPolicyRequest."""

    UserPoolId: str
    ClientId: str
    PolicyName: str
    URLPatterns: list[str]
    CacheDuration: NotRequired[int]


class UpdateCIMDPolicyRequest(TypedDict):
    """UpdateCIMDPolicyRequest."""

    UserPoolId: str
    CIMDPolicyId: str
    ClientId: str
    PolicyName: NotRequired[str]
    URLPatterns: list[str]
    CacheDuration: NotRequired[int]


class CIMDPolicyRequest(TypedDict):
    """DescribeCIMDPolicyRequest and DeleteCIMDPolicyRequest."""

    UserPoolId: str
    CIMDPolicyId: str


class ListCIMDPoliciesRequest(TypedDict):
    """ListCIMDPoliciesRequest."""

    UserPoolId: str
    NextToken: NotRequired[str]
    MaxResults: NotRequired[int]


class ListClientMetadataURLsRequest(ListCIMDPoliciesRequest):
    """ListClientMetadataURLsRequest."""

    CIMDPolicyId: str


class UpdateClientMetadataURLStateRequest(CIMDPolicyRequest):
    """UpdateClientMetadataURLStateRequest. `Action` is REFRESH or INVALIDATE."""

    URL: str
    Action: str


@operation("CreateCIMDPolicy")
def create_cimd_policy(call: Call[CreateCIMDPolicyRequest]) -> dict[str, Any]:
    """Create a policy that lets URLs stand for an app client."""
    cimd_policies.check_tier(call.pool)
    return {"CIMDPolicy": _shown(cimd_policies.create(call, call.named_client, call.request, call.pins.get("Id")))}


@operation("DescribeCIMDPolicy", reads=True)
def describe_cimd_policy(call: Call[CIMDPolicyRequest]) -> dict[str, Any]:
    """Describe a policy."""
    return {"CIMDPolicy": _shown(_named(call))}


@operation("UpdateCIMDPolicy")
def update_cimd_policy(call: Call[UpdateCIMDPolicyRequest]) -> dict[str, Any]:
    """Change a policy. A name and a cache duration that the request leaves out stay."""
    cimd_policies.check_tier(call.pool)
    return {"CIMDPolicy": _shown(cimd_policies.change(call, _named(call), call.named_client, call.request))}


@operation("DeleteCIMDPolicy")
def delete_cimd_policy(call: Call[CIMDPolicyRequest]) -> dict[str, Any]:
    """Delete a policy with its cached documents."""
    call.unit.cimd_policies.delete(_named(call))
    return {}


@operation("ListCIMDPolicies", reads=True)
def list_cimd_policies(call: Call[ListCIMDPoliciesRequest]) -> dict[str, Any]:
    """List the policies of a pool."""
    # AWS unknown: the order in which ListCIMDPolicies and ListClientMetadataURLs list, and how many they list without
    # MaxResults. Here the order is that of ids and URLs, and they list 60.
    pool = call.pool

    def read(limit: int, token: str | None) -> Page[CIMDPolicy]:
        return call.unit.cimd_policies.page(pool.id, limit, token)

    page = call.page(read, "MaxResults", "NextToken")
    return {"CIMDPolicies": page.of(_listed), "NextToken": page.token}


@operation("ListClientMetadataURLs", reads=True)
def list_client_metadata_urls(call: Call[ListClientMetadataURLsRequest]) -> dict[str, Any]:
    """List the client ids that were received under a policy, with the state of their cached documents."""
    policy = _named(call)

    def read(limit: int, token: str | None) -> Page[ClientMetadataURL]:
        return call.unit.client_metadata_urls.page(policy.id, limit, token)

    def listed(received: ClientMetadataURL) -> dict[str, Any]:
        return _received(received, call.now)

    page = call.page(read, "MaxResults", "NextToken")
    return {"ClientMetadataURLs": page.of(listed), "NextToken": page.token}


@operation("UpdateClientMetadataURLState")
def update_client_metadata_url_state(call: Call[UpdateClientMetadataURLStateRequest]) -> dict[str, Any]:
    """Fetch the cached document of a URL again, or drop it."""
    cimd_policies.check_tier(call.pool)
    received = client_metadata.cached(call, _named(call), call.request["URL"])
    if call.request["Action"] == "INVALIDATE":
        client_metadata.invalidate(call, received)
        return {}
    try:
        fetched = client_metadata.fetch(call, received.url)
    except client_metadata.Unusable as problem:
        # AWS unknown: what UpdateClientMetadataURLState answers if REFRESH finds no usable document, and whether the
        # cached one stays. Here the answer is that of success, the cached document stays, and the log has the reason.
        log.warning("%s", one_line(f"the document of {redacted(received.url)} is not refreshed: {problem}"))
        return {}
    client_metadata.renew(call, _named(call), received, fetched)
    return {}


def _named(call: Call[Any]) -> CIMDPolicy:
    return cimd_policies.named(call, call.pool, call.request["CIMDPolicyId"])


def _shown(policy: CIMDPolicy) -> dict[str, Any]:
    """CIMDPolicyType."""
    return {"UserPoolId": policy.pool_id, **_listed(policy), "URLPatterns": policy.url_patterns}


def _listed(policy: CIMDPolicy) -> dict[str, Any]:
    """CIMDPolicySummaryType."""
    return {
        "CIMDPolicyId": policy.id,
        "ClientId": policy.client_id,
        "PolicyName": policy.name,
        "CacheDuration": policy.cache_duration,
        "CreationDate": policy.created,
        "LastModifiedDate": policy.modified,
    }


def _received(received: ClientMetadataURL, now: float) -> dict[str, Any]:
    """ClientMetadataURLType. The dates are left out once the document is not cached any more."""
    if not client_metadata.is_cached(received, now):
        return {"URL": received.url}
    return {"URL": received.url, "CachedDate": received.cached, "ExpirationDate": received.expires}
