"""On which side of a recovery point a change is, where calls overlap or the clock is moved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from emulator.app import create_app
from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from tests.api.meanwhile.moments import Moments
from tests.api.recovery.recovering import HOUR, Recovering
from tests.builders import Api, Refused, a_user
from tests.conftest import NOON

NEW = "Another-Horse-2"


class Running(MovableClock):
    """A clock that shows a millisecond more whenever it is read."""

    def __init__(self) -> None:
        super().__init__(stopped=NOON)
        self._read = 0

    def real(self) -> float:
        self._read += 1
        return super().real() + self._read / 1000


def names(place: Recovering) -> list[str]:
    listed = place.api.idp("ListUsers", UserPoolId=place.pool)["Users"]
    return [str(user["Username"]) for user in listed]


def test_a_slow_call_does_not_move_what_others_did_meanwhile_before_its_beginning(api: Api, store: Store) -> None:
    place = Recovering.of(api)
    for name in ("ana", "eva"):
        a_user(api, place.pool, name)
    points: list[float] = []

    def happens() -> None:
        api.world.clock.advance(seconds=1)
        points.append(place.now)
        api.world.clock.advance(seconds=1)
        api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="eva")

    with Moments(store).acting(happens):
        api.idp("AdminSetUserPassword", UserPoolId=place.pool, Username="ana", Password=NEW, Permanent=True)
    api.world.clock.advance(seconds=HOUR)
    assert place.recover(place.now - points[0])["Users"] == (1, 0, 0)
    assert names(place) == ["ana", "eva"]


class TestOfARunningClock:
    """What is so with a clock that runs on between two readings."""

    @pytest.fixture
    def world(self, world: World) -> World:
        """The world with a clock that runs."""
        return replace(world, clock=Running())

    def test_the_moment_to_which_the_clock_was_set_back_is_that_of_what_was_there_then(self, api: Api) -> None:
        place = Recovering.of(api)
        moment = datetime.fromtimestamp(round(place.now), UTC)
        api.world.clock.advance(seconds=HOUR)
        a_user(api, place.pool, "ana")
        assert api.http.post("/_emulator/clock", json={"now": moment.isoformat()}).status_code == 200
        a_user(api, place.pool, "eva")
        api.world.clock.advance(seconds=HOUR)
        place.recover(place.now - moment.timestamp())
        assert names(place) == ["ana"]

    def test_the_creation_of_a_pool_is_a_recovery_point(self, api: Api) -> None:
        place = Recovering.of(api)
        a_user(api, place.pool)
        created = api.idp("DescribeUserPool", UserPoolId=place.pool)["UserPool"]["CreationDate"]
        place.recover(place.now - created)
        assert names(place) == []


def to_the_future_and_back(place: Recovering, store: Store, *, restarts: bool) -> None:
    """The clock goes a month ahead, a user is made there, what is old by then is swept, and the clock is reset."""
    clock = place.api.world.clock
    now = datetime.fromtimestamp(place.now, UTC).isoformat()
    clock.advance(days=30)
    a_user(place.api, place.pool, "eva")
    clock.advance(hours=25)
    place.api.idp("ListUserPools", MaxResults=1)
    place.work()
    if restarts:
        clock.advance(days=-31, hours=-1)
        create_app(Settings(ephemeral=True), World(clock, background=Queue()), store)
    else:
        assert place.api.http.post("/_emulator/clock", json={"now": now}).status_code == 200


@pytest.mark.parametrize("restarts", [False, True])
def test_after_a_visit_to_the_future_a_pool_is_recovered_to_points_since(
    api: Api, store: Store, restarts: bool
) -> None:
    place = Recovering.of(api)
    a_user(api, place.pool, "ana")
    to_the_future_and_back(place, store, restarts=restarts)
    api.world.clock.advance(seconds=1)
    a_user(api, place.pool, "bob")
    api.world.clock.advance(seconds=HOUR)
    assert place.recover(HOUR + 1)["Users"] == (0, 0, 1)
    assert names(place) == ["ana", "eva"]


def test_a_pool_that_was_made_in_the_future_is_recovered_to_points_since(api: Api) -> None:
    now = datetime.fromtimestamp(api.world.clock.now(), UTC).isoformat()
    api.world.clock.advance(days=30)
    place = Recovering.of(api, age=0)
    a_user(api, place.pool, "ana")
    assert api.http.post("/_emulator/clock", json={"now": now}).status_code == 200
    api.world.clock.advance(seconds=HOUR)
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
    api.world.clock.advance(seconds=HOUR)
    place.recover(HOUR + 1)
    assert names(place) == ["ana"]
    with pytest.raises(Refused, match="earlier than the creation"):
        place.initiate(3 * HOUR)
