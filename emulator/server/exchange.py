"""Answering a request whose body is complete, without a task of the event loop, and in one write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, cast

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from emulator.responses import Response
from emulator.server.application import CLOSE, said, send
from emulator.server.state import State
from emulator.server.streaming import Streaming

BeginStream: TypeAlias = Callable[[Streaming, bytes], None]


def close(cycle: RequestResponseCycle) -> None:
    """Close the connection of a request that gets no answer. Earlier answers are sent to their end."""
    cycle.disconnected = True
    cycle.transport.close()


def make_closable(cycle: RequestResponseCycle) -> None:
    """Let the application close the connection of a request."""
    cycle.scope[CLOSE] = partial(close, cycle)  # type: ignore[literal-required]


class Exchange:
    """A request that waits for its answer. It is in the set of uvicorn's tasks, in place of a task, until then."""

    __slots__ = ("_begin_stream", "_cycle", "_flow", "_state", "_tasks")

    def __init__(self, cycle: RequestResponseCycle, flow: FlowControl, state: State, begin_stream: BeginStream) -> None:
        """`begin_stream` is called with an answer's stream and its head."""
        self._begin_stream = begin_stream
        self._cycle = cycle
        self._flow = flow
        self._state = state
        self._tasks = cast("set[Any]", state.tasks)
        self._tasks.add(self)

    def cancel(self, msg: str | None = None) -> None:  # noqa: ARG002
        """Answer 503 at the next turn of the event loop. Uvicorn calls this while it iterates over its tasks."""
        asyncio.get_running_loop().call_soon(self.answer, said(503, "The server is stopping."))

    def answer(self, answer: Response) -> None:
        """Send an answer, unless there is one already or the caller has hung up."""
        is_late = self not in self._tasks
        self._tasks.discard(self)
        if is_late or self._cycle.disconnected:
            if answer.stream:
                answer.stream.close()
        elif answer.is_dropped:
            close(self._cycle)
        elif answer.stream:
            self._begin_stream(Streaming(self._cycle, self._flow, answer.stream), self._head(answer))
        elif self._flow.write_paused:
            self._wait_and_send(answer)
        else:
            self._send(answer)

    def _wait_and_send(self, answer: Response) -> None:
        """Send an answer once the caller has read enough of the last one."""
        task = asyncio.get_running_loop().create_task(send(answer, self._cycle.send))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _send(self, answer: Response) -> None:
        cycle = self._cycle
        cycle.response_started = cycle.response_complete = True
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        body = b"" if cycle.scope["method"] == "HEAD" else answer.body
        cycle.transport.write(self._head(answer) + end + body)
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    def _head(self, answer: Response) -> bytes:
        """The status line and the header fields, without the empty line at the end."""
        return STATUS_LINE[answer.status] + self._state.default_fields() + answer.head()
