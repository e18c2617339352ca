"""Step-up authentication: sign-ins that are to reach a level, from nothing or from what a token was issued for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api import second_factors
from tests.api.choosing import BY_PASSWORD, EVERY_FACTOR, MAIL, PHONE, a_choosing_client, policy
from tests.api.device_client import ALWAYS, a_device
from tests.api.second_factors import EMAIL, OWN_SENDER, SMS, TOTP, code_of, enrol
from tests.api.signing_in import begin, refusal, renew
from tests.api.srp_client import SrpClient
from tests.builders import PASSWORD, Api, Refused, a_pool, a_user, claims, sign_in
from tests.keys.authenticator import Authenticator

LOA = {number: f"urn:cognito:loa:{number}" for number in range(1, 5)}
ORIGIN, RP = "https://app.example.com", "app.example.com"
UNREACHABLE = "InvalidParameterException: The user has no factors that satisfy TARGET_ACR_VALUES."
THERE = "InvalidParameterException: The access token satisfies TARGET_ACR_VALUES already."

Answer = dict[str, Any]


@dataclass
class Place:
    """A pool with every factor, a client, and Ana, who has a password and both addresses."""

    api: Api
    pool: str
    client: str
    secret: str = ""

    def to(self, target: str, token: str = "", **parameters: str) -> Answer:
        """Begin a sign-in that is to reach `target`, from a token where there is one."""
        known = {"ACCESS_TOKEN": token} if token else {}
        return begin(
            self.api, self.client, "USER_AUTH", USERNAME="ana", TARGET_ACR_VALUES=target, **known, **parameters
        )

    def answer(self, challenge: Answer, **responses: str) -> Answer:
        """Answer a challenge."""
        name = challenge["ChallengeName"]
        return second_factors.answer(self.api, self.client, name, challenge["Session"], **responses)

    def change(self, **settings: Any) -> None:
        """UpdateUserPool; the second factors are to be configured anew."""
        self.api.idp("UpdateUserPool", UserPoolId=self.pool, **OWN_SENDER, **policy(*EVERY_FACTOR), **settings)

    def token(self) -> str:
        """An access token of a sign-in with the password alone."""
        return str(sign_in(self.api, self.client)["AccessToken"])

    def code(self, challenge: Answer) -> Answer:
        """Answer a challenge with the code that it asks for."""
        name = challenge["ChallengeName"]
        if name == "SOFTWARE_TOKEN_MFA":
            self.api.world.clock.advance(seconds=30)
            return self.answer(challenge, SOFTWARE_TOKEN_MFA_CODE=code_of(self.api, self.secret))
        return self.answer(challenge, **{f"{name}_CODE": self.api.code(user="ana")})


def a_place(api: Api, mode: str = "OPTIONAL", *methods: Answer, **pool: Any) -> Place:
    made = a_pool(api, **policy(*(EVERY_FACTOR if mode != "ON" else ["PASSWORD"])), **OWN_SENDER, **pool)
    if mode != "OFF":
        second_factors.configure(api, made, mode, *(methods or (SMS, TOTP, EMAIL)))
    place = Place(api, made, a_choosing_client(api, made))
    a_user(api, made, email=MAIL, phone_number=PHONE)
    return place


@pytest.fixture
def place(api: Api) -> Place:
    return a_place(api)


def with_totp(place: Place) -> Place:
    """Ana has a software token."""
    place.secret = enrol(place.api, place.token())
    return place


def with_passkey(place: Place, attachment: str = "platform") -> Authenticator:
    """Ana has a passkey."""
    relying = {"RelyingPartyId": RP, "UserVerification": "preferred"}
    config = {"MfaConfiguration": "OPTIONAL", "WebAuthnConfiguration": relying}
    methods = {name: value for method in (SMS, TOTP, EMAIL) for name, value in method.items()}
    place.api.idp("SetUserPoolMfaConfig", UserPoolId=place.pool, **config, **methods)
    key, token = Authenticator(ORIGIN), place.token()
    started = place.api.idp("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]
    credential = key.create(started) | {"authenticatorAttachment": attachment}
    place.api.idp("CompleteWebAuthnRegistration", AccessToken=token, Credential=credential)
    return key


def passed(answer: Answer) -> tuple[str | None, list[str]]:
    """The level and the methods that both tokens say."""
    tokens = answer["AuthenticationResult"]
    said, told = claims(tokens["AccessToken"]), claims(tokens["IdToken"])
    assert (said.get("acr"), said["amr"]) == (told.get("acr"), told["amr"])
    return said.get("acr"), said["amr"]


class TestFromNothing:
    def test_a_password_and_an_authenticator_reach_the_highest_level(self, place: Place) -> None:
        chosen = with_totp(place).to(LOA[4])
        assert (chosen["ChallengeName"], chosen["AvailableChallenges"]) == ("SELECT_CHALLENGE", BY_PASSWORD)
        second = place.answer(chosen, ANSWER="PASSWORD", PASSWORD=PASSWORD)
        assert second["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert passed(place.code(second)) == (LOA[4], ["pwd", "otp", "mfa"])

    @pytest.mark.parametrize(("method", "named"), [("SMS_MFA", "sms"), ("EMAIL_OTP", "email_otp")])
    def test_a_password_and_a_code_reach_the_third_whichever_code_is_chosen(
        self, place: Place, method: str, named: str
    ) -> None:
        choice = place.to(LOA[3], PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert choice["ChallengeName"] == "SELECT_MFA_TYPE"
        assert json.loads(choice["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == ["SMS_MFA", "EMAIL_OTP"]
        assert passed(place.code(place.answer(choice, ANSWER=method))) == (LOA[3], ["pwd", named, "mfa"])

    @pytest.mark.parametrize(("attachment", "named"), [("platform", "swk"), ("cross-platform", "hwk")])
    def test_a_passkey_reaches_the_third_by_itself(self, place: Place, attachment: str, named: str) -> None:
        key = with_passkey(place, attachment)
        challenge = place.to(LOA[3], PREFERRED_CHALLENGE="WEB_AUTHN")
        assert challenge["AvailableChallenges"] == [*BY_PASSWORD, "WEB_AUTHN"]
        options = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        assert passed(place.answer(challenge, CREDENTIAL=json.dumps(key.get(options)))) == (LOA[3], [named])

    def test_a_code_reaches_the_second(self, place: Place) -> None:
        challenge = place.to(LOA[2], PREFERRED_CHALLENGE="EMAIL_OTP")
        assert challenge["AvailableChallenges"] == [*BY_PASSWORD, "EMAIL_OTP", "SMS_OTP"]
        assert passed(place.code(challenge)) == (LOA[2], ["email_otp"])

    def test_a_password_reaches_the_first_and_nothing_more_is_asked(self, place: Place) -> None:
        answer = with_totp(place).to(LOA[1], PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert passed(answer) == (LOA[1], ["pwd"])

    def test_a_first_factor_that_leads_nowhere_is_not_offered_nor_taken(self, place: Place) -> None:
        chosen = with_totp(place).to(LOA[4], PREFERRED_CHALLENGE="EMAIL_OTP")
        assert (chosen["ChallengeName"], chosen["AvailableChallenges"]) == ("SELECT_CHALLENGE", BY_PASSWORD)
        told = refusal(lambda: place.answer(chosen, ANSWER="EMAIL_OTP"))
        assert told == "InvalidParameterException: The selected challenge is not available."

    def test_the_first_level_that_can_be_reached_is_aimed_at(self, place: Place) -> None:
        choice = place.to(f"{LOA[4]} urn:unknown {LOA[3]}", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert choice["ChallengeName"] == "SELECT_MFA_TYPE"

    def test_a_level_that_nothing_reaches_is_refused(self, api: Api, place: Place) -> None:
        assert refusal(lambda: place.to(LOA[4])) == UNREACHABLE
        off = a_place(api, "OFF")
        assert refusal(lambda: off.to(f"{LOA[4]} {LOA[3]}")) == UNREACHABLE
        assert off.to(LOA[2])["AvailableChallenges"] == ["EMAIL_OTP", "SMS_OTP"]

    def test_what_the_pool_demands_is_asked_whatever_the_level(self, api: Api) -> None:
        place = a_place(api, "ON", SMS)
        second = place.to(LOA[1], PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert second["ChallengeName"] == "SMS_MFA"
        assert passed(place.code(second)) == (LOA[3], ["pwd", "sms", "mfa"])

    def test_the_level_says_which_of_several_second_factors_is_asked_for(self, place: Place) -> None:
        with_totp(place)
        second_factors.prefer(place.api, place.pool, SMS="best", SoftwareToken="on")
        second = place.to(LOA[4], PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert second["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        preferred = place.to(LOA[3], PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert preferred["ChallengeName"] == "SMS_MFA"

    def test_one_wrong_answer_leaves_no_tokens(self, place: Place) -> None:
        second = with_totp(place).to(LOA[4], PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        with pytest.raises(Refused, match="CodeMismatchException"):
            place.answer(second, SOFTWARE_TOKEN_MFA_CODE="000000")

    def test_an_administrator_may_ask_for_a_level_too(self, place: Place) -> None:
        parameters = {"USERNAME": "ana", "TARGET_ACR_VALUES": LOA[3], "PREFERRED_CHALLENGE": "PASSWORD"}
        answer = begin(place.api, place.client, "USER_AUTH", place.pool, **parameters, PASSWORD=PASSWORD)
        assert answer["ChallengeName"] == "SELECT_MFA_TYPE"


class TestFromAToken:
    def test_only_what_is_missing_is_asked_for(self, place: Place) -> None:
        second = with_totp(place).to(LOA[4], place.token())
        assert second["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        answer = place.code(second)
        assert passed(answer) == (LOA[4], ["pwd", "otp", "mfa"])
        assert answer["AuthenticationResult"]["RefreshToken"]

    def test_a_code_adds_to_a_code_and_a_password(self, place: Place) -> None:
        with_totp(place)
        choice = place.to(LOA[3], PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        third = place.code(place.answer(choice, ANSWER="SMS_MFA"))["AuthenticationResult"]["AccessToken"]
        second = place.to(LOA[4], third)
        assert second["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert passed(place.code(second)) == (LOA[4], ["pwd", "sms", "otp", "mfa"])

    def test_a_password_adds_to_a_code(self, place: Place) -> None:
        second = place.code(place.to(LOA[2], PREFERRED_CHALLENGE="EMAIL_OTP"))["AuthenticationResult"]["AccessToken"]
        answer = place.to(LOA[3], second, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert passed(answer) == (LOA[3], ["email_otp", "pwd", "mfa"])

    def test_a_preferred_passkey_is_asked_for_in_place_of_a_second_factor(self, place: Place) -> None:
        key = with_passkey(place)
        challenge = place.to(LOA[3], place.token(), PREFERRED_CHALLENGE="WEB_AUTHN")
        options = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        answer = place.answer(challenge, CREDENTIAL=json.dumps(key.get(options)))
        assert passed(answer) == (LOA[3], ["pwd", "swk", "mfa"])

    @pytest.mark.parametrize("target", [LOA[1], f"{LOA[4]} {LOA[1]}"])
    def test_a_level_that_the_token_has_is_refused(self, place: Place, target: str) -> None:
        assert refusal(lambda: place.to(target, place.token())) == THERE

    def test_who_authenticated_too_long_ago_begins_anew(self, place: Place) -> None:
        token = with_totp(place).token()
        place.api.world.clock.advance(seconds=61)
        fresh = place.to(LOA[4], token, MAX_AGE="61")
        assert fresh["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        stale = place.to(LOA[4], token, MAX_AGE="60")
        assert stale["ChallengeName"] == "SELECT_CHALLENGE"
        assert passed(place.to(LOA[1], token, MAX_AGE="0", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD))
        place.api.idp("GetUser", AccessToken=token)

    def test_a_refresh_keeps_level_methods_and_moment(self, place: Place) -> None:
        first = place.code(with_totp(place).to(LOA[4], place.token()))
        place.api.world.clock.advance(minutes=10)
        names = {"Level4": {"AcrValue": "urn:my:four"}}
        place.change(AcrConfiguration=names)
        token = first["AuthenticationResult"]["RefreshToken"]
        again = renew(place.api, place.client, token)
        assert passed(again) == (LOA[4], ["pwd", "otp", "mfa"])
        before, after = (claims(each["AuthenticationResult"]["AccessToken"]) for each in (first, again))
        assert (after["auth_time"], after["iat"] - before["iat"]) == (before["auth_time"], 600)

    def test_a_level_that_lost_its_name_counts_no_more_but_its_methods_do(self, place: Place) -> None:
        token = place.code(with_totp(place).to(LOA[4], place.token()))["AuthenticationResult"]["AccessToken"]
        names = {"Level4": {"AcrValue": "urn:my:four"}}
        place.change(AcrConfiguration=names)
        second_factors.configure(place.api, place.pool, "OPTIONAL", SMS, TOTP, EMAIL)
        assert passed(place.to("urn:my:four", token)) == ("urn:my:four", ["pwd", "otp", "mfa"])


class TestRefusals:
    @pytest.mark.parametrize(
        ("parameters", "code"),
        [
            ({"ACCESS_TOKEN": "x"}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": "urn:unknown"}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": "  "}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": "🙂"}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": LOA[1], "MAX_AGE": "-1"}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": LOA[1], "MAX_AGE": "soon"}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": LOA[1], "MAX_AGE": "9" * 5000}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": LOA[1], "MAX_AGE": "٣"}, "InvalidParameterException"),
            ({"TARGET_ACR_VALUES": LOA[1], "ACCESS_TOKEN": "a.b.c"}, "NotAuthorizedException"),
        ],
        ids=range(9),
    )
    def test_what_cannot_be_asked_for_is_refused(self, place: Place, parameters: dict[str, str], code: str) -> None:
        with pytest.raises(Refused) as refused:
            begin(place.api, place.client, "USER_AUTH", USERNAME="ana", **parameters)
        assert refused.value.code == code

    def test_an_age_by_itself_means_nothing(self, place: Place) -> None:
        answer = begin(place.api, place.client, "USER_AUTH", USERNAME="ana", MAX_AGE="1")
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"

    def test_a_token_is_the_users_own_live_and_of_the_pool(self, api: Api, place: Place) -> None:
        a_user(api, place.pool, "bea")
        of_bea = sign_in(api, place.client, "bea")["AccessToken"]
        other = a_place(api)
        tokens = sign_in(api, place.client)
        wrong = [of_bea, other.token(), tokens["IdToken"], f"{tokens['AccessToken'][:-4]}AAAA"]
        for token in wrong:
            assert refusal(lambda token=token: place.to(LOA[3], token)).startswith("NotAuthorizedException")  # type: ignore[misc]
        api.idp("RevokeToken", ClientId=place.client, Token=tokens["RefreshToken"])
        told = refusal(lambda: place.to(LOA[3], tokens["AccessToken"]))
        assert told == "NotAuthorizedException: Access Token has been revoked"

    def test_somebody_who_is_not_there_seems_to_begin(self, place: Place) -> None:
        hiding = a_choosing_client(place.api, place.pool, PreventUserExistenceErrors="ENABLED")
        answer = begin(place.api, hiding, "USER_AUTH", USERNAME="nobody", TARGET_ACR_VALUES=LOA[3])
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        with pytest.raises(Refused, match="NotAuthorizedException: Incorrect username or password"):
            second_factors.answer(
                place.api, hiding, "SELECT_CHALLENGE", answer["Session"], "nobody", ANSWER="PASSWORD", PASSWORD="x"
            )

    def test_a_remembered_device_does_not_stand_for_the_level(self, place: Place) -> None:
        place.change(DeviceConfiguration=ALWAYS | {"ChallengeRequiredOnNewDevice": True})
        device = a_device(SrpClient(place.api, place.pool, place.client))
        second_factors.configure(place.api, place.pool, "OPTIONAL", SMS, TOTP, EMAIL)
        second_factors.prefer(place.api, place.pool, SMS="best")
        by_password = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
        plain = begin(place.api, place.client, "USER_AUTH", USERNAME="ana", **by_password)
        assert plain["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert place.to(LOA[3], **by_password)["ChallengeName"] == "SMS_MFA"
