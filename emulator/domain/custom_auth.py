"""CUSTOM_AUTH: the Define, Create and Verify triggers decide what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.domain.challenges.progress import Progress
from emulator.faults import NotBuilt


@dataclass(frozen=True, slots=True)
class Decision:
    """What DefineAuthChallenge decided: the next challenge, or None for tokens; and the history so far."""

    challenge: str | None
    history: list[dict[str, Any]]


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin CUSTOM_AUTH: finds the user; what comes first is decided by `decide`."""
    raise NotBuilt("The flow CUSTOM_AUTH")


def decide(progress: Progress, answered: str | None) -> Decision:
    """Ask the triggers what comes next, before anything is written. `answered` is the challenge just answered."""
    raise NotBuilt("The flow CUSTOM_AUTH")


def follow(progress: Progress, decision: Decision) -> str | None:
    """Keep a decision in the sign-in; answers the next challenge, or None for tokens."""
    raise NotBuilt("The flow CUSTOM_AUTH")
