"""Threat protection with boto3 and a real server: what is set is described, and logs leave it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sdk.conftest import Server, Start

PASSWORD, BREACHED = "Correct-Horse-1", "Known-Horse-1👋"
ARN = "arn:aws:ses:us-east-1:123456789012:identity/me@example.com"
MAIL = {"Subject": "Hello", "HtmlBody": "<p>{username}</p>", "TextBody": "{username}"}
RISKS: dict[str, Any] = {
    "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}},
    "AccountTakeoverRiskConfiguration": {
        "NotifyConfiguration": {"From": "me@example.com", "SourceArn": ARN, "BlockEmail": MAIL},
        "Actions": {"HighAction": {"Notify": True, "EventAction": "BLOCK"}},
    },
    "RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"], "SkippedIPRangeList": ["192.0.2.0/24"]},
}
LOGS: list[Any] = [
    {
        "EventSource": "userNotification",
        "LogLevel": "ERROR",
        "CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x"},
    },
    {"EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"}},
]


@pytest.fixture
def server(start: Start, tmp_path: Path) -> Server:
    """A server that exports, and whose e-mails nobody takes."""
    (tmp_path / "known.txt").write_text(f"one\n{BREACHED}\n", encoding="utf-8")
    return start(
        *("--ephemeral", "--log-delivery", str(tmp_path / "logs"), "--smtp-url", "smtp://127.0.0.1:1"),
        *("--compromised-passwords", str(tmp_path / "known.txt")),
    )


def a_client(idp: Any) -> dict[str, str]:
    pool = idp.create_user_pool(
        PoolName="pool", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"}, AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)["UserPoolClient"]
    return {"UserPoolId": pool, "ClientId": client["ClientId"]}


def test_what_is_set_twice_is_described_without_drift(server: Server) -> None:
    idp = server.client("cognito-idp")
    pool = a_client(idp)["UserPoolId"]
    for _ in range(2):
        idp.set_risk_configuration(UserPoolId=pool, **RISKS)
        found = idp.describe_risk_configuration(UserPoolId=pool)["RiskConfiguration"]
        assert {name: found[name] for name in RISKS} == RISKS
        assert found.keys() == {*RISKS, "UserPoolId", "LastModifiedDate"}
        idp.set_log_delivery_configuration(UserPoolId=pool, LogConfigurations=LOGS)
        told = idp.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]
        assert told == {"UserPoolId": pool, "LogConfigurations": LOGS}


def test_events_are_listed_and_logs_leave(server: Server, tmp_path: Path) -> None:
    idp = server.client("cognito-idp")
    place = a_client(idp)
    pool, client = place["UserPoolId"], place["ClientId"]
    idp.set_risk_configuration(UserPoolId=pool, **RISKS)
    idp.set_log_delivery_configuration(UserPoolId=pool, LogConfigurations=LOGS)
    address = [{"Name": "email", "Value": "ana@example.com"}]
    idp.sign_up(ClientId=client, Username="ana", Password=BREACHED, UserAttributes=address)
    idp.admin_confirm_sign_up(UserPoolId=pool, Username="ana")
    with pytest.raises(ClientError, match="reset required for user due to security reasons"):
        idp.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ana", "PASSWORD": BREACHED},
        )
    events = idp.admin_list_user_auth_events(UserPoolId=pool, Username="ana")["AuthEvents"]
    assert [(event["EventType"], event["EventResponse"]) for event in events] == [
        ("SignIn", "Fail"),
        ("SignUp", "InProgress"),
    ]
    assert events[0]["EventRisk"] == {"RiskDecision": "Block", "CompromisedCredentialsDetected": True}
    assert server.stop() == 0
    lines = (tmp_path / "logs" / f"{pool}.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    activity = [record["message"] for record in records if record["eventSource"] == "USER_ACTIVITY"]
    failures = [record["message"] for record in records if record["eventSource"] == "USER_NOTIFICATION"]
    assert [message["eventType"] for message in activity] == ["SignUp", "SignIn"]
    assert [message["riskDecision"] for message in activity] == ["PASS", "BLOCK"]
    assert len(failures) == 1
    assert "ConnectionRefusedError" in failures[0]["details"]
    assert BREACHED not in "".join(lines)
