"""Whatever others do while a call has let go of the database, it is as if they had done so before or after the call."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from emulator.outside.world import World
from tests.api.meanwhile.acts import ON_THE_POOL, ON_THE_USER, Act
from tests.api.meanwhile.calls import ROWS
from tests.api.meanwhile.moments import Moments
from tests.api.meanwhile.rows import Row
from tests.api.meanwhile.scenes import Scene, a_scene, end_of, seen
from tests.builders import Api

Ends = dict[str, Any]


class Stage:
    """Plays a call and an act together, each time on a server that begins anew."""

    def __init__(self, world: World, api: Api, moments: Moments, row: Row, act: Act) -> None:
        self.world, self.api, self.moments, self.row, self.act = world, api, moments, row, act
        self.passed = 0
        """How many moments the call has while nobody acts; known once it came before the act."""

    def in_turn(self, *, first: bool) -> Ends:
        """The act comes before the call, or after it."""
        scene = self._scene()
        call, ends = self.row.ready(scene), {}
        if first:
            ends["act"] = end_of(lambda: self.act(scene))
        with self.moments.watching() as passed:
            ends["call"] = end_of(call)
        if not first:
            self.passed = len(passed)
            ends["act"] = end_of(lambda: self.act(scene))
        return _told(scene, ends)

    def in_between(self) -> Ends:
        """The act comes after the call, and the call once more after the act."""
        scene = self._scene()
        call, ends = self.row.ready(scene), {}
        end_of(call)
        ends["act"] = end_of(lambda: self.act(scene))
        ends["call"] = end_of(call)
        return _told(scene, ends)

    def at(self, moment: int) -> Ends:
        """The act comes in the middle of the call."""
        scene = self._scene()
        call, ends = self.row.ready(scene), {}

        def act() -> None:
            ends["act"] = end_of(lambda: self.act(scene))

        with self.moments.acting(act, moment):
            ends["call"] = end_of(call)
        return _told(scene, ends)

    def _scene(self) -> Scene:
        assert self.api.http.post("/_emulator/reset").status_code == 200
        scene = a_scene(self.world, self.api, *self.row.triggers, **self.row.pool)
        return replace(scene, store=self.moments.store)


def _told(scene: Scene, ends: Ends) -> Ends:
    """How both ended and what is seen then, without the ids that were drawn."""
    assert not [end for end in ends.values() if "InternalError" in str(end)], ends
    told = json.dumps(ends | {"seen": seen(scene)})
    return dict(json.loads(told.replace(scene.pool, "(pool)").replace(scene.client, "(client)")))


def fits(row: Row, ends: Ends, *allowed: Ends) -> bool:
    """Whether a call and an act ended as they may; each part of its own where the call keeps its parts one by one.

    A call that is refused where it would have been before may be so in other words, by what it learned so far.
    """
    allowed = tuple(each | {"call": ends["call"]} if _refused(ends) and _refused(each) else each for each in allowed)
    if row.commits:
        ends = {part: end for part, end in ends.items() if (part, end) != ("call", row.goes_on)}
        return all(any(ends[part] == each[part] for each in allowed) for part in ends)
    return ends in allowed


def _refused(ends: Ends) -> bool:
    return "Exception: " in ends["call"]


PAIRS = [(row, act) for row in ROWS for act in (*(ON_THE_USER if row.of_user else ()), *ON_THE_POOL)]


ON_POSTGRESQL = PAIRS[:: len(PAIRS) // 40]
"""Some of all rows and acts; `--on postgresql` runs all there."""


@pytest.fixture
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """The third parameter, or what the tests were told to run on."""
    return str(request.param or request.config.getoption("--on"))


@pytest.mark.parametrize(
    ("row", "act", "kind_of_database"),
    [
        *(pytest.param(row, act, None, id=f"{row.name} {act.__name__}") for row, act in PAIRS),
        *(
            pytest.param(row, act, "postgresql", id=f"{row.name} {act.__name__}, PostgreSQL")
            for row, act in ON_POSTGRESQL
        ),
    ],
    indirect=["kind_of_database"],
)
def test_an_act_in_the_middle_is_as_one_before_or_after(
    world: World, api: Api, moments: Moments, row: Row, act: Act
) -> None:
    play(Stage(world, api, moments, row, act))


def play(stage: Stage) -> None:
    row = stage.row
    before, after = stage.in_turn(first=True), stage.in_turn(first=False)
    between = [stage.in_between()] if row.migrates else []
    assert stage.passed > 0, f"{row.name} does not let go of the database"
    for moment in range(1, stage.passed + 1):
        ends = stage.at(moment)
        told = f"at moment {moment}: {ends}\nbefore: {before}\nafter: {after}\nbetween: {between}"
        assert fits(row, ends, before, after, *between), told
