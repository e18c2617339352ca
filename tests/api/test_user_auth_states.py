"""USER_AUTH of users in every state: disabled, unconfirmed, invited, renamed, with a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.store import Store
from tests.api.choosing import BY_PASSWORD, INVALID, MISMATCH, OFFERED, PHONE, Place, a_place, ana, families_of
from tests.api.people import attributes_of, status_of
from tests.api.second_factors import OWN_SENDER, SMS, TOTP, configure, prefer
from tests.api.signing_in import TEMPORARY, WRONG, a_newcomer, refusal
from tests.builders import PASSWORD, Api, a_user, pairs


@pytest.fixture(params=["LEGACY", "ENABLED"])
def place(api: Api, request: pytest.FixtureRequest) -> Place:
    """A pool that allows every first factor, and Ana with a password and both addresses, unverified."""
    place = a_place(api, users=request.param)
    ana(place, "email", "phone_number")
    return place


@pytest.fixture
def families(store: Store) -> Callable[[], int]:
    """How many sign-ins have come to tokens so far."""
    return families_of(store)


def _at_once(place: Place, password: str) -> Any:
    return place.prefer("PASSWORD", PASSWORD=password)


def _with_the_choice(place: Place, password: str) -> Any:
    return place.answer(place.begin(), ANSWER="PASSWORD", PASSWORD=password)


def _after_it(place: Place, password: str) -> Any:
    return place.answer(place.prefer("PASSWORD"), PASSWORD=password)


GIVES = pytest.mark.parametrize("give", [_at_once, _with_the_choice, _after_it])
Give = Callable[[Place, str], Any]


@GIVES
def test_wrong_passwords_lock(place: Place, give: Give) -> None:
    for _ in range(5):
        assert refusal(lambda: give(place, "Wrong-Horse-1")) == WRONG
    assert refusal(lambda: give(place, PASSWORD)) == "NotAuthorizedException: Password attempts exceeded"
    place.api.world.clock.advance(seconds=1)
    assert "AuthenticationResult" in give(place, PASSWORD)


@GIVES
def test_only_who_knows_the_password_learns_that_a_user_is_disabled(place: Place, give: Give) -> None:
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
    assert place.begin()["AvailableChallenges"] == OFFERED
    assert refusal(lambda: give(place, "Wrong-Horse-1")) == WRONG
    assert refusal(lambda: give(place, PASSWORD)) == "NotAuthorizedException: User is disabled."


def test_only_who_has_the_code_learns_that_a_user_is_disabled(place: Place, families: Callable[[], int]) -> None:
    challenge = place.prefer("EMAIL_OTP")
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
    assert refusal(lambda: place.answer(challenge, EMAIL_OTP_CODE="00000000")) == MISMATCH
    told = refusal(lambda: place.answer(challenge, EMAIL_OTP_CODE=place.api.code(user="ana")))
    assert told == "NotAuthorizedException: User is disabled."
    assert families() == 0
    assert attributes_of(place.api, place.pool).get("email_verified") != "true"


@GIVES
def test_a_password_that_must_be_reset_is_no_good(place: Place, give: Give) -> None:
    verified = pairs({"email_verified": "true"})
    place.api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributes=verified)
    place.api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana")
    told = refusal(lambda: give(place, PASSWORD))
    assert told == "PasswordResetRequiredException: Password reset required for the user"


@GIVES
def test_a_temporary_password_is_to_be_changed(place: Place, give: Give) -> None:
    a_newcomer(place.api, place.pool, "bob", email="bob@example.com", phone_number=PHONE)
    bobs = Named(place, "bob")
    assert place.prefer("EMAIL_OTP", "bob")["ChallengeName"] == "SELECT_CHALLENGE"
    assert place.begin("bob")["AvailableChallenges"] == BY_PASSWORD
    challenge = give(bobs, TEMPORARY)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert "AvailableChallenges" not in challenge
    assert "AuthenticationResult" in place.answer(challenge, "bob", NEW_PASSWORD=PASSWORD)
    assert place.begin("bob")["AvailableChallenges"] == OFFERED
    assert "AuthenticationResult" in give(bobs, PASSWORD)


def test_a_temporary_password_expires(place: Place) -> None:
    a_newcomer(place.api, place.pool, "bob")
    place.api.world.clock.advance(days=7)
    told = refusal(lambda: place.prefer("PASSWORD", "bob", PASSWORD=TEMPORARY))
    expired = "Temporary password has expired and must be reset by an administrator."
    assert told == f"NotAuthorizedException: {expired}"


class Named(Place):
    """The same place for somebody else than Ana."""

    def __init__(self, place: Place, username: str) -> None:
        super().__init__(place.api, place.pool, place.client)
        self.username = username

    def begin(self, username: str = "", **parameters: str) -> Any:
        return super().begin(username or self.username, **parameters)

    def prefer(self, challenge: str, username: str = "", **parameters: str) -> Any:
        return super().prefer(challenge, username or self.username, **parameters)

    def answer(self, challenge: Any, username: str = "", **responses: str) -> Any:
        return super().answer(challenge, username or self.username, **responses)


def _newcomer(place: Place) -> None:
    """Bob, who signed up and has not confirmed it."""
    members = {"ClientId": place.client, "Username": "bob", "Password": PASSWORD}
    place.api.idp("SignUp", **members, UserAttributes=pairs({"email": "bob@example.com"}))


@GIVES
def test_an_unconfirmed_user_is_told_so_whatever_the_password(place: Place, give: Give) -> None:
    _newcomer(place)
    bobs = Named(place, "bob")
    assert bobs.begin()["AvailableChallenges"] == [*BY_PASSWORD, "EMAIL_OTP"]
    for password in ("Wrong-Horse-1", PASSWORD):
        assert refusal(lambda: give(bobs, password)) == "UserNotConfirmedException: User is not confirmed."  # noqa: B023


def test_a_code_confirms_who_was_not(place: Place) -> None:
    _newcomer(place)
    challenge = place.prefer("EMAIL_OTP", "bob")
    answer = place.answer(challenge, "bob", EMAIL_OTP_CODE=place.api.code(user="bob"))
    assert "AuthenticationResult" in answer
    assert status_of(place.api, place.pool, "bob") == "CONFIRMED"
    assert attributes_of(place.api, place.pool, "bob")["email_verified"] == "true"
    assert "AuthenticationResult" in place.prefer("PASSWORD", "bob", PASSWORD=PASSWORD)


def test_another_password_ends_the_choices_that_were_begun(place: Place) -> None:
    begun = [place.begin(), place.prefer("PASSWORD"), place.prefer("EMAIL_OTP")]
    code = place.api.code(user="ana")
    place.api.idp("AdminSetUserPassword", UserPoolId=place.pool, Username="ana", Password=TEMPORARY, Permanent=True)
    for challenge in begun:
        told = refusal(
            lambda c=challenge: place.answer(  # type: ignore[misc]
                c, ANSWER="PASSWORD", PASSWORD=PASSWORD, EMAIL_OTP_CODE=code
            )
        )
        assert told == INVALID
    assert "AuthenticationResult" in place.prefer("PASSWORD", PASSWORD=TEMPORARY)


def test_a_sign_in_stays_the_users_who_began_it(api: Api, families: Callable[[], int]) -> None:
    """Bob takes the address over by which Ana began; his password does not go for hers."""
    place = a_place(api, AliasAttributes=["email"])
    verified = {"email": "ana@example.com", "email_verified": "true"}
    a_user(api, place.pool, **verified)
    challenge = place.prefer("PASSWORD", "ana@example.com")
    attributes = pairs(verified)
    members = {"UserPoolId": place.pool, "Username": "bob", "ForceAliasCreation": True, "MessageAction": "SUPPRESS"}
    api.idp("AdminCreateUser", **members, UserAttributes=attributes, TemporaryPassword=TEMPORARY)
    for password in (PASSWORD, TEMPORARY):
        assert refusal(lambda p=password: place.answer(challenge, PASSWORD=p)) == WRONG  # type: ignore[misc]
    told = refusal(lambda: place.answer(challenge, "ana@example.com", PASSWORD=TEMPORARY))
    assert told == INVALID
    assert families() == 0


def test_any_name_of_the_user_begins_and_answers(api: Api) -> None:
    place = a_place(api, AliasAttributes=["email"])
    user = a_user(api, place.pool, email="ana@example.com", email_verified="true")
    names = ["ana", "ana@example.com"]
    for begins in names:
        for answers in [*names, user["Attributes"][0]["Value"]]:
            challenge = place.prefer("PASSWORD", begins)
            assert "AuthenticationResult" in place.answer(challenge, answers, PASSWORD=PASSWORD)


def a_place_with_mfa(api: Api) -> Place:
    """The same place where second factors are optional."""
    place = a_place(api, **OWN_SENDER)
    configure(api, place.pool, "OPTIONAL", SMS, TOTP)
    ana(place, "email", "phone_number")
    return place


def test_who_has_activated_no_second_factor_begins_as_they_like(api: Api) -> None:
    place = a_place_with_mfa(api)
    assert place.begin()["AvailableChallenges"] == OFFERED
    assert "AuthenticationResult" in place.answer(place.prefer("EMAIL_OTP"), EMAIL_OTP_CODE=api.code(user="ana"))


def test_who_has_activated_a_second_factor_begins_with_a_password(api: Api) -> None:
    place = a_place_with_mfa(api)
    prefer(api, place.pool, SMS="on")
    choice = place.prefer("EMAIL_OTP")
    assert (choice["ChallengeName"], choice["AvailableChallenges"]) == ("SELECT_CHALLENGE", BY_PASSWORD)
    challenge = place.answer(choice, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert challenge["ChallengeName"] == "SMS_MFA"
    assert "AvailableChallenges" not in challenge
    assert "AuthenticationResult" in place.answer(challenge, SMS_MFA_CODE=api.code(user="ana"))


def test_a_second_factor_that_was_activated_meanwhile_is_asked_for(api: Api, families: Callable[[], int]) -> None:
    place = a_place_with_mfa(api)
    begun = place.prefer("EMAIL_OTP")
    prefer(api, place.pool, SMS="on")
    assert place.answer(begun, EMAIL_OTP_CODE=api.code(user="ana"))["ChallengeName"] == "SMS_MFA"
    assert families() == 0


def test_where_mfa_is_required_everybody_begins_with_a_password(api: Api) -> None:
    place = a_place(api, "PASSWORD", users="ENABLED")
    configure(api, place.pool, "ON", TOTP)
    ana(place, "email")
    for username in ("ana", "nobody"):
        assert place.begin(username)["AvailableChallenges"] == BY_PASSWORD
    assert place.prefer("PASSWORD", PASSWORD=PASSWORD)["ChallengeName"] == "MFA_SETUP"
