"""Guessing: no name is told by the time it takes, and repeated wrong passwords lock.

The back-off of AWS's "Lockout behavior for failed sign-in attempts", by the clock.
"""

from __future__ import annotations

import time

import pytest

from emulator.settings import Settings
from tests.api.signing_in import TEMPORARY, WRONG, a_newcomer, a_place, enter, reasons, refusal
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in

LOCKED = "NotAuthorizedException: Password attempts exceeded"


@pytest.fixture
def client(api: Api) -> str:
    """A client of a pool with Ana."""
    pool, client = a_place(api)
    a_user(api, pool)
    return client


def fail(api: Api, client: str, times: int) -> None:
    """Send that many wrong passwords, each as soon as it may be."""
    for count in range(1, times + 1):
        assert refusal(lambda: enter(api, client, password="wrong")) == WRONG
        if count < times:
            api.world.clock.advance(seconds=lock(count))


def lock(count: int) -> int:
    """How long AWS locks after that many failures."""
    return min(2 ** (count - 5), 900) if count >= 5 else 0


def test_four_wrong_passwords_lock_nobody(api: Api, client: str) -> None:
    fail(api, client, 4)
    assert sign_in(api, client)


@pytest.mark.parametrize("times", [5, 6, 7, 8, 10, 14, 15, 16, 18])
def test_each_further_wrong_password_doubles_the_lock(api: Api, client: str, times: int) -> None:
    fail(api, client, times)
    assert refusal(lambda: enter(api, client)) == LOCKED
    api.world.clock.advance(seconds=lock(times) - 0.001)
    assert refusal(lambda: enter(api, client)) == LOCKED
    api.world.clock.advance(seconds=0.001)
    assert sign_in(api, client)


def test_the_right_password_is_refused_during_the_lock_and_tells_nothing(api: Api, client: str) -> None:
    fail(api, client, 7)
    assert refusal(lambda: enter(api, client)) == refusal(lambda: enter(api, client, password="wrong")) == LOCKED
    assert (reasons(api) or "").startswith("locked until ")


def test_attempts_during_the_lock_do_not_lengthen_it(api: Api, client: str) -> None:
    fail(api, client, 8)
    for _ in range(20):
        assert refusal(lambda: enter(api, client, password="wrong")) == LOCKED
    api.world.clock.advance(seconds=8)
    assert refusal(lambda: enter(api, client, password="wrong")) == WRONG
    api.world.clock.advance(seconds=15.999)
    assert refusal(lambda: enter(api, client)) == LOCKED
    api.world.clock.advance(seconds=0.001)
    assert sign_in(api, client)


def test_a_sign_in_after_the_lock_forgives_everything(api: Api, client: str) -> None:
    fail(api, client, 9)
    api.world.clock.advance(seconds=16)
    assert sign_in(api, client)
    fail(api, client, 4)
    assert sign_in(api, client)


def test_fifteen_quiet_minutes_after_the_lock_forgive_everything(api: Api, client: str) -> None:
    fail(api, client, 9)
    api.world.clock.advance(seconds=16, minutes=15)
    fail(api, client, 4)
    assert sign_in(api, client)


def test_less_than_fifteen_quiet_minutes_forgive_nothing(api: Api, client: str) -> None:
    fail(api, client, 9)
    api.world.clock.advance(seconds=15, minutes=15)
    assert refusal(lambda: enter(api, client, password="wrong")) == WRONG
    api.world.clock.advance(seconds=31)
    assert refusal(lambda: enter(api, client)) == LOCKED


def test_the_lock_is_the_users_and_not_the_names(api: Api) -> None:
    pool = a_pool(api, AliasAttributes=["email"])
    client = a_client(api, pool)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    a_user(api, pool, "bob")
    fail(api, client, 6)
    assert refusal(lambda: enter(api, client, "ana@example.com")) == LOCKED
    assert sign_in(api, client, "bob")


def test_nobody_is_never_locked(api: Api, client: str) -> None:
    for _ in range(8):
        assert refusal(lambda: enter(api, client, "nobody")) == "UserNotFoundException: User does not exist."


def test_a_new_password_from_an_administrator_unlocks(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    fail(api, client, 9)
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username="ana", Password=f"{PASSWORD}x", Permanent=True)
    assert sign_in(api, client, password=f"{PASSWORD}x")


def test_a_temporary_password_is_guarded_too(api: Api) -> None:
    pool, client = a_place(api)
    a_newcomer(api, pool)
    fail(api, client, 6)
    assert refusal(lambda: enter(api, client, password=TEMPORARY)) == LOCKED
    api.world.clock.advance(seconds=2)
    assert enter(api, client, password=TEMPORARY)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


class TestTheTimeItTakes:
    @pytest.fixture
    def settings(self) -> Settings:
        """Hashes that take long enough to be told from everything else."""
        return Settings(ephemeral=True, password_cost=9)

    @pytest.mark.parametrize("mode", ["LEGACY", "ENABLED"])
    def test_an_unknown_user_costs_as_much_as_a_known_one(self, api: Api, mode: str) -> None:
        pool, client = a_place(api, PreventUserExistenceErrors=mode)
        a_user(api, pool)

        def quickest(username: str) -> float:
            took = []
            for _ in range(4):
                begun = time.thread_time()
                refusal(lambda: enter(api, client, username, "wrong"))
                took.append(time.thread_time() - begun)
            return min(took)

        assert 0.7 < quickest("nobody") / quickest("ana") < 1.4
