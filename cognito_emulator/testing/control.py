"""The inbox and the clock of a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, TypeAlias, overload

from cognito_emulator.testing.errors import CognitoEmulatorError
from cognito_emulator.testing.wire import Wire

Message: TypeAlias = dict[str, Any]
"""A message as `GET /_emulator/messages` has it: `to`, `user`, `subject`, `body`, `code`, `link`, …"""


class Messages(Sequence[Message]):
    """The e-mails and text messages that the server has sent, newest last, read anew at each use."""

    def __init__(self, wire: Wire, pool: str | None = None) -> None:
        self._wire = wire
        self._pool = pool

    def of(self, user: str | None = None, *, to: str | None = None, limit: int | None = None) -> list[Message]:
        """The messages to a user (by username), or to an address; the last ones, with `limit`."""
        most = None if limit is None else str(limit)
        query = {"pool": self._pool, "user": user, "to": to, "limit": most}
        found: list[Message] = self._wire.control("GET", "messages", query=query)["messages"]
        return found

    def last(self, user: str | None = None, *, to: str | None = None) -> Message:
        """The newest of them. Raises `CognitoEmulatorError`, which tells the messages that there are."""
        found = self.of(user, to=to, limit=1)
        if found:
            return found[0]
        others = [f"{each['medium']} to {each['to']} (user {each['user']}): {each['subject']}" for each in self]
        raise CognitoEmulatorError(
            f"there is no message to {user or to or 'anybody'}; there are: " + ("; ".join(others) or "none")
        )

    def clear(self) -> None:
        """Delete all messages of the server."""
        self._wire.control("DELETE", "messages")

    def __iter__(self) -> Iterator[Message]:
        return iter(self.of())

    def __len__(self) -> int:
        return len(self.of())

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        return self.of()[index]


class Clock:
    """The clock of the server, which tokens, codes, sessions and lockouts follow. That of the tests stays as it is."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.offset = 0.0
        """The seconds by which it is ahead of the real time, as this object has moved it."""

    def now(self) -> datetime:
        """The server's time, in UTC."""
        return datetime.fromisoformat(self._wire.control("GET", "clock")["now"])

    def advance(self, by: str | float | timedelta) -> AbstractContextManager[Clock]:
        """Advance the clock: by "2h30m" (units d h m s), seconds, or a timedelta.

        In a `with` statement, the clock is put back at the end: `with cognito.clock.advance("2h"):`.
        """
        before = self.offset
        self._move({"advance": by.total_seconds() if isinstance(by, timedelta) else by})
        return _PutBack(self, before)

    def set(self, now: str | datetime) -> AbstractContextManager[Clock]:
        """Set the clock: to "2030-01-01T00:00:00Z", or a datetime. It goes on from there. For `with`, see `advance`."""
        before = self.offset
        self._move({"now": now.isoformat() if isinstance(now, datetime) else now})
        return _PutBack(self, before)

    def reset(self) -> None:
        """Put the clock back to the real time."""
        self._move({"reset": True})

    def put_back(self, offset: float) -> None:
        """Put the clock back to where it was by this offset."""
        if offset == 0:
            self.reset()
        elif offset != self.offset:
            self._move({"advance": offset - self.offset})

    def _move(self, body: dict[str, Any]) -> None:
        self.offset = self._wire.control("POST", "clock", body)["offset_seconds"]


class _PutBack(AbstractContextManager[Clock]):
    def __init__(self, clock: Clock, offset: float) -> None:
        self._clock = clock
        self._offset = offset

    def __enter__(self) -> Clock:
        return self._clock

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._clock.put_back(self._offset)
