"""The account's limits on calls per second, by category of operations (AWS: "Quotas in Amazon Cognito")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.pools import request_rates
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("GetProvisionedLimit", reads=True)
def get_provisioned_limit(call: Call[shapes.GetProvisionedLimitRequestTypeDef]) -> dict[str, Any]:
    """The account's limit on calls per second of a category of operations, in the caller's region."""
    return {"Limit": _limit(call, request_rates.category(call.request["LimitDefinition"]))}


@operation("UpdateProvisionedLimit")
def update_provisioned_limit(call: Call[shapes.UpdateProvisionedLimitRequestTypeDef]) -> dict[str, Any]:
    """Set the account's limit on calls per second of a category. Calls beyond the limit are refused from now on."""
    category = request_rates.category(call.request["LimitDefinition"])
    request_rates.provision(call, category, call.request["RequestedLimitValue"])
    return {"Limit": _limit(call, category)}


def _limit(call: Call[Any], category: str) -> dict[str, Any]:
    """LimitType."""
    return {
        "LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}},
        "ProvisionedLimitValue": request_rates.limit(call, category),
        "FreeLimitValue": request_rates.CATEGORIES[category].free,
    }
