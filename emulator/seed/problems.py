"""What is wrong with the seed files of a server."""

from __future__ import annotations

from collections.abc import Sequence


class SeedsWrong(Exception):
    """Seed files that cannot be applied. `problems` has a text for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)
