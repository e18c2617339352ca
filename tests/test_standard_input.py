"""`--stop-at-eof`: a server ends with the program that started it through a pipe."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.package.environment import clean
from tests.python_functions.processes import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
Begin = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts servers whose standard input is a pipe, and waits until they listen."""
    started = []

    def started_with(*flags: str, stdin: int = subprocess.PIPE) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cognito_emulator", "--ephemeral", "--port", "0", *flags],
            env=clean() | {"TMPDIR": str(tmp_path)},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("listening on ")
        return process

    yield started_with
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_end_of_the_input_stops_a_server_and_what_is_written_to_it_does_not(
    begin: Begin, workers: str, tmp_path: Path
) -> None:
    server = begin("--stop-at-eof", "--workers", workers)
    assert server.stdin is not None
    server.stdin.write("anything\n" * 1_000)
    server.stdin.flush()
    assert list(tmp_path.glob("cognito-emulator-*"))
    assert server.poll() is None
    output, errors = server.communicate(timeout=PATIENCE)
    assert (server.returncode, output, errors.rstrip().endswith("stopped")) == (0, "", True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_end_of_the_input_is_no_second_signal(begin: Begin, workers: str, tmp_path: Path) -> None:
    server = begin("--stop-at-eof", "--workers", workers)
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_server_without_input_stops_at_once_if_it_is_to(begin: Begin) -> None:
    stopped = begin("--stop-at-eof", stdin=subprocess.DEVNULL)
    assert stopped.wait(PATIENCE) == 0
    serving = begin(stdin=subprocess.DEVNULL)
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(PATIENCE) == 0
