"""Software tokens: associated, verified and used, each code once."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from storage.store import Store
from tests.api.people import seen
from tests.api.second_factors import (
    FAILED,
    TOTP,
    USED,
    WRONG_TOTP,
    Answer,
    a_place,
    an_enrolled,
    ana,
    another,
    answer,
    challenged,
    code_of,
    configure,
    enrol,
    prefer,
)
from tests.api.signing_in import enter, refusal
from tests.builders import Api, Refused, sign_in

OFF = "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool"
NONE_WAITS = "SoftwareTokenMFANotFoundException: No software token has been associated with the user."
ONE_OF = "InvalidParameterException: Exactly one of AccessToken and Session must be given."
NAME = "SOFTWARE_TOKEN_MFA"


@pytest.fixture
def place(api: Api) -> tuple[str, str, str]:
    """A pool, a client, and Ana's access token."""
    pool, client = a_place(api)
    ana(api, pool)
    return pool, client, sign_in(api, client)["AccessToken"]


def verify(api: Api, token: str, code: str, **members: str) -> dict[str, str]:
    """VerifySoftwareToken with an access token."""
    return api.idp("VerifySoftwareToken", AccessToken=token, UserCode=code, **members)


def show(api: Api, client: str, code: str, session: str | None = None) -> Answer:
    """Answer the challenge with a code; in a sign-in of its own, unless a session is given."""
    session = session or challenged(api, client, NAME)["Session"]
    return answer(api, client, NAME, session, SOFTWARE_TOKEN_MFA_CODE=code)


def test_the_secret_is_thirty_two_bytes_in_base32(api: Api, place: tuple[str, str, str]) -> None:
    first = api.idp("AssociateSoftwareToken", AccessToken=place[2])
    assert first.keys() == {"SecretCode"}
    assert re.fullmatch("[A-Z2-7]{52}", first["SecretCode"])
    assert api.idp("AssociateSoftwareToken", AccessToken=place[2]) != first


def test_a_verified_token_is_not_asked_for_until_the_user_wants_it(api: Api, place: tuple[str, str, str]) -> None:
    pool, client, token = place
    secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    assert verify(api, token, code_of(api, secret)) == {"Status": "SUCCESS"}
    assert "UserMFASettingList" not in seen(api, pool)
    assert sign_in(api, client)
    prefer(api, pool, SoftwareToken="on")
    assert challenged(api, client, NAME)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_the_step_before_now_or_after_is_right(api: Api, place: tuple[str, str, str], steps: int) -> None:
    pool, client, token = place
    secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    assert verify(api, token, code_of(api, secret, steps)) == {"Status": "SUCCESS"}
    prefer(api, pool, SoftwareToken="on")
    api.world.clock.advance(minutes=2)
    assert show(api, client, code_of(api, secret, steps))["AuthenticationResult"]


@pytest.mark.parametrize("steps", [-2, 2, 100, -100])
def test_a_code_of_another_step_is_wrong(api: Api, place: tuple[str, str, str], steps: int) -> None:
    pool, client, token = place
    secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    assert refusal(lambda: verify(api, token, code_of(api, secret, steps))) == FAILED
    verify(api, token, code_of(api, secret))
    prefer(api, pool, SoftwareToken="on")
    assert refusal(lambda: show(api, client, code_of(api, secret, steps))) == WRONG_TOTP


def test_an_authenticator_may_go_by_the_clock_before_it_was_moved(api: Api, place: tuple[str, str, str]) -> None:
    pool, client, token = place
    secret = enrol(api, token)
    prefer(api, pool, SoftwareToken="on")
    shown = code_of(api, secret, 1)
    api.world.clock.advance(hours=3)
    assert show(api, client, shown)["AuthenticationResult"]
    assert refusal(lambda: show(api, client, shown)) == USED


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("", "InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE"),
        ("12345", WRONG_TOTP),
        ("1234567", WRONG_TOTP),
        ("١٢٣٤٥٦", WRONG_TOTP),
        ("💥💥💥💥💥💥", WRONG_TOTP),
        ("1" * 100_000, WRONG_TOTP),
        (" 123456", WRONG_TOTP),
    ],
)
def test_a_wrong_code_leaves_the_session_good(api: Api, wrong: str, told: str) -> None:
    pool, client = a_place(api)
    secret = an_enrolled(api, pool, client)
    session = challenged(api, client, NAME)["Session"]
    assert refusal(lambda: show(api, client, wrong, session)) == told
    assert refusal(lambda: show(api, client, another(code_of(api, secret)), session)) == WRONG_TOTP
    assert show(api, client, code_of(api, secret), session)["AuthenticationResult"]


def test_a_code_is_good_once(api: Api) -> None:
    pool, client = a_place(api)
    secret = an_enrolled(api, pool, client)
    assert show(api, client, code_of(api, secret, 1))["AuthenticationResult"]
    session = challenged(api, client, NAME)["Session"]
    for steps in (1, 0, -1):
        assert refusal(lambda s=steps: show(api, client, code_of(api, secret, s), session)) == USED  # type: ignore[misc]
    api.world.clock.advance(seconds=60)
    assert show(api, client, code_of(api, secret), session)["AuthenticationResult"]


def test_the_code_that_verified_the_token_is_used_up(api: Api, place: tuple[str, str, str]) -> None:
    pool, client, token = place
    secret = enrol(api, token)
    prefer(api, pool, SoftwareToken="on")
    assert refusal(lambda: show(api, client, code_of(api, secret))) == USED
    assert show(api, client, code_of(api, secret, 1))["AuthenticationResult"]


def test_one_code_at_two_sign_ins_at_once_is_good_for_one(app: Flask, api: Api) -> None:
    pool, client = a_place(api)
    secret = an_enrolled(api, pool, client)
    sessions = [challenged(api, client, NAME)["Session"] for _ in range(4)]
    code, ready = code_of(api, secret), threading.Barrier(4)
    ends: list[str] = []

    def run(session: str) -> None:
        racer = Api(app.test_client(), api.world)
        ready.wait()
        try:
            show(racer, client, code, session)
        except Refused as refused:
            ends.append(str(refused))
        else:
            ends.append("ok")

    threads = [threading.Thread(target=run, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(ends) == {"ok": 1, USED: 3}


def test_the_challenge_tells_the_name_of_the_authenticator(api: Api, place: tuple[str, str, str]) -> None:
    pool, client, token = place
    secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    verify(api, token, code_of(api, secret), FriendlyDeviceName="Ana's 📱")
    prefer(api, pool, SoftwareToken="on")
    parameters = {"FRIENDLY_DEVICE_NAME": "Ana's 📱", "USER_ID_FOR_SRP": "ana"}
    assert enter(api, client)["ChallengeParameters"] == parameters


def test_a_new_secret_replaces_the_old_one_once_it_is_verified(api: Api) -> None:
    pool, client = a_place(api)
    old = an_enrolled(api, pool, client)
    token = str(show(api, client, code_of(api, old))["AuthenticationResult"]["AccessToken"])
    unverified = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    api.world.clock.advance(seconds=30)
    assert refusal(lambda: show(api, client, code_of(api, unverified))) == WRONG_TOTP
    assert show(api, client, code_of(api, old))["AuthenticationResult"]
    new = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    assert refusal(lambda: verify(api, token, code_of(api, unverified))) == FAILED
    assert verify(api, token, code_of(api, new)) == {"Status": "SUCCESS"}
    api.world.clock.advance(seconds=30)
    assert refusal(lambda: show(api, client, code_of(api, old))) == WRONG_TOTP
    assert show(api, client, code_of(api, new))["AuthenticationResult"]


def test_nothing_is_verified_that_was_not_associated(api: Api, place: tuple[str, str, str]) -> None:
    assert refusal(lambda: verify(api, place[2], "123456")) == NONE_WAITS
    secret = enrol(api, place[2])
    assert refusal(lambda: verify(api, place[2], code_of(api, secret, 1))) == NONE_WAITS


def test_a_pool_without_software_tokens_refuses_to_set_one_up(api: Api, place: tuple[str, str, str]) -> None:
    pool, _, token = place
    secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    configure(api, pool, "OFF")
    assert refusal(lambda: api.idp("AssociateSoftwareToken", AccessToken=token)) == OFF
    assert refusal(lambda: verify(api, token, code_of(api, secret))) == OFF
    configure(api, pool, "OPTIONAL", TOTP)
    assert verify(api, token, code_of(api, secret)) == {"Status": "SUCCESS"}


@pytest.mark.parametrize("operation", ["AssociateSoftwareToken", "VerifySoftwareToken"])
def test_either_an_access_token_or_a_session_is_given(api: Api, place: tuple[str, str, str], operation: str) -> None:
    code = {"UserCode": "123456"} if operation == "VerifySoftwareToken" else {}
    calls: list[Callable[[], object]] = [
        lambda: api.idp(operation, **code),
        lambda: api.idp(operation, AccessToken=place[2], Session="x" * 20, **code),
    ]
    for call in calls:
        assert refusal(call) == ONE_OF


def test_an_administrator_forgets_a_token_and_that_it_was_wanted(api: Api) -> None:
    pool, client = a_place(api)
    an_enrolled(api, pool, client)
    prefer(api, pool, SoftwareToken="best")
    for _ in range(2):
        assert api.idp("AdminDeleteSoftwareToken", UserPoolId=pool, Username="ana") == {}
    assert {"UserMFASettingList", "PreferredMfaSetting"}.isdisjoint(seen(api, pool))
    assert sign_in(api, client)
    told = refusal(lambda: prefer(api, pool, SoftwareToken="on"))
    assert told == ("InvalidParameterException: User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
    told = refusal(lambda: api.idp("AdminDeleteSoftwareToken", UserPoolId=pool, Username="nobody"))
    assert told == "UserNotFoundException: User does not exist."


def test_no_secret_is_kept_in_the_clear(api: Api, place: tuple[str, str, str], store: Store) -> None:
    secret = enrol(api, place[2])
    waiting = api.idp("AssociateSoftwareToken", AccessToken=place[2])["SecretCode"]
    with store.unit(writes=False) as unit:
        user = unit.users.named(place[0], "ana")
        assert user is not None
        token = unit.software_tokens.get(user.id)
    assert token is not None
    for sealed, clear in ((token.sealed, secret), (token.pending, waiting)):
        assert sealed is not None
        assert clear.encode() not in sealed
