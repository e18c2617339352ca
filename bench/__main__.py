"""scripts/bench: measure our server, or our server and another one in turn, and print tables.

`--against COMMIT` or `--against DIRECTORY` compares this checkout with another one of ours, row by row, in turns.

p50 and p99 are milliseconds with one caller; req/s is with 16 callers on persistent connections. The client uses only
the standard library, and shares the machine with the server: compare figures of one machine only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench import crowd, databases, identities
from bench.against import compare_checkouts
from bench.calls import BY_USERS, ROWS, Row, Site
from bench.crowd import FEW
from bench.imports import imported
from bench.load import fill, latencies, throughput
from bench.machine import BARE, Server, machine, started
from bench.oauth import Refused
from bench.seeds import seeded


@dataclass(frozen=True)
class Measured:
    """The figures of one row at one site."""

    p50: float
    p99: float
    rate: float | None


def measure(site: Site, row: Row, seconds: float) -> Measured | str:
    """The figures, or the reason why the operation was refused."""
    try:
        taken = latencies(site, row, seconds)
        rate = None if row.pause else throughput(site, row, seconds)
    except Refused as refusal:
        return str(refusal)
    return Measured(statistics.median(taken), taken[int(len(taken) * 0.99)], rate)


def cells(measured: Sequence[Measured | str]) -> list[str]:
    """The cells of one site, or of two sites with the factor by which the first is better."""
    shown = []
    for name in ("p50", "p99", "rate"):
        figures: list[float | None] = [getattr(one, name, None) for one in measured]
        known = [figure for figure in figures if figure]
        text = " / ".join("-" if figure is None else number(figure) for figure in figures)
        if len(known) == 2:
            better, worse = known if name == "rate" else reversed(known)
            text += f" = {better / worse:.1f}x"
        shown.append(text)
    return shown


def number(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.2f}"


def table(head: Sequence[str], width: int = 22) -> None:
    line(head, width)
    line(["-" * 36, *["-" * width] * (len(head) - 1)], width)


def line(columns: Sequence[str], width: int = 22) -> None:
    print("| " + " | ".join([f"{columns[0]:36}", *[f"{column:>{width}}" for column in columns[1:]]]) + " |", flush=True)


def operations(sites: Sequence[Site], limits: dict[str, float], seconds: float) -> None:
    print(f"\nOperations: {' / '.join(site.url for site in sites)}\n")
    table(["operation", "p50 ms", "p99 ms", "req/s at 16", "machine's limit, ms"])
    for row in ROWS:
        measured = [measure(site, row, seconds) for site in sites]
        limit = sum(limits[part] for part in row.limit)
        known = f"{limit:.2f} ({' + '.join(row.limit)})" if limit else ""
        line([row.name, *cells(measured), known])
        for problem in (one for one in measured if isinstance(one, str)):
            print(f"  {problem}")


def growth(sites: Sequence[Site], sizes: Sequence[int], seconds: float) -> None:
    print("\nThe cost of users\n")
    table(["operation", "users", "p50 ms", "p99 ms", "req/s at 16"])
    for users in sizes:
        rates = [fill(site, users) for site in sites]
        line(["creating so many", str(users), "", "", " / ".join(f"{rate:.0f}" for rate in rates)])
        for row in BY_USERS:
            line([row.name, str(users), *cells([measure(site, row, seconds) for site in sites])])


def crowds(options: argparse.Namespace, seconds: float, urls: Sequence[str | None] = (None, None)) -> None:
    """The tables of what users and identities cost."""
    for what, size, of in (("users", options.users, crowd), ("identities", options.identities, identities)):
        if size:
            print(f"\nThe cost of {what}: {FEW} and {size}, in turn\n")
            table(["operation", f"p50 ms, {FEW}", f"p50 ms, {size}", "ratio"])
            for name, few, many in of.compare(size, seconds, urls):
                line([name, number(few), number(many), number(many / few)])


def over(url: str, seconds: float) -> None:
    """The table of SQLite and PostgreSQL."""
    print("\nSQLite / PostgreSQL; ms; processor time of a call: our server's, and PostgreSQL's\n")
    table(["operation", "p50, one caller", "p50 of 16", "p99 of 16", "processor, ours", "PostgreSQL's"])
    with ExitStack() as stack:
        url = stack.enter_context(databases.of_the_tests())[0] if url == "tests" else url
        for name, both in databases.compare(url, seconds):
            pairs = [[getattr(each, part) for each in both] for part in ("one", "many", "many_p99", "ours")]
            shown = [f"{number(a)} / {number(b)} = {b / a:.2f}x" if a else "" for a, b in pairs]
            line([name, *shown, number(both[1].postgresql)])


def memory(server: Server, when: str) -> None:
    line([f"resident memory, {when}, MB", f"{server.resident():.0f}"])


def imports(server: Server, users: int) -> None:
    done = imported(server, users)
    print("\nAn import\n")
    table(["", "figure"])
    line([f"rows a second, of {users}", number(done.rate)])
    line(["memory, before / at most, MB", f"{done.before:.0f} / {done.most:.0f}"])
    line(["another's CreateGroup, p50 ms", number(statistics.median(done.waits))])
    line(["another's CreateGroup, p99 ms", number(done.waits[int(len(done.waits) * 0.99)])])


def seeds(options: argparse.Namespace) -> None:
    """The table of what seeds of users cost."""
    with started("-m", "cognito_emulator", "--ephemeral", "--port", "0", *options.flags) as server:
        done = seeded(server, options.seed)
    print(f"\nSeeds of {options.seed} users, from YAML\n")
    table(["", "figure"])
    line(["clear passwords, s", number(done.clear)])
    line(["the same once more, s", number(done.unchanged)])
    line(["hashes, s", number(done.hashed)])
    line(["memory, before / after, MB", f"{done.before:.0f} / {done.after:.0f}"])


def bench(options: argparse.Namespace) -> None:
    seconds = 0.7 if options.quick else 3.0
    sizes = [100, 1000] if options.quick else [100, 10_000, 100_000]
    command = ["-m", "cognito_emulator", "--ephemeral", "--port", "0", *options.flags]
    if options.workers:
        command += ["--workers", options.workers]
    limits = machine(options.cost)
    table(["the machine, one core", "ms", "a second"])
    for name, taken in limits.items():
        line([f"bcrypt, cost {options.cost}" if name == "bcrypt" else name, f"{taken:.3f}", number(1000 / taken)])
    with started(*BARE) as bare:
        line(["an empty answer, one caller", *bare.empty_answers(seconds)])

    print("\nThe server\n")
    table(["", "figure"])
    colds = []
    for _ in range(3):
        with started(*command) as server:
            colds.append(server.cold)
    with started(*command) as server:
        line(["cold start to first answer, s", f"{statistics.median([*colds, server.cold]):.2f}"])
        server.rest()
        memory(server, "idle")
        sites = [Site(url) for url in (server.url, *([options.against] if options.against else []))]
        for site in sites:
            site.prepare()
        operations(sites, limits, seconds)
        growth(sites, sizes, seconds)
        imports(server, sizes[-1])
        print()
        table(["", "figure"])
        memory(server, "loaded")


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in a minute, and up to 1 000 users")
    parser.add_argument(
        "--against",
        metavar="COMMIT|DIRECTORY|URL",
        help="a commit or a checkout of ours, or another server of the same wire, in turn; prints ratios",
    )
    parser.add_argument("--workers", metavar="N", help="the number of workers of our servers, if they know the flag")
    parser.add_argument(
        "--database",
        metavar="URL",
        help="only SQLite and this empty PostgreSQL database, in turn; `tests` starts the server of the tests",
    )
    grown = parser.add_mutually_exclusive_group()
    grown.add_argument("--users", type=int, metavar="N", help="only what users cost: a thousand and N, side by side")
    grown.add_argument("--identities", type=int, metavar="N", help="only what identities cost: a thousand and N")
    grown.add_argument(
        "--seed", type=int, metavar="N", help="only seeds of N users, with clear passwords and with hashes"
    )
    parser.add_argument("--cost", type=int, default=4, help="the bcrypt cost of the server (4 where ephemeral)")
    parser.add_argument("flags", nargs="*", help="flags for our server, after --")
    options = parser.parse_args()
    seconds = 0.7 if options.quick else 3.0
    try:
        if (options.users or options.identities) and options.database == "tests":
            with databases.of_the_tests(fast=True) as urls:
                crowds(options, seconds, urls)
        elif options.seed:
            seeds(options)
        elif options.database:
            over(options.database, seconds)
        elif options.users or options.identities:
            crowds(options, seconds)
        elif options.against and "://" not in options.against:
            compare_checkouts(options.against, options.flags, options.workers, 3.0 if options.quick else 9.0)
        else:
            bench(options)
    except Refused as refusal:
        print(f"cannot measure: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
