"""Runs of pytest that are interrupted or killed, and forks: no server is left, and none ends too early."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.package.environment import PATIENCE, Environment, clean
from tests.package.project import Project
from tests.python_functions.processes import until

pytestmark = pytest.mark.slow
SLOW = """
import pathlib, signal, time
import pytest

signal.signal(signal.SIGINT, signal.default_int_handler)  # which a run in the background may have ignored

@pytest.fixture
def cleaned(cognito):
    yield
    cognito.create_pool()
    pathlib.Path("cleaned").touch()

def test_it(cognito, cleaned):
    pathlib.Path("url.new").write_text(cognito.endpoint_url)
    pathlib.Path("url.new").rename("url")
    time.sleep(60)
"""


@pytest.fixture
def slow(project: Project) -> Iterator[subprocess.Popen[str]]:
    """A run of pytest in the middle of a test."""
    project.write("test_slow.py", SLOW)
    with project.begin() as process:
        assert until((project.place / "url").exists)
        yield process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def serves(url: str) -> bool:
    """Whether a server accepts connections."""
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_run_that_is_killed_leaves_no_server(project: Project, slow: subprocess.Popen[str]) -> None:
    url = (project.place / "url").read_text()
    assert serves(url)
    slow.kill()
    assert until(lambda: not serves(url))
    assert until(lambda: project.left() == [])
    assert not (project.place / "cleaned").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_after_ctrl_c_the_server_is_there_until_fixtures_have_cleaned_up(
    project: Project, slow: subprocess.Popen[str]
) -> None:
    os.killpg(slow.pid, signal.SIGINT)
    printed, _ = slow.communicate(timeout=PATIENCE)
    assert "KeyboardInterrupt" in printed
    assert "rror" not in printed.replace("KeyboardInterrupt", "")
    assert (project.place / "cleaned").exists()
    assert not serves((project.place / "url").read_text())
    assert project.left() == []


FORKS = """
import os, signal, sys, time
from cognito_emulator.testing import CognitoEmulator

with CognitoEmulator() as cognito:
    child = os.fork()
    if not child:
        cognito.create_pool("of the child")
        cognito.stop()
        sys.exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert len(cognito.call("ListUserPools", MaxResults=9)["UserPools"]) == 1
    if not os.fork():
        time.sleep(60)
        os._exit(0)
    print(cognito.endpoint_url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_a_fork_neither_stops_the_server_nor_keeps_it_alive(installed: Environment) -> None:
    command = [str(installed.python), "-W", "error", "-c", FORKS]
    process = subprocess.Popen(command, env=clean(), stdout=subprocess.PIPE, text=True, start_new_session=True)
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://")
        assert until(lambda: not serves(url))
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
