"""The timer that each request sets and clears."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Any

from emulator.server.alarm import Alarm


class Timer:
    """A timer of `Loop`."""

    def __init__(self, when: float, call: Callable[[], object]) -> None:
        self._when = when
        self.call = call
        self.is_cancelled = False

    def when(self) -> float:
        """The moment."""
        return self._when

    def cancel(self) -> None:
        """Do not call."""
        self.is_cancelled = True


class Loop:
    """An event loop's timers, by a clock that only `run` moves."""

    def __init__(self) -> None:
        self._now = 0.0
        self._timers: list[tuple[float, int, Timer]] = []
        self.made = 0

    def time(self) -> float:
        """The moment."""
        return self._now

    def call_at(self, when: float, call: Callable[[], object]) -> Timer:
        """Call at that moment."""
        self.made += 1
        timer = Timer(when, call)
        heapq.heappush(self._timers, (when, self.made, timer))
        return timer

    def run(self, until: float) -> None:
        """Let the time pass."""
        while self._timers and self._timers[0][0] <= until:
            self._now, _, timer = heapq.heappop(self._timers)
            if not timer.is_cancelled:
                timer.call()
        self._now = until

    @property
    def waiting(self) -> int:
        """How many timers would still call."""
        return sum(not timer.is_cancelled for _, _, timer in self._timers)


def an_alarm() -> tuple[Alarm, Loop, list[float]]:
    loop: Any = Loop()
    rung: list[float] = []
    return Alarm(loop, lambda: rung.append(loop.time())), loop, rung


def test_an_alarm_rings_once_when_its_time_is_over() -> None:
    alarm, loop, rung = an_alarm()
    alarm.set(20)
    loop.run(19)
    assert (rung, alarm.is_set) == ([], True)
    loop.run(200)
    assert (rung, alarm.is_set) == ([20], False)


def test_one_that_was_cleared_does_not_ring() -> None:
    alarm, loop, rung = an_alarm()
    alarm.set(20)
    alarm.clear()
    assert not alarm.is_set
    loop.run(200)
    assert rung == []


def test_the_time_that_was_set_last_counts_whether_it_is_sooner_or_later() -> None:
    alarm, loop, rung = an_alarm()
    alarm.set(30)
    loop.run(10)
    alarm.clear()
    alarm.set(30)  # at 40
    loop.run(39)
    assert rung == []
    loop.run(50)
    alarm.set(75)
    alarm.set(20)  # at 70
    loop.run(200)
    assert rung == [40, 70]


def test_a_thousand_requests_need_no_timers_of_their_own() -> None:
    alarm, loop, _ = an_alarm()
    for second in range(1000):
        loop.run(second / 100)
        alarm.set(30)
        alarm.clear()
    assert (loop.made, loop.waiting) == (1, 1)


def test_at_the_end_nothing_of_it_is_left_in_the_loop() -> None:
    alarm, loop, rung = an_alarm()
    alarm.set(20)
    alarm.end()
    assert loop.waiting == 0
    loop.run(200)
    assert rung == []


def test_it_runs_on_the_real_loop() -> None:
    async def wait() -> None:
        rung = asyncio.Event()
        Alarm(asyncio.get_running_loop(), rung.set).set(0.001)
        await rung.wait()

    asyncio.run(asyncio.wait_for(wait(), 30))
