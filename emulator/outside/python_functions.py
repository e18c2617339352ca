"""Lambda functions that are Python callables, run in subprocesses (`emulator.outside.python_worker`).

As on AWS, a process handles one event at a time and is reused for the next one; if all are busy, another is started.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from msgspec import Struct, field

from emulator.outside import turns
from emulator.outside.lambdas import LIMIT, FunctionFailed, FunctionTimedOut, FunctionUnavailable, name_of
from keys import entropy

log = logging.getLogger("cognito_emulator")

PYTHON = "python:"
"""Prefix of a target that is a Python callable: `python:package.module:function`."""
_PROGRAM = Path(__file__).with_name("python_worker.py")
_MOST = 8
"""Processes that a function may have at once. On AWS it may have hundreds."""


class PythonFunction(Struct, eq=False):
    """A Python callable that takes `(event, context)`, and its processes.

    Processes are started when events need them, with `environment`, and end with the server, even if it is killed. A
    process whose source files have changed is replaced.
    """

    target: str
    stamp: Callable[[], str]
    environment: Mapping[str, str]
    seconds: float = LIMIT
    most: int = _MOST
    source: entropy.Entropy = field(default_factory=entropy.SystemEntropy)
    _idle: list[_Worker] = field(default_factory=list)
    _count: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """True: only `invoke` imports the module."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke the function. Raises what `Lambdas.invoke` raises."""
        with turns.given_back():
            return self._invoked(function, event)

    def _invoked(self, function: str, event: dict[str, Any]) -> Any:
        """Wait up to `seconds` for a process, and then up to `seconds` for its answer."""
        request_id = entropy.uuid(self.source)
        worker = self._acquire(function, monotonic() + self.seconds)
        deadline = monotonic() + self.seconds
        try:
            return worker.ask(request_id, function, event, deadline)
        except FunctionTimedOut:
            log.warning("the function %s (%s) did not answer in %g s", function, self.target, self.seconds)
            raise
        except FunctionFailed as failed:
            if failed.kind.startswith("Runtime."):
                log.warning("the function %s (%s): %s: %s", function, self.target, failed.kind, failed)
            raise
        finally:
            self._release(worker)

    def close(self) -> None:
        """Kill the idle processes."""
        with self._changed:
            while self._idle:
                self._idle.pop().end()
                self._count -= 1

    def _acquire(self, function: str, deadline: float) -> _Worker:
        """An idle process, the last used one, or a new one. Raises FunctionUnavailable if all stay busy."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._idle or self._count < self.most, deadline - monotonic()):
                log.warning("the function %s (%s) is busy %d times over", function, self.target, self.most)
                raise FunctionUnavailable("TooManyRequestsException")
            while self._idle:
                worker = self._idle.pop()
                if worker.is_current():
                    return worker
                worker.end()
                self._count -= 1
            worker = self._start(function)
            self._count += 1
            return worker

    def _start(self, function: str) -> _Worker:
        module, _, name = self.target.partition(":")
        command = [sys.executable, "-P", "-u", str(_PROGRAM), module, name]
        day = self.stamp()[:8]
        stream = f"{day[:4]}/{day[4:6]}/{day[6:]}/[$LATEST]{self.source.token_bytes(16).hex()}"
        variables = {
            "_HANDLER": f"{module}.{name}",
            "AWS_LAMBDA_FUNCTION_NAME": name_of(function),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name_of(function)}",
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        }
        try:
            return _Worker(command, {**self.environment, **variables})
        except OSError as error:
            log.warning("the function %s (%s) cannot be started: %s", function, self.target, error)
            raise FunctionUnavailable("ServiceException") from None

    def _release(self, worker: _Worker) -> None:
        with self._changed:
            if worker.has_ended:
                self._count -= 1
            else:
                self._idle.append(worker)
            self._changed.notify()


class _Worker:
    """A subprocess that runs a function, and the thread that writes to it and reads from it.

    Callers wait for the thread, with a deadline, so that a full or inherited pipe cannot block them.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.has_ended = False
        self._files: Mapping[str, int] | None = None
        self._requests: SimpleQueue[bytes] = SimpleQueue()
        self._responses: SimpleQueue[bytes] = SimpleQueue()
        self._process = subprocess.Popen(  # noqa: S603 - the function is the user's own, and so is the command line
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
        threading.Thread(target=self._carry, name="function", daemon=True).start()

    def is_current(self) -> bool:
        """Whether the process is alive, and its source files have not changed since it imported them."""
        files = self._files or {}
        return self._process.poll() is None and all(_changed_at(path) == at for path, at in files.items())

    def ask(self, request_id: str, arn: str, event: dict[str, Any], deadline: float) -> Any:
        """Send an event; return the answer. Raises FunctionFailed, or FunctionTimedOut at the deadline."""
        if self._files is None:
            self._files = self._receive(request_id, deadline).get("files", {})
        left = max(0.0, deadline - monotonic()) * 1000
        request = {"id": request_id, "arn": arn, "milliseconds": left, "event": event}
        self._requests.put(json.dumps(request).encode() + b"\n")
        response = self._receive(request_id, deadline)
        if response.get("id") != request_id:
            raise self._exited(request_id)
        return response.get("answer")

    def end(self) -> None:
        """Kill the process, and the processes that it has started."""
        self.has_ended = True
        if self._process.poll() is None:
            with suppress(OSError):
                _kill(self._process)
        self._requests.put(b"")
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)

    def _receive(self, request_id: str, deadline: float) -> dict[str, Any]:
        """The next message of the process.

        Raises FunctionTimedOut at the deadline. The process is then killed, unless it is still importing the function:
        it may be ready for the next event.
        """
        try:
            line = self._responses.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            if self._files is not None:
                self.end()
            raise FunctionTimedOut from None
        message = _parsed(line)
        if message is None:
            raise self._exited(request_id)
        if "errorType" in message:
            if self._files is None:
                self.end()
            raise FunctionFailed(message["errorMessage"], message["errorType"])
        return message

    def _exited(self, request_id: str) -> FunctionFailed:
        """Lambda's error for a process that has exited."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        status = self._process.poll()
        self.end()
        how = f"with error: {_reason(status)}" if status else "without providing a reason"
        return FunctionFailed(f"RequestId: {request_id} Error: Runtime exited {how}", "Runtime.ExitError")

    def _carry(self) -> None:
        """The thread: write each request to the process, and read one line after each."""
        requests, responses = self._process.stdin, self._process.stdout
        assert requests is not None and responses is not None  # noqa: S101, PT018 - both are pipes
        with suppress(OSError), self._process:
            self._responses.put(responses.readline())
            while line := self._requests.get():
                with suppress(OSError):
                    requests.write(line)
                    requests.flush()
                self._responses.put(responses.readline())


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A message; None if the line is not one, as when the process has exited or has written to the pipe itself."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, and with it the processes of its group (POSIX)."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _reason(status: int) -> str:
    """An exit status in Lambda's words; a negative one is a signal."""
    return f"exit status {status}" if status > 0 else f"signal: {(signal.strsignal(-status) or '').lower()}"


def _changed_at(path: str) -> int | None:
    """The modification time in nanoseconds; None if there is no such file."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None
