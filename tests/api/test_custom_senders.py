"""Messages that a pool's own functions send: what they get, what is kept, and what becomes of those that fail."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.mailbox import Mailbox, Message
from emulator.outside.sealing import NoSealer, OpenSealer, SealingFailed
from emulator.outside.world import World
from tests.api.people import confirm, sign_up, status_of
from tests.api.recorded_functions import NONSENSE, Json, Recorder, refusing, same, saying, too_slow
from tests.api.threats.guarded import FIREFOX, HOME, NOTIFY, WORK, Guarded, takeover
from tests.api.trigger_table.shop import KEY, SENDERS
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, pairs, sign_in

METADATA = {"shop": "7"}
UNVERIFIED = {"email": "ana@example.com", "email_verified": "false"}
MAIL, PHONE = "ana@example.com", "+15555550123"


@pytest.fixture
def recorder() -> Recorder:
    recorder = Recorder()
    for sender in SENDERS:
        recorder.on(sender, same)
    return recorder


@pytest.fixture
def handed_on() -> list[Message]:
    """What an SMTP server would be given."""
    return []


@pytest.fixture
def exported() -> list[Any]:
    return []


@pytest.fixture
def sealer() -> OpenSealer:
    return OpenSealer()


@pytest.fixture
def world(world: World, recorder: Recorder, handed_on: list[Message], exported: list[Any], sealer: OpenSealer) -> World:
    mailbox, exports = Mailbox(handed_on.append), lambda pool, record: exported.append((pool, record))
    return replace(recorder.in_world(world), sealer=sealer, mailbox=mailbox, exports=exports)


def a_sending_pool(api: Api, *senders: str, **members: Any) -> str:
    config = {sender: SENDERS[sender] for sender in senders or SENDERS} | {"KMSKeyID": KEY}
    verified = {"AutoVerifiedAttributes": ["email", "phone_number"]}
    return a_pool(api, **{**verified, "LambdaConfig": config | members.pop("LambdaConfig", {}), **members})


@pytest.fixture
def pool(api: Api) -> str:
    return a_sending_pool(api)


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


class TestEvents:
    def test_a_sender_of_emails_gets_the_code_and_the_user(
        self, api: Api, pool: str, client: str, recorder: Recorder
    ) -> None:
        given = {"Username": "ana", "Password": PASSWORD, "UserAttributes": pairs({"email": MAIL})}
        sub = api.idp("SignUp", ClientId=client, **given, ClientMetadata=METADATA)["UserSub"]
        event = recorder.events[0]
        sealed = event["request"].pop("code")
        assert event == {
            "version": "1",
            "region": "us-east-1",
            "userPoolId": pool,
            "userName": "ana",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
            "triggerSource": "CustomEmailSender_SignUp",
            "request": {
                "type": "customEmailSenderRequestV1",
                "clientMetadata": METADATA,
                "userAttributes": {"sub": sub, "cognito:user_status": "UNCONFIRMED", **UNVERIFIED},
            },
            "response": {},
        }
        code, key, sealed_for = OpenSealer.opened(sealed)
        assert (key, sealed_for) == (KEY, pool)
        assert confirm(api, client, code) == {}

    def test_a_sender_of_texts_gets_them_with_its_own_type(self, api: Api, client: str, recorder: Recorder) -> None:
        sign_up(api, client, "ana", phone_number=PHONE)
        event = recorder.events[0]
        assert event["triggerSource"] == "CustomSMSSender_SignUp"
        assert event["request"]["type"] == "customSMSSenderRequestV1"
        assert event["request"]["clientMetadata"] is None
        assert confirm(api, client, OpenSealer.opened(event["request"]["code"])[0]) == {}

    def test_a_temporary_password_is_escaped_as_in_html(self, api: Api, pool: str, recorder: Recorder) -> None:
        named = {"UserPoolId": pool, "Username": "ana", "DesiredDeliveryMediums": ["EMAIL", "SMS"]}
        given = pairs({"email": MAIL, "phone_number": PHONE})
        api.idp("AdminCreateUser", **named, UserAttributes=given, TemporaryPassword='A<b>&"c"-123')
        assert sorted(recorder.sources) == ["CustomEmailSender_AdminCreateUser", "CustomSMSSender_AdminCreateUser"]
        for event in recorder.events:
            assert OpenSealer.opened(event["request"]["code"])[0] == 'A&lt;b&gt;&amp;"c"-123'
            assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"

    def test_a_user_without_a_password_is_invited_without_a_code(self, api: Api, recorder: Recorder) -> None:
        factors = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}
        pool = a_sending_pool(api, **factors)
        named = {"UserPoolId": pool, "Username": "ana", "DesiredDeliveryMediums": ["EMAIL"]}
        api.idp("AdminCreateUser", **named, UserAttributes=pairs({"email": MAIL, "email_verified": "true"}))
        assert recorder.events[0]["request"]["code"] is None

    def test_a_new_address_is_the_one_that_is_told(self, api: Api, pool: str, client: str, recorder: Recorder) -> None:
        keep = {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}
        config = {**SENDERS, "KMSKeyID": KEY}
        api.idp("UpdateUserPool", UserPoolId=pool, AutoVerifiedAttributes=["email"], LambdaConfig=config, **keep)
        a_user(api, pool, email=MAIL, email_verified="true")
        token = sign_in(api, client)["AccessToken"]
        api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs({"email": "new@example.com"}))
        assert recorder.events[0]["request"]["userAttributes"]["email"] == "new@example.com"

    def test_a_message_that_verifies_by_link_has_the_links_code(self, api: Api, recorder: Recorder) -> None:
        by_link = {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}}
        pool = a_sending_pool(api, **by_link)
        client = a_client(api, pool)
        sign_up(api, client, "ana", email=MAIL)
        assert OpenSealer.opened(recorder.events[0]["request"]["code"])[0] in str(api.message(pool=pool).link)

    @pytest.mark.parametrize("username", ["ana", "unknown"])
    def test_a_risky_sign_in_is_told_of_without_a_code(self, api: Api, recorder: Recorder, username: str) -> None:
        pool = a_sending_pool(api, UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
        a_user(api, pool, username, email=MAIL, email_verified="true")
        place = Guarded(api, pool, a_client(api, pool))
        place.configure(Takeover=takeover(NOTIFY, Low="NO_ACTION"))
        place.enter(HOME, username=username)
        place.enter(WORK, FIREFOX, username)
        request = recorder.events[0]["request"]
        assert (request["type"], request["code"]) == ("customEmailSenderRequestV1", None)
        told = request["userAttributes"]
        message = api.message(pool=pool)
        assert told["ONE_CLICK_LINK_VALID"] == message.link
        assert {name: told[name] for name in ("USER_NAME", "IP_ADDRESS", "ACCOUNT_TAKE_OVER_ACTION")} == {
            "USER_NAME": username,
            "IP_ADDRESS": WORK,
            "ACCOUNT_TAKE_OVER_ACTION": "NO_ACTION",
        }
        assert set(told) == {
            "USER_NAME",
            "ACCOUNT_TAKE_OVER_ACTION",
            "IP_ADDRESS",
            "LOGIN_TIME",
            "DEVICE_NAME",
            "EVENT_ID",
            "FEEDBACK_TOKEN",
            "ONE_CLICK_LINK_VALID",
            "ONE_CLICK_LINK_INVALID",
        }


class TestMessages:
    def test_what_a_function_sends_is_kept_for_readers_and_handed_on_to_nobody(
        self, api: Api, pool: str, client: str, handed_on: list[Message]
    ) -> None:
        sign_up(api, client, "ana", email=MAIL)
        assert api.message(pool=pool).body.endswith(api.code())
        assert [message.custom for message in handed_on] == [True]

    def test_custom_message_is_not_asked_for_words_that_nobody_would_send(self, api: Api, recorder: Recorder) -> None:
        recorder.on("CustomMessage", same)
        words = {"CustomMessage": "arn:aws:lambda:us-east-1:123456789012:function:CustomMessage"}
        pool = a_sending_pool(api, "CustomSMSSender", LambdaConfig=words)
        named = {"UserPoolId": pool, "Username": "ana", "DesiredDeliveryMediums": ["EMAIL", "SMS"]}
        api.idp("AdminCreateUser", **named, UserAttributes=pairs({"email": MAIL, "phone_number": PHONE}))
        assert recorder.sources == ["CustomMessage_AdminCreateUser", "CustomSMSSender_AdminCreateUser"]

    def test_a_function_may_call_back(self, api: Api, pool: str, client: str, recorder: Recorder) -> None:
        seen: list[str] = []

        def asks(event: Json) -> Json:
            caller = Api(api.http.application.test_client(), api.world)
            code = OpenSealer.opened(event["request"]["code"])[0]
            caller.idp("ConfirmSignUp", ClientId=client, Username=event["userName"], ConfirmationCode=code)
            seen.append(status_of(caller, pool))
            return event

        recorder.on("CustomEmailSender", asks)
        sign_up(api, client, "ana", email=MAIL)
        assert seen == ["CONFIRMED"]


class TestFailures:
    @pytest.mark.parametrize(
        ("does", "why"),
        [
            (refusing("No"), "CustomEmailSender failed with error No."),
            (too_slow, "Socket timeout"),
            *((saying(nonsense), None) for nonsense in NONSENSE[:-1]),
        ],
        ids=range(len(NONSENSE) + 1),
    )
    def test_a_call_is_answered_whatever_the_function_says(
        self,
        api: Api,
        pool: str,
        client: str,
        recorder: Recorder,
        caplog: pytest.LogCaptureFixture,
        does: Any,
        why: str | None,
    ) -> None:
        recorder.on("CustomEmailSender", does)
        with caplog.at_level(logging.WARNING, "cognito_emulator"):
            sign_up(api, client, "ana", email=MAIL)
        assert len(recorder.events) == 1
        assert ("not sent by CustomEmailSender" in caplog.text) is (why is not None)
        assert (why or "") in caplog.text
        assert api.code() not in caplog.text
        assert status_of(api, pool) == "UNCONFIRMED"

    def test_a_code_that_cannot_be_sealed_is_not_given_to_the_function(
        self,
        api: Api,
        pool: str,
        client: str,
        recorder: Recorder,
        sealer: OpenSealer,
        exported: list[Any],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        logged = {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/x"}
        entry = {"EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": logged}
        api.idp("SetLogDeliveryConfiguration", UserPoolId=pool, LogConfigurations=[entry])
        sealer.fails = SealingFailed("the KMS is on holiday")
        with caplog.at_level(logging.WARNING, "cognito_emulator"):
            sign_up(api, client, "ana", email=MAIL)
        assert recorder.events == []
        assert "its code could not be encrypted: the KMS is on holiday" in caplog.text
        [(named, record)] = exported
        assert (named, record["logLevel"]) == (pool, "ERROR")
        assert "holiday" in json.dumps(record)
        sealer.fails = None
        api.idp("ResendConfirmationCode", ClientId=client, Username="ana")
        assert recorder.sources == ["CustomEmailSender_ResendCode"]


class TestWithoutKms:
    @pytest.fixture
    def world(self, world: World) -> World:
        return replace(world, sealer=NoSealer())

    def test_a_pool_is_configured_and_a_call_that_would_send_says_what_is_needed(
        self, api: Api, pool: str, client: str, recorder: Recorder
    ) -> None:
        assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["LambdaConfig"]["KMSKeyID"] == KEY
        with pytest.raises(Refused) as refused:
            sign_up(api, client, "ana", email=MAIL)
        what = f"The Lambda trigger CustomEmailSender, which user pool {pool} has configured,"
        assert refused.value.message == f"{what} needs a KMS (the setting kms-endpoint)."
        assert (refused.value.code, refused.value.status) == ("NotImplementedException", 501)
        assert api.idp("ListUsers", UserPoolId=pool)["Users"] == []
        assert recorder.events == []
        api.idp("SignUp", ClientId=client, Username="ana", Password=PASSWORD)
