"""Guesses of second factors lock their user as guesses of passwords do, and codes are sent so often and no oftener."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.api.people import WRONG_CODE
from tests.api.people import sent as messages_sent
from tests.api.second_factors import (
    MISMATCH,
    WRONG_TOTP,
    Answer,
    a_place,
    an_enrolled,
    another,
    answer,
    challenged,
    code_of,
    prefer,
)
from tests.api.signing_in import enter, refusal
from tests.builders import PASSWORD, Api, Refused, pairs

LOCKED = "NotAuthorizedException: Password attempts exceeded"
TOO_MANY = "TooManyRequestsException: Attempt limit exceeded, please try after some time."
FACTORS = {"SMS_MFA": "SMS", "EMAIL_OTP": "Email", "SOFTWARE_TOKEN_MFA": "SoftwareToken"}


@dataclass
class Guessed:
    """Ana, who has all three second factors and prefers one, and whoever knows her password."""

    api: Api
    pool: str
    client: str
    secret: str
    factor: str

    def challenge(self) -> str:
        """The session of a new sign-in with the right password."""
        return str(challenged(self.api, self.client, self.factor)["Session"])

    def right(self) -> str:
        """The code that is right now."""
        return code_of(self.api, self.secret) if self.factor == "SOFTWARE_TOKEN_MFA" else self.api.code(user="ana")

    def answer(self, session: str, code: str, factor: str = "") -> Answer:
        """Answer the challenge."""
        factor = factor or self.factor
        return answer(self.api, self.client, factor, session, **{f"{factor}_CODE": code})

    def guess(self, session: str = "") -> str:
        """What a wrong code is refused with; in a sign-in of its own unless a session is given."""
        session = session or self.challenge()
        return refusal(lambda: self.answer(session, another(self.right())))

    @property
    def wrong(self) -> str:
        """The refusal of a wrong code."""
        return WRONG_TOTP if self.factor == "SOFTWARE_TOKEN_MFA" else MISMATCH


@pytest.fixture
def guessed(api: Api, factor: str) -> Guessed:
    """Ana with a factor that she prefers."""
    pool, client = a_place(api, AutoVerifiedAttributes=["email"])
    secret = an_enrolled(api, pool, client, "email", "phone_number")
    prefer(api, pool, SMS="on", Email="on", SoftwareToken="on")
    prefer(api, pool, **{FACTORS[factor]: "best"})
    return Guessed(api, pool, client, secret, factor)


every_factor = pytest.mark.parametrize("factor", FACTORS)


@every_factor
def test_five_wrong_codes_lock_and_each_further_one_doubles_the_lock(guessed: Guessed) -> None:
    session = guessed.challenge()
    for _ in range(4):
        assert guessed.guess(session) == guessed.wrong
    for seconds in (1, 2, 4):
        assert guessed.guess(session) == guessed.wrong
        assert refusal(lambda: guessed.answer(session, guessed.right())) == LOCKED
        guessed.api.world.clock.advance(seconds=seconds - 0.001)
        assert refusal(lambda: guessed.answer(session, guessed.right())) == LOCKED
        assert refusal(lambda: enter(guessed.api, guessed.client)) == LOCKED
        guessed.api.world.clock.advance(seconds=0.001)
    assert guessed.answer(session, guessed.right())["AuthenticationResult"]


@every_factor
def test_a_new_sign_in_for_each_guess_counts_on(guessed: Guessed) -> None:
    """The password is right each time, and forgives no guess of a code."""
    assert [guessed.guess() for _ in range(5)] == [guessed.wrong] * 5
    assert refusal(lambda: enter(guessed.api, guessed.client)) == LOCKED


@every_factor
def test_five_of_sixty_four_guesses_at_once_are_looked_at(guessed: Guessed, app: Flask) -> None:
    session, at_once, ends = guessed.challenge(), threading.Barrier(64), list[str]()
    wrong = another(guessed.right())

    def guess() -> None:
        mine = Guessed(Api(app.test_client(), guessed.api.world), guessed.pool, guessed.client, "", guessed.factor)
        at_once.wait()
        try:
            mine.answer(session, wrong)
        except Refused as refused:
            ends.append(str(refused))

    threads = [threading.Thread(target=guess) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(ends) == {guessed.wrong: 5, LOCKED: 59}


@pytest.mark.parametrize("factor", ["SMS_MFA"])
def test_guesses_of_one_factor_count_for_the_others(guessed: Guessed) -> None:
    prefer(guessed.api, guessed.pool, SMS="on")
    settings = {f"{name}MfaSettings": {"Enabled": True, "PreferredMfa": False} for name in FACTORS.values()}
    guessed.api.idp("AdminSetUserMFAPreference", UserPoolId=guessed.pool, Username="ana", **settings)
    for factor in [*FACTORS, *FACTORS][:5]:
        choice = challenged(guessed.api, guessed.client, "SELECT_MFA_TYPE")["Session"]
        chosen = answer(guessed.api, guessed.client, "SELECT_MFA_TYPE", choice, ANSWER=factor)
        told = refusal(lambda f=factor, s=chosen["Session"]: guessed.answer(s, "000000", f))  # type: ignore[misc]
        assert told.startswith("CodeMismatchException")
    assert refusal(lambda: enter(guessed.api, guessed.client)) == LOCKED


@every_factor
def test_a_password_of_their_own_forgives_no_guesses_and_one_from_an_administrator_does(guessed: Guessed) -> None:
    api, named = guessed.api, {"ClientId": guessed.client, "Username": "ana"}
    verified = pairs({"email_verified": "true"})
    api.idp("AdminUpdateUserAttributes", UserPoolId=guessed.pool, Username="ana", UserAttributes=verified)
    for _ in range(5):
        guessed.guess()
    if guessed.factor != "EMAIL_OTP":  # to the address of a second factor no code for a new password goes
        prefer(api, guessed.pool, Email="off")
        api.idp("ForgotPassword", **named)
        api.idp("ConfirmForgotPassword", **named, ConfirmationCode=api.code(user="ana"), Password=f"{PASSWORD}x")
        assert refusal(lambda: enter(api, guessed.client, password=f"{PASSWORD}x")) == LOCKED
    api.idp("AdminSetUserPassword", UserPoolId=guessed.pool, Username="ana", Password=PASSWORD, Permanent=True)
    assert guessed.challenge()


@every_factor
def test_a_sign_in_that_comes_to_its_end_forgives(guessed: Guessed) -> None:
    session = guessed.challenge()
    for _ in range(4):
        assert guessed.guess(session) == guessed.wrong
    assert guessed.answer(session, guessed.right())["AuthenticationResult"]
    guessed.api.world.clock.advance(seconds=30)
    session = guessed.challenge()
    for _ in range(4):
        assert guessed.guess(session) == guessed.wrong
    assert guessed.answer(session, guessed.right())["AuthenticationResult"]


@pytest.mark.parametrize("factor", ["SMS_MFA", "EMAIL_OTP"])
def test_twenty_codes_an_hour_are_sent_to_who_answers_none(guessed: Guessed) -> None:
    for _ in range(20):
        guessed.challenge()
    before = messages_sent(guessed.api)
    assert refusal(guessed.challenge) == TOO_MANY
    assert messages_sent(guessed.api) == before
    guessed.api.world.clock.advance(hours=1)
    assert guessed.answer(guessed.challenge(), guessed.right())["AuthenticationResult"]


@pytest.mark.parametrize("factor", ["SMS_MFA", "EMAIL_OTP"])
def test_codes_that_were_answered_do_not_count(guessed: Guessed) -> None:
    for _ in range(3):
        for _ in range(9):
            guessed.challenge()
        assert guessed.answer(guessed.challenge(), guessed.right())["AuthenticationResult"]


@pytest.mark.parametrize("factor", ["SMS_MFA", "EMAIL_OTP"])
def test_a_code_that_is_not_sent_spends_nothing(guessed: Guessed) -> None:
    """A choice of a factor whose codes are used up leaves the others."""
    settings = {f"{name}MfaSettings": {"Enabled": True, "PreferredMfa": False} for name in FACTORS.values()}
    guessed.api.idp("AdminSetUserMFAPreference", UserPoolId=guessed.pool, Username="ana", **settings)

    def choose(session: str, factor: str) -> Answer:
        return answer(guessed.api, guessed.client, "SELECT_MFA_TYPE", session, ANSWER=factor)

    for _ in range(20):
        choose(challenged(guessed.api, guessed.client, "SELECT_MFA_TYPE")["Session"], guessed.factor)
    session = challenged(guessed.api, guessed.client, "SELECT_MFA_TYPE")["Session"]
    assert refusal(lambda: choose(session, guessed.factor)) == TOO_MANY
    totp = choose(session, "SOFTWARE_TOKEN_MFA")["Session"]
    code = code_of(guessed.api, guessed.secret)
    assert guessed.answer(totp, code, "SOFTWARE_TOKEN_MFA")["AuthenticationResult"]


@pytest.mark.parametrize(
    ("operation", "most", "refused"),
    [("ConfirmForgotPassword", 20, WRONG_CODE), ("ConfirmSignUp", 15, WRONG_CODE)],
)
def test_sixty_four_guesses_at_once_of_a_code_are_no_more_than_are_allowed(
    api: Api, app: Flask, operation: str, most: int, refused: tuple[str, str]
) -> None:
    _, client = a_place(api, AutoVerifiedAttributes=["email"])
    email = pairs({"email": "ana@example.com"})
    api.idp("SignUp", ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=email)
    if operation == "ConfirmForgotPassword":
        api.idp("ConfirmSignUp", ClientId=client, Username="ana", ConfirmationCode=api.code(user="ana"))
        api.idp("ForgotPassword", ClientId=client, Username="ana")
    wrong, at_once, ends = another(api.code(user="ana")), threading.Barrier(64), []
    given = {"Password": PASSWORD} if operation == "ConfirmForgotPassword" else {}

    def guess() -> None:
        mine = Api(app.test_client(), api.world)
        at_once.wait()
        try:
            mine.idp(operation, ClientId=client, Username="ana", ConfirmationCode=wrong, **given)
        except Refused as told:
            ends.append((told.code, told.message))

    threads = [threading.Thread(target=guess) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    too_many = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    assert Counter(ends) == {refused: most, too_many: 64 - most}
