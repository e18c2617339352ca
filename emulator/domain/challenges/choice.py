"""USER_AUTH: choice among the first factors that the pool allows and the user has (AWS: "Choice-based authentication")."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.challenges.progress import Progress
from emulator.faults import NotBuilt


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_AUTH: the first challenge, or None where the first factor is passed already."""
    raise NotBuilt("The flow USER_AUTH")
