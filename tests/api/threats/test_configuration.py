"""SetRiskConfiguration and DescribeRiskConfiguration: what is kept, what is refused, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.signing_in import a_place, refusal
from tests.api.threats.guarded import ARN, BLOCKED_ADDRESS, HOME, NOTIFY, Guarded, a_guarded, compromised, takeover
from tests.builders import Api, a_client, a_pool

OFF = "UserPoolAddOnNotEnabledException: Threat protection is not enabled for user pool {}."
EMAIL = {"Subject": "Hello 👋", "HtmlBody": "<p>{username}</p>", "TextBody": "{username}"}
FULL: dict[str, Any] = {
    "Compromised": compromised("BLOCK", "SIGN_UP"),
    "Takeover": takeover(
        {"From": "me@example.com", "ReplyTo": "Me <me@example.com>", "SourceArn": ARN, "BlockEmail": EMAIL},
        Low="NO_ACTION",
        Medium="MFA_IF_CONFIGURED",
        High="BLOCK",
    ),
    "Exceptions": {"BlockedIPRangeList": ["10.0.0.0/8", "2001:db8::/32"], "SkippedIPRangeList": ["192.0.2.1/32"]},
}


def test_what_is_set_is_described_word_by_word(place: Guarded) -> None:
    set_to = place.configure(**FULL)
    assert set_to == {
        "UserPoolId": place.pool,
        "CompromisedCredentialsRiskConfiguration": FULL["Compromised"],
        "AccountTakeoverRiskConfiguration": FULL["Takeover"],
        "RiskExceptionConfiguration": FULL["Exceptions"],
        "LastModifiedDate": place.api.world.clock.now(),
    }
    assert place.described() == set_to
    assert place.configure(**FULL) == place.described() == set_to


def test_an_event_filter_that_is_left_out_is_all_events(place: Guarded) -> None:
    found = place.configure(Compromised=compromised())["CompromisedCredentialsRiskConfiguration"]
    assert found["EventFilter"] == ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"]


def test_ids_alone_reset_it_and_other_parts_replace_it(place: Guarded) -> None:
    place.configure(**FULL)
    assert set(place.configure(Compromised=compromised())) == {
        "UserPoolId",
        "CompromisedCredentialsRiskConfiguration",
        "LastModifiedDate",
    }
    assert place.configure() == place.described() == {"UserPoolId": place.pool}


def test_a_client_has_its_own_until_it_is_reset(place: Guarded) -> None:
    place.configure(Exceptions={"BlockedIPRangeList": ["192.0.2.0/24"]})
    assert place.described(ClientId=place.client) == {"UserPoolId": place.pool, "ClientId": place.client}
    assert refusal(place.enter) == BLOCKED_ADDRESS
    own = place.configure(place.client, Compromised=compromised())
    assert own["ClientId"] == place.client
    assert place.described(ClientId=place.client) == own
    assert "RiskExceptionConfiguration" in place.described()
    assert place.enter()["AuthenticationResult"]
    place.configure(place.client)
    assert refusal(place.enter) == BLOCKED_ADDRESS


def test_it_outlives_other_changes_of_pool_and_client(place: Guarded) -> None:
    set_to = place.configure(**FULL)
    own = place.configure(place.client, Compromised=compromised())
    on = {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, **on)
    place.api.idp("UpdateUserPoolClient", UserPoolId=place.pool, ClientId=place.client, ClientName="other")
    assert place.described() == set_to
    assert place.described(ClientId=place.client) == own
    assert "RiskConfiguration" not in place.api.idp("DescribeUserPool", UserPoolId=place.pool)["UserPool"]


@pytest.mark.parametrize("add_ons", [{}, {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}])
def test_a_pool_without_threat_protection_has_none_of_its_operations(api: Api, add_ons: dict[str, Any]) -> None:
    pool = a_pool(api, **add_ons)
    event = {"Username": "ana", "EventId": "event"}
    calls: dict[str, dict[str, str]] = {
        "SetRiskConfiguration": {},
        "DescribeRiskConfiguration": {},
        "AdminListUserAuthEvents": {"Username": "ana"},
        "AdminUpdateAuthEventFeedback": {**event, "FeedbackValue": "Valid"},
        "UpdateAuthEventFeedback": {**event, "FeedbackValue": "Valid", "FeedbackToken": "x"},
    }
    for operation, members in calls.items():
        assert refusal(lambda: api.idp(operation, UserPoolId=pool, **members)) == OFF.format(pool)  # noqa: B023


def test_what_is_switched_off_is_not_described_and_does_nothing(place: Guarded) -> None:
    place.configure(Exceptions={"BlockedIPRangeList": ["0.0.0.0/0", "::/0"]})
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, UserPoolAddOns={"AdvancedSecurityMode": "OFF"})
    assert refusal(place.described) == OFF.format(place.pool)
    assert place.enter()["AuthenticationResult"]


def test_other_pools_clients_are_not_found(place: Guarded) -> None:
    _, other = a_place(place.api)
    gone = f"ResourceNotFoundException: User pool client {other} does not exist."
    assert refusal(lambda: place.configure(other, Compromised=compromised())) == gone
    assert refusal(lambda: place.described(ClientId=other)) == gone


@pytest.mark.parametrize(
    "text", ["10.0.0.1", "10.0.0.0/33", "x", "", "/8", "10.0.0.0/255.0.0.0", "2001:db8::/129", "1.2.3/8", "١.0.0.0/8"]
)
@pytest.mark.parametrize("name", ["BlockedIPRangeList", "SkippedIPRangeList"])
def test_ranges_are_written_as_cidr(place: Guarded, name: str, text: str) -> None:
    told = refusal(lambda: place.configure(Exceptions={name: ["10.0.0.0/8", text]}))
    assert told == f"InvalidParameterException: {name} has an invalid CIDR range: {text}"
    assert place.described() == {"UserPoolId": place.pool}


def test_a_list_has_two_hundred_ranges_at_most(place: Guarded) -> None:
    ranges = [f"10.0.{number}.0/24" for number in range(201)]
    assert place.configure(Exceptions={"BlockedIPRangeList": ranges[:200]})["RiskExceptionConfiguration"]
    told = refusal(lambda: place.configure(Exceptions={"BlockedIPRangeList": ranges}))
    assert told.startswith("InvalidParameterException: 1 validation error detected")


def test_nobody_is_told_without_the_means(place: Guarded) -> None:
    silent = {"Actions": {"LowAction": {"Notify": True, "EventAction": "NO_ACTION"}}}
    told = refusal(lambda: place.configure(Takeover=silent))
    assert told == "InvalidParameterException: NotifyConfiguration is required when Notify is true."
    assert place.configure(Takeover={**silent, "NotifyConfiguration": NOTIFY})["AccountTakeoverRiskConfiguration"]
    bodiless = {**NOTIFY, "MfaEmail": {"Subject": "Hello"}}
    told = refusal(lambda: place.configure(Takeover=takeover(bodiless, Low="BLOCK")))
    assert told == "InvalidParameterException: MfaEmail needs an HtmlBody or a TextBody."


def test_a_pool_that_exports_to_nowhere_goes_on(place: Guarded) -> None:
    bucket = {"S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"}}
    configurations = [{"EventSource": "userAuthEvents", "LogLevel": "INFO", **bucket}]
    place.api.idp("SetLogDeliveryConfiguration", UserPoolId=place.pool, LogConfigurations=configurations)
    assert place.enter()["AuthenticationResult"]
    assert len(place.events()) == 1


def test_what_was_configured_for_one_pool_says_nothing_of_another(api: Api, place: Guarded) -> None:
    other = a_guarded(api)
    place.configure(Exceptions={"BlockedIPRangeList": [f"{HOME}/32"]})
    assert other.enter()["AuthenticationResult"]
    assert other.described() == {"UserPoolId": other.pool}
    assert a_client(api, other.pool)
