"""Functions that fail, are missing, or ask the server while it waits for them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import PASSWORD, pairs
from tests.sdk.conftest import Server
from tests.sdk.serverless_offline.application import NOBODYS, TRIGGERS, Application, Shop, functions

EMAIL = {"email": "ana@example.com"}
Act = Callable[[Shop], Any]


def signs_up(shop: Shop, **members: Any) -> Any:
    given = {"Username": "cleo", "Password": PASSWORD, "UserAttributes": pairs(EMAIL)}
    return shop.idp.sign_up(ClientId=shop.client, **given, **members)


def confirms(shop: Shop) -> Any:
    signs_up(shop)
    return shop.idp.admin_confirm_sign_up(UserPoolId=shop.pool, Username="cleo")


def begins(shop: Shop) -> Any:
    return shop.idp.initiate_auth(ClientId=shop.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "ana"})


def answers(shop: Shop) -> Any:
    return shop.idp.respond_to_auth_challenge(
        ClientId=shop.client,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=begins(shop)["Session"],
        ChallengeResponses={"USERNAME": "ana", "ANSWER": "2"},
    )


def signs_in(shop: Shop) -> Any:
    return shop.enter()


def moves_in(shop: Shop) -> Any:
    return shop.enter("mia", "Old-Horse-1")


ACTS: dict[str, Act] = {
    "PreSignUp": signs_up,
    "PostConfirmation": confirms,
    "PreAuthentication": signs_in,
    "PostAuthentication": signs_in,
    "CustomMessage": signs_up,
    "DefineAuthChallenge": begins,
    "CreateAuthChallenge": begins,
    "VerifyAuthChallengeResponse": answers,
    "PreTokenGeneration": signs_in,
    "UserMigration": moves_in,
}
CHALLENGES = TRIGGERS[5:8]
UNREADABLE = "InvalidLambdaResponseException: Unrecognizable lambda output"
FAILURES = {
    "Throws": "UserLambdaValidationException: {} failed with error No such luck.",
    "CallsBack": "UserLambdaValidationException: {} failed with error Not today..",
    "SaysNothing": "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON",
    "SaysText": UNREADABLE,
    "NotThere": "UnexpectedLambdaException: {} invocation failed due to error ResourceNotFoundException.",
    "NotHeard": "UnexpectedLambdaException: {} invocation failed due to error ServiceException.",
}
TOO_SLOW = "{} invocation failed due to error Socket timeout while invoking Lambda function."


def a_shop(server: Server, application: Application, trigger: str, function: str) -> Shop:
    """A shop where a trigger has that function, and Ana; the other triggers of a challenge do as they should."""
    others = functions(*CHALLENGES) if trigger in CHALLENGES else {}
    shop = Shop(server, application, {})
    shop.ana()
    config = others | functions(trigger, runs=function)
    shop.idp.update_user_pool(UserPoolId=shop.pool, AutoVerifiedAttributes=["email"], LambdaConfig=config)
    return shop


def told(act: Callable[[], Any]) -> str:
    """What a call is refused with."""
    with pytest.raises(ClientError) as refused:
        act()
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_every_trigger_has_an_act() -> None:
    assert tuple(ACTS) == TRIGGERS


@pytest.mark.parametrize("function", FAILURES)
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_function_that_fails_is_told(offline: Server, application: Application, trigger: str, function: str) -> None:
    shop = a_shop(offline, application, trigger, function)
    expected = FAILURES[function].format(trigger)
    if (trigger, function) == ("UserMigration", "SaysNothing"):
        expected = f"UserNotFoundException: Exception migrating user in app client {shop.client}"
    assert told(lambda: ACTS[trigger](shop)) == expected


def test_a_function_that_runs_out_of_its_own_time_has_raised(offline: Server, application: Application) -> None:
    shop = a_shop(offline, application, "PreSignUp", "RunsOut")
    words = "PreSignUp failed with error [504] - Lambda timeout.."
    assert told(lambda: signs_up(shop)) == f"UserLambdaValidationException: {words}"
    assert len(application.took()) == 1


@pytest.mark.slow
def test_a_function_has_five_seconds_three_times(offline: Server, application: Application) -> None:
    shop = a_shop(offline, application, "PreSignUp", "Sleeps")
    began = time.monotonic()
    assert told(lambda: signs_up(shop)) == f"UnexpectedLambdaException: {TOO_SLOW.format('PreSignUp')}"
    assert time.monotonic() - began >= 15
    first, *others = application.took()
    assert others == [first, first]


def test_a_function_asks_the_server_while_it_waits(offline: Server, application: Application) -> None:
    shop = a_shop(offline, application, "PreSignUp", "OneAccountEach")
    shop.idp.admin_update_user_attributes(
        UserPoolId=shop.pool, Username="ana", UserAttributes=pairs({"email": "host@example.com"})
    )
    metadata = {"endpoint": offline.url, "host": "ana"}
    application.took()
    assert signs_up(shop, ClientMetadata=metadata)["UserConfirmed"] is False
    assert len(application.took()) == 1  # in time: nobody asked it again
    given = {"Username": "dora", "Password": PASSWORD, "UserAttributes": pairs(EMAIL)}
    refused = told(lambda: shop.idp.sign_up(ClientId=shop.client, **given, ClientMetadata=metadata))
    assert refused == "UserLambdaValidationException: PreSignUp failed with error ana knows cleo."
    missing = {"endpoint": offline.url, "host": "nobody"}
    refused = told(lambda: shop.idp.sign_up(ClientId=shop.client, **given, ClientMetadata=missing))
    assert refused == "UserLambdaValidationException: PreSignUp failed with error User does not exist.."


def test_what_a_function_does_may_call_functions_in_turn(offline: Server, application: Application) -> None:
    shop = a_shop(offline, application, "PreSignUp", "PreSignUp")
    config = functions("PreSignUp") | functions("PostConfirmation", runs="BringsAFriend")
    shop.idp.update_user_pool(UserPoolId=shop.pool, AutoVerifiedAttributes=["email"], LambdaConfig=config)
    metadata = {"endpoint": offline.url, "friend": "dora"}
    signs_up(shop, ValidationData=pairs({"ticket": "gold"}), ClientMetadata=metadata)
    request = {"userAttributes": {}, "validationData": {"ticket": "gold"}, "clientMetadata": {"broughtBy": "cleo"}}
    undecided = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
    expected = shop.event("PreSignUp_AdminCreateUser", request, undecided, user="dora", client=NOBODYS)
    first, second, third = application.took()
    assert (first["triggerSource"], second["triggerSource"]) == ("PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp")
    assert re.fullmatch(r"aws-sdk-js-3\.\d+\.\d+", third["callerContext"].pop("awsSdkVersion"))
    del expected["callerContext"]["awsSdkVersion"]
    assert third == expected
    assert shop.idp.admin_get_user(UserPoolId=shop.pool, Username="dora")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
