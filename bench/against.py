"""This checkout and another one, row by row and in turns: how long calls take, how many there are, what they cost.

Wall time depends on what else the machine does; the processor time that the server takes for a call hardly does.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench import checkouts
from bench.calls import ROWS, Row, Site
from bench.load import crowded, latencies
from bench.machine import Server
from bench.oauth import Refused
from bench.processes import processor

_TURNS = 3
_WIDTH = 24


@dataclass(frozen=True)
class Figures:
    """Milliseconds of a call, calls a second, and milliseconds of processor time for a call."""

    p50: float
    p99: float
    alone: float
    crowd: float | None
    processor: float


COLUMNS = {
    "p50": "p50 ms",
    "p99": "p99 ms",
    "alone": "req/s at 1",
    "crowd": "req/s at 16",
    "processor": "server's CPU ms a call",
}


@dataclass
class Contender:
    """A running server of a checkout."""

    server: Server
    site: Site

    def figures(self, row: Row, seconds: float) -> Figures:
        """One turn of a row: half of the time with one caller, half of it with sixteen."""
        begun = processor(self.server.process.pid)
        taken = latencies(self.site, row, seconds / 2)
        calls = len(taken) + 5  # those that warm up
        crowd = None
        if not row.pause:
            crowd = crowded(self.site, row, seconds / 2)
            calls += crowd
        spent = processor(self.server.process.pid) - begun
        return Figures(
            p50=statistics.median(taken),
            p99=taken[int(len(taken) * 0.99)],
            alone=1000 / statistics.mean(taken),
            crowd=None if crowd is None else crowd / (seconds / 2),
            processor=1000 * spent / calls,
        )


def compare_checkouts(name: str, flags: Sequence[str], workers: str | None, seconds: float) -> None:
    """Print a line for each row: this checkout / the other = how many times better this one is."""
    both = [checkouts.this(), checkouts.found(name)]
    with ExitStack() as stack:
        servers = [stack.enter_context(checkout.serving(flags, workers)) for checkout in both]
        contenders = [Contender(server, Site(server.url)) for server in servers]
        for contender in contenders:
            contender.server.rest()
            contender.site.prepare()
        print(f"\n{both[0].name} / {both[1].name} = how many times better\n")
        _line(["operation", *COLUMNS.values()])
        _line(["-" * 36, *["-" * _WIDTH] * len(COLUMNS)])
        for row in ROWS:
            try:
                _line([row.name, *_cells(_turns(contenders, row, seconds))])
            except Refused as refusal:
                _line([row.name, str(refusal)])


def _turns(contenders: Sequence[Contender], row: Row, seconds: float) -> list[list[Figures]]:
    """The figures of each contender, turn by turn. Who was first in one turn is last in the next."""
    found: list[list[Figures]] = [[] for _ in contenders]
    order = list(range(len(contenders)))
    for _ in range(_TURNS):
        for index in order:
            found[index].append(contenders[index].figures(row, seconds / _TURNS))
        order.reverse()
    return found


def _cells(found: Sequence[Sequence[Figures]]) -> list[str]:
    """The medians of the turns, with the factor by which the first contender is better."""
    cells = []
    for name in COLUMNS:
        figures = [[getattr(one, name) for one in turns] for turns in found]
        if any(None in each for each in figures):
            cells.append("-")
            continue
        ours, theirs = (statistics.median(each) for each in figures)
        better, worse = (ours, theirs) if name in ("alone", "crowd") else (theirs, ours)
        factor = f" = {better / worse:.2f}x" if worse else ""
        cells.append(f"{_number(ours)} / {_number(theirs)}{factor}")
    return cells


def _number(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.2f}"


def _line(columns: Sequence[str]) -> None:
    print("| " + " | ".join([f"{columns[0]:36}", *[f"{each:>{_WIDTH}}" for each in columns[1:]]]) + " |", flush=True)
