"""Exported logs: validation of SetLogDeliveryConfiguration, and the exported records (AWS: "Exporting logs")."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.faults import FeatureUnavailableInTierException, InvalidParameterException
from emulator.outside.mailbox import Message
from keys import entropy
from storage.records.events import AuthEvent
from storage.records.pools import Pool

KEY = "LogConfigurations"
"""The member of `pool.further` with the configuration."""
_LEVELS = {"userNotification": "ERROR", "userAuthEvents": "INFO"}
_DESTINATIONS = {
    "CloudWatchLogsConfiguration": "LogGroupArn",
    "S3Configuration": "BucketArn",
    "FirehoseConfiguration": "StreamArn",
}
_DECISIONS = {"NoRisk": "PASS", "AccountTakeover": "ACCOUNT_TAKEOVER", "Block": "BLOCK"}


def check(configurations: Sequence[Mapping[str, Any]], tier: str) -> None:
    """Validate the LogConfigurations of a pool of that tier.

    Raises InvalidParameterException, and FeatureUnavailableInTierException for userAuthEvents in another tier than
    PLUS.
    """
    # AWS unknown: the messages of SetLogDeliveryConfiguration for a configuration that is not valid.
    sources = [entry["EventSource"] for entry in configurations]
    if len(set(sources)) < len(sources):
        raise InvalidParameterException("LogConfigurations cannot have one EventSource twice.")
    for entry in configurations:
        _check_entry(entry)
    if "userAuthEvents" in sources and tier != "PLUS":
        raise FeatureUnavailableInTierException(
            f"The following feature is not available for the {tier} pricing tier configured: User Activity Log Export"
        )


def shown(pool: Pool) -> dict[str, Any]:
    """The answer of GetLogDeliveryConfiguration and SetLogDeliveryConfiguration."""
    return {"LogDeliveryConfiguration": {"UserPoolId": pool.id, KEY: pool.further.get(KEY, [])}}


def exports(pool: Pool, source: str) -> bool:
    """Whether the pool has configured an export of the EventSource `userNotification` or `userAuthEvents`."""
    return any(entry["EventSource"] == source for entry in pool.further.get(KEY) or ())


def export_event(context: Context, principal: Principal, event: AuthEvent) -> None:
    """Export an auth event in its present state, after the commit; nothing unless the pool exports userAuthEvents."""
    pool = principal.pool
    # AWS unknown: whether userAuthEvents exports an event again whenever the event changes (a challenge is answered,
    # feedback is given). Here it does, with the same eventId.
    if context.world.exports and exports(pool, "userAuthEvents"):
        _export(context, pool, "USER_ACTIVITY", "INFO", _message(context, principal, event))


def export_failure(context: Context, message: Message, why: str) -> None:
    """Like `export_undelivered`, for the pool that the message names; nothing if the pool is gone."""
    pool = context.unit.pools.get(message.pool)
    if pool:
        export_undelivered(context, pool, message, why)


def export_undelivered(context: Context, pool: Pool, message: Message, why: str) -> None:
    """Write a record that a message could not be delivered, and `why`, to the pool's exported log, after the commit.

    Nothing is written unless the pool exports userNotification and this server has the setting `log-delivery`. The
    message itself is not sent again.
    """
    if exports(pool, "userNotification"):
        # AWS unknown: the text of `details` in a userNotification record.
        details = f"{message.trigger}: {message.medium} to {message.user} could not be delivered: {why}"
        _export(context, pool, "USER_NOTIFICATION", "ERROR", {"details": details})


def _check_entry(entry: Mapping[str, Any]) -> None:
    source, level = entry["EventSource"], entry["LogLevel"]
    if _LEVELS[source] != level:
        raise InvalidParameterException(f"LogLevel {level} is not supported for EventSource {source}.")
    given = [name for name in _DESTINATIONS if entry.get(name) is not None]
    if len(given) != 1 or not entry[given[0]].get(_DESTINATIONS[given[0]]):
        raise InvalidParameterException("LogConfigurations need one destination each, with its ARN.")
    if source == "userNotification" and given != ["CloudWatchLogsConfiguration"]:
        raise InvalidParameterException("EventSource userNotification needs a CloudWatchLogsConfiguration.")


def _export(context: Context, pool: Pool, source: str, level: str, message: Mapping[str, Any]) -> None:
    # Unlike AWS: SetLogDeliveryConfiguration's log groups, buckets and streams are never written to, since they are
    # AWS's. The records of all pools go to the directory or URL of the setting `log-delivery`; without the setting,
    # nowhere.
    deliver = context.world.exports
    record = {
        "eventTimestamp": str(round(context.now * 1000)),
        "eventSource": source,
        "logLevel": level,
        "message": message,
        "logSourceId": {"userPoolId": pool.id},
    }
    if deliver:
        context.afterwards.append(lambda: deliver(pool.id, record))


def _message(context: Context, principal: Principal, event: AuthEvent) -> dict[str, Any]:
    """The `message` of a userAuthEvents record, as in AWS's example: every value a string, empty if there is none."""
    settings, origin = event.settings, event.settings["EventContextData"]
    risk, feedback = settings["EventRisk"], settings.get("EventFeedback") or {}
    feedback_date = feedback.get("FeedbackDate")
    return {
        "version": "1",
        "eventId": event.id,
        "eventType": settings["EventType"],
        "userSub": principal.user.sub,
        "userName": principal.user.username,
        "userPoolId": principal.pool.id,
        "clientId": settings["ClientId"],
        "creationDate": _date(event.created),
        "eventResponse": settings["EventResponse"],
        # AWS unknown: what a userAuthEvents record has as riskLevel, riskDecision and challenges: AWS's one
        # example has an event without a risk (PASS, and an empty level).
        "riskLevel": risk.get("RiskLevel", "").upper(),
        "riskDecision": _DECISIONS[risk["RiskDecision"]],
        "challenges": [
            f"{each['ChallengeName']}:{each['ChallengeResponse']}".upper() for each in settings["ChallengeResponses"]
        ],
        "deviceName": origin.get("DeviceName", ""),
        "ipAddress": origin.get("IpAddress", ""),
        "requestId": entropy.uuid(context.world.entropy),
        "idpName": "",
        "compromisedCredentialDetected": str(risk["CompromisedCredentialsDetected"]).lower(),
        "city": "",
        "country": "",
        "eventFeedbackValue": feedback.get("FeedbackValue", ""),
        "eventFeedbackDate": _date(feedback_date) if feedback_date else "",
        "eventFeedbackProvider": feedback.get("Provider", ""),
        "hasContextData": str(settings["HasContextData"]).lower(),
    }


def _date(moment: float) -> str:
    return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(moment))
