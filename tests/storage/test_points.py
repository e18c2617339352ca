"""A pool at points of time, also where the clock was set back, and what is swept of its history."""

from __future__ import annotations

import pytest

from storage.records.users import User
from storage.store import Store
from tests.storage.rows import a_pool, a_user
from tests.storage.test_history import changes


class Timeline:
    """A pool with one user, whose name is changed at times."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.unit(writes=True) as unit:
            unit.now = 0.0
            self.pool = unit.history.begin(a_pool(unit))
            self.user: User = a_user(unit, self.pool)

    def change(self, *times: float) -> None:
        for time in times:
            with self.store.unit(writes=True) as unit:
                unit.now = time
                unit.users.change(self.user, attributes={"name": f"since {time:g}"}, searched={})

    def set_back(self, now: float) -> None:
        with self.store.unit(writes=True) as unit:
            unit.history.note_clock(now)

    def sweep(self, before: float, limit: int = 100) -> int:
        with self.store.unit(writes=True) as unit:
            pool = unit.pools.get(self.pool.id)
            assert pool is not None
            return unit.history.sweep(pool, before, limit) + unit.history.sweep_marks(limit)

    def at(self, point: float) -> str:
        """The name of the user at a time, by a restore that is rolled back."""
        with self.store.unit(writes=True) as unit:
            unit.history.restore(self.pool.id, point)
            user = unit.users.get(self.user.id)
            unit.close()
        return "gone" if user is None else user.attributes.get("name", "none")


@pytest.fixture
def timeline(store: Store) -> Timeline:
    return Timeline(store)


def test_a_point_includes_the_changes_at_its_time(timeline: Timeline) -> None:
    timeline.change(10, 20, 30)
    assert [timeline.at(point) for point in (-1, 0, 9, 10, 19.9, 20, 25, 30, 99)] == [
        "gone",
        "none",
        "none",
        "since 10",
        "since 10",
        "since 20",
        "since 20",
        "since 30",
        "since 30",
    ]


def test_a_clock_that_was_set_back_leads_to_the_last_time_that_it_showed_the_point(timeline: Timeline) -> None:
    timeline.change(10, 20, 30)
    timeline.set_back(15)
    assert [timeline.at(point) for point in (5, 12, 15, 25)] == ["none", "since 10", "since 30", "since 30"]
    timeline.change(22)
    assert [timeline.at(point) for point in (12, 16, 22, 40)] == ["since 10", "since 30", "since 22", "since 22"]


def test_what_no_point_of_the_period_needs_is_swept(timeline: Timeline) -> None:
    timeline.change(10, 20, 30)
    assert timeline.sweep(20) == 3
    with timeline.store.unit(writes=False) as unit:
        assert [each.time for each in changes(unit, timeline.pool)] == [30]
        pool = unit.pools.get(timeline.pool.id)
    assert pool is not None
    assert pool.history_since == 20
    assert [timeline.at(point) for point in (20, 29, 30)] == ["since 20", "since 20", "since 30"]
    assert timeline.sweep(20) == 0
    assert timeline.sweep(31) == 1
    assert timeline.at(31) == "since 30"


def test_a_sweep_has_a_limit_and_never_makes_a_history_longer(timeline: Timeline) -> None:
    timeline.change(10, 20, 30)
    assert [timeline.sweep(20, limit=2), timeline.at(20), timeline.sweep(20, limit=2)] == [2, "since 20", 1]
    timeline.sweep(10)
    with timeline.store.unit(writes=False) as unit:
        pool = unit.pools.get(timeline.pool.id)
    assert pool is not None
    assert pool.history_since == 20


def test_changes_of_a_future_that_was_left_are_swept_with_the_past(timeline: Timeline) -> None:
    timeline.change(10, 1_000)
    timeline.set_back(15)
    timeline.change(20)
    assert timeline.sweep(18) == 4
    assert [timeline.at(point) for point in (18, 20)] == ["since 1000", "since 20"]
    assert timeline.sweep(21) == 1
    with timeline.store.unit(writes=False) as unit:
        assert unit.history.last_number(timeline.pool.id) == 0


def test_a_history_that_a_future_made_shorter_begins_where_the_clock_was_set_back(timeline: Timeline) -> None:
    timeline.change(10, 1_000)
    timeline.sweep(900)
    timeline.set_back(15)
    timeline.change(20)
    assert [timeline.at(point) for point in (15, 20)] == ["since 1000", "since 20"]
    with timeline.store.unit(writes=False) as unit:
        pool = unit.pools.get(timeline.pool.id)
        assert [each.id for each in unit.history.pools_with_changes_before(15)] == []
        assert [each.id for each in unit.history.pools_with_changes_before(16)] == [timeline.pool.id]
    assert pool is not None
    assert pool.history_since == 15


def test_pools_with_old_changes_are_found(timeline: Timeline) -> None:
    with timeline.store.unit(writes=True) as unit:
        unit.now = 50
        a_user(unit, unit.history.begin(a_pool(unit, "us-east-1_new")))
        assert unit.history.pools_with_changes_before(0) == []
        assert [pool.id for pool in unit.history.pools_with_changes_before(1)] == [timeline.pool.id]
        assert len(unit.history.pools_with_changes_before(51)) == 2
