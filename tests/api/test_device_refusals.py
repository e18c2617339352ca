"""Who is no device of the user, or proves nothing: refused in AWS's words, and nothing issued."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from keys import srp
from tests.api.device_client import A_KEY, NONE, Device, a_device, a_place
from tests.api.signing_in import WRONG, begin, reasons, refusal
from tests.api.srp_client import SRP_A, SrpClient, an_app
from tests.builders import PASSWORD, Api, claims

INVALID = "NotAuthorizedException: Invalid session for the user."
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
NO_SESSION = "InvalidParameterException: Missing required parameter Session"


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool that remembers every confirmed device, with Ana and Bob."""
    return a_place(api)


@pytest.fixture
def device(web: SrpClient) -> Device:
    """Ana's, which is remembered."""
    return a_device(web)


class TestADeviceThatIsNotThere:
    @pytest.mark.parametrize("key", [A_KEY, "x", "\u0000_0", "💥", "us-east-1_" + "0" * 100_000])
    def test_is_refused_before_the_secret_block_is_spent(self, web: SrpClient, key: str) -> None:
        """Clients answer again without the key."""
        challenge = web.begin()
        assert refusal(lambda: web.prove(challenge, DEVICE_KEY=key)) == NONE
        tokens = web.prove(challenge)["AuthenticationResult"]
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != key

    def test_is_anothers(self, web: SrpClient, device: Device) -> None:
        challenge = web.begin("bob")
        assert refusal(lambda: web.prove(challenge, DEVICE_KEY=device.key)) == NONE
        tokens = web.prove(challenge)["AuthenticationResult"]
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key

    def test_is_not_remembered_from_the_beginning(self, web: SrpClient, device: Device) -> None:
        for key in (A_KEY, device.key):
            challenge = web.begin(DEVICE_KEY=key)
            assert "NewDeviceMetadata" in web.prove(challenge)["AuthenticationResult"]

    def test_tells_nothing_of_who_exists(self, api: Api, device: Device) -> None:
        web = an_app(api, device.web.pool, PreventUserExistenceErrors="ENABLED")
        for username, password in (("ana", PASSWORD), ("ana", "Wrong-Horse-9"), ("nobody", PASSWORD)):
            challenge = web.begin(username)
            assert refusal(partial(web.prove, challenge, password, DEVICE_KEY=A_KEY)) == NONE
            told = WRONG if (username, password) != ("ana", PASSWORD) else ""
            if told:
                assert refusal(partial(web.prove, challenge, password)) == told

    def test_is_told_after_a_password_in_the_clear_and_not_before(self, web: SrpClient) -> None:
        def enter(password: str) -> str:
            named = {"USERNAME": "ana", "PASSWORD": password, "DEVICE_KEY": A_KEY}
            return refusal(lambda: begin(web.api, web.client, **named))

        assert enter("Wrong-Horse-9") == WRONG
        assert enter(PASSWORD) == NONE

    @pytest.mark.parametrize("operation", ["ForgetDevice", "AdminForgetDevice"])
    def test_was_forgotten(self, web: SrpClient, device: Device, operation: str) -> None:
        first, second = device.enter(), device.begin(device.enter())
        if operation == "ForgetDevice":
            device.call(operation)
        else:
            web.api.idp(operation, UserPoolId=web.pool, Username="ana", DeviceKey=device.key)
        assert refusal(lambda: device.begin(first)) == NONE
        assert refusal(lambda: device.prove(second)) == NONE
        assert refusal(device.enter) == NONE


class TestWhatChangedMeanwhile:
    def test_a_device_that_is_not_remembered_any_more_has_nothing_to_prove(self, device: Device) -> None:
        first, second = device.enter(), device.begin(device.enter())
        device.remember("not_remembered")
        assert refusal(lambda: device.prove(second)) == WRONG
        assert reasons(device.web.api) == "the device is not remembered any more"
        tokens = device.begin(first)["AuthenticationResult"]
        assert claims(tokens["AccessToken"])["device_key"] == device.key

    def test_a_user_who_is_disabled_is_told(self, device: Device) -> None:
        second = device.begin(device.enter())
        device.web.api.idp("AdminDisableUser", UserPoolId=device.web.pool, Username="ana")
        assert refusal(lambda: device.prove(second)) == "NotAuthorizedException: User is disabled."

    def test_another_password_ends_the_sign_in(self, device: Device) -> None:
        web, first, second = device.web, device.enter(), device.begin(device.enter())
        named = {"Username": "ana", "Password": "Other-Horse-3", "Permanent": True}
        web.api.idp("AdminSetUserPassword", UserPoolId=web.pool, **named)
        assert refusal(lambda: device.begin(first)) == INVALID
        assert refusal(lambda: device.prove(second)) == WRONG


class TestAHostileAnswer:
    @pytest.mark.parametrize(
        ("responses", "expected"),
        [
            ({"DEVICE_KEY": None}, "InvalidParameterException: Missing required parameter DEVICE_KEY"),
            ({"SRP_A": None}, "InvalidParameterException: Missing required parameter SRP_A"),
            ({"SRP_A": "0"}, "InvalidParameterException: Invalid SRP_A"),
            ({"SRP_A": f"{srp.N:x}"}, "InvalidParameterException: Invalid SRP_A"),
            ({"SRP_A": "💥"}, "InvalidParameterException: Invalid SRP_A"),
            ({"SRP_A": "f" * 100_000}, "InvalidParameterException: Invalid SRP_A"),
            ({"DEVICE_KEY": A_KEY}, NONE),
            ({"USERNAME": "bob"}, INVALID),
            ({"USERNAME": "nobody"}, INVALID),
        ],
    )
    def test_to_the_first_half_is_refused_and_a_right_one_still_good(
        self, device: Device, responses: dict[str, Any], expected: str
    ) -> None:
        challenge = device.enter()
        assert refusal(lambda: device.begin(challenge, **responses)) == expected
        assert "AuthenticationResult" in device.prove(device.begin(challenge))

    @pytest.mark.parametrize(
        ("responses", "expected"),
        [
            ({"DEVICE_KEY": None}, "InvalidParameterException: Missing required parameter DEVICE_KEY"),
            *(
                ({name: given}, f"InvalidParameterException: Missing required parameter {name}")
                for name in ("PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
                for given in (None, "")
            ),
            (
                {"TIMESTAMP": "yesterday"},
                "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
            ),
            ({"DEVICE_KEY": A_KEY}, NONE),
            ({"USERNAME": "bob"}, WRONG),
            ({"PASSWORD_CLAIM_SECRET_BLOCK": "AgV4"}, WRONG),
            ({"PASSWORD_CLAIM_SECRET_BLOCK": "💥"}, WRONG),
        ],
    )
    def test_to_the_second_half_is_refused_and_a_right_one_still_good(
        self, device: Device, responses: dict[str, Any], expected: str
    ) -> None:
        challenge = device.begin(device.enter())
        assert refusal(lambda: device.prove(challenge, **responses)) == expected
        assert "AuthenticationResult" in device.prove(challenge)

    @pytest.mark.parametrize(
        "responses",
        [
            {"PASSWORD_CLAIM_SIGNATURE": "A" * 43 + "="},
            {"PASSWORD_CLAIM_SIGNATURE": "no base64"},
            {"PASSWORD_CLAIM_SIGNATURE": "💥" * 1000},
            {"TIMESTAMP": "Fri Jan 15 08:00:01 UTC 2027"},
            {"TIMESTAMP": "Thu Jan 14 08:00:00 UTC 2027"},
        ],
    )
    def test_that_is_a_wrong_proof_ends_the_sign_in(self, device: Device, responses: dict[str, str]) -> None:
        challenge = device.begin(device.enter())
        assert refusal(lambda: device.prove(challenge, **responses)) == WRONG
        assert reasons(device.web.api) == "wrong proof of the device"
        assert refusal(lambda: device.prove(challenge)) == WRONG
        assert reasons(device.web.api) == "the session is spent"
        assert "AccessToken" in device.sign_in()

    def test_with_a_wrong_secret_is_no_wrong_password(self, device: Device) -> None:
        for _ in range(6):
            challenge = device.begin(device.enter())
            wrong = device.proof(challenge, "another secret")
            assert refusal(partial(device.prove, challenge, **wrong)) == WRONG
        assert "AccessToken" in device.sign_in()

    @pytest.mark.parametrize("clear", [False, True])
    def test_is_good_once(self, device: Device, clear: bool) -> None:
        web = device.web
        named = {"USERNAME": "ana", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
        first = begin(web.api, web.client, **named) if clear else device.enter()
        second = device.begin(first)
        assert refusal(lambda: device.begin(first)) == ONCE
        assert "AuthenticationResult" in device.prove(second)
        assert refusal(lambda: device.prove(second)) == (ONCE if clear else WRONG)

    def test_comes_too_late(self, device: Device) -> None:
        first, second = device.enter(), device.begin(device.enter())
        device.web.api.world.clock.advance(minutes=3)
        assert refusal(lambda: device.begin(first)) == EXPIRED
        assert refusal(lambda: device.begin({})) == NO_SESSION
        assert refusal(lambda: device.prove(second)) == WRONG
        assert reasons(device.web.api) == "the session is expired"

    def test_with_a_made_up_session_is_refused(self, device: Device) -> None:
        assert refusal(lambda: device.begin({"Session": "AYABe" + "x" * 289})) == INVALID
        assert refusal(lambda: device.begin({})) == NO_SESSION
        made_up = {"ChallengeParameters": device.begin(device.enter())["ChallengeParameters"]}
        responses = {**device.proof(made_up), "PASSWORD_CLAIM_SECRET_BLOCK": "QUdWNA=="}
        assert refusal(lambda: device.answer("DEVICE_PASSWORD_VERIFIER", None, **responses)) == WRONG
        assert refusal(lambda: device.answer("DEVICE_PASSWORD_VERIFIER", "x" * 30, **responses)) == INVALID

    def test_at_another_client_is_refused(self, api: Api, device: Device) -> None:
        first, second = device.enter(), device.begin(device.enter())
        other = Device(an_app(api, device.web.pool), device.key, device.group_key, {})
        assert refusal(lambda: other.begin(first)) == INVALID
        assert refusal(lambda: other.begin({})) == NO_SESSION
        assert refusal(lambda: other.prove(second)) == WRONG

    def test_of_another_user_is_refused(self, web: SrpClient, device: Device) -> None:
        bobs = a_device(web, "bob")
        first, second = device.enter(), device.begin(device.enter())
        assert refusal(lambda: bobs.begin(first, USERNAME="bob")) == INVALID
        assert refusal(lambda: bobs.begin({}, USERNAME="bob")) == NO_SESSION
        assert refusal(lambda: bobs.prove(second, USERNAME="bob")) == WRONG
        assert refusal(lambda: bobs.prove(second)) == NONE

    def test_of_another_device_of_the_user_is_refused(self, web: SrpClient, device: Device) -> None:
        other = a_device(web)
        first, second = device.enter(), device.begin(device.enter())
        assert refusal(lambda: other.begin(first)) == WRONG
        assert reasons(web.api) == "the sign-in waits for another device"
        assert refusal(lambda: other.begin({})) == NO_SESSION
        assert refusal(lambda: other.prove(second)) == WRONG
        assert reasons(web.api) == "the sign-in waits for another device"

    def test_answers_no_other_challenge(self, device: Device) -> None:
        first = device.enter()
        for name in ("DEVICE_PASSWORD_VERIFIER", "SMS_MFA", "NEW_PASSWORD_REQUIRED", "PASSWORD_VERIFIER"):
            assert refusal(partial(device.answer, name, first["Session"], SRP_A=SRP_A)) == INVALID
        second = device.begin(first)
        assert refusal(lambda: device.answer("PASSWORD_VERIFIER", None, **device.proof(second))) == WRONG
        assert refusal(lambda: device.answer("DEVICE_SRP_AUTH", None, SRP_A=SRP_A)) == NO_SESSION
        assert "AuthenticationResult" in device.prove(second)
