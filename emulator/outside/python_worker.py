"""The process in which a Python function of a trigger runs: imports it once, then answers one event after another.

A program of its own (`python -P -u python_worker.py MODULE FUNCTION`) in the manner of AWS's Python runtime, whose
words its errors have. It knows nothing of the server, imports the standard library alone, and stands outside of
`sys.path`, so that the application's own modules are found whatever their names are.

It speaks JSON, a line each. First it says `{"files": …}`, what it was imported from, or why it could not be. Then it
gets `{"id", "arn", "milliseconds", "event"}`, and answers `{"id", "answer"}` or `{"id", "errorMessage", "errorType"}`.
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
"""Bytes of an answer, as many as Lambda's may have."""
_IMPORT_SECONDS = 10
"""How long a function may take to be imported, as on AWS."""
_GRACE = 1
"""Seconds after a function's time in which the server is to end this process; without a server, it ends itself."""
_SERVER = Path(__file__).resolve().parents[2]
_SERVERS_OWN = frozenset({"emulator", "storage", "keys"})
_NOT_THEIRS = (__file__, importlib.__file__, "<frozen importlib")
"""What the application's developers need not see in a traceback."""
_INSTALLED = tuple(sysconfig.get_paths()[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib"))


class Fault(Exception):
    """What Lambda's runtime has its own name for."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Hidden:
    """Hides the server's own packages: modules of their names are the application's."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,  # noqa: ARG004 - the signature of a finder
    ) -> ModuleSpec | None:
        """Where a module of such a name is, if not in the server; raises ModuleNotFoundError where nowhere else."""
        if path is not None or name not in _SERVERS_OWN:
            return None
        found = PathFinder.find_spec(name, [entry for entry in sys.path if Path(entry or ".").resolve() != _SERVER])
        if found is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return found


class Context:
    """What a function gets beside the event, as AWS's Python runtime gives it.

    Unlike AWS: a function has as much memory as it wants, and what it leaves running goes on between events.
    """

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
        """How many milliseconds are left until nobody waits for the answer any more."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message: object) -> None:
        """Write to the log."""
        sys.stdout.write(str(message))


def main(module: str, name: str) -> None:
    """Import the function, and answer events until there is nobody left who asks."""
    asked, said = _channels()
    events: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=[asked, events], daemon=True).start()
    logging.basicConfig(format="[%(levelname)s] %(message)s")
    sys.path.insert(0, str(Path.cwd()))
    sys.meta_path.insert(0, Hidden)
    try:
        with _at_most(_IMPORT_SECONDS):
            handler = _imported(module, name)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the function's
        _say(said, json.dumps(_failure(error)))
        return
    _say(said, json.dumps({"files": _files()}))
    while True:
        _say(said, _answer(handler, json.loads(events.get())))


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Where events come from and answers go to: what the function itself reads is empty, what it prints is logged."""
    asked, said = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return asked, said


def _listen(asked: BinaryIO, events: SimpleQueue[bytes]) -> None:
    """Take events until the server is gone; then everything here ends at once, and what the function had started."""
    for line in asked:
        events.put(line)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _imported(module: str, name: str) -> Handler:
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
    """The application's files that were imported, and when they were changed last."""
    named = (getattr(module, "__dict__", {}).get("__file__") for module in list(sys.modules.values()))
    paths = {Path(name) for name in named if isinstance(name, str) and not name.startswith(_INSTALLED)}
    return {str(path): path.stat().st_mtime_ns for path in paths if path.exists()}


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """End this process where something takes longer, and say where it was: even code that no thread gets a word in."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _answer(handler: Handler, asked: dict[str, Any]) -> str:
    context = Context(asked["id"], asked["arn"], asked["milliseconds"])
    try:
        with _at_most(asked["milliseconds"] / 1000 + _GRACE):
            answer = _marshalled(handler(asked["event"], context))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the function's
        return json.dumps({"id": asked["id"], **_failure(error)})
    return f'{{"id": "{asked["id"]}", "answer": {answer}}}'


def _marshalled(answer: Any) -> str:
    """An answer as JSON, where numbers of DynamoDB are numbers."""
    try:
        text = json.dumps(answer, default=_number)
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
    if len(text) > _MOST:
        words = f"Response payload size exceeded maximum allowed payload size ({_MOST} bytes)."
        raise Fault("Function.ResponseSizeTooLarge", words)
    return text


def _number(value: Any) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _failure(error: Exception) -> dict[str, str]:
    """What is said of an error, which is logged with its traceback."""
    kind = error.kind if isinstance(error, Fault) else type(error).__name__
    frames = traceback.extract_tb((error.__cause__ or error).__traceback__)
    told = "".join(traceback.format_list([frame for frame in frames if not frame.filename.startswith(_NOT_THEIRS)]))
    sys.stderr.write(f"[ERROR] {kind}: {error}\n{told}")
    return {"errorMessage": str(error), "errorType": kind}


def _say(said: BinaryIO, line: str) -> None:
    said.write(line.encode() + b"\n")
    said.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
