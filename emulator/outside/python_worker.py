"""The program of the subprocess that runs a Python function: import the function, then handle one event after another.

`python -P -u python_worker.py MODULE FUNCTION` behaves like AWS's Python runtime, and has its error messages. It
imports the standard library alone, nothing of the server, and its directory is not in `sys.path`, so that the
application's modules are found whatever their names are.

The protocol is one JSON object a line. The program first writes `{"files": …}`, the imported source files with their
modification times, or an error. Then it reads `{"id", "arn", "milliseconds", "event"}`, and writes `{"id", "answer"}`
or `{"id", "errorMessage", "errorType"}`.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import logging
import os
import signal
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType, SimpleNamespace
from typing import Any, BinaryIO, TypeAlias

Handler: TypeAlias = Callable[[Any, Any], Any]

_MOST = 6 * 1024 * 1024 + 100
"""Characters of an answer, as on AWS."""
_IMPORT_SECONDS = 10
"""Time limit of the import, as on AWS."""
_GRACE = 1
"""Seconds after the time limit of an event after which this process exits, if the server has not killed it."""
_SERVER = Path(__file__).resolve().parents[2]
_SERVERS_OWN = frozenset({"emulator", "storage", "keys"})
_HIDDEN_FRAMES = (__file__, importlib.__file__, "<frozen importlib")
"""Files whose frames are left out of tracebacks."""
_INSTALLED = tuple(sysconfig.get_paths()[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib"))


class Fault(Exception):
    """An error with a type of Lambda's own, such as Runtime.ImportModuleError."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Hidden:
    """A module finder that hides the server's packages, so that the application may have modules of the same names."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,  # noqa: ARG004 - the signature of a finder
    ) -> ModuleSpec | None:
        """Find a module of such a name outside of the server. Raises ModuleNotFoundError if there is none."""
        if path is not None or name not in _SERVERS_OWN:
            return None
        found = PathFinder.find_spec(name, [entry for entry in sys.path if Path(entry or ".").resolve() != _SERVER])
        if found is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return found


class Context:
    """The second argument of a function, as in AWS's Python runtime."""

    # Unlike AWS: a Python function of a trigger has no memory limit (memory_limit_in_mb says 128), and its threads and
    # processes go on between events; Lambda freezes them.

    def __init__(self, request_id: str, arn: str, milliseconds: float) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = None
        self.tenant_id = None
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self._deadline = time.monotonic() + milliseconds / 1000

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the time limit of the event."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message: object) -> None:
        """Write a message to the log."""
        sys.stdout.write(str(message))


def main(module: str, name: str) -> None:
    """Import the function, and handle events until the server closes the pipe."""
    requests, responses = _channels()
    events: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=[requests, events], daemon=True).start()
    logging.basicConfig(format="[%(levelname)s] %(message)s")
    sys.path.insert(0, str(Path.cwd()))
    sys.meta_path.insert(0, Hidden)
    try:
        with _at_most(_IMPORT_SECONDS):
            handler = _imported(module, name)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the function's own error
        _write(responses, json.dumps(_failure(error)))
        return
    _write(responses, json.dumps({"files": _files()}))
    while True:
        _write(responses, _answer(handler, json.loads(events.get())))


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Move the pipes to other descriptors: the function itself reads an empty stdin, and its stdout goes to stderr."""
    requests, responses = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, responses


def _listen(requests: BinaryIO, events: SimpleQueue[bytes]) -> None:
    """The thread: read events until the server closes the pipe; then kill this process, and those that it started."""
    for line in requests:
        events.put(line)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _imported(module: str, name: str) -> Handler:
    """Import the function. Raises Fault, or what the module raises."""
    if module.partition(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module} as a handler module")
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}") from error
    except SyntaxError as error:
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}") from error
    try:
        handler: Handler = getattr(found, name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module}'") from None
    return handler


def _files() -> dict[str, int]:
    """The application's source files that were imported, with their modification times in nanoseconds."""
    named = (getattr(module, "__dict__", {}).get("__file__") for module in list(sys.modules.values()))
    paths = {Path(name) for name in named if isinstance(name, str) and not name.startswith(_INSTALLED)}
    return {str(path): path.stat().st_mtime_ns for path in paths if path.exists()}


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Exit with a traceback after so many seconds, even from code that never releases the GIL."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _answer(handler: Handler, request: dict[str, Any]) -> str:
    """Call the function; return the line of its answer or its error."""
    context = Context(request["id"], request["arn"], request["milliseconds"])
    try:
        with _at_most(request["milliseconds"] / 1000 + _GRACE):
            answer = _marshalled(handler(request["event"], context))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the function's own error
        return json.dumps({"id": request["id"], **_failure(error)})
    return f'{{"id": "{request["id"]}", "answer": {answer}}}'


def _marshalled(answer: Any) -> str:
    """An answer as JSON. Decimals, as DynamoDB returns them, become numbers."""
    try:
        text = json.dumps(answer, default=_number)
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
    if len(text) > _MOST:
        message = f"Response payload size exceeded maximum allowed payload size ({_MOST} bytes)."
        raise Fault("Function.ResponseSizeTooLarge", message)
    return text


def _number(value: Any) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _failure(error: Exception) -> dict[str, str]:
    """The members that describe an error, which is logged with its traceback."""
    kind = error.kind if isinstance(error, Fault) else type(error).__name__
    frames = traceback.extract_tb((error.__cause__ or error).__traceback__)
    trace = "".join(traceback.format_list([frame for frame in frames if not frame.filename.startswith(_HIDDEN_FRAMES)]))
    sys.stderr.write(f"[ERROR] {kind}: {error}\n{trace}")
    return {"errorMessage": str(error), "errorType": kind}


def _write(responses: BinaryIO, line: str) -> None:
    responses.write(line.encode() + b"\n")
    responses.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
