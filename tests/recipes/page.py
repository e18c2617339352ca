"""The blocks of docs/oauth.md, and the applications that they are."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from tests.sdk import node_client
from tests.sdk.conftest import Server

POOL, PUBLIC, CONFIDENTIAL = "us-east-1_Example02", "public23456789", "server23456789"
SECRET, PASSWORD = "aSecretForLocalUseOnly123", "Correct-Horse-7"
NEXT = Path(__file__).parent / "next"
"""The packages of an application of Next.js."""
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "oauth.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_PATIENCE = 60


def blocks(heading: str, page: Path = _PAGE) -> list[str]:
    """The blocks below a heading that begins so."""
    [part] = [part for part in page.read_text(encoding="utf-8").split("\n## ") if part.startswith(heading)]
    return [code for _, code in _BLOCK.findall(part)]


class Site:
    """A server on which the page's first block was run, and the port that the page's applications may listen on."""

    def __init__(self, server: Server, secure: str = "") -> None:
        self.server = server
        self.url = server.url.replace("127.0.0.1", "localhost")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = f"http://localhost:{self.port}/"
        self._ports = {"26464": urlsplit(self.url).port, "26465": urlsplit(secure).port, "3000": self.port}
        self.defined: dict[str, object] = {}
        self.run(blocks("The pool")[0])

    def adapted(self, code: str) -> str:
        """A block, with the ports of this server and application."""
        return re.sub("26464|26465|3000", lambda written: str(self._ports[written[0]]), code)

    def run(self, code: str) -> None:
        """Run a block of Python here, after those that were run before."""
        exec(compile(self.adapted(code), str(_PAGE), "exec"), self.defined)

    def write(self, name: str, code: str, place: Path, packages: Path = node_client.HERE) -> Path:
        """Put a block into a file beside the npm packages."""
        if not (place / "node_modules").exists():
            node_client.install(packages)
            (place / "node_modules").symlink_to(packages / "node_modules")
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(self.adapted(code))
        return place / name

    @contextmanager
    def application(self, name: str, code: str, place: Path) -> Iterator[None]:
        """Run a block that serves pages, until they are there, and while the context lasts."""
        program = self.write(name, code, place)
        with self._serving([interpreter(program), program], place):
            yield

    @contextmanager
    def next_application(self, route: str, code: str, place: Path) -> Iterator[None]:
        """Run an application of Next.js whose only route is a block, while the context lasts."""
        self.write(route, code, place, NEXT)
        program = NEXT / "node_modules" / "next" / "dist" / "bin" / "next"
        variables = {"NEXTAUTH_URL": self.home, "NEXTAUTH_SECRET": "anything", "NEXT_TELEMETRY_DISABLED": "1"}
        command: list[str | Path] = [node_client.NODE, program, "dev", "--webpack", "--port", str(self.port)]
        with self._serving(command, place, **variables):
            yield

    @contextmanager
    def _serving(self, command: Sequence[str | Path], place: Path, **environment: str) -> Iterator[None]:
        """A command that serves the application's port."""
        with running(command, place, **environment) as process:
            until = time.monotonic() + _PATIENCE
            while True:
                try:
                    socket.create_connection(("localhost", self.port), 1).close()
                    break
                except OSError:
                    assert process.poll() is None, (place / "log").read_text()
                    assert time.monotonic() < until
                    time.sleep(0.02)
            yield


def interpreter(program: Path) -> str | Path:
    """What runs a program in JavaScript or Python."""
    return sys.executable if program.suffix == ".py" else node_client.NODE


@contextmanager
def running(command: Sequence[str | Path], place: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command, which is killed at the end with the processes that it started. `log` has what it complains of."""
    with (place / "log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | environment,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


class Person:
    """Ada and her browser, which has no JavaScript."""

    def __init__(self) -> None:
        self.browser = requests.Session()

    def follow(self, url: str, until: str = "/login") -> requests.Response:
        """Open a URL, and follow redirects up to a URL that has this in it, which is not opened."""
        answer = self.browser.get(url, allow_redirects=False, timeout=10)
        while until not in answer.headers["Location"]:
            url = urljoin(url, answer.headers["Location"])
            answer = self.browser.get(url, allow_redirects=False, timeout=10)
        answer.url = url
        return answer

    def sign_in(self, url: str) -> str:
        """Open a URL that leads to the login form, and fill it in. Answers the application's URL that it leads to."""
        led = self.follow(url)
        page = urljoin(led.url, led.headers["Location"])
        self.browser.get(page, timeout=10).raise_for_status()
        form = {"_csrf": self.browser.cookies["XSRF-TOKEN"], "username": "ada", "password": PASSWORD}
        answer = self.browser.post(page, form, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return urljoin(page, answer.headers["Location"])
