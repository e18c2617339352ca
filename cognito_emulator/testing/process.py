"""The process of the server: started with the interpreter of this process, and stopped with this process.

The server's standard input is a pipe from this process. It stops at the end of that pipe (`--stop-at-eof`), so it
outlives neither `kill -9` nor a debugger's stop. Ctrl-C does not reach it: it has a session of its own, and is there
until the tests' own clean-up is done.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from cognito_emulator.testing import arguments
from cognito_emulator.testing.errors import CognitoEmulatorError
from cognito_emulator.testing.log import Log

_ROOT = Path(__file__).resolve().parents[2]
"""The directory in which the package `cognito_emulator` is, which the interpreter may not know by itself."""
_PROGRAM = """import sys
root = sys.argv.pop(1)
if root not in sys.path:
    sys.path.append(root)
from cognito_emulator.launcher import main
sys.exit(main())"""
_START_SECONDS = 60
_STOP_SECONDS = 15
_LAST_LINES = 15
_WRONG_SETTINGS = 2
"""The exit status of the command if its settings are wrong."""
_NOT_PASSED_ON = frozenset(
    {
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY",  # functions of this server call this server
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        "COVERAGE_PROCESS_CONFIG",  # the tests' coverage is not about the server
        "COVERAGE_PROCESS_START",
        "COV_CORE_CONFIG",
        "COV_CORE_DATAFILE",
        "COV_CORE_SOURCE",
        "PYTHONDEVMODE",
        "PYTHONINSPECT",
        "PYTHONTRACEMALLOC",
        "PYTHONWARNINGS",  # `error` is for the tests' warnings
    }
)


class Process:
    """A running server. Raises `CognitoEmulatorError` if it does not start."""

    def __init__(self, settings: Mapping[str, arguments.Value]) -> None:
        self._owner = os.getpid()
        self._log = Log()
        command = [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), *arguments.flags(settings)]
        try:
            self._process = _started(command, self._log)
        except OSError as error:
            self._log.close()
            raise CognitoEmulatorError(f"the server cannot be started with {sys.executable!r}: {error}") from None
        self._finalizer = weakref.finalize(self, _end, self._process, self._log, self._owner)
        _started_here.add(self)
        urls = self._urls(2 if arguments.is_secure(settings) else 1)
        self.url, self.https_url = urls[0], urls[1] if len(urls) > 1 else None

    def log(self) -> str:
        """What the server has logged so far."""
        return self._log.text()

    def ended(self) -> str | None:
        """How the server has ended, in words. None if it runs, or was started by the parent of this process."""
        if os.getpid() != self._owner or self._process.poll() is None:
            return None
        return f"the server has ended with status {self._process.returncode}{_shown(self.log())}"

    def stop(self) -> None:
        """Stop the server, and wait for its end. Does nothing in a fork of the process that started it."""
        self._finalizer()

    def let_go(self) -> None:
        """Close the pipe in a forked process, which would otherwise keep the server alive after its parent."""
        if self._process.stdin:
            self._process.stdin.close()

    def _urls(self, count: int) -> list[str]:
        """The URLs that the server prints once it is ready. Lines that something else prints are passed over."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        guard = threading.Timer(_START_SECONDS, give_up)
        guard.daemon = True
        guard.start()
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            lines = filter(_is_announcement, iter(self._process.stdout.readline, ""))
            urls = [_reachable(line.split()[-1]) for line in islice(lines, count)]
        except BaseException:
            self.stop()
            raise
        finally:
            guard.cancel()
        if len(urls) < count:
            raise self._failure(late.is_set())
        return urls

    def _failure(self, late: bool) -> CognitoEmulatorError:
        """Why the server did not start; its process is gone afterwards."""
        _finish(self._process)
        status, log = self._process.returncode, self.log()
        self.stop()
        if status == _WRONG_SETTINGS:
            return CognitoEmulatorError(f"the server did not start.\n{arguments.as_settings(log.strip())}")
        what = f"within {_START_SECONDS} s" if late else f"and ended with status {status}"
        return CognitoEmulatorError(f"the server did not start {what}{_shown(log)}")


def _started(command: Sequence[str], log: Log) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own command; arguments are no shell's
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log.writer,
        text=True,
        encoding="utf-8",
        env=environment(os.environ),
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # on Windows, as a session elsewhere
    )


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """The variables of the server: those of this process, without settings of a server, proxies and the tests' own."""
    return {name: value for name, value in own.items() if not _is_ours_alone(name)}


def _is_ours_alone(name: str) -> bool:
    upper = name.upper()
    return upper in _NOT_PASSED_ON or upper.startswith("COGNITO_EMULATOR_") or upper.endswith("_PROXY")


def _end(process: subprocess.Popen[str], log: Log, owner: int) -> None:
    """Stop the server, unless this is a fork of the process that started it."""
    if os.getpid() == owner:
        _finish(process)
        log.close()


def _finish(process: subprocess.Popen[str]) -> None:
    """Stop a server by the end of its input, or by force, and wait for its end."""
    with process:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _shown(log: str) -> str:
    """The last lines of a log, to be appended to a sentence."""
    lines = log.strip().splitlines()[-_LAST_LINES:]
    return "; its last lines:\n" + "\n".join(f"  {line}" for line in lines) if lines else ", without a word"


def _is_announcement(line: str) -> bool:
    return line.startswith("listening on ")


def _reachable(url: str) -> str:
    """A URL that can be connected to, where the server listens on all addresses."""
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


_started_here: weakref.WeakSet[Process] = weakref.WeakSet()


def _let_go() -> None:
    for process in list(_started_here):
        process.let_go()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
