"""Bodies without an end: what the server goes on to send, bit by bit, without a thread or a turn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator


class Stream(ABC):
    """The body of an answer, which the server asks for more whenever there is more.

    For a WSGI server that knows no streams, it is a body of what there is now.
    """

    beat: bytes
    """What is sent when there has been nothing for a while, so that proxies and readers see that the stream goes on."""

    @abstractmethod
    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` from now on when there is more, once until `take` is called again. It must not wait."""

    @abstractmethod
    def take(self) -> bytes:
        """What is to be sent next; empty if there is nothing for now. Never waits."""

    @abstractmethod
    def close(self) -> None:
        """Send nothing more: the reader has gone, or the server stops."""

    def __iter__(self) -> Iterator[bytes]:
        while taken := self.take():
            yield taken
