"""SRP chosen in USER_AUTH: PASSWORD_SRP, and PASSWORD_VERIFIER with a session."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.signing_in import WRONG, reasons, refusal
from tests.api.srp_client import SRP_A, SrpClient, attempt
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_pool, a_user

NEW = "Another-Horse-2"
INVALID = "NotAuthorizedException: Invalid session for the user."
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
LOCKED = "NotAuthorizedException: Password attempts exceeded"
FLOWS_OF_CHOICE = [*FLOWS, "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"]


@pytest.fixture(params=["LEGACY", "ENABLED"])
def web(api: Api, request: pytest.FixtureRequest) -> SrpClient:
    """An app of a pool with Ana, where a password is one way to begin."""
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    pool = a_pool(api, Policies=factors)
    a_user(api, pool, email="ana@example.com")
    members = {"ExplicitAuthFlows": FLOWS_OF_CHOICE, "PreventUserExistenceErrors": request.param}
    return SrpClient(api, pool, a_client(api, pool, **members))


def begin(web: SrpClient, username: str = "ana", **parameters: str) -> dict[str, Any]:
    """PASSWORD_VERIFIER, by USER_AUTH."""
    challenge = web.begin(username, "USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", **parameters)
    assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
    return challenge


def respond(web: SrpClient, challenge: dict[str, Any], **responses: str) -> dict[str, Any]:
    """Answer whichever challenge it is."""
    return web.api.idp(
        "RespondToAuthChallenge",
        ClientId=web.client,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ana", **responses},
    )


def test_the_challenge_has_a_session_and_a_secret_block(web: SrpClient) -> None:
    challenge = begin(web)
    assert set(challenge) == {"ChallengeName", "ChallengeParameters", "Session", "AvailableChallenges"}
    assert list(challenge["ChallengeParameters"]) == ["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"]
    assert "AuthenticationResult" in web.prove(challenge)
    assert refusal(lambda: web.prove(challenge)) == ONCE


def test_srp_begins_with_its_own_challenge_where_srp_a_did_not_come_along(web: SrpClient) -> None:
    chosen = begin_without_a(web)
    assert chosen["ChallengeParameters"] == {}
    assert refusal(lambda: respond(web, chosen)) == "InvalidParameterException: Missing required parameter SRP_A"
    assert refusal(lambda: respond(web, chosen, SRP_A="0")) == "InvalidParameterException: Invalid SRP_A"
    challenge = respond(web, chosen, SRP_A=SRP_A)
    assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
    assert "AuthenticationResult" in web.prove(challenge)


def test_srp_is_chosen_with_and_without_srp_a(web: SrpClient) -> None:
    for responses in ({"SRP_A": SRP_A}, {}):
        challenge = respond(web, web.begin("ana", "USER_AUTH"), ANSWER="PASSWORD_SRP", **responses)
        if not responses:
            assert challenge["ChallengeName"] == "PASSWORD_SRP"
            challenge = respond(web, challenge, SRP_A=SRP_A)
        assert "AuthenticationResult" in web.prove(challenge)


def begin_without_a(web: SrpClient) -> dict[str, Any]:
    """PASSWORD_SRP."""
    challenge = web.begin("ana", "USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A="")
    assert challenge["ChallengeName"] == "PASSWORD_SRP"
    return challenge


def test_a_bad_srp_a_is_refused_before_anything_is_put(web: SrpClient) -> None:
    told = refusal(lambda: web.begin("ana", "USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A="0"))
    assert told == "InvalidParameterException: Invalid SRP_A"


def test_the_secret_block_must_be_the_sessions(web: SrpClient) -> None:
    """A proof is no good for another session, although both are of the same user."""
    one, other = begin(web), begin(web)
    assert refusal(lambda: web.answer(one, web.proof(other))) == WRONG
    assert refusal(lambda: web.prove(one)) == ONCE
    plain = web.begin()
    assert refusal(lambda: web.answer(other, web.proof(plain))) == WRONG
    assert "AuthenticationResult" in web.prove(plain)


@pytest.mark.parametrize("block", ["x", "=", "💥", "AgV4" + "A" * 1696])
def test_a_made_up_secret_block_is_a_wrong_password(web: SrpClient, block: str) -> None:
    assert refusal(lambda: web.prove(begin(web), PASSWORD_CLAIM_SECRET_BLOCK=block)) == WRONG


@pytest.mark.parametrize("block", [None, ""])
def test_a_missing_secret_block_is_told(web: SrpClient, block: str | None) -> None:
    challenge = begin(web)
    told = refusal(lambda: web.prove(challenge, PASSWORD, PASSWORD_CLAIM_SECRET_BLOCK=block))
    assert told == "InvalidParameterException: Missing required parameter PASSWORD_CLAIM_SECRET_BLOCK"
    assert "AuthenticationResult" in web.prove(challenge)


def test_the_secret_block_is_no_session_here(web: SrpClient) -> None:
    challenge = begin(web)
    responses = web.proof(challenge)
    without = {name: value for name, value in challenge.items() if name != "Session"}
    assert refusal(lambda: web.answer(without, responses)) == WRONG
    assert refusal(lambda: web.answer({"Session": responses["PASSWORD_CLAIM_SECRET_BLOCK"]}, responses)) == INVALID
    assert "AuthenticationResult" in web.answer(challenge, responses)


def test_wrong_proofs_count_towards_the_lock(web: SrpClient) -> None:
    for _ in range(5):
        challenge = begin(web)
        assert refusal(lambda c=challenge: web.prove(c, NEW)) == WRONG  # type: ignore[misc]
    assert refusal(lambda: web.prove(begin(web))) == LOCKED
    assert attempt(web) == LOCKED


def test_a_disabled_user_learns_it_once_they_prove_the_password(web: SrpClient) -> None:
    begun = begin(web)
    web.api.idp("AdminDisableUser", UserPoolId=web.pool, Username="ana")
    assert refusal(lambda: web.prove(begin(web), NEW)) == WRONG
    assert refusal(lambda: web.prove(begun)) == "NotAuthorizedException: User is disabled."


def test_a_session_is_void_once_the_password_is_another(web: SrpClient) -> None:
    challenge = begin(web)
    web.api.idp("AdminSetUserPassword", UserPoolId=web.pool, Username="ana", Password=NEW, Permanent=True)
    assert refusal(lambda: web.prove(challenge)) == INVALID
    assert reasons(web.api) == "the password has changed since"
    assert "AuthenticationResult" in web.prove(begin(web), NEW)


@pytest.mark.parametrize("web", ["ENABLED"], indirect=True)
def test_nobody_gets_a_challenge_that_fails_at_the_end(web: SrpClient) -> None:
    real, seeming = begin(web), begin(web, "nobody")
    assert list(seeming) == list(real)
    assert seeming["AvailableChallenges"] == real["AvailableChallenges"]
    assert list(seeming["ChallengeParameters"]) == list(real["ChallengeParameters"])
    assert seeming["ChallengeParameters"]["SALT"] == begin(web, "nobody")["ChallengeParameters"]["SALT"]
    assert seeming["ChallengeParameters"]["SALT"] == web.begin("nobody")["ChallengeParameters"]["SALT"]
    assert refusal(lambda: web.prove(seeming)) == WRONG
    assert refusal(lambda: web.prove(seeming)) == ONCE


@pytest.mark.parametrize("web", ["LEGACY"], indirect=True)
def test_nobody_is_told_at_once_where_the_client_does_not_hide_who_exists(web: SrpClient) -> None:
    told = refusal(lambda: web.begin("nobody", "USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP"))
    assert told == "UserNotFoundException: User does not exist."
