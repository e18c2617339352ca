"""scripts/soak: sixteen callers for minutes; does the server's memory, or anything else, grow?

Each caller leads the lives of users: it signs one up, confirms, signs in, refreshes, reads, updates, lists, asks for
the keys, and deletes the user. So what the server holds stays the same. Ends with 1 when something has grown from the
second fifth of the time to the last by more than its bound. Other flags than these are the server's: `--workers 2`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import calls
from bench.calls import Caller, Site
from bench.machine import Server, started
from bench.oauth import PASSWORD, Refused
from bench.processes import usage

CALLERS = 16
INTERVALS = 20
CODE = "123456"


@dataclass(frozen=True)
class Sample:
    """An interval: what the server took at its end, and the milliseconds of the calls in it."""

    memory: float
    resident: float
    descriptors: float
    threads: float
    log: float
    p50: float
    p99: float
    rate: float


@dataclass(frozen=True)
class Bound:
    """How much a figure may grow: to `factor` times of what it was, and `more`."""

    factor: float
    more: float
    summary: Callable[[Sequence[float]], float] = statistics.mean

    def most(self, before: float) -> float:
        return before * self.factor + self.more


BOUNDS = {
    "memory": Bound(1.05, 8),
    "descriptors": Bound(1.0, 16),
    "log": Bound(1.0, 16, max),
    "p99": Bound(1.5, 5, statistics.median),
}
"""By the names of `Sample`: PSS in MB, file descriptors, MB of the write-ahead log, milliseconds."""
SHOWN = {
    "memory": "PSS, MB",
    "resident": "RSS, MB",
    "descriptors": "descriptors",
    "threads": "threads",
    "log": "WAL, MB",
    "p50": "p50 ms",
    "p99": "p99 ms",
    "rate": "calls/s",
}


@dataclass
class Life:
    """One caller, who leads one user's life after the other until `ended`."""

    site: Site
    name: str
    ended: threading.Event
    taken: list[float] = field(default_factory=list)
    problem: str = ""

    def run(self) -> None:
        caller, number = Caller(self.site.url), 0
        try:
            while not self.ended.is_set():
                number += 1
                self._live(caller, f"{self.name}-{number}")
        except (Refused, OSError) as error:
            self.problem = f"{type(error).__name__}: {error}"
            self.ended.set()

    def _live(self, caller: Caller, name: str) -> None:
        named = {"UserPoolId": self.site.pool, "Username": name}
        client = {"ClientId": self.site.client}
        email = [{"Name": "email", "Value": f"{name}@example.com"}]
        password = {"USERNAME": name, "PASSWORD": PASSWORD}
        self._ask(caller, "SignUp", **client, Username=name, Password=PASSWORD, UserAttributes=email)
        self._ask(caller, "ConfirmSignUp", **client, Username=name, ConfirmationCode=CODE)
        for _ in range(2):
            tokens = self._ask(
                caller, "InitiateAuth", **client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=password
            )["AuthenticationResult"]
            given = {"REFRESH_TOKEN": tokens["RefreshToken"]}
            self._ask(caller, "InitiateAuth", **client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)
            self._ask(caller, "GetUser", AccessToken=tokens["AccessToken"])
            self._ask(caller, "AdminGetUser", **named)
            self._ask(caller, "AdminUpdateUserAttributes", **named, UserAttributes=[{"Name": "name", "Value": name}])
            self._ask(caller, "ListUsers", UserPoolId=self.site.pool, Filter=f'email = "{name}@example.com"')
            self._ask(caller, "ListUsers", UserPoolId=self.site.pool, Limit=10)
            self._time(lambda: calls.jwks(caller, self.site, ""))
        self._ask(caller, "AdminDeleteUser", **named)

    def _ask(self, caller: Caller, operation: str, **members: object) -> dict[str, dict[str, str]]:
        answers: list[dict[str, dict[str, str]]] = []
        self._time(lambda: answers.append(caller.ask(operation, members)))
        return answers[0]

    def _time(self, call: Callable[[], object]) -> None:
        begun = time.perf_counter()
        call()
        self.taken.append((time.perf_counter() - begun) * 1000)


def soak(server: Server, log: Path, seconds: float) -> list[Sample]:
    """Let the callers call for so long, and print and return a sample for each interval. Raises `Refused`."""
    site, ended = Site(server.url), threading.Event()
    site.prepare()
    Caller(site.url).ask("UpdateUserPool", {"UserPoolId": site.pool, "AutoVerifiedAttributes": ["email"]})
    lives = [Life(site, f"soak{number}", ended) for number in range(CALLERS)]
    threads = [threading.Thread(target=life.run) for life in lives]
    for thread in threads:
        thread.start()
    samples: list[Sample] = []
    line(["minute", *SHOWN.values()])
    try:
        begun = time.perf_counter()
        for number in range(1, INTERVALS + 1):
            ended.wait(max(0.0, begun + seconds * number / INTERVALS - time.perf_counter()))
            if ended.is_set():
                break
            Caller(site.url).send("DELETE", "/_emulator/messages")  # up to 10 000 are kept, which is no leak
            samples.append(sample(server, log, lives, seconds / INTERVALS))
            line([f"{seconds * number / INTERVALS / 60:.1f}", *(f"{getattr(samples[-1], name):.1f}" for name in SHOWN)])
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    if problems := sorted({life.problem for life in lives if life.problem}):
        raise Refused("; ".join(problems))
    return samples


def sample(server: Server, log: Path, lives: Sequence[Life], seconds: float) -> Sample:
    """The figures of an interval that ends now."""
    taken = []
    for life in lives:
        count = len(life.taken)
        taken += life.taken[:count]
        del life.taken[:count]  # the caller may have appended meanwhile
    taken.sort()
    used = usage(server.process.pid)
    size = log.stat().st_size / (1 << 20) if log.exists() else 0.0
    p50, p99 = (taken[int(len(taken) * part)] if taken else 0.0 for part in (0.5, 0.99))
    return Sample(used.pss, used.rss, used.descriptors, used.threads, size, p50, p99, len(taken) / seconds)


def grown(samples: Sequence[Sample], judged: Sequence[str]) -> list[str]:
    """What has grown from the second fifth to the last by more than its bound."""
    fifth = len(samples) // 5
    found = []
    for name in judged:
        bound, figures = BOUNDS[name], [float(getattr(each, name)) for each in samples]
        before, after = bound.summary(figures[fifth : 2 * fifth]), bound.summary(figures[-fifth:])
        most = bound.most(before)
        print(
            f"{SHOWN[name]}: {before:.1f} in the second fifth, {after:.1f} in the last, at most {most:.1f} is allowed"
        )
        if after > most:
            found.append(SHOWN[name])
    return found


def line(columns: Sequence[str]) -> None:
    print("| " + " | ".join(f"{column:>11}" for column in columns) + " |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__, allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default: 10)")
    parser.add_argument("--any-latency", action="store_true", help="do not judge p99: the machine is shared")
    options, flags = parser.parse_known_args()
    judged = [name for name in BOUNDS if name != "p99" or not options.any_latency]
    with tempfile.TemporaryDirectory(prefix="soak-") as directory:
        place = ("--key", f"{directory}/key") if any(flag.startswith("--database") for flag in flags) else ()
        place = place or ("--data", directory)
        try:
            with started(
                *("-m", "cognito_emulator", "--port", "0", "--password-cost", "4", "--code", CODE, *place, *flags)
            ) as server:
                samples = soak(server, Path(directory) / "cognito.sqlite3-wal", options.minutes * 60)
        except Refused as refusal:
            print(f"the server refused a call: {refusal}", file=sys.stderr)
            return 1
    found = grown(samples, judged)
    if found:
        print(f"grown by more than its bound: {', '.join(found)}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
