"""scripts/bench --against: who is first alternates, the median turn counts, and a factor above one is better."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from bench import against, checkouts
from bench.against import Contender, Figures
from bench.calls import ROWS, Row

ROOT = Path(__file__).parents[2]


class Recorded:
    """Stands for a server that has been measured: its turns, as they were asked for."""

    def __init__(self, name: str, p50: float, asked: list[str]) -> None:
        self.name = name
        self.turns = iter([p50, 9 * p50, p50])
        self.asked = asked

    def figures(self, row: Row, seconds: float) -> Figures:
        assert seconds == pytest.approx(1 / 3)
        self.asked.append(self.name)
        p50 = next(self.turns)
        return Figures(p50, 2 * p50, 1000 / p50, None if row.pause else 2000 / p50, 0.25)


def test_turns_alternate_and_their_median_counts() -> None:
    asked: list[str] = []
    both = [Recorded("ours", 1.0, asked), Recorded("theirs", 2.0, asked)]
    turns = against._turns(cast("list[Contender]", both), ROWS[0], 1.0)
    assert asked == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert against._cells(turns) == [
        "1.00 / 2.00 = 2.00x",
        "2.00 / 4.00 = 2.00x",
        "1000 / 500 = 2.00x",
        "2000 / 1000 = 2.00x",
        "0.25 / 0.25 = 1.00x",
    ]


def test_a_row_that_only_one_caller_makes_has_no_rate_of_sixteen() -> None:
    [row] = [each for each in ROWS if each.pause]
    turns = against._turns(cast("list[Contender]", [Recorded(name, 1.0, []) for name in "ab"]), row, 1.0)
    assert against._cells(turns)[3] == "-"


@pytest.mark.parametrize(
    ("name", "told"), [("no-such-commit", "neither a directory nor a commit"), ("tests", "is no checkout of")]
)
def test_what_is_no_checkout_is_told(name: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit, match=told):
        checkouts.found(name)
