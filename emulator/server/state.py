"""What all connections of a process share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from uvicorn.server import ServerState

if TYPE_CHECKING:
    from emulator.server.connection import Connection


class State(ServerState):
    """State shared by all connections: how many there may be, and the idle ones, the longest idle first."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.idle: dict[Connection, None] = {}
        self.on_lost: Callable[[], None] = lambda: None
        """Called when a connection is lost."""
