"""Log delivery: what may be configured, and the records that leave."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from emulator.app import undelivered
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from tests.api.signing_in import refusal
from tests.api.threats.guarded import NOTIFY, WORK, Guarded, takeover
from tests.builders import Api, a_pool

LOG_GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x"}}
BUCKET = {"S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"}}
STREAM = {"FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/x"}}
EVENTS = {"EventSource": "userAuthEvents", "LogLevel": "INFO"}
MESSAGES = {"EventSource": "userNotification", "LogLevel": "ERROR"}
LEVEL = "LogLevel {} is not supported for EventSource {}."

Records = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def records() -> Records:
    """What was exported."""
    return []


@pytest.fixture
def world(world: World, records: Records) -> World:
    """A world where exports go to `records`."""
    return replace(world, exports=lambda pool, record: records.append((pool, dict(record))))


def deliver(api: Api, pool: str, *configurations: dict[str, Any]) -> dict[str, Any]:
    """SetLogDeliveryConfiguration."""
    answer = api.idp("SetLogDeliveryConfiguration", UserPoolId=pool, LogConfigurations=list(configurations))
    return dict(answer["LogDeliveryConfiguration"])


def delivered(api: Api, pool: str) -> dict[str, Any]:
    """GetLogDeliveryConfiguration."""
    return dict(api.idp("GetLogDeliveryConfiguration", UserPoolId=pool)["LogDeliveryConfiguration"])


@pytest.mark.parametrize("destination", [LOG_GROUP, BUCKET, STREAM])
def test_what_is_set_is_told_until_an_empty_list_ends_it(place: Guarded, destination: dict[str, Any]) -> None:
    api, pool = place.api, place.pool
    assert delivered(api, pool) == {"UserPoolId": pool, "LogConfigurations": []}
    both = [{**EVENTS, **destination}, {**MESSAGES, **LOG_GROUP}]
    assert deliver(api, pool, *both) == delivered(api, pool) == {"UserPoolId": pool, "LogConfigurations": both}
    place.configure()
    assert delivered(api, pool)["LogConfigurations"] == both
    assert deliver(api, pool) == delivered(api, pool) == {"UserPoolId": pool, "LogConfigurations": []}


@pytest.mark.parametrize(
    ("configurations", "words"),
    [
        ([{**EVENTS, "LogLevel": "ERROR", **BUCKET}], LEVEL.format("ERROR", "userAuthEvents")),
        ([{**MESSAGES, "LogLevel": "INFO", **LOG_GROUP}], LEVEL.format("INFO", "userNotification")),
        ([{**MESSAGES, **BUCKET}], "EventSource userNotification needs a CloudWatchLogsConfiguration."),
        ([EVENTS], "LogConfigurations need one destination each, with its ARN."),
        ([{**EVENTS, "S3Configuration": {}}], "LogConfigurations need one destination each, with its ARN."),
        ([{**EVENTS, **BUCKET, **STREAM}], "LogConfigurations need one destination each, with its ARN."),
        ([{**EVENTS, **BUCKET}, {**EVENTS, **STREAM}], "LogConfigurations cannot have one EventSource twice."),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_refused(place: Guarded, configurations: list[Any], words: str) -> None:
    assert refusal(lambda: deliver(place.api, place.pool, *configurations)) == f"InvalidParameterException: {words}"
    assert delivered(place.api, place.pool)["LogConfigurations"] == []


@pytest.mark.parametrize("tier", ["LITE", "ESSENTIALS"])
def test_user_activity_is_for_the_plus_tier_and_messages_for_all(api: Api, tier: str) -> None:
    pool = a_pool(api, UserPoolTier=tier)
    told = refusal(lambda: deliver(api, pool, {**EVENTS, **BUCKET}))
    assert told.startswith(f"FeatureUnavailableInTierException: The following feature is not available for the {tier}")
    assert deliver(api, pool, {**MESSAGES, **LOG_GROUP})["LogConfigurations"] == [{**MESSAGES, **LOG_GROUP}]


def test_a_sign_in_is_exported_like_this(place: Guarded, records: Records) -> None:
    place.enter()
    assert records == []
    deliver(place.api, place.pool, {**EVENTS, **BUCKET})
    place.configure(Takeover=takeover(NOTIFY, Low="BLOCK"))
    refusal(lambda: place.enter(WORK))
    [(pool, record)] = records
    message = record.pop("message")
    assert pool == place.pool
    assert record == {
        "eventTimestamp": "1800000000000",
        "eventSource": "USER_ACTIVITY",
        "logLevel": "INFO",
        "logSourceId": {"userPoolId": place.pool},
    }
    assert len(message.pop("requestId")) == 36
    sub = place.api.idp("AdminGetUser", UserPoolId=place.pool, Username="ana")["UserAttributes"][0]["Value"]
    values = [value for value in message.values() if isinstance(value, str)]
    assert sub == message.pop("userSub")
    assert len(values) == len(message)
    assert message == {
        "version": "1",
        "eventId": place.events()[0]["EventId"],
        "eventType": "SignIn",
        "userName": "ana",
        "userPoolId": place.pool,
        "clientId": place.client,
        "creationDate": "Fri Jan 15 08:00:00 UTC 2027",
        "eventResponse": "Fail",
        "riskLevel": "LOW",
        "riskDecision": "BLOCK",
        "challenges": ["PASSWORD:SUCCESS"],
        "deviceName": "Firefox 128, Linux",
        "ipAddress": WORK,
        "idpName": "",
        "compromisedCredentialDetected": "false",
        "city": "",
        "country": "",
        "eventFeedbackValue": "",
        "eventFeedbackDate": "",
        "eventFeedbackProvider": "",
        "hasContextData": "true",
    }


def test_an_event_is_exported_each_time_that_it_goes_on(place: Guarded, records: Records) -> None:
    deliver(place.api, place.pool, {**EVENTS, **STREAM})
    place.sign_up()
    code = place.api.code(user="bob")
    place.api.idp("ConfirmSignUp", ClientId=place.client, Username="bob", ConfirmationCode=code)
    event = place.events("bob")[0]["EventId"]
    feedback = {"Username": "bob", "EventId": event, "FeedbackValue": "Valid"}
    place.api.idp("AdminUpdateAuthEventFeedback", UserPoolId=place.pool, **feedback)
    messages = [record["message"] for _, record in records]
    assert [message["eventResponse"] for message in messages] == ["InProgress", "Pass", "Pass"]
    assert {message["eventId"] for message in messages} == {event}
    assert messages[-1]["eventFeedbackValue"] == "Valid"
    assert messages[-1]["eventFeedbackProvider"] == "Admin"
    assert messages[-1]["eventFeedbackDate"] == "Fri Jan 15 08:00:00 UTC 2027"


def test_what_is_undone_is_not_exported(place: Guarded, records: Records) -> None:
    deliver(place.api, place.pool, {**EVENTS, **BUCKET})
    refusal(lambda: place.sign_up("ana"))
    assert records == []


def test_a_message_that_cannot_be_delivered_is_exported_where_asked(
    place: Guarded, records: Records, world: World, settings: Settings, store: Store
) -> None:
    tell = undelivered(settings, world, store)
    place.sign_up()
    message = place.api.message(user="bob")
    tell(message, "nobody home")
    deliver(place.api, place.pool, {**EVENTS, **BUCKET})
    tell(message, "nobody home")
    assert records == []
    deliver(place.api, place.pool, {**MESSAGES, **LOG_GROUP})
    tell(message, "nobody home")
    [(pool, record)] = records
    assert (pool, record["eventSource"], record["logLevel"]) == (place.pool, "USER_NOTIFICATION", "ERROR")
    assert record["message"] == {
        "details": "CustomMessage_SignUp: EMAIL to bob could not be delivered: nobody home",
    }
    assert message.code
    assert message.code not in str(record)
    place.api.idp("DeleteUserPool", UserPoolId=place.pool)
    tell(message, "nobody home")
    assert len(records) == 1
