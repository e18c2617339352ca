"""The ways of signing in, and of getting tokens anew, that meet these triggers in other places."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.device_client import ALWAYS, a_device
from tests.api.recorded_functions import EVERY_FAILURE, Function, Recorder, configured
from tests.api.sign_in_triggers.conftest import ALL, SignIns, a_place
from tests.api.signing_in import begin, refusal, renew
from tests.api.srp_client import SrpClient
from tests.builders import PASSWORD, Api

AFTER = "PostAuthentication_Authentication"
BEFORE = "PreAuthentication_Authentication"


def test_the_oldest_flow_calls_the_first_before_it_asks_for_a_password(place: SignIns) -> None:
    challenge = begin(place.api, place.client, "ADMIN_NO_SRP_AUTH", place.pool, USERNAME="ana")
    assert place.called == [BEFORE]
    place.api.idp(
        "AdminRespondToAuthChallenge",
        UserPoolId=place.pool,
        ClientId=place.client,
        ChallengeName="ADMIN_NO_SRP_AUTH",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ana", "PASSWORD": PASSWORD},
    )
    assert place.called == [BEFORE, AFTER, "TokenGeneration_Authentication"]


def test_a_device_that_proved_itself_has_a_source_of_its_own(place: SignIns) -> None:
    settings = {"LambdaConfig": configured(*ALL), "DeviceConfiguration": ALWAYS}
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, **settings)
    device = a_device(SrpClient(place.api, place.pool, place.client))
    assert place.functions.events[-2]["request"]["newDeviceUsed"] is True
    place.functions.events.clear()
    device.sign_in()
    assert place.called == [BEFORE, AFTER, "TokenGeneration_AuthenticateDevice"]
    assert place.functions.events[1]["request"]["newDeviceUsed"] is False


@EVERY_FAILURE
def test_a_refresh_that_is_refused_leaves_the_token_as_it_was(
    api: Api, functions: Recorder, does: Function | None, told: str
) -> None:
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    place = a_place(api, functions, "PreTokenGeneration", ExplicitAuthFlows=flows, RefreshTokenRotation=rotation)
    token = place.enter()["AuthenticationResult"]["RefreshToken"]
    functions.fails("PreTokenGeneration", does)
    members = {"ClientId": place.client, "RefreshToken": token}
    answer = refusal(lambda: api.idp("GetTokensFromRefreshToken", **members))
    assert answer == told.format("PreTokenGeneration")
    functions.on("PreTokenGeneration", lambda event: event)
    assert api.idp("GetTokensFromRefreshToken", **members)["AuthenticationResult"]["RefreshToken"] != token


@pytest.mark.parametrize("version", ["V1_0", "V2_0", "V3_0"])
def test_a_function_that_signs_the_user_out_ends_the_refresh(api: Api, functions: Recorder, version: str) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version=version)
    token = place.enter()["AuthenticationResult"]["RefreshToken"]

    def sign_out(event: dict[str, Any]) -> dict[str, Any]:
        api.idp("AdminUserGlobalSignOut", UserPoolId=place.pool, Username="ana")
        return event

    functions.on("PreTokenGeneration", sign_out)
    told = refusal(lambda: renew(api, place.client, token))
    assert told == "NotAuthorizedException: Refresh Token has been revoked"


def test_a_function_that_deletes_the_user_ends_the_sign_in(place: SignIns) -> None:
    def delete(event: dict[str, Any]) -> dict[str, Any]:
        place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
        return event

    place.functions.on("PreTokenGeneration", delete)
    assert refusal(place.enter) == "NotAuthorizedException: User is disabled."
