"""Devices in CUSTOM_AUTH: a remembered one proves itself once the triggers issue tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from tests.api.device_client import A_KEY, ALWAYS, NONE, Device, a_device, a_place, administer
from tests.api.signing_in import begin, refusal, renew
from tests.api.srp_client import SRP_A, SrpClient
from tests.builders import Api, a_client, claims

TRIGGERS = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
FLOWS = ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def define(event: dict[str, Any]) -> dict[str, Any]:
    """One right answer is enough; where SRP_A came first, the password before it."""
    history = event["request"]["session"]
    last = history[-1] if history else {}
    if last.get("challengeName") == "SRP_A":
        event["response"]["challengeName"] = "PASSWORD_VERIFIER"
    elif last.get("challengeName") == "CUSTOM_CHALLENGE" and last["challengeResult"]:
        event["response"]["issueTokens"] = True
    else:
        event["response"]["challengeName"] = "CUSTOM_CHALLENGE"
    return event


def create(event: dict[str, Any]) -> dict[str, Any]:
    event["response"] = {"publicChallengeParameters": {}, "privateChallengeParameters": {"answer": "7"}}
    return event


def verify(event: dict[str, Any]) -> dict[str, Any]:
    request = event["request"]
    event["response"]["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event


@pytest.fixture
def asked() -> list[str]:
    """Which triggers were asked, in order."""
    return []


@pytest.fixture
def world(world: World, asked: list[str]) -> World:
    """A world that runs the three triggers."""

    def recorded(name: str, function: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        def invoke(event: dict[str, Any]) -> Any:
            asked.append(name)
            return function(event)

        return invoke

    pairs = zip(TRIGGERS, (define, create, verify), strict=True)
    return replace(world, lambdas=Functions({name: recorded(name, function) for name, function in pairs}))


@pytest.fixture
def device(api: Api, asked: list[str]) -> Device:
    """Ana's, which is remembered, in an app that signs in by CUSTOM_AUTH."""
    arns = {name: f"arn:aws:lambda:us-east-1:000000000000:function:{name}" for name in TRIGGERS}
    web = a_place(api, ALWAYS, LambdaConfig=arns)
    web = SrpClient(api, web.pool, a_client(api, web.pool, ExplicitAuthFlows=FLOWS))
    device = a_device(web)
    asked.clear()
    return device


def start(device: Device, **parameters: str) -> dict[str, Any]:
    return begin(device.web.api, device.web.client, "CUSTOM_AUTH", USERNAME="ana", **parameters)


def answer(device: Device, challenge: dict[str, Any], key: str | None, given: str = "7") -> dict[str, Any]:
    return device.answer("CUSTOM_CHALLENGE", challenge["Session"], ANSWER=given, DEVICE_KEY=key)


@pytest.mark.parametrize("early", [False, True])
def test_a_remembered_device_proves_itself_once_tokens_are_issued(
    device: Device, asked: list[str], early: bool
) -> None:
    challenge = start(device, DEVICE_KEY=device.key) if early else start(device)
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
    challenge = answer(device, challenge, None if early else device.key)
    assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
    before = list(asked)
    second = device.begin(challenge)
    assert second["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
    tokens = device.prove(second)["AuthenticationResult"]
    assert claims(tokens["AccessToken"])["device_key"] == device.key
    assert asked == before == [*TRIGGERS, "DefineAuthChallenge"]


def test_a_wrong_answer_does_not_get_as_far(device: Device) -> None:
    challenge = answer(device, start(device, DEVICE_KEY=device.key), device.key, "8")
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
    refused = refusal(lambda: device.begin(challenge))
    assert refused == "NotAuthorizedException: Invalid session for the user."


def test_a_device_that_does_not_exist_is_left_to_the_answer(device: Device, asked: list[str]) -> None:
    challenge = start(device, DEVICE_KEY=A_KEY)
    before = list(asked)
    assert refusal(lambda: answer(device, challenge, A_KEY)) == NONE
    assert asked == before
    assert "AuthenticationResult" in answer(device, challenge, None)


def test_no_new_device_is_met_without_a_password(device: Device) -> None:
    tokens = answer(device, start(device), None)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in tokens
    assert "device_key" not in claims(tokens["AccessToken"])
    assert "AuthenticationResult" in renew(device.web.api, device.web.client, tokens["RefreshToken"])
    assert len(administer(device.web, "AdminListDevices")["Devices"]) == 1


@pytest.mark.parametrize("named", [False, True])
def test_a_password_before_the_challenge_meets_a_new_device_or_the_old_one(device: Device, named: bool) -> None:
    challenge = start(device, CHALLENGE_NAME="SRP_A", SRP_A=SRP_A)
    assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
    challenge = device.web.prove(challenge, **({"DEVICE_KEY": device.key} if named else {}))
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
    done = answer(device, challenge, None)
    if named:
        tokens = device.prove(device.begin(done))["AuthenticationResult"]
        assert claims(tokens["AccessToken"])["device_key"] == device.key
    else:
        assert done["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"] != device.key
