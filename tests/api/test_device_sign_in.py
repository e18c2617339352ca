"""Signing in from a device: known by its key, and proving itself where its user has it remembered."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from keys import srp, totp
from tests.api.device_client import ALWAYS, OPT_IN, Device, a_device, a_new_device, a_place, text, track
from tests.api.signing_in import WRONG, begin, reasons, refusal, renew
from tests.api.srp_client import SRP_A, SrpClient, an_app, hashed, padded
from tests.builders import PASSWORD, Api, a_user, claims

NONE = "ResourceNotFoundException: Device does not exist."
A_KEY = "us-east-1_a1b2c3d4-5678-90ab-cdef-0123456789ab"
INVALID = "NotAuthorizedException: Invalid session for the user."
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
NO_SESSION = "InvalidParameterException: Missing required parameter Session"
BAD_REFRESH = "NotAuthorizedException: Invalid Refresh Token"
RECKLESS = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool that remembers every confirmed device, with Ana and Bob."""
    return a_place(api)


@pytest.fixture
def device(web: SrpClient) -> Device:
    """Ana's, which is remembered."""
    return a_device(web)


def test_the_published_vector(web: SrpClient) -> None:
    """A client and a server with the secrets of the published example agree on its key and signature."""
    a, b = (int(hashlib.sha256(seed).hexdigest() * 4, 16) % srp.N for seed in (b"emulator-a", b"emulator-b"))
    sample = Device(web, A_KEY, "-v7w9UcY6", {})
    number = srp.read_device_verifier(sample.verifier["PasswordVerifier"])
    share = pow(srp.G, b, srp.N).to_bytes(srp.VERIFIER_BYTES, "big")
    public = srp.public(number, share)
    assert hashlib.sha256(public.encode()).hexdigest().startswith("478bf7e441e0786839107a65cc934c68")
    key = srp.session_key(pow(srp.G, a, srp.N), b.to_bytes(srp.VERIFIER_BYTES, "big"), number, public)
    assert key.hex() == "93912647d4da319d1d60b802b7af6142"
    signed = srp.signature(key, "-v7w9UcY6" + A_KEY, b"emulator secret block", "Tue Jan 6 07:08:09 UTC 2026")
    assert signed == "QS2OvPIEwdqPhpgCz/zBONf8uaKH3HDqliuvkv98Jj4="


class TestARememberedDevice:
    def test_proves_itself_in_two_steps(self, device: Device) -> None:
        first = device.enter()
        assert first == {"ChallengeName": "DEVICE_SRP_AUTH", "ChallengeParameters": {}, "Session": first["Session"]}
        second = device.begin(first)
        parameters = second["ChallengeParameters"]
        assert second == {"ChallengeName": "DEVICE_PASSWORD_VERIFIER", "ChallengeParameters": parameters}
        assert list(parameters) == ["SALT", "SECRET_BLOCK", "SRP_B", "DEVICE_KEY", "USERNAME"]
        assert (parameters["DEVICE_KEY"], parameters["USERNAME"]) == (device.key, "ana")
        assert parameters["SALT"] == "f0e1d2c3b4a5968778695a4b3c2d1e0f"
        done = device.prove(second)
        assert done["ChallengeParameters"] == {}
        tokens = done["AuthenticationResult"]
        assert tokens.keys() == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}
        assert claims(tokens["AccessToken"])["device_key"] == device.key
        assert "device_key" not in claims(tokens["IdToken"])

    @pytest.mark.parametrize("first", [False, True])
    @pytest.mark.parametrize("second", [False, True])
    def test_is_asked_by_anybody_and_answers_anybody(self, device: Device, first: bool, second: bool) -> None:
        device.web.admin = first
        challenge = device.begin(device.enter())
        tokens = device.prove(challenge, device.web.pool if second else "")["AuthenticationResult"]
        assert claims(tokens["AccessToken"])["device_key"] == device.key

    @pytest.mark.parametrize(("flow", "admin"), [("USER_PASSWORD_AUTH", False), ("ADMIN_USER_PASSWORD_AUTH", True)])
    def test_proves_itself_after_a_password_in_the_clear(self, device: Device, flow: str, admin: bool) -> None:
        web = device.web
        named = {"USERNAME": "ana", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
        challenge = begin(web.api, web.client, flow, web.pool if admin else "", **named)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        second = device.begin(challenge)
        assert second["Session"] != challenge["Session"]
        tokens = device.prove(second)["AuthenticationResult"]
        assert claims(tokens["AccessToken"])["device_key"] == device.key

    def test_proves_itself_by_any_salt_and_verifier(self, web: SrpClient) -> None:
        """Numbers of odd length, or that begin with a high bit, are padded by the client."""
        for salt in ("1", "80", "f" * 32, "0" * 30 + "7f"):
            device = a_new_device(web)
            inner = hashlib.sha256(f"{device.group_key}{device.key}:{device.secret}".encode()).digest()
            number = pow(srp.G, hashed(padded(int(salt, 16)), inner), srp.N)
            device.confirm(DeviceSecretVerifierConfig={"PasswordVerifier": text(number), "Salt": text(int(salt, 16))})
            challenge = device.begin(device.enter())
            assert challenge["ChallengeParameters"]["SALT"] == f"{int(salt, 16):x}"
            assert "AuthenticationResult" in device.prove(challenge)

    def test_proves_itself_under_an_alias_of_its_user(self, api: Api) -> None:
        web = a_place(api, AliasAttributes=["email"])
        a_user(api, web.pool, "cleo", email="cleo@example.com", email_verified="true")
        device = a_device(web, "cleo")
        challenge = web.prove(web.begin("cleo@example.com"), DEVICE_KEY=device.key)
        second = device.begin(challenge, USERNAME="cleo@example.com")
        assert second["ChallengeParameters"]["USERNAME"] == "cleo"
        assert "AuthenticationResult" in device.prove(second, USERNAME="cleo@example.com")

    def test_may_bring_no_session_from_first_to_last(self, device: Device) -> None:
        """As pycognito does."""
        device.enter()
        second = device.begin({})
        assert claims(device.prove(second)["AuthenticationResult"]["AccessToken"])["device_key"] == device.key
        assert refusal(lambda: device.begin({})) == NO_SESSION

    def test_brings_a_session_where_the_password_came_in_the_clear(self, device: Device) -> None:
        web = device.web
        begin(web.api, web.client, USERNAME="ana", PASSWORD=PASSWORD, DEVICE_KEY=device.key)
        assert refusal(lambda: device.begin({})) == NO_SESSION

    def test_that_the_user_was_not_asked_about_does_not(self, api: Api) -> None:
        device = a_device(a_place(api, OPT_IN))
        tokens = device.enter()["AuthenticationResult"]
        assert "NewDeviceMetadata" not in tokens
        assert claims(tokens["AccessToken"])["device_key"] == device.key
        device.remember()
        assert device.enter()["ChallengeName"] == "DEVICE_SRP_AUTH"
        device.remember("not_remembered")
        assert "AuthenticationResult" in device.enter()

    def test_proves_itself_where_that_replaces_no_second_factor(self, api: Api) -> None:
        device = a_device(a_place(api, RECKLESS))
        assert device.enter()["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert "RefreshToken" in device.sign_in()

    def test_is_taken_no_notice_of_once_the_pool_tracks_none(self, device: Device) -> None:
        track(device.web.api, device.web.pool, None)
        tokens = device.enter()["AuthenticationResult"]
        assert "device_key" not in claims(tokens["AccessToken"])
        assert "NewDeviceMetadata" not in tokens
        device.key = A_KEY
        assert "AuthenticationResult" in device.enter()


class TestTheSecondFactor:
    """Ana has a software token."""

    def enrol(self, device: Device, mode: str) -> str:
        """Have the pool ask for second factors, and Ana give one; answers the secret of her generator."""
        web, token = device.web, device.tokens["AccessToken"]
        enabled = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
        web.api.idp("SetUserPoolMfaConfig", UserPoolId=web.pool, MfaConfiguration=mode, **enabled)
        secret = str(web.api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"])
        code = totp.code(secret, totp.step(web.api.world.clock.now()))
        web.api.idp("VerifySoftwareToken", AccessToken=token, UserCode=code)
        wanted = {"Enabled": True, "PreferredMfa": True}
        web.api.idp("SetUserMFAPreference", AccessToken=token, SoftwareTokenMfaSettings=wanted)
        web.api.world.clock.advance(minutes=2)
        return secret

    def answer(self, device: Device, challenge: dict[str, Any], secret: str, key: str | None = "") -> dict[str, Any]:
        code = totp.code(secret, totp.step(device.web.api.world.clock.now()))
        named = {"DEVICE_KEY": device.key if key == "" else key}
        return device.answer("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code, **named)

    @pytest.mark.parametrize("mode", ["OPTIONAL", "ON"])
    def test_is_replaced_by_the_proof_of_a_remembered_device(self, device: Device, mode: str) -> None:
        self.enrol(device, mode)
        assert device.enter()["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert claims(device.sign_in()["AccessToken"])["device_key"] == device.key
        assert device.web.sign_in()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_is_not_replaced_by_a_wrong_proof(self, device: Device) -> None:
        self.enrol(device, "ON")
        challenge = device.begin(device.enter())
        wrong = device.proof(challenge, "another secret")
        assert refusal(lambda: device.prove(challenge, **wrong)) == WRONG

    def test_is_asked_on_a_device_that_is_not_remembered(self, device: Device) -> None:
        secret = self.enrol(device, "ON")
        device.remember("not_remembered")
        challenge = device.enter()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        tokens = self.answer(device, challenge, secret, None)["AuthenticationResult"]
        assert claims(tokens["AccessToken"])["device_key"] == device.key
        assert "NewDeviceMetadata" not in tokens

    def test_is_asked_where_the_device_is_not_remembered_any_more_by_its_answer(self, device: Device) -> None:
        self.enrol(device, "ON")
        challenge = device.enter()
        device.remember("not_remembered")
        assert device.begin(challenge)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_comes_before_a_proof_that_does_not_replace_it(self, api: Api) -> None:
        device = a_device(a_place(api, RECKLESS))
        secret = self.enrol(device, "ON")
        challenge = device.enter()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        challenge = self.answer(device, challenge, secret)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert "AuthenticationResult" in device.prove(device.begin(challenge))

    def test_is_given_on_a_new_device_that_replaces_it_the_next_time(self, device: Device) -> None:
        secret = self.enrol(device, "ON")
        challenge = device.web.sign_in()
        assert refusal(lambda: self.answer(device, challenge, secret, A_KEY)) == NONE
        tokens = self.answer(device, challenge, secret, None)["AuthenticationResult"]
        met = tokens["NewDeviceMetadata"]
        new = Device(device.web, met["DeviceKey"], met["DeviceGroupKey"], tokens)
        new.confirm()
        assert "RefreshToken" in new.sign_in()

    def test_makes_way_for_a_device_that_names_itself_with_it(self, device: Device) -> None:
        """A device that is named late still proves itself."""
        secret = self.enrol(device, "ON")
        challenge = self.answer(device, device.web.sign_in(), secret)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert "AuthenticationResult" in device.prove(device.begin(challenge))


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
            assert refusal(lambda c=challenge, p=password: web.prove(c, p, DEVICE_KEY=A_KEY)) == NONE
            told = WRONG if (username, password) != ("ana", PASSWORD) else ""
            if told:
                assert refusal(lambda c=challenge, p=password: web.prove(c, p)) == told

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
            assert refusal(lambda c=challenge, w=wrong: device.prove(c, **w)) == WRONG
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
            assert refusal(lambda n=name: device.answer(n, first["Session"], SRP_A=SRP_A)) == INVALID
        second = device.begin(first)
        assert refusal(lambda: device.answer("PASSWORD_VERIFIER", None, **device.proof(second))) == WRONG
        assert refusal(lambda: device.answer("DEVICE_SRP_AUTH", None, SRP_A=SRP_A)) == NO_SESSION
        assert "AuthenticationResult" in device.prove(second)


class TestARefreshToken:
    def test_needs_the_key_of_its_device(self, web: SrpClient, device: Device) -> None:
        other = a_device(web)
        token = device.sign_in()["RefreshToken"]
        for named in ({}, {"DEVICE_KEY": ""}, {"DEVICE_KEY": other.key}, {"DEVICE_KEY": A_KEY}):
            assert refusal(lambda n=named: renew(web.api, web.client, token, **n)) == BAD_REFRESH
        tokens = renew(web.api, web.client, token, DEVICE_KEY=device.key)["AuthenticationResult"]
        assert claims(tokens["AccessToken"])["device_key"] == device.key
        assert "NewDeviceMetadata" not in tokens

    def test_is_good_once_its_device_is_confirmed(self, web: SrpClient) -> None:
        device = a_new_device(web)
        token = device.tokens["RefreshToken"]
        assert refusal(lambda: renew(web.api, web.client, token, DEVICE_KEY=device.key)) == BAD_REFRESH
        device.confirm()
        assert "AuthenticationResult" in renew(web.api, web.client, token, DEVICE_KEY=device.key)

    def test_is_good_no_more_once_its_device_is_forgotten(self, web: SrpClient, device: Device) -> None:
        token = device.tokens["RefreshToken"]
        device.call("ForgetDevice")
        assert refusal(lambda: renew(web.api, web.client, token, DEVICE_KEY=device.key)) == BAD_REFRESH
        assert reasons(web.api) == "its device is not confirmed, or forgotten"

    def test_is_good_without_one_where_the_pool_tracks_none(self, web: SrpClient, device: Device) -> None:
        token = device.tokens["RefreshToken"]
        track(web.api, web.pool, None)
        assert "AuthenticationResult" in renew(web.api, web.client, token)
        track(web.api, web.pool, ALWAYS)
        assert refusal(lambda: renew(web.api, web.client, token)) == BAD_REFRESH

    def test_from_before_the_pool_tracked_any_needs_none(self, web: SrpClient) -> None:
        track(web.api, web.pool, None)
        token = web.sign_in()["AuthenticationResult"]["RefreshToken"]
        track(web.api, web.pool, ALWAYS)
        assert "AuthenticationResult" in renew(web.api, web.client, token)
