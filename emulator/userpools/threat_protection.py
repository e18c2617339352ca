"""Threat protection: risk configurations, auth events and feedback on them, and export of logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.messages import log_delivery
from emulator.domain.threats import auth_events, feedback, risk_settings
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("SetRiskConfiguration")
def set_risk_configuration(call: Call[shapes.SetRiskConfigurationRequestTypeDef]) -> dict[str, Any]:
    """Set the risk configuration of a pool, or of a client in place of its pool's. An empty request resets it."""
    risk_settings.require_add_on(call.pool)
    client = call.named_client if call.given("ClientId") else None
    further = dict(client.further if client else call.pool.further)
    further.pop(risk_settings.KEY, None)
    kept = risk_settings.updated(call.request, call.now)
    if kept is not None:
        further[risk_settings.KEY] = kept
    if client:
        call.unit.clients.configure(client, further)
    else:
        call.unit.pools.configure(call.pool, further)
    return {"RiskConfiguration": risk_settings.shown(further, call.pool.id, call.given("ClientId"))}


@operation("DescribeRiskConfiguration", reads=True)
def describe_risk_configuration(call: Call[shapes.DescribeRiskConfigurationRequestTypeDef]) -> dict[str, Any]:
    """Describe the risk configuration of a pool, or a client's own."""
    risk_settings.require_add_on(call.pool)
    client = call.named_client if call.given("ClientId") else None
    further = client.further if client else call.pool.further
    return {"RiskConfiguration": risk_settings.shown(further, call.pool.id, call.given("ClientId"))}


@operation("AdminListUserAuthEvents", reads=True)
def admin_list_user_auth_events(call: Call[shapes.AdminListUserAuthEventsRequestTypeDef]) -> dict[str, Any]:
    """List the auth events of a user, the newest first."""
    risk_settings.require_add_on(call.pool)
    user = call.user
    page = call.page(lambda limit, token: call.unit.auth_events.page(user.id, limit, token), "MaxResults", "NextToken")
    return {"AuthEvents": page.of(auth_events.shown), "NextToken": page.token}


@operation("AdminUpdateAuthEventFeedback")
def admin_update_auth_event_feedback(
    call: Call[shapes.AdminUpdateAuthEventFeedbackRequestTypeDef],
) -> dict[str, Any]:
    """Store an administrator's feedback on an auth event."""
    risk_settings.require_add_on(call.pool)
    auth_events.judge(call, call.principal, call.request["EventId"], call.request["FeedbackValue"], "Admin")
    return {}


@operation("UpdateAuthEventFeedback")
def update_auth_event_feedback(call: Call[shapes.UpdateAuthEventFeedbackRequestTypeDef]) -> dict[str, Any]:
    """Store a user's feedback on an auth event, with the token of the notification."""
    request = call.request
    feedback.by_user(
        call, call.pool, request["Username"], request["EventId"], request["FeedbackToken"], request["FeedbackValue"]
    )
    return {}


@operation("SetLogDeliveryConfiguration")
def set_log_delivery_configuration(call: Call[shapes.SetLogDeliveryConfigurationRequestTypeDef]) -> dict[str, Any]:
    """Set which logs a pool exports, and where to. An empty list stops the export."""
    pool, configurations = call.pool, list(call.request["LogConfigurations"])
    log_delivery.check(configurations, pool.settings["UserPoolTier"])
    pool = call.unit.pools.configure(pool, {**pool.further, log_delivery.KEY: configurations})
    return log_delivery.shown(pool)


@operation("GetLogDeliveryConfiguration", reads=True)
def get_log_delivery_configuration(call: Call[shapes.GetLogDeliveryConfigurationRequestTypeDef]) -> dict[str, Any]:
    """Describe which logs a pool exports, and where to."""
    return log_delivery.shown(call.pool)
