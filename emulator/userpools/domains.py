"""Domains of user pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.pools import domains
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("CreateUserPoolDomain")
def create_user_pool_domain(call: Call[shapes.CreateUserPoolDomainRequestTypeDef]) -> dict[str, Any]:
    """Create the domain of a pool. The server answers requests for its host from now on."""
    return domains.answer(domains.create(call, call.pool, call.request))


@operation("DescribeUserPoolDomain", reads=True, is_short=True)
def describe_user_pool_domain(call: Call[shapes.DescribeUserPoolDomainRequestTypeDef]) -> dict[str, Any]:
    """Describe a domain by its name. An unknown domain has an empty description, as in AWS."""
    found = domains.find(call, call.request["Domain"])
    return {"DomainDescription": domains.shown(call.settings.account_id, found) if found else {}}


@operation("UpdateUserPoolDomain")
def update_user_pool_domain(call: Call[shapes.UpdateUserPoolDomainRequestTypeDef]) -> dict[str, Any]:
    """Change a domain's certificate, or the version of its pages. What the request leaves out stays."""
    domain = domains.of_pool(call, call.pool, call.request["Domain"])
    return domains.answer(domains.change(call, call.pool, domain, call.request))


@operation("DeleteUserPoolDomain")
def delete_user_pool_domain(call: Call[shapes.DeleteUserPoolDomainRequestTypeDef]) -> dict[str, Any]:
    """Delete the domain of a pool."""
    call.unit.domains.delete(domains.of_pool(call, call.pool, call.request["Domain"]))
    return {}
