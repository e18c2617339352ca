"""Whether response times reveal which users exist: python -m bench.existence [pairs]

Each pair is a call with the name of a user and a call with an unknown name, in random order, each with a new name. If
times reveal nothing, the call with the user's name is slower in half of the pairs. Prints the percentage of these
pairs, the medians in milliseconds, and the 95 % interval around 50 %.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench import srp
from bench.calls import Caller
from bench.machine import started
from bench.oauth import PASSWORD, Refused

FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


class Place:
    """A pool with sign-in by codes, a client with PreventUserExistenceErrors, and users."""

    def __init__(self, url: str, users: int) -> None:
        self.caller = Caller(url)
        policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
        pool = {"PoolName": "bench", "AutoVerifiedAttributes": ["email"], "Policies": policy}
        self.pool = self.caller.ask("CreateUserPool", pool)["UserPool"]["Id"]
        client = {"ClientName": "bench", "ExplicitAuthFlows": FLOWS, "PreventUserExistenceErrors": "ENABLED"}
        self.client = self.caller.ask("CreateUserPoolClient", {"UserPoolId": self.pool, **client})["UserPoolClient"][
            "ClientId"
        ]
        for number in range(users):
            self._add(f"user{number:05}")

    def _add(self, name: str) -> None:
        attributes = {"email": f"{name}@example.com", "email_verified": "true"}
        given = [{"Name": key, "Value": value} for key, value in attributes.items()]
        named = {"UserPoolId": self.pool, "Username": name}
        self.caller.ask("AdminCreateUser", {**named, "UserAttributes": given, "MessageAction": "SUPPRESS"})
        self.caller.ask("AdminSetUserPassword", {**named, "Password": PASSWORD, "Permanent": True})

    def ask(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation. A refusal is ignored, since only the time counts."""
        try:
            return self.caller.ask(operation, {"ClientId": self.client, **members})
        except Refused:
            return {}

    def begin(self, flow: str, name: str, **parameters: str) -> dict[str, Any]:
        """InitiateAuth."""
        return self.ask("InitiateAuth", AuthFlow=flow, AuthParameters={"USERNAME": name, **parameters})

    def answer(self, challenge: dict[str, Any], name: str, **responses: str) -> dict[str, Any]:
        """RespondToAuthChallenge."""
        session = {"Session": challenge["Session"]} if "Session" in challenge else {}
        given = {"USERNAME": name, **responses}
        return self.ask(
            "RespondToAuthChallenge", ChallengeName=challenge["ChallengeName"], ChallengeResponses=given, **session
        )


def rows(place: Place) -> dict[str, tuple[Callable[[str], Any], Callable[[str, Any], object]]]:
    """The calls to measure, by name: a preparation that is not measured, and the call."""
    wrong = {"ConfirmationCode": "000000", "Password": PASSWORD}

    def proof(name: str) -> Any:
        challenge = place.begin("USER_SRP_AUTH", name, SRP_A=srp.SRP_A)
        return challenge, srp.responses(challenge["ChallengeParameters"], place.pool, "wrong")

    nothing: Callable[[str], Any] = lambda _: None  # noqa: E731
    return {
        "a wrong password": (
            nothing,
            lambda name, _: place.begin("USER_PASSWORD_AUTH", name, PASSWORD="wrong"),
        ),
        "USER_SRP_AUTH": (nothing, lambda name, _: place.begin("USER_SRP_AUTH", name, SRP_A=srp.SRP_A)),
        "a wrong proof (SRP)": (proof, lambda name, given: place.answer(given[0], name, **given[1])),
        "USER_AUTH": (nothing, lambda name, _: place.begin("USER_AUTH", name)),
        "EMAIL_OTP is sent": (
            nothing,
            lambda name, _: place.begin("USER_AUTH", name, PREFERRED_CHALLENGE="EMAIL_OTP"),
        ),
        "a wrong EMAIL_OTP": (
            lambda name: place.begin("USER_AUTH", name, PREFERRED_CHALLENGE="EMAIL_OTP"),
            lambda name, challenge: place.answer(challenge, name, EMAIL_OTP_CODE="00000000"),
        ),
        "ForgotPassword": (nothing, lambda name, _: place.ask("ForgotPassword", Username=name)),
        "ConfirmForgotPassword": (
            lambda name: place.ask("ForgotPassword", Username=name),
            lambda name, _: place.ask("ConfirmForgotPassword", Username=name, **wrong),
        ),
    }


def compare(pairs: int, prepare: Callable[[str], Any], call: Callable[[str, Any], object]) -> str:
    """The percentage of pairs in which the user's call is slower, and both medians."""
    taken: dict[str, list[float]] = {"user": [], "name": []}
    for number in range(pairs):
        names = {kind: f"{kind}{number:05}" for kind in taken}
        given = {kind: prepare(name) for kind, name in names.items()}
        for kind in random.sample(list(taken), 2):
            begun = time.perf_counter()
            call(names[kind], given[kind])
            taken[kind].append((time.perf_counter() - begun) * 1000)
    slower = sum(user > nobody for user, nobody in zip(*taken.values(), strict=True))
    medians = (statistics.median(each) for each in taken.values())
    return f"{100 * slower / pairs:5.1f} %  " + "  ".join(f"{median:8.2f}" for median in medians)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.existence", description=__doc__)
    parser.add_argument("pairs", nargs="?", type=int, default=500, help="how many pairs of each call")
    pairs = parser.parse_args().pairs
    with started("-m", "cognito_emulator", "--ephemeral", "--port", "0") as server:
        place = Place(server.url, pairs)
        print(f"{'':24} user slower   user ms   nobody ms   (chance: 50 ± {98 / pairs**0.5:.1f} %)")
        for name, (prepare, call) in rows(place).items():
            print(f"{name:24} {compare(pairs, prepare, call)}", flush=True)


if __name__ == "__main__":
    main()
