"""Functions of triggers that are Python callables, in processes of their own: `emulator.outside.python_worker`.

As on AWS, a process works on one event at a time and is kept for the next one; where all are busy, there is another.
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
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from emulator.outside import turns
from emulator.outside.lambdas import LIMIT, FunctionFailed, FunctionTimedOut, FunctionUnavailable, name_of
from keys import entropy

log = logging.getLogger("cognito_emulator")

PYTHON = "python:"
"""What the target of a function begins with that is a Python callable: `python:package.module:function`."""
_PROGRAM = Path(__file__).with_name("python_worker.py")
_MOST = 8
"""Processes of one function. AWS would have hundreds."""


@dataclass(slots=True, eq=False)
class PythonFunction:
    """A Python callable that takes `(event, context)`, and the processes that run it.

    They begin with the first events and end with the server, however that ends. One whose files have changed since
    makes way for another. `environment` is what they find in theirs.
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
        """Yes, as far as is known before it is imported."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the function answers. Raises what the port raises."""
        with turns.given_back():
            return self._invoked(function, event)

    def _invoked(self, function: str, event: dict[str, Any]) -> Any:
        """Wait for a process, at most as long as the function itself has afterwards, and for its answer."""
        request_id = entropy.uuid(self.source)
        worker = self._taken(function, monotonic() + self.seconds)
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
            self._given_back(worker)

    def close(self) -> None:
        """End the processes that are idle."""
        with self._changed:
            while self._idle:
                self._idle.pop().end()
                self._count -= 1

    def _taken(self, function: str, deadline: float) -> _Worker:
        """A process that has nothing to do: the one that was busy last, or a new one."""
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
            worker = self._started(function)
            self._count += 1
            return worker

    def _started(self, function: str) -> _Worker:
        module, _, name = self.target.partition(":")
        command = [sys.executable, "-P", "-u", str(_PROGRAM), module, name]
        day = self.stamp()[:8]
        stream = f"{day[:4]}/{day[4:6]}/{day[6:]}/[$LATEST]{self.source.token_bytes(16).hex()}"
        told = {
            "_HANDLER": f"{module}.{name}",
            "AWS_LAMBDA_FUNCTION_NAME": name_of(function),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name_of(function)}",
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        }
        try:
            return _Worker(command, {**self.environment, **told})
        except OSError as error:
            log.warning("the function %s (%s) cannot be started: %s", function, self.target, error)
            raise FunctionUnavailable("ServiceException") from None

    def _given_back(self, worker: _Worker) -> None:
        with self._changed:
            if worker.has_ended:
                self._count -= 1
            else:
                self._idle.append(worker)
            self._changed.notify()


class _Worker:
    """A process that runs a function, and the thread that carries lines to it and back.

    Whoever asks waits for the thread, not for the process: a pipe that is full, or that nobody closes, holds up nobody.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.has_ended = False
        self._files: Mapping[str, int] | None = None
        self._asked: SimpleQueue[bytes] = SimpleQueue()
        self._said: SimpleQueue[bytes] = SimpleQueue()
        self._process = subprocess.Popen(  # noqa: S603 - the function is the user's own, and so is the command line
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
        threading.Thread(target=self._carry, name="function", daemon=True).start()

    def is_current(self) -> bool:
        """Whether the process lives, and runs the function as it is written now."""
        files = self._files or {}
        return self._process.poll() is None and all(_changed_at(path) == at for path, at in files.items())

    def ask(self, request_id: str, arn: str, event: dict[str, Any], deadline: float) -> Any:
        """What the function answers to an event, until the deadline. Raises FunctionFailed and FunctionTimedOut."""
        if self._files is None:
            self._files = self._heard(request_id, deadline).get("files", {})
        left = max(0.0, deadline - monotonic()) * 1000
        asked = {"id": request_id, "arn": arn, "milliseconds": left, "event": event}
        self._asked.put(json.dumps(asked).encode() + b"\n")
        said = self._heard(request_id, deadline)
        if said.get("id") != request_id:
            raise self._exited(request_id)
        return said.get("answer")

    def end(self) -> None:
        """End the process, and what the function has started in it."""
        self.has_ended = True
        if self._process.poll() is None:
            with suppress(OSError):
                _kill(self._process)
        self._asked.put(b"")
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)

    def _heard(self, request_id: str, deadline: float) -> dict[str, Any]:
        """The next message. One who is still at its import goes on with that when it is too late for this event."""
        try:
            line = self._said.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            if self._files is not None:
                self.end()
            raise FunctionTimedOut from None
        said = _read(line)
        if said is None:
            raise self._exited(request_id)
        if "errorType" in said:
            if self._files is None:
                self.end()
            raise FunctionFailed(said["errorMessage"], said["errorType"])
        return said

    def _exited(self, request_id: str) -> FunctionFailed:
        """What Lambda says of a process that is gone."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        status = self._process.poll()
        self.end()
        how = f"with error: {_reason(status)}" if status else "without providing a reason"
        return FunctionFailed(f"RequestId: {request_id} Error: Runtime exited {how}", "Runtime.ExitError")

    def _carry(self) -> None:
        asked, said = self._process.stdin, self._process.stdout
        assert asked is not None and said is not None  # noqa: S101, PT018 - both are pipes
        with suppress(OSError), self._process:
            self._said.put(said.readline())
            while line := self._asked.get():
                with suppress(OSError):
                    asked.write(line)
                    asked.flush()
                self._said.put(said.readline())


def _read(line: bytes) -> dict[str, Any] | None:
    """A message; None for what is none, which is how a process that ends, or wrote over its own, looks from here."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process, and what it has started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _reason(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"signal: {(signal.strsignal(-status) or '').lower()}"


def _changed_at(path: str) -> int | None:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None
