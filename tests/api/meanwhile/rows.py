"""What a call is that others may disturb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.api.meanwhile.scenes import Scene

Call = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """A call. `ready` makes a scene ready for it, and answers what makes the call.

    `commits` says that the call keeps what it did so far before it lets go: that stays, whatever comes of the rest.
    `goes_on` is how such a call may end as well: another call follows in it, which an act in between makes end so.
    `migrates` says that the call first makes the user, and goes on with them as the same call would that found them.
    """

    operation: str
    ready: Callable[[Scene], Call]
    triggers: tuple[str, ...] = ()
    pool: dict[str, Any] = field(default_factory=dict)
    commits: bool = False
    migrates: bool = False
    of_user: bool = True
    goes_on: str | None = None

    @property
    def name(self) -> str:
        """The operation, and how it is called."""
        called = " ".join([self.operation, self.ready.__name__.removeprefix("_")])
        return f"{called} with {' '.join(self.triggers)}" if self.triggers else called
