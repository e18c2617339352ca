"""Turns: how many calls are worked on at once, who comes next, and who gives a turn back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from queue import Empty, SimpleQueue

import pytest

from emulator.faults import ServiceUnavailable
from emulator.outside import turns
from emulator.outside.turns import Turns

SECONDS = 10


class Step:
    """A place where a call stops until it is let go."""

    def __init__(self) -> None:
        self._arrived, self._let_go = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self._arrived.set()
        assert self._let_go.wait(SECONDS)

    def arrived(self) -> bool:
        return self._arrived.wait(SECONDS)

    def let_go(self) -> None:
        assert self.arrived()
        self._let_go.set()


def test_no_more_calls_are_worked_on_than_there_are_turns_and_the_first_comes_first() -> None:
    done: SimpleQueue[int] = SimpleQueue()
    mine, step = Turns(1), Step()
    mine.begin(step)
    for number in range(3):
        mine.begin(lambda number=number: done.put(number))  # type: ignore[misc]
    assert step.arrived()
    assert done.empty()
    step.let_go()
    assert [done.get(timeout=SECONDS) for _ in range(3)] == [0, 1, 2]


def test_a_call_that_waits_outside_gives_its_turn_to_the_next_and_then_waits_for_one() -> None:
    done: SimpleQueue[str] = SimpleQueue()
    mine, outside, within = Turns(1), Step(), Step()

    def first() -> None:
        with turns.given_back():
            outside()
        done.put("first")

    def second() -> None:
        within()
        done.put("second")

    mine.begin(first)
    mine.begin(second)
    mine.begin(lambda: done.put("third"))
    assert within.arrived()
    outside.let_go()
    within.let_go()
    assert [done.get(timeout=SECONDS) for _ in range(3)] in (["second", "third", "first"], ["second", "first", "third"])


def test_64_calls_wait_outside_with_one_turn_and_calls_of_theirs_are_served() -> None:
    mine = Turns(1)
    done: SimpleQueue[int] = SimpleQueue()

    def call_back() -> None:
        served = threading.Event()
        with turns.given_back():
            mine.begin(served.set)
            assert served.wait(SECONDS)
        done.put(1)

    for _ in range(64):
        mine.begin(call_back)
    assert sum(done.get(timeout=SECONDS) for _ in range(64)) == 64


def test_a_call_outside_a_call_outside_gives_back_no_second_turn() -> None:
    done: SimpleQueue[int] = SimpleQueue()
    mine, step = Turns(1), Step()

    def nested() -> None:
        with turns.given_back(), turns.given_back():
            pass
        done.put(0)

    mine.begin(nested)
    assert done.get(timeout=SECONDS) == 0
    mine.begin(step)
    mine.begin(lambda: done.put(1))
    assert step.arrived()
    assert done.empty()  # there is one turn still
    step.let_go()
    assert done.get(timeout=SECONDS) == 1


def test_one_too_many_that_would_wait_outside_is_refused_and_gives_nothing_back() -> None:
    outcome: SimpleQueue[str] = SimpleQueue()
    mine, step = Turns(2, waiting=1), Step()

    def wait(place: Callable[[], None]) -> None:
        try:
            with turns.given_back():
                place()
        except ServiceUnavailable as busy:
            outcome.put(str(busy))

    mine.begin(lambda: wait(step))
    assert step.arrived()
    mine.begin(lambda: wait(lambda: outcome.put("outside")))
    assert outcome.get(timeout=SECONDS) == "Too many calls wait for functions and other servers. Try again later."
    step.let_go()
    mine.begin(lambda: outcome.put("served"))
    assert outcome.get(timeout=SECONDS) == "served"


def test_a_call_that_computes_for_long_gives_its_turn_to_the_next() -> None:
    done: SimpleQueue[str] = SimpleQueue()
    mine, within = Turns(1), Step()

    def compute() -> None:
        with turns.computing():
            within()
        done.put("computed")

    mine.begin(compute)
    mine.begin(lambda: done.put("short"))
    assert within.arrived()
    assert done.get(timeout=SECONDS) == "short"
    within.let_go()
    assert done.get(timeout=SECONDS) == "computed"


def test_no_more_calls_compute_for_long_than_there_are_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_processors", threading.Semaphore(1))
    done: SimpleQueue[str] = SimpleQueue()
    mine, within = Turns(3), Step()

    def compute(place: Callable[[], None]) -> None:
        with turns.computing():
            place()

    mine.begin(lambda: compute(within))
    assert within.arrived()
    mine.begin(lambda: compute(lambda: done.put("second")))
    for _ in range(3):
        mine.begin(lambda: done.put("short"))
    assert [done.get(timeout=SECONDS) for _ in range(3)] == ["short"] * 3
    assert done.empty()
    within.let_go()
    assert done.get(timeout=SECONDS) == "second"


def test_a_call_that_computes_keeps_its_turn_where_too_many_wait() -> None:
    done: SimpleQueue[str] = SimpleQueue()
    mine, outside, within = Turns(1, waiting=1), Step(), Step()

    def wait() -> None:
        with turns.given_back():
            outside()

    def compute() -> None:
        with turns.computing():
            within()
        done.put("computed")

    mine.begin(wait)
    assert outside.arrived()
    mine.begin(compute)
    mine.begin(lambda: done.put("short"))
    assert within.arrived()
    assert done.empty()
    within.let_go()
    outside.let_go()
    assert [done.get(timeout=SECONDS) for _ in range(2)] == ["computed", "short"]


def test_who_has_no_turn_gives_none_back() -> None:
    with turns.given_back():
        pass
    with turns.computing():
        pass


def test_nothing_begins_or_goes_on_once_turns_are_over() -> None:
    done: SimpleQueue[str] = SimpleQueue()
    mine, outside, ended = Turns(1), Step(), threading.Event()

    def call() -> None:
        with turns.given_back():
            outside()
            ended.set()
        done.put("went on")

    mine.begin(call)
    assert outside.arrived()
    mine.close()
    outside.let_go()
    assert ended.wait(SECONDS)
    mine.begin(lambda: done.put("began"))
    with pytest.raises(Empty):
        done.get(timeout=0.2)


def test_two_computations_run_side_by_side_and_a_second_pair_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many threads help as there are processors beside one's own: where all of them do, nobody waits for one."""
    monkeypatch.setattr(turns, "_helpers", threading.Semaphore(1))
    threads: dict[str, int] = {}
    both = threading.Barrier(2)

    def note(name: str) -> str:
        threads[name] = threading.get_ident()
        return name

    def first() -> str:
        both.wait(10)
        assert turns.beside(lambda: note("third"), lambda: note("fourth")) == ("third", "fourth")
        return note("first")

    def second() -> str:
        both.wait(10)
        return note("second")

    assert turns.beside(first, second) == ("first", "second")
    assert threads["third"] == threads["fourth"] == threads["first"] != threads["second"]
    assert turns.beside(lambda: note("again"), lambda: note("beside")) == ("again", "beside")
    assert threads["again"] != threads["beside"]


@pytest.mark.parametrize("computes", [False, True])
def test_a_call_is_alone_where_no_other_runs_or_has_given_its_turn_back_to_compute(computes: bool) -> None:
    mine, other, alone = Turns(2), Step(), SimpleQueue[bool]()

    def call() -> None:
        alone.put(turns.is_alone())

    def run() -> None:
        with turns.computing() if computes else nullcontext():
            other()

    assert turns.is_alone()
    mine.begin(call)
    assert alone.get(timeout=SECONDS)
    mine.begin(run)
    assert other.arrived()
    mine.begin(call)
    assert not alone.get(timeout=SECONDS)
    other.let_go()


def test_a_call_is_not_alone_where_another_waits_for_a_turn() -> None:
    mine, step, done = Turns(1), Step(), SimpleQueue[object]()

    def call() -> None:
        step()
        done.put(turns.is_alone())

    mine.begin(call)
    mine.begin(lambda: done.put("the next"))
    step.let_go()
    assert [done.get(timeout=SECONDS) for _ in range(2)] == [False, "the next"]


def test_what_may_prove_needless_is_begun_in_another_thread_where_a_processor_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "_helpers", threading.Semaphore(1))
    busy = Step()

    def work() -> int:
        busy()
        return threading.get_ident()

    first = turns.alongside(work)
    assert first
    assert turns.alongside(threading.get_ident) is None
    busy.let_go()
    assert first() != threading.get_ident()


def test_what_would_be_computed_in_another_thread_is_computed_here_if_none_can_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As at the end of the process, or where the system has too many."""
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    monkeypatch.setattr(turns, "_executor", lambda: ended)
    monkeypatch.setattr(turns, "_helpers", threading.Semaphore(1))
    assert turns.alongside(threading.get_ident) is None
    assert turns.beside(threading.get_ident, threading.get_ident) == (threading.get_ident(),) * 2
