"""A pool that changed at random for three days is recovered to ten moments; one in a database closed since, too."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.records.recoveries import Counts
from storage.store import Store
from tests.storage.lives import ACTS, Life, Row, Seen, seen
from tests.storage.rows import NOON, VAULT, a_pool, a_user

DAY = 86_400
STEPS = 1_200
_PASSWORD = ("password", "password_set", "past")


@dataclass
class Lived:
    """A database with its past: what was seen of the first pool, by time, and of the other pool at the end."""

    path: Path
    past: dict[float, Seen]
    end: Seen
    other: Seen
    now: float


def lived(path: Path, seed: int, *, jumps: bool) -> Lived:
    """Two pools that change for three days. With `jumps`, the clock is set back now and then."""
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        unit.now = NOON
        pools = [unit.history.begin(a_pool(unit, f"us-east-1_{mark}")) for mark in "ab"]
    life, other = Life(store, pools[0], seed), Life(store, pools[1], seed + 1)
    now, past = NOON, dict[float, Seen]()
    for step in range(STEPS):
        now = round(now + 3 * DAY / STEPS, 3)
        (other if step % 7 == 0 else life).live(now)
        if step % (STEPS // (15 if jumps else 10)) == 50:
            with store.unit(writes=False) as unit:
                past[now] = seen(unit, pools[0].id)
        if jumps and step % (STEPS // 6) == 120:
            now = round(now - DAY / 4, 3)
            past = {time: what for time, what in past.items() if time <= now}
            with store.unit(writes=True) as unit:
                unit.history.note_clock(now)
    with store.unit(writes=False) as unit:
        end, others = seen(unit, pools[0].id), seen(unit, pools[1].id)
    assert life.done.keys() == {act.__name__ for act in ACTS}
    store.close()
    return Lived(path, past, end, others, now)


LIVES = [(1, False), (3, True), *(pytest.param(life, marks=pytest.mark.thorough) for life in [(2, False), (4, True)])]


@pytest.fixture(scope="module", params=LIVES, ids=str)
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    seed, jumps = request.param
    return lived(tmp_path_factory.mktemp("life") / "life.sqlite3", seed, jumps=jumps)


def test_every_moment_comes_back_as_it_was_seen_and_can_be_undone(life: Lived, tmp_path: Path) -> None:
    assert len(life.past) >= 5
    for number, (time, then) in enumerate(life.past.items()):
        path = tmp_path / f"{number}.sqlite3"
        shutil.copy(life.path, path)
        store, expected = Store(path, VAULT), kept_passwords(then, life.end)
        with store.unit(writes=False) as unit:
            assert unit.history.preview("us-east-1_a", time) == counted(expected, life.end)
        with store.unit(writes=True) as unit:
            unit.now = life.now + 60
            unit.history.restore("us-east-1_a", time)
        with store.unit(writes=False) as unit:
            assert seen(unit, "us-east-1_a") == expected
            assert seen(unit, "us-east-1_b") == life.other
            assert set(unit.history.preview("us-east-1_a", time).values()) == {Counts()}
        with store.unit(writes=True) as unit:
            unit.now = life.now + 120
            unit.history.restore("us-east-1_a", life.now)
            assert seen(unit, "us-east-1_a") == kept_passwords(life.end, expected)
        store.close()


def kept_passwords(then: Seen, now: Seen) -> Seen:
    """What a recovery leaves: passwords that have changed since stay, for users who are there then and now."""
    users: dict[str, Row] = {}
    for name, user in then.users.items():
        present = now.users.get(name)
        users[name] = user
        if present and present["id"] == user["id"] and present["password"] != user["password"]:
            kept = _PASSWORD if user["status"] == "UNCONFIRMED" else (*_PASSWORD, "status")
            users[name] = user | {member: present[member] for member in kept}
    return Seen(users, then.groups, then.members, then.passkeys, then.count)


def counted(then: Seen, now: Seen) -> dict[str, Counts]:
    """The preview, counted by what was seen."""
    groups = then.groups.keys() & now.groups.keys()
    mfas = [
        {name: mfa for name, user in what.users.items() if (mfa := (user["settings"], user["token"])) != ({}, None)}
        for what in (then, now)
    ]
    profiles = [
        {name: (profile(user), what.groups_of(name, groups)) for name, user in what.users.items()}
        for what in (then, now)
    ]
    settings = [
        {name: (group["settings"], group["created"]) for name, group in what.groups.items()} for what in (then, now)
    ]
    return {
        "Users": compared(*profiles),
        "Groups": compared(*settings),
        "User MFAs": compared(*mfas),
        "Passkeys": compared(then.passkeys, now.passkeys),
    }


def profile(user: Row) -> Row:
    without = ("id", "modified", "settings", "token", "past", "password_set")
    return {name: value for name, value in user.items() if name not in without}


def compared(then: Mapping[str, object], now: Mapping[str, object]) -> Counts:
    update = sum(then[name] != now[name] for name in then.keys() & now.keys())
    return Counts(len(then.keys() - now.keys()), update, len(now.keys() - then.keys()))


def test_the_history_survives_that_the_database_is_closed(tmp_path: Path) -> None:
    store = Store(tmp_path / "closed.sqlite3", VAULT)
    with store.unit(writes=True) as unit:
        unit.now = NOON
        pool = unit.history.begin(a_pool(unit))
        user = a_user(unit, pool)
        unit.now = NOON + 1
        unit.forget_journal()
        unit.users.delete(user)
    store.close()
    store = Store(tmp_path / "closed.sqlite3", VAULT)
    with store.unit(writes=True) as unit:
        unit.history.restore(pool.id, NOON)
        assert unit.users.get(user.id) == user
    store.close()
