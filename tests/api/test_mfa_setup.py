"""MFA_SETUP: a user without a second factor sets one up while they sign in to a pool that requires one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import attributes_of, seen
from tests.api.second_factors import (
    EMAIL,
    EXPIRED,
    FAILED,
    INVALID,
    MAIL,
    MISMATCH,
    NOT_VERIFIED,
    ONCE,
    PHONE,
    SMS,
    TOTP,
    Answer,
    a_place,
    ana,
    answer,
    challenged,
    code_of,
)
from tests.api.signing_in import a_secret_client, enter, proof, refusal
from tests.builders import Api, a_client, a_user

NAME = "MFA_SETUP"


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """A pool that requires a software token, its client, and Ana who has none."""
    pool, client = a_place(api, "ON", TOTP)
    ana(api, pool)
    return pool, client


def begun(api: Api, client: str, username: str = "ana") -> str:
    """The session of the challenge."""
    return str(challenged(api, client, NAME, username)["Session"])


def associate(api: Api, session: str) -> Answer:
    """AssociateSoftwareToken."""
    return api.idp("AssociateSoftwareToken", Session=session)


def verify(api: Api, session: str, code: str) -> Answer:
    """VerifySoftwareToken."""
    return api.idp("VerifySoftwareToken", Session=session, UserCode=code)


def set_up(api: Api, client: str) -> tuple[str, str]:
    """A secret that was verified, and the session that is good for the answer."""
    associated = associate(api, begun(api, client))
    verified = verify(api, associated["Session"], code_of(api, associated["SecretCode"]))
    return associated["SecretCode"], verified["Session"]


@pytest.mark.parametrize(
    ("methods", "can"),
    [
        ([TOTP], '["SOFTWARE_TOKEN_MFA"]'),
        ([TOTP, SMS], '["SOFTWARE_TOKEN_MFA","SMS_MFA"]'),
        ([TOTP, SMS, EMAIL], '["SOFTWARE_TOKEN_MFA","SMS_MFA","EMAIL_OTP"]'),
        ([EMAIL], '["EMAIL_OTP"]'),
    ],
)
def test_the_challenge_is_exactly_this(api: Api, methods: list[dict[str, Any]], can: str) -> None:
    pool, client = a_place(api, "ON", *methods)
    ana(api, pool)
    challenge = enter(api, client)
    del challenge["Session"]
    assert challenge == {
        "ChallengeName": "MFA_SETUP",
        "ChallengeParameters": {"MFAS_CAN_SETUP": can, "USER_ID_FOR_SRP": "ana"},
    }


def test_three_sessions_lead_to_tokens_and_the_next_sign_in_asks_for_a_code(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    first = begun(api, client)
    associated = associate(api, first)
    assert associated.keys() == {"SecretCode", "Session"}
    verified = verify(api, associated["Session"], code_of(api, associated["SecretCode"]))
    assert verified.keys() == {"Status", "Session"}
    assert verified["Status"] == "SUCCESS"
    assert len({first, associated["Session"], verified["Session"]}) == 3
    assert answer(api, client, NAME, verified["Session"])["AuthenticationResult"]
    assert seen(api, pool)["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    assert "PreferredMfaSetting" not in seen(api, pool)
    api.world.clock.advance(seconds=30)
    session = challenged(api, client, "SOFTWARE_TOKEN_MFA")["Session"]
    code = code_of(api, associated["SecretCode"])
    assert answer(api, client, "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)["AuthenticationResult"]


def test_the_last_answer_may_be_left_out_and_the_sign_in_begun_anew(api: Api, place: tuple[str, str]) -> None:
    secret, _ = set_up(api, place[1])
    api.world.clock.advance(seconds=30)
    session = challenged(api, place[1], "SOFTWARE_TOKEN_MFA")["Session"]
    code = code_of(api, secret)
    assert answer(api, place[1], "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)["AuthenticationResult"]


def test_a_client_with_a_secret_proves_it_at_the_last_answer(api: Api, place: tuple[str, str]) -> None:
    client, secret = a_secret_client(api, place[0])
    hashed = proof("ana", client, secret)
    session = enter(api, client, SECRET_HASH=hashed)["Session"]
    associated = associate(api, session)
    session = verify(api, associated["Session"], code_of(api, associated["SecretCode"]))["Session"]
    told = refusal(lambda: answer(api, client, NAME, session))
    assert told == f"NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"
    assert answer(api, client, NAME, session, SECRET_HASH=hashed)["AuthenticationResult"]


def test_nothing_is_done_by_an_answer_before_the_token_is_verified(api: Api, place: tuple[str, str]) -> None:
    session = begun(api, place[1])
    assert refusal(lambda: answer(api, place[1], NAME, session)) == NOT_VERIFIED
    session = associate(api, session)["Session"]
    assert refusal(lambda: answer(api, place[1], NAME, session)) == NOT_VERIFIED


def test_each_session_is_good_once(api: Api, place: tuple[str, str]) -> None:
    first = begun(api, place[1])
    associated = associate(api, first)
    code = code_of(api, associated["SecretCode"])
    assert refusal(lambda: associate(api, first)) == ONCE
    assert refusal(lambda: verify(api, first, code)) == ONCE
    verified = verify(api, associated["Session"], code)
    assert refusal(lambda: verify(api, associated["Session"], code)) == ONCE
    assert answer(api, place[1], NAME, verified["Session"])["AuthenticationResult"]
    assert refusal(lambda: answer(api, place[1], NAME, verified["Session"])) == ONCE


def test_a_wrong_code_leaves_the_session_good(api: Api, place: tuple[str, str]) -> None:
    associated = associate(api, begun(api, place[1]))
    secret, session = associated["SecretCode"], associated["Session"]
    assert refusal(lambda: verify(api, session, code_of(api, secret, 5))) == FAILED
    assert verify(api, session, code_of(api, secret))["Status"] == "SUCCESS"


def test_a_secret_may_be_asked_for_again(api: Api, place: tuple[str, str]) -> None:
    old = associate(api, begun(api, place[1]))
    new = associate(api, old["Session"])
    assert refusal(lambda: verify(api, new["Session"], code_of(api, old["SecretCode"]))) == FAILED
    assert verify(api, new["Session"], code_of(api, new["SecretCode"]))["Status"] == "SUCCESS"


def test_a_session_that_is_made_up_or_waits_for_something_else_is_refused(api: Api, place: tuple[str, str]) -> None:
    client = place[1]
    set_up(api, client)
    elsewhere = challenged(api, client, "SOFTWARE_TOKEN_MFA")["Session"]
    for session in ("AYABe" + "x" * 40, "💥" * 20, elsewhere):
        assert refusal(lambda s=session: associate(api, s)) == INVALID  # type: ignore[misc]
        assert refusal(lambda s=session: verify(api, s, "123456")) == INVALID  # type: ignore[misc]


def test_a_session_expires(api: Api, place: tuple[str, str]) -> None:
    session = begun(api, place[1])
    api.world.clock.advance(minutes=2)
    associated = associate(api, session)
    api.world.clock.advance(minutes=2)
    verified = verify(api, associated["Session"], code_of(api, associated["SecretCode"]))
    api.world.clock.advance(minutes=3)
    assert refusal(lambda: answer(api, place[1], NAME, verified["Session"])) == EXPIRED
    other = a_client(api, place[0], AuthSessionValidity=3)
    a_user(api, place[0], "bob")
    session = begun(api, other, "bob")
    api.world.clock.advance(minutes=3)
    assert refusal(lambda: associate(api, session)) == EXPIRED


def test_another_users_name_or_client_does_not_fit_the_session(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    a_user(api, pool, "bob")
    _, session = set_up(api, client)
    assert refusal(lambda: answer(api, client, NAME, session, "bob")) == INVALID
    assert refusal(lambda: answer(api, a_client(api, pool), NAME, session)) == INVALID
    assert answer(api, client, NAME, session)["AuthenticationResult"]


def test_who_knows_only_the_password_cannot_replace_a_factor_that_was_set_up_since(
    api: Api, place: tuple[str, str]
) -> None:
    """Somebody else began to set up before the user did."""
    client = place[1]
    early, associated = begun(api, client), associate(api, begun(api, client))
    _, session = set_up(api, client)
    assert refusal(lambda: associate(api, early)) == INVALID
    code = code_of(api, associated["SecretCode"])
    assert refusal(lambda: verify(api, associated["Session"], code)) == INVALID
    assert refusal(lambda: answer(api, client, NAME, early)) == NOT_VERIFIED
    assert answer(api, client, NAME, session)["AuthenticationResult"]


def test_an_address_is_not_set_up_once_the_user_has_a_factor(api: Api) -> None:
    pool, client = a_place(api, "ON")
    ana(api, pool)
    early = begun(api, client)
    set_up(api, client)
    assert refusal(lambda: answer(api, client, NAME, early, EMAIL="mallory@example.com")) == INVALID
    assert "email" not in attributes_of(api, pool)


def test_a_token_that_an_administrator_deleted_before_the_answer_is_not_verified(
    api: Api, place: tuple[str, str]
) -> None:
    _, session = set_up(api, place[1])
    api.idp("AdminDeleteSoftwareToken", UserPoolId=place[0], Username="ana")
    assert refusal(lambda: answer(api, place[1], NAME, session)) == NOT_VERIFIED


@pytest.mark.parametrize(
    ("key", "address", "attribute", "name"),
    [("EMAIL", MAIL, "email", "EMAIL_OTP"), ("PHONE_NUMBER", PHONE, "phone_number", "SMS_MFA")],
)
def test_an_address_is_set_up_by_its_code(api: Api, key: str, address: str, attribute: str, name: str) -> None:
    pool, client = a_place(api, "ON")
    ana(api, pool)
    challenge = answer(api, client, NAME, begun(api, client), **{key: address})
    assert challenge["ChallengeName"] == name
    assert attributes_of(api, pool) == {attribute: address, f"{attribute}_verified": "false"}
    session, code, member = challenge["Session"], api.code(to=address), f"{name}_CODE"
    assert refusal(lambda: answer(api, client, name, session, **{member: "000000"})) == MISMATCH
    assert answer(api, client, name, session, **{member: code})["AuthenticationResult"]
    assert attributes_of(api, pool)[f"{attribute}_verified"] == "true"
    assert challenged(api, client, name)


@pytest.mark.parametrize(
    ("responses", "told"),
    [
        ({"EMAIL": "nowhere"}, "InvalidParameterException: Invalid email address format."),
        ({"PHONE_NUMBER": "12"}, "InvalidParameterException: Invalid phone number format."),
        ({"EMAIL": ""}, NOT_VERIFIED),
        ({"ADDRESS": MAIL}, NOT_VERIFIED),
    ],
)
def test_an_address_that_is_none_leaves_the_session_good(api: Api, responses: dict[str, str], told: str) -> None:
    pool, client = a_place(api, "ON")
    ana(api, pool)
    session = begun(api, client)
    assert refusal(lambda: answer(api, client, NAME, session, **responses)) == told
    assert attributes_of(api, pool) == {}
    assert answer(api, client, NAME, session, EMAIL=MAIL)["ChallengeName"] == "EMAIL_OTP"


def test_an_address_that_the_pool_asks_nobody_for_is_not_set_up(api: Api, place: tuple[str, str]) -> None:
    session = begun(api, place[1])
    assert refusal(lambda: answer(api, place[1], NAME, session, EMAIL=MAIL)) == NOT_VERIFIED
    assert attributes_of(api, place[0]) == {}
