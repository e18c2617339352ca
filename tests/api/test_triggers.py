"""Lambda triggers where nothing runs functions: the call that would run one is refused, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api import second_factors
from tests.api.people import NOT_FOUND, confirm, refused, runs_nowhere, seen, sent, sign_up, status_of
from tests.api.signing_in import a_newcomer, challenged, respond
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in

ARN = "arn:aws:lambda:us-east-1:000000000000:function:trigger"
ANA = {"email": "ana@example.com", "email_verified": "true"}
KEY = "arn:aws:kms:us-east-1:000000000000:key/1234"
SENDER = {"LambdaVersion": "V1_0", "LambdaArn": ARN}


def setting(trigger: str) -> dict[str, Any]:
    """The pool's settings with one trigger."""
    if trigger.endswith("Sender"):
        config: dict[str, Any] = {trigger: SENDER, "KMSKeyID": KEY}
    else:
        config = {trigger: ARN}
    return {"AutoVerifiedAttributes": ["email"], "LambdaConfig": config}


def meet(api: Api, pool: str, trigger: str) -> None:
    """Configure a trigger in a pool that has people already."""
    api.idp("UpdateUserPool", UserPoolId=pool, **setting(trigger))


@pytest.fixture
def pool(api: Api) -> str:
    """A pool in which Ana can sign in, and Bea waits for her confirmation."""
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    a_user(api, pool, **ANA)
    sign_up(api, a_client(api, pool), "bea", email="bea@example.com")
    return pool


Act = Callable[[Api, str, str], Any]


def signs_up(api: Api, _pool: str, client: str) -> Any:
    return sign_up(api, client, "cleo", email="cleo@example.com")


def is_created(api: Api, pool: str, _client: str) -> Any:
    return api.idp("AdminCreateUser", UserPoolId=pool, Username="cleo", UserAttributes=pairs(ANA))


def confirms(api: Api, _pool: str, client: str) -> Any:
    return confirm(api, client, api.code(user="bea"), "bea")


def is_confirmed(api: Api, pool: str, _client: str) -> Any:
    return api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="bea")


def asks_again(api: Api, _pool: str, client: str) -> Any:
    return api.idp("ResendConfirmationCode", ClientId=client, Username="bea")


def forgets(api: Api, _pool: str, client: str) -> Any:
    return api.idp("ForgotPassword", ClientId=client, Username="ana")


def confirms_forgotten(api: Api, _pool: str, client: str) -> Any:
    members = {"ClientId": client, "Username": "ana", "Password": PASSWORD}
    return api.idp("ConfirmForgotPassword", **members, ConfirmationCode="123456")


def is_reset(api: Api, pool: str, _client: str) -> Any:
    return api.idp("AdminResetUserPassword", UserPoolId=pool, Username="ana")


def is_moved(api: Api, pool: str, _client: str) -> Any:
    changed = pairs({"email": "new@example.com"})
    return api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=changed)


def is_set(api: Api, pool: str, _client: str) -> Any:
    return api.idp("AdminSetUserPassword", UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)


def is_renamed(api: Api, pool: str, _client: str) -> Any:
    changed = pairs({"name": "Ana"})
    return api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=changed)


def signs_in(api: Api, _pool: str, client: str) -> Any:
    return sign_in(api, client, "ana")


def signs_in_first(api: Api, _pool: str, client: str) -> Any:
    return sign_in(api, client, "cleo")


def forgets_first(api: Api, _pool: str, client: str) -> Any:
    return api.idp("ForgotPassword", ClientId=client, Username="cleo")


def is_disabled(api: Api, pool: str, _client: str) -> Any:
    return api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")


@pytest.mark.parametrize(
    ("trigger", "act"),
    [
        ("PreSignUp", signs_up),
        ("PreSignUp", is_created),
        ("PostConfirmation", confirms),
        ("PostConfirmation", is_confirmed),
        ("PostConfirmation", confirms_forgotten),
        ("PreAuthentication", signs_in),
        ("PostAuthentication", signs_in),
        ("PreTokenGeneration", signs_in),
        ("UserMigration", signs_in_first),
        ("UserMigration", forgets_first),
        ("CustomMessage", signs_up),
        ("CustomMessage", asks_again),
        ("CustomMessage", forgets),
        ("CustomMessage", is_reset),
        ("CustomMessage", is_moved),
        ("CustomMessage", is_created),
        ("CustomEmailSender", signs_up),
        ("CustomEmailSender", forgets),
    ],
)
def test_a_trigger_that_would_run_is_named(api: Api, pool: str, trigger: str, act: Act) -> None:
    client = a_client(api, pool)
    meet(api, pool, trigger)
    before = (api.idp("ListUsers", UserPoolId=pool), sent(api))
    with refused(*runs_nowhere(trigger)):
        act(api, pool, client)
    assert (api.idp("ListUsers", UserPoolId=pool), sent(api)) == before
    reason = [event.reason for event in api.world.events.last() if event.outcome != "ok"][-1]
    assert reason == (
        f"the function trigger of {trigger} runs nowhere: say where with "
        "--lambda-functions trigger=python:package.module:function (or trigger=URL), or --lambda-endpoint"
    )


@pytest.mark.parametrize(
    ("trigger", "act"),
    [
        ("PreSignUp", confirms),
        ("PreSignUp", is_set),
        ("PostConfirmation", signs_up),
        ("PostConfirmation", is_set),
        ("CustomMessage", is_renamed),
        ("CustomMessage", is_disabled),
        ("CustomMessage", confirms),
        ("CustomSMSSender", signs_up),
        ("UserMigration", signs_up),
        ("UserMigration", signs_in),
        ("UserMigration", forgets),
        ("PreAuthentication", signs_up),
        ("PostAuthentication", forgets),
    ],
)
def test_a_trigger_that_would_not_run_is_in_nobodys_way(api: Api, pool: str, trigger: str, act: Act) -> None:
    client = a_client(api, pool)
    meet(api, pool, trigger)
    act(api, pool, client)


def test_a_suppressed_invitation_needs_no_message(api: Api, pool: str) -> None:
    meet(api, pool, "CustomMessage")
    members = {"UserPoolId": pool, "Username": "cleo", "UserAttributes": pairs(ANA)}
    api.idp("AdminCreateUser", **members, MessageAction="SUPPRESS")


def test_an_invitation_sent_again_is_no_sign_up(api: Api, pool: str) -> None:
    api.idp("AdminCreateUser", UserPoolId=pool, Username="cleo", MessageAction="SUPPRESS")
    meet(api, pool, "PreSignUp")
    api.idp("AdminCreateUser", UserPoolId=pool, Username="cleo", MessageAction="RESEND")
    meet(api, pool, "CustomMessage")
    api.idp("AdminCreateUser", UserPoolId=pool, Username="cleo", MessageAction="RESEND")


def test_an_unknown_user_who_forgot_their_password_might_be_migrated(api: Api, pool: str) -> None:
    client = a_client(api, pool)
    with refused(*NOT_FOUND):
        api.idp("ForgotPassword", ClientId=client, Username="cleo")
    meet(api, pool, "UserMigration")
    with refused(*runs_nowhere("UserMigration")):
        api.idp("ForgotPassword", ClientId=client, Username="cleo")


def test_a_code_is_not_spent_where_a_trigger_would_run(api: Api, pool: str) -> None:
    client = a_client(api, pool)
    meet(api, pool, "PostConfirmation")
    with refused(*runs_nowhere("PostConfirmation")):
        confirms(api, pool, client)
    assert status_of(api, pool, "bea") == "UNCONFIRMED"
    api.idp("UpdateUserPool", UserPoolId=pool, AutoVerifiedAttributes=["email"])
    confirms(api, pool, client)
    assert status_of(api, pool, "bea") == "CONFIRMED"
    assert sign_in(api, client, "bea")
    assert seen(api, pool, "bea")["Enabled"]


@pytest.mark.parametrize("trigger", ["CustomMessage", "CustomSMSSender"])
def test_a_sign_in_goes_no_further_than_to_the_code(api: Api, trigger: str) -> None:
    pool, client = second_factors.a_place(api, "ON", second_factors.SMS)
    a_newcomer(api, pool, phone_number=second_factors.PHONE)
    session = challenged(api, client)
    sms = {"UserPoolId": pool, "MfaConfiguration": "ON", "SmsConfiguration": second_factors.SNS}
    api.idp("UpdateUserPool", **sms, **setting(trigger))
    with refused(*runs_nowhere(trigger)):
        respond(api, client, session)
    assert status_of(api, pool) == "FORCE_CHANGE_PASSWORD"
    api.idp("UpdateUserPool", **sms)
    assert respond(api, client, session)["ChallengeName"] == "SMS_MFA"
