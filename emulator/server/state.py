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
        self._fields: tuple[object, bytes] = (None, b"")

    def make_room(self) -> bool:
        """Close the connection that has been idle for the longest time. False if none is idle."""
        if not self.idle:
            return False
        oldest = next(iter(self.idle))
        del self.idle[oldest]
        oldest.transport.abort()
        return True

    def default_fields(self) -> bytes:
        """The header fields of every answer, such as Date. Uvicorn makes a new list of them every second."""
        made_of, fields = self._fields
        if made_of is not self.default_headers:
            fields = b"".join(b"%s: %s\r\n" % header for header in self.default_headers)
            self._fields = self.default_headers, fields
        return fields
