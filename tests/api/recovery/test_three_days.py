"""A history of a hundred users over three days, recovered to ten moments of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emulator.app import create_app
from emulator.outside.world import World
from emulator.settings import Settings
from storage.database import Place
from storage.store import Store
from tests.api.recovery.recovering import DAY, HOUR
from tests.api.recovery.town import Look, Person, Town
from tests.api.signing_in import renew
from tests.builders import Api, Refused
from tests.conftest import VAULT

MOMENTS = 10
RECOVERED_TO = [3, 7, 0, 9, 5, 1, 8, 2, 6, 4]
"""The moments, in the order in which the town is recovered to them; the first four of them unless thorough."""


def expected(then: Look, now: Look) -> tuple[dict[str, Any], dict[str, Person]]:
    """What is to be seen once a town that looks like `now` has been recovered to `then`, and what people sign in with.

    Who is there then and now, and whose password is another one, keeps the password, and the status that tells whether
    it is a temporary one.
    """
    people = {name: Person(person.password, person.secret) for name, person in then.people.items()}
    users = {name: dict(user) for name, user in then.users.items()}
    entered = dict(then.entered)
    for name in kept(then, now):
        people[name].password = now.people[name].password
        users[name]["UserStatus"] = now.users[name]["UserStatus"]
    return then.seen() | {"users": users, "entered": entered}, people


def kept(then: Look, now: Look) -> list[str]:
    """Who is there then and now, with another password."""
    return [
        name
        for name, user in then.users.items()
        if sub(user) == sub(now.users.get(name)) and then.people[name].password != now.people[name].password
    ]


def sub(user: dict[str, Any] | None) -> str:
    return next((each["Value"] for each in user["UserAttributes"] if each["Name"] == "sub"), "") if user else ""


def check(town: Town, then: Look, now: Look) -> Look:
    """Recover a town to a moment, and compare everything; answers how it looks then."""
    preview = town.recovering.recover(town.api.world.clock.now() - then.time)
    told, town.people = expected(then, now)
    look = town.look()
    found = look.seen()
    for name in kept(then, now):  # How they sign in follows from a password of now and MFA settings of then.
        told["entered"][name] = found["entered"][name]
        told["passkeys"] = {**told["passkeys"], name: found["passkeys"].get(name, [])}
        found["passkeys"].setdefault(name, [])
        assert "Incorrect" not in found["entered"][name]
    assert found == told
    assert preview["Users"][0] == len(then.users.keys() - now.users.keys())
    assert preview["Users"][2] == len(now.users.keys() - then.users.keys())
    groups, others = ({group["GroupName"] for group in each.groups} for each in (then, now))
    assert preview["Groups"][::2] == (len(groups - others), len(others - groups))
    check_tokens(town, then, now)
    return look


def check_tokens(town: Town, then: Look, now: Look) -> None:
    """Who is there then and now, and enabled, is still signed in; nobody else is."""
    for name, token in now.tokens.items():
        user = then.users.get(name)
        if user and user["Enabled"] and sub(user) == sub(now.users[name]):
            assert renew(town.api, town.client, token)["AuthenticationResult"]["AccessToken"]
        else:
            with pytest.raises(Refused, match="NotAuthorizedException"):
                renew(town.api, town.client, token)


def reopened(town: Town, settings: Settings, world: World, place: Place) -> Store:
    """Start the server of a town anew, on the same database."""
    store = Store(place, VAULT)
    town.api = Api(create_app(settings, world, store).test_client(), world)
    return store


@pytest.mark.slow
def test_a_hundred_users_are_as_they_were_at_the_moments_that_they_are_recovered_to(
    api: Api, settings: Settings, world: World, store: Store, thorough: bool
) -> None:
    order = RECOVERED_TO if thorough else RECOVERED_TO[:4]
    town, other = Town(api, 1), Town(api, 2)
    town.live(120)
    other.live(20)
    moments = []
    for _ in range(MOMENTS):
        world.clock.advance(seconds=3 * DAY / MOMENTS - HOUR)
        town.live(60)
        moments.append(town.look())
        world.clock.advance(minutes=20)
        other.live(5)
    assert len(set().union(*(look.users for look in moments))) > 60
    town.live(60)
    world.clock.advance(minutes=20)
    untouched, now = other.look(), town.look()
    later = None
    for number, moment in enumerate(order):
        if number == len(order) // 2:
            store.close()
            later = reopened(town, settings, world, store.place)
            other.api = town.api
        now = check(town, moments[moment], now)
        world.clock.advance(days=1)
    assert other.look().seen() == untouched.seen()
    if later:
        later.close()


def test_a_town_is_recovered_after_the_clock_has_jumped_back(
    api: Api, settings: Settings, world: World, store: Store
) -> None:
    """In a restart, which forgets how far the clock was moved. A time that comes twice means the last one."""
    town = Town(api, 3)
    world.clock.advance(days=1)
    town.live(40)
    first = town.look()
    world.clock.advance(days=1)
    town.live(40)
    last = town.look()
    store.close()
    world.clock.reset()
    later = reopened(town, settings, world, store.place)
    world.clock.advance(days=1, hours=12)
    town.live(20)
    second = town.look()
    world.clock.advance(hours=1)
    town.live(20)
    now = town.look()
    world.clock.advance(hours=1)
    now = check(town, second, now)
    world.clock.advance(days=1)
    check(town, replace(last, time=first.time), now)
    later.close()
