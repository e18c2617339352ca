"""Signing in from a device: known by its key, and proving itself where its user has it remembered."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import pytest

from keys import srp, totp
from tests.api.device_client import (
    A_KEY,
    ALWAYS,
    NONE,
    OPT_IN,
    RECKLESS,
    Device,
    a_device,
    a_new_device,
    a_place,
    text,
    track,
)
from tests.api.signing_in import WRONG, begin, reasons, refusal, renew
from tests.api.srp_client import SrpClient, hashed, padded
from tests.builders import PASSWORD, Api, a_client, a_user, claims

NO_SESSION = "InvalidParameterException: Missing required parameter Session"
BAD_REFRESH = "NotAuthorizedException: Invalid Refresh Token"


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

    @pytest.mark.parametrize("chosen", ["PASSWORD", "PASSWORD_SRP"])
    def test_proves_itself_after_the_first_factor_of_choice(self, api: Api, device: Device, chosen: str) -> None:
        flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        device.web = SrpClient(api, device.web.pool, a_client(api, device.web.pool, ExplicitAuthFlows=flows))
        named = {"PREFERRED_CHALLENGE": chosen, "DEVICE_KEY": device.key}
        if chosen == "PASSWORD":
            challenge = begin(api, device.web.client, "USER_AUTH", USERNAME="ana", PASSWORD=PASSWORD, **named)
        else:
            challenge = device.web.prove(device.web.begin("ana", "USER_AUTH", **named), DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        second = device.begin(challenge)
        assert second["Session"] != challenge["Session"]
        assert claims(device.prove(second)["AuthenticationResult"]["AccessToken"])["device_key"] == device.key

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
        named = device.key if key == "" else key
        return device.answer("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code, DEVICE_KEY=named)

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


class TestARefreshToken:
    def test_needs_the_key_of_its_device(self, web: SrpClient, device: Device) -> None:
        other = a_device(web)
        token = device.sign_in()["RefreshToken"]
        for named in ({}, {"DEVICE_KEY": ""}, {"DEVICE_KEY": other.key}, {"DEVICE_KEY": A_KEY}):
            assert refusal(partial(renew, web.api, web.client, token, **named)) == BAD_REFRESH
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
