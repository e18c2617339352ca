"""Signing in and out while a recovery is open: what works, and what waits for its end."""

from __future__ import annotations

import bcrypt
import pytest

from emulator.outside.world import World
from storage.store import Store
from tests.api.hostile_places import Place, requiring_mfa
from tests.api.hostile_rows import ROWS, Row, set_up
from tests.api.imports.importer import ANA, Importer
from tests.api.recorded_functions import Recorder, answering
from tests.api.recorded_functions import a_place as a_triggering_place
from tests.api.recovery.recovering import HOUR, REFUSED, Recovering
from tests.api.second_factors import answer
from tests.api.signing_in import begin, enter, refusal
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_user, sign_in

WAITING = {"MFA_SETUP", "NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"}
MIGRATED = {"email": "eva@example.com", "email_verified": "true"}


@pytest.fixture
def functions() -> Recorder:
    """The functions, which do nothing so far."""
    return Recorder()


@pytest.fixture
def world(world: World, functions: Recorder) -> World:
    """A world that runs them."""
    return functions.in_world(world)


def settled(api: Api, row: Row) -> tuple[Place, Recovering]:
    """The place of a challenge, an hour later."""
    place = row.settle(api)
    api.world.clock.advance(seconds=HOUR)
    return place, Recovering(api, place.pool, place.client)


@pytest.mark.parametrize("row", [row for row in ROWS if row.challenge not in WAITING], ids=lambda row: row.name)
def test_a_challenge_is_answered_while_a_recovery_is_open(api: Api, row: Row) -> None:
    place, recovering = settled(api, row)
    recovering.previewed()
    challenge = row.reach(place, "ana")
    assert place.answer(row.challenge, challenge.get("Session"), row.right(place, "ana", challenge))
    assert recovering.is_paused()


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.challenge in WAITING - {"MFA_SETUP"}], ids=lambda row: row.name
)
def test_a_challenge_that_writes_waits_for_the_end_with_its_session(api: Api, row: Row) -> None:
    place, recovering = settled(api, row)
    recovery = recovering.previewed()
    challenge = row.reach(place, "ana")
    right = row.right(place, "ana", challenge)
    for _ in range(2):
        assert refusal(lambda: place.answer(row.challenge, challenge["Session"], right)) == REFUSED
    recovering.ask("CancelPointInTimeRecovery", recovery)
    assert place.answer(row.challenge, challenge["Session"], right)["AuthenticationResult"]


def test_the_answer_to_mfa_setup_waits_for_the_end(api: Api) -> None:
    place = requiring_mfa(api)
    api.world.clock.advance(seconds=HOUR)
    challenge = set_up(place, "ana", begin(api, place.client, USERNAME="ana", PASSWORD=PASSWORD))
    recovering = Recovering(api, place.pool, place.client)
    recovery = recovering.initiate()
    answered = ("MFA_SETUP", challenge["Session"], {"USERNAME": "ana"})
    assert refusal(lambda: place.answer(*answered)) == REFUSED
    recovering.ask("CancelPointInTimeRecovery", recovery)
    assert place.answer(*answered)["AuthenticationResult"]


def test_a_forged_session_is_told_apart_from_one_that_waits(api: Api) -> None:
    recovering = Recovering.of(api)
    recovering.initiate()
    members = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "A" * 40}
    responses = {"USERNAME": "ana", "NEW_PASSWORD": PASSWORD}
    asked = {"ClientId": recovering.client, "ChallengeResponses": responses, **members}
    assert refusal(lambda: api.idp("RespondToAuthChallenge", **asked)).startswith("NotAuthorizedException: Invalid ses")


def test_passwords_tokens_and_signing_out_work(api: Api) -> None:
    place = Recovering.of(api)
    a_user(api, place.pool)
    api.world.clock.advance(seconds=HOUR)
    place.previewed()
    assert refusal(lambda: enter(api, place.client, password="Wrong-Horse-1")).startswith("NotAuthorizedException")
    tokens = sign_in(api, place.client)
    assert api.idp("GetUser", AccessToken=tokens["AccessToken"])["Username"] == "ana"
    renewed = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]}}
    assert api.idp("InitiateAuth", ClientId=place.client, **renewed)["AuthenticationResult"]["AccessToken"]
    api.idp("RevokeToken", ClientId=place.client, Token=tokens["RefreshToken"])
    api.idp("GlobalSignOut", AccessToken=sign_in(api, place.client)["AccessToken"])
    api.idp("AdminUserGlobalSignOut", UserPoolId=place.pool, Username="ana")
    assert place.is_paused()


def test_a_user_with_an_imported_hash_signs_in(api: Api, store: Store) -> None:
    importer = Importer(api, store)
    row = ANA | {"password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()}
    columns = [*importer.header, "password_hash"]
    job = importer.run(importer.csv(row, header=columns), PasswordHashingAlgorithm="BCRYPT")
    assert job["ImportedUsers"] == 1
    api.world.clock.advance(seconds=HOUR)
    place = Recovering(api, importer.pool, a_client(api, importer.pool))
    place.previewed()
    assert sign_in(api, place.client)
    assert sign_in(api, place.client)


@pytest.mark.parametrize("operation", ["InitiateAuth", "ForgotPassword"])
def test_nobody_is_migrated_and_the_function_is_not_asked(api: Api, functions: Recorder, operation: str) -> None:
    functions.on("UserMigration", answering(userAttributes=MIGRATED, finalUserStatus="CONFIRMED"))
    place = a_triggering_place(api, "UserMigration")
    api.world.clock.advance(seconds=HOUR)
    recovering = Recovering(api, place.pool, place.client)
    recovery = recovering.initiate()
    asked = {"InitiateAuth": lambda: sign_in(api, place.client, "eva")}
    asked["ForgotPassword"] = lambda: api.idp("ForgotPassword", ClientId=place.client, Username="eva")
    assert refusal(asked[operation]) == REFUSED
    assert functions.events == []
    recovering.ask("CancelPointInTimeRecovery", recovery)
    assert asked[operation]()
    assert len(functions.events) == 1


def test_a_code_signs_in_but_verifies_no_address(api: Api) -> None:
    """Which would be a write: the sign-in is refused, and goes on with the same code when the recovery has ended."""
    place = Recovering.of(api, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
    place.client = a_client(api, place.pool, ExplicitAuthFlows=[*FLOWS, "ALLOW_USER_AUTH"])
    a_user(api, place.pool, email="ana@example.com")
    recovery = place.initiate()
    chosen = {"USERNAME": "ana", "PREFERRED_CHALLENGE": "EMAIL_OTP"}
    session = begin(api, place.client, "USER_AUTH", **chosen)["Session"]
    code = {"EMAIL_OTP_CODE": api.code(user="ana")}
    assert refusal(lambda: answer(api, place.client, "EMAIL_OTP", session, **code)) == REFUSED
    place.ask("CancelPointInTimeRecovery", recovery)
    assert answer(api, place.client, "EMAIL_OTP", session, **code)["AuthenticationResult"]
