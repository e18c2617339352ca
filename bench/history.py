"""What the history of a pool costs its writes: python -m bench.history [calls]

A pool with a history (ESSENTIALS) and one without (LITE) in one server, in turn. Prints the processor time of the
server for each call, in microseconds, and the ratio; each round is a line.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.calls import Caller
from bench.machine import Server, started

ROUNDS = 3
TURNS = 10
"""How often a round changes from one pool to the other."""
TIERS = ("LITE", "ESSENTIALS")


class Place:
    """A pool of a tier, and its users."""

    def __init__(self, url: str, tier: str) -> None:
        self.caller = Caller(url)
        self.pool = self.caller.ask("CreateUserPool", {"PoolName": tier, "UserPoolTier": tier})["UserPool"]["Id"]
        self.number = 0
        self.created = 0
        self.deleted = 0

    def ask(self, operation: str, name: str, **members: Any) -> None:
        """Call an operation about a user."""
        self.caller.ask(operation, {"UserPoolId": self.pool, "Username": name, **members})

    def create(self) -> None:
        """AdminCreateUser."""
        self.created += 1
        attributes = [{"Name": "email", "Value": f"user{self.created}@example.com"}]
        name = f"user{self.created:06}"
        self.ask("AdminCreateUser", name, UserAttributes=attributes, MessageAction="SUPPRESS")

    def update(self) -> None:
        """AdminUpdateUserAttributes, of one user after the other."""
        self.number += 1
        attributes = [{"Name": "given_name", "Value": f"Ana {self.number}"}]
        self.ask("AdminUpdateUserAttributes", f"user{self.number % self.created + 1:06}", UserAttributes=attributes)

    def delete(self) -> None:
        """AdminDeleteUser, in the order of creation."""
        self.deleted += 1
        self.ask("AdminDeleteUser", f"user{self.deleted:06}")


ACTS: dict[str, Callable[[Place], None]] = {
    "AdminCreateUser": Place.create,
    "AdminUpdateUserAttributes": Place.update,
    "AdminDeleteUser": Place.delete,
}


def processor(server: Server) -> float:
    """The seconds of processor time that the server has taken so far."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(server: Server, places: dict[str, Place], act: Callable[[Place], None], calls: int) -> dict[str, float]:
    """Microseconds of a call, by tier."""
    taken = dict.fromkeys(places, 0.0)
    for _ in range(TURNS):
        for tier, place in places.items():
            begun = processor(server)
            for _ in range(calls // TURNS):
                act(place)
            taken[tier] += processor(server) - begun
    return {tier: 1_000_000 * seconds / calls for tier, seconds in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("calls", type=int, nargs="?", default=2_000)
    calls = parser.parse_args().calls
    print(f"| {'operation':26} | {TIERS[0]:>10} | {TIERS[1]:>10} | ratio |")
    for _ in range(ROUNDS):
        with started("-m", "cognito_emulator", "--ephemeral", "--port", "0") as server:
            server.rest()
            places = {tier: Place(server.url, tier) for tier in TIERS}
            for name, act in ACTS.items():
                lite, essentials = measure(server, places, act, calls).values()
                print(f"| {name:26} | {lite:10.0f} | {essentials:10.0f} | {essentials / lite:5.2f} |", flush=True)


if __name__ == "__main__":
    main()
