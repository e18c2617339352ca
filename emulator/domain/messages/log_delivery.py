"""Exported logs: what SetLogDeliveryConfiguration refuses, and the records that leave (AWS: "Exporting logs").

Unlike AWS: no log group, bucket or stream is written, since they are AWS's. Where the setting `log-delivery` names a
directory or a URL, the records of all pools that export go there; where it does not, the configuration is kept, and
nothing is exported.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.context import Context
from emulator.faults import FeatureUnavailableInTierException, InvalidParameterException
from emulator.outside.mailbox import Message
from keys import entropy
from storage.records.events import AuthEvent
from storage.records.pools import Pool
from storage.records.users import User

KEY = "LogConfigurations"
"""The member of a pool's `further` that keeps it."""
_LEVELS = {"userNotification": "ERROR", "userAuthEvents": "INFO"}
_DESTINATIONS = {
    "CloudWatchLogsConfiguration": "LogGroupArn",
    "S3Configuration": "BucketArn",
    "FirehoseConfiguration": "StreamArn",
}
_DECISIONS = {"NoRisk": "PASS", "AccountTakeover": "ACCOUNT_TAKEOVER", "Block": "BLOCK"}


def check(configurations: Sequence[Mapping[str, Any]], tier: str) -> None:
    """Refuse what cannot be exported. AWS unknown: the words of SetLogDeliveryConfiguration's refusals."""
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
    """The answer of GetLogDeliveryConfiguration."""
    return {"LogDeliveryConfiguration": {"UserPoolId": pool.id, KEY: pool.further.get(KEY, [])}}


def exports(pool: Pool, source: str) -> bool:
    """Whether a pool exports the records of a source."""
    return any(entry["EventSource"] == source for entry in pool.further.get(KEY) or ())


def export_event(context: Context, pool: Pool, user: User, event: AuthEvent) -> None:
    """Export an event as it is now, once the unit has committed.

    AWS unknown: whether AWS exports an event each time that it goes on; so it is here, with one `eventId`.
    AWS unknown: `riskDecision` and `riskLevel` of all events but those without a risk, which say PASS and nothing;
    and how `challenges` are told.
    """
    if context.world.exports and exports(pool, "userAuthEvents"):
        _export(context, pool, "USER_ACTIVITY", "INFO", _message(context, pool, user, event))


def export_failure(context: Context, message: Message, why: str) -> None:
    """Export that a message could not be delivered. AWS unknown: how AWS words the `details` of a
    notification error."""
    pool = context.unit.pools.get(message.pool)
    if pool:
        export_undelivered(context, pool, message, why)


def export_undelivered(context: Context, pool: Pool, message: Message, why: str) -> None:
    """The same, where the pool is at hand."""
    if exports(pool, "userNotification"):
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


def _message(context: Context, pool: Pool, user: User, event: AuthEvent) -> dict[str, Any]:
    """An event as AWS's example has it: everything in strings, and empty where there is nothing."""
    settings, seen = event.settings, event.settings["EventContextData"]
    risk, feedback = settings["EventRisk"], settings.get("EventFeedback") or {}
    said = feedback.get("FeedbackDate")
    return {
        "version": "1",
        "eventId": event.id,
        "eventType": settings["EventType"],
        "userSub": user.sub,
        "userName": user.username,
        "userPoolId": pool.id,
        "clientId": settings["ClientId"],
        "creationDate": _date(event.created),
        "eventResponse": settings["EventResponse"],
        "riskLevel": risk.get("RiskLevel", "").upper(),
        "riskDecision": _DECISIONS[risk["RiskDecision"]],
        "challenges": [
            f"{each['ChallengeName']}:{each['ChallengeResponse']}".upper() for each in settings["ChallengeResponses"]
        ],
        "deviceName": seen.get("DeviceName", ""),
        "ipAddress": seen.get("IpAddress", ""),
        "requestId": entropy.uuid(context.world.entropy),
        "idpName": "",
        "compromisedCredentialDetected": str(risk["CompromisedCredentialsDetected"]).lower(),
        "city": "",
        "country": "",
        "eventFeedbackValue": feedback.get("FeedbackValue", ""),
        "eventFeedbackDate": _date(said) if said else "",
        "eventFeedbackProvider": feedback.get("Provider", ""),
        "hasContextData": str(settings["HasContextData"]).lower(),
    }


def _date(moment: float) -> str:
    return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(moment))
