"""CUSTOM_AUTH by who signs in: with a password first, unknown, disabled, with a temporary password, with MFA."""

from __future__ import annotations

import re

import pytest

from keys import totp
from tests.api.lambda_functions import CREATE, DEFINE, VERIFY, Json, Place, Triggers, a_place, answering
from tests.api.second_factors import EMAIL, OWN_SENDER, SMS, TOTP, configure
from tests.api.signing_in import TEMPORARY, WRONG, a_newcomer, refusal
from tests.api.srp_client import SRP_A
from tests.builders import Api, a_user, pairs, sign_in

ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
SHAPE = "InvalidLambdaResponseException: Unrecognizable lambda output"
DISABLED = "NotAuthorizedException: User is disabled."


def status(place: Place, username: str = "ana") -> str:
    return str(place.api.idp("AdminGetUser", UserPoolId=place.pool, Username=username)["UserStatus"])


def masked(challenge: Json) -> str:
    """What a challenge looks like, but for what is random."""
    return re.sub(r"AYABe[^']*", "AYABe", str(challenge))


class TestSrp:
    def begin(self, place: Place) -> Json:
        return place.begin(CHALLENGE_NAME="SRP_A", SRP_A=SRP_A)

    def test_the_password_comes_first(self, place: Place, triggers: Triggers) -> None:
        challenge = self.begin(place)
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        names = {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}
        assert challenge["ChallengeParameters"].keys() == names
        riddle = place.web.prove(challenge)
        assert riddle["ChallengeParameters"] == {"riddle": "the 3.", "USERNAME": "ana"}
        assert "AuthenticationResult" in place.answer(riddle, "hush-3")
        began = [{"challengeName": "SRP_A", "challengeResult": True, "challengeMetadata": None}]
        proved = [*began, began[0] | {"challengeName": "PASSWORD_VERIFIER"}]
        answered = [*proved, began[0] | {"challengeName": "CUSTOM_CHALLENGE", "challengeMetadata": "RIDDLE-3"}]
        assert [request["session"] for request in triggers.of(DEFINE)] == [began, proved, answered]
        assert triggers.called == [DEFINE, DEFINE, CREATE, VERIFY, DEFINE]

    def test_a_wrong_password_is_refused_before_anything_else_is_asked(self, place: Place, triggers: Triggers) -> None:
        challenge = self.begin(place)
        assert triggers.called == [DEFINE]
        assert refusal(lambda: place.web.prove(challenge, "Wrong-Horse-1")) == WRONG
        assert refusal(lambda: place.web.prove(challenge)) == ONCE
        assert triggers.called == []

    def test_the_trigger_may_pass_over_the_password(self, place: Place, triggers: Triggers) -> None:
        triggers.does[DEFINE] = answering(challengeName="CUSTOM_CHALLENGE")
        assert self.begin(place)["ChallengeName"] == "CUSTOM_CHALLENGE"

    def test_a_temporary_password_is_replaced_before_the_triggers_go_on(self, place: Place, triggers: Triggers) -> None:
        a_newcomer(place.api, place.pool, "bob")
        web = place.web
        challenge = web.prove(web.begin("bob", "CUSTOM_AUTH", CHALLENGE_NAME="SRP_A"), TEMPORARY)
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert triggers.called == [DEFINE]
        challenge = place.respond(challenge, {"USERNAME": "bob", "NEW_PASSWORD": "Another-Horse-2"})
        names = [entry["challengeName"] for entry in triggers.of(DEFINE)[0]["session"]]
        assert names == ["SRP_A", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED"]
        assert "AuthenticationResult" in place.answer(challenge, "hush-4", "bob")
        assert status(place, "bob") == "CONFIRMED"

    def test_a_new_password_is_not_kept_where_the_trigger_fails_the_sign_in(
        self, place: Place, triggers: Triggers
    ) -> None:
        a_newcomer(place.api, place.pool, "bob")
        web = place.web
        challenge = web.prove(web.begin("bob", "CUSTOM_AUTH", CHALLENGE_NAME="SRP_A"), TEMPORARY)
        triggers.does[DEFINE] = answering(failAuthentication=True)
        new = {"USERNAME": "bob", "NEW_PASSWORD": "Another-Horse-2"}
        assert refusal(lambda: place.respond(challenge, new)) == WRONG
        assert status(place, "bob") == "FORCE_CHANGE_PASSWORD"

    def test_a_temporary_password_runs_out(self, place: Place, triggers: Triggers) -> None:
        a_newcomer(place.api, place.pool, "bob")
        place.api.world.clock.advance(days=7)
        web = place.web
        challenge = web.begin("bob", "CUSTOM_AUTH", CHALLENGE_NAME="SRP_A")
        told = refusal(lambda: web.prove(challenge, TEMPORARY))
        words = "Temporary password has expired and must be reset by an administrator."
        assert told == f"NotAuthorizedException: {words}"
        assert triggers.called == [DEFINE]


class TestUnknown:
    def test_a_client_that_does_not_hide_it_says_so(self, place: Place, triggers: Triggers) -> None:
        told = refusal(lambda: place.begin("nobody"))
        assert told == "UserNotFoundException: User does not exist."
        assert triggers.events == []

    def test_the_triggers_learn_what_the_caller_does_not(self, api: Api, triggers: Triggers) -> None:
        place = a_place(api, users="ENABLED")
        a_user(api, place.pool)
        seeming, true = place.begin("nobody"), place.begin("ana")
        assert masked(seeming).replace("nobody", "ana") == masked(true)
        event = triggers.events[0]
        assert (event["userName"], event["request"]["userAttributes"]) == ("nobody", {})
        assert [request["userNotFound"] for request in triggers.of(DEFINE)] == [True, False]
        assert [request["userNotFound"] for request in triggers.of(CREATE)] == [True, False]
        place.answer(seeming, "hush-1", "nobody")
        assert triggers.of(VERIFY)[0]["userNotFound"] is True

    def test_a_client_that_does_not_hide_it_has_no_word_for_it(self, place: Place, triggers: Triggers) -> None:
        place.begin()
        assert "userNotFound" not in triggers.events[0]["request"]

    def test_no_answer_is_right_and_no_tokens_are_issued(self, api: Api, triggers: Triggers) -> None:
        place = a_place(api, users="ENABLED")
        triggers.does[VERIFY] = answering(answerCorrect=True)
        challenge = place.answer(place.begin("nobody"), username="nobody")
        assert triggers.of(DEFINE)[1]["session"][0]["challengeResult"] is False
        triggers.does[DEFINE] = answering(issueTokens=True)
        assert refusal(lambda: place.answer(challenge, username="nobody")) == WRONG
        assert refusal(lambda: place.answer(challenge, username="nobody")) == ONCE
        assert refusal(lambda: place.begin("nobody")) == WRONG

    def test_no_password_is_right(self, api: Api) -> None:
        place = a_place(api, users="ENABLED")
        a_user(api, place.pool)
        seeming, true = (place.begin(name, CHALLENGE_NAME="SRP_A", SRP_A=SRP_A) for name in ("nobody", "ana"))
        assert seeming["ChallengeParameters"].keys() == true["ChallengeParameters"].keys()
        assert refusal(lambda: place.web.prove(seeming)) == WRONG

    def test_they_seem_to_have_a_name_like_others(self, api: Api) -> None:
        place = a_place(api, users="ENABLED", UsernameAttributes=["email"])
        sub = a_user(api, place.pool, "ana@example.com")["Username"]
        names = [place.begin(f"{who}@example.com")["ChallengeParameters"]["USERNAME"] for who in ("ana", "bob", "bob")]
        assert names[0] == sub
        assert names[1] == names[2]
        assert re.fullmatch(r"[0-9a-f-]{36}", names[1])
        challenge = place.begin("bob@example.com")
        assert place.answer(challenge, username=names[1])["ChallengeName"] == "CUSTOM_CHALLENGE"

    def test_another_name_does_not_answer_for_them(self, api: Api, triggers: Triggers) -> None:
        place = a_place(api, users="ENABLED")
        a_user(api, place.pool)
        told = refusal(lambda: place.answer(place.begin("nobody"), username="ana"))
        assert told == "NotAuthorizedException: Invalid session for the user."
        assert triggers.of(VERIFY) == []


class TestStatus:
    def test_who_has_a_temporary_password_signs_in_without_it(self, place: Place, triggers: Triggers) -> None:
        a_newcomer(place.api, place.pool, "bob")
        assert "AuthenticationResult" in place.answer(place.begin("bob"), username="bob")
        assert triggers.events[0]["request"]["userAttributes"]["cognito:user_status"] == "FORCE_CHANGE_PASSWORD"
        assert status(place, "bob") == "FORCE_CHANGE_PASSWORD"

    def test_so_does_who_has_to_reset_it(self, place: Place) -> None:
        verified = pairs({"email_verified": "true"})
        place.api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributes=verified)
        place.api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana")
        assert "AuthenticationResult" in place.answer(place.begin())
        challenge = place.begin(CHALLENGE_NAME="SRP_A", SRP_A=SRP_A)
        told = refusal(lambda: place.web.prove(challenge))
        assert told == "PasswordResetRequiredException: Password reset required for the user"

    def test_who_is_not_confirmed_does_not(self, place: Place, triggers: Triggers) -> None:
        place.api.idp("SignUp", ClientId=place.client, Username="bob", Password="Correct-Horse-1")
        assert refusal(lambda: place.begin("bob")) == "UserNotConfirmedException: User is not confirmed."
        assert triggers.events == []

    def test_who_is_disabled_does_not(self, place: Place, triggers: Triggers) -> None:
        place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
        assert refusal(place.begin) == DISABLED
        assert triggers.events == []

    def test_nor_does_who_is_disabled_on_the_way(self, place: Place, triggers: Triggers) -> None:
        challenge = place.begin()
        triggers.events.clear()
        place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
        assert refusal(lambda: place.answer(challenge)) == DISABLED
        assert triggers.events == []
        place.api.idp("AdminEnableUser", UserPoolId=place.pool, Username="ana")
        assert "AuthenticationResult" in place.answer(challenge)

    def test_nor_who_is_deleted_on_the_way(self, place: Place) -> None:
        challenge = place.begin()
        place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
        told = refusal(lambda: place.answer(challenge))
        assert told == "NotAuthorizedException: Invalid session for the user."


class TestSecondFactors:
    @pytest.fixture
    def place(self, api: Api) -> Place:
        """A place that requires a second factor; Ana has all."""
        place = a_place(api, **OWN_SENDER)
        a_user(api, place.pool, email="ana@example.com", phone_number="+15555559934")
        token = sign_in(api, place.client)["AccessToken"]
        configure(api, place.pool, "ON", SMS, TOTP, EMAIL)
        secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
        api.idp("VerifySoftwareToken", AccessToken=token, UserCode=self.shown(api, secret))
        api.world.clock.advance(minutes=5)
        self.secret = secret
        return place

    def shown(self, api: Api, secret: str) -> str:
        """What Ana's authenticator shows."""
        return totp.code(secret, totp.step(api.world.clock.now()))

    def test_none_is_asked_for_unless_the_trigger_does(self, place: Place) -> None:
        assert "AuthenticationResult" in place.answer(place.begin())

    @pytest.mark.parametrize("name", ["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"])
    def test_one_that_the_trigger_asks_for_is_put_as_ever(self, place: Place, triggers: Triggers, name: str) -> None:
        challenge = place.begin()
        triggers.does[DEFINE] = answering(challengeName=name)
        second = place.answer(challenge)
        assert second["ChallengeName"] == name
        assert second["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ana"
        code = self.shown(place.api, self.secret) if name == "SOFTWARE_TOKEN_MFA" else place.api.code()
        assert len(code) == 6
        triggers.does[DEFINE] = answering(issueTokens=True)
        triggers.events.clear()
        wrong = {"USERNAME": "ana", f"{name}_CODE": "000000"}
        assert refusal(lambda: place.respond(second, wrong)).startswith("CodeMismatchException")
        assert triggers.events == []
        assert "AuthenticationResult" in place.respond(second, wrong | {f"{name}_CODE": code})
        history = triggers.of(DEFINE)[0]["session"]
        assert history[1] == {"challengeName": name, "challengeResult": True, "challengeMetadata": None}

    def test_one_that_the_user_does_not_have_is_an_answer_of_a_wrong_shape(
        self, place: Place, triggers: Triggers
    ) -> None:
        a_user(place.api, place.pool, "bob")
        triggers.does[DEFINE] = answering(challengeName="EMAIL_OTP")
        assert refusal(lambda: place.begin("bob")) == SHAPE
        assert place.begin("ana")["ChallengeName"] == "EMAIL_OTP"
