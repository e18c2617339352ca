"""`cognito-emulator health`: what a container's health check says."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cognito_emulator import health
from emulator.outside import url_file
from tests.package.environment import clean
from tests.sdk.conftest import Server


def said(*arguments: str, **variables: str) -> tuple[int, str]:
    """The exit status of the command, and what it says."""
    command = [sys.executable, "-m", "cognito_emulator", "health", *arguments]
    done = subprocess.run(command, env=clean() | variables, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def failing() -> Iterator[str]:
    """The URL of a server that is not ready."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(503)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_server_is_found_by_its_url_file_whatever_its_port_and_host(tmp_path: Path, host: str) -> None:
    file = tmp_path / "url"
    server = Server("--ephemeral", "--host", host, "--url-file", str(file), log=tmp_path / "server.log")
    port = server.url.rpartition(":")[2]
    assert file.read_text() == f"http://{host}:{port}\n"
    told = {"COGNITO_EMULATOR_URL_FILE": str(file), "COGNITO_EMULATOR_PORT": "1", "http_proxy": "http://127.0.0.1:1"}
    assert said(**told) == (0, f"http://127.0.0.1:{port} is ready\n")
    assert server.stop(signal.SIGTERM) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["server.log"]
    assert said(f"http://127.0.0.1:{port}")[0] == 1


def test_a_server_that_cannot_write_its_url_serves_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "url"
    server = Server("--ephemeral", "--url-file", str(file), log=tmp_path / "server.log")
    assert said(server.url)[0] == 0
    assert server.stop() == 0
    assert f"the URL cannot be written to {file}: No such file or directory" in server.log.read_text()


def test_a_server_that_answers_anything_else_is_not_ready(failing: str) -> None:
    assert said(failing) == (1, f"{failing} is not ready: HTTP Error 503: Service Unavailable\n")


@pytest.mark.parametrize("arguments", [("here",), ("file:///etc/hostname",), ("http://a", "http://b"), ("--port", "1")])
def test_what_is_no_url_is_refused(arguments: tuple[str, ...]) -> None:
    status, words = said(*arguments)
    assert (status, words.splitlines()[0]) == (2, "usage: cognito-emulator health [URL]")


@pytest.mark.parametrize(
    "url", ["http://", "http://127.0.0.1:port", "http://127.0.0.1:99999999", "http://[::1", "http://\x7f"]
)
def test_a_url_that_leads_nowhere_is_not_ready(url: str) -> None:
    assert health.problem(url)


@pytest.mark.parametrize(
    ("file", "port", "url"),
    [
        ("http://[::]:8080\n", "1", "http://[::1]:8080"),
        ("http://cognito:8080\n", "1", "http://cognito:8080"),
        ("", "8080", "http://127.0.0.1:8080"),
        (None, "8080", "http://127.0.0.1:8080"),
        (None, "tcp://10.0.0.1:26464", "http://127.0.0.1:26464"),
        (None, "0", "http://127.0.0.1:26464"),
        (None, "", "http://127.0.0.1:26464"),
    ],
)
def test_where_the_server_is_follows_from_the_environment(
    tmp_path: Path, file: str | None, port: str, url: str
) -> None:
    path = tmp_path / "url"
    if file is not None:
        path.write_text(file)
    assert health.server({"COGNITO_EMULATOR_URL_FILE": str(path), "COGNITO_EMULATOR_PORT": port}) == url


def test_a_server_that_ends_leaves_the_file_of_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "url"
    url_file.write(path, "http://127.0.0.1:1")
    url_file.write(path, "http://127.0.0.1:2")
    url_file.remove(path, "http://127.0.0.1:1")
    assert path.read_text() == "http://127.0.0.1:2\n"
    url_file.remove(path, "http://127.0.0.1:2")
    assert not path.exists()
