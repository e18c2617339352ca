"""Headless Chromium, from npm so that any machine has it, driven over the Chrome DevTools Protocol."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

import pytest
from websockets.sync.client import connect

from tests.sdk import node_client

HERE = Path(__file__).parent / "node"
_PATIENCE = 60
_INSTALLED = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
)


class Script(Exception):
    """What a page's script threw."""


class NoScripts(Exception):
    """A page is being opened or left, and runs no JavaScript now."""


class Browser:
    """A running Chromium with one page."""

    def __init__(self, profile: Path, *flags: str) -> None:
        self._profile = profile
        self._flags = flags
        self._open = ExitStack()
        self._calls = 0
        self._session: str | None = None

    def __enter__(self) -> Self:
        program, libraries = found()
        arguments = [program, *_FLAGS, *self._flags, f"--user-data-dir={self._profile}", "about:blank"]
        log = self._open.enter_context((self._profile.parent / "chromium.log").open("w+"))
        process = subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=os.environ | libraries
        )
        self._open.callback(process.wait, _PATIENCE)
        self._open.callback(process.kill)
        assert process.stderr is not None
        self._open.enter_context(process.stderr)
        said = []
        for line in process.stderr:
            said.append(line)
            listening = re.search(r"ws://\S+", line)
            if listening:
                break
        else:
            pytest.fail("Chromium does not start: " + "".join(said))
        log.writelines(said)
        self._socket = self._open.enter_context(connect(listening[0], max_size=None, compression=None))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def visit(self, url: str) -> None:
        """Open a page, and wait until it is there."""
        self.watch(self.command("Target.createTarget", url=url)["targetId"], url)

    def watch(self, target: str, url: str) -> None:
        """Go to a page that is being opened, and wait until it is there."""
        self._session = None
        self._session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        there = None
        while there != f"{url}complete":
            with suppress(NoScripts):
                there = self.run("location.href + document.readyState")

    def navigate(self, url: str) -> None:
        """Open a URL in the page, follow redirects, and wait until the last one is there, or cannot be."""
        if self._session is None:
            self.visit("about:blank")
        self.leave(lambda: self.command("Page.navigate", url=url))

    def click(self, selector: str) -> None:
        """Click an element that leads to another page, and wait until that is there, or cannot be."""
        self.leave(lambda: self.call("(selector => document.querySelector(selector).click())", selector))

    def arrive(self, start: str) -> None:
        """Wait until the page is there whose URL begins so. Forms that send themselves, and redirects, lead on."""
        there = False
        while not there:
            with suppress(NoScripts):
                there = self.at().startswith(start) and self.run("document.readyState === 'complete'")

    def at(self) -> str:
        """The URL that the address bar shows, also of a page that cannot be there."""
        history = self.command("Page.getNavigationHistory")
        return str(history["entries"][history["currentIndex"]]["url"])

    def leave(self, act: Callable[[], object]) -> None:
        """Act, and wait until the page that is there now has given way to another, complete one."""
        self.run("window.left = false")
        with suppress(NoScripts):
            act()
        gone = None
        while gone is not True:
            with suppress(NoScripts):
                gone = self.run("window.left === undefined && document.readyState === 'complete'")

    def run(self, expression: str) -> Any:
        """What an expression of the page's JavaScript comes to, as if somebody had clicked; a promise is waited for.

        Raises `Script`.
        """
        asked = {"awaitPromise": True, "returnByValue": True, "userGesture": True}
        answer = self.command("Runtime.evaluate", expression=expression, **asked)
        if "exceptionDetails" in answer:
            raise Script(answer["exceptionDetails"]["exception"].get("description", answer))
        return answer["result"].get("value")

    def call(self, function: str, *arguments: Any) -> Any:
        """What a function of the page answers to arguments, which are handed over as JSON."""
        return self.run(f"{function}({', '.join(json.dumps(each) for each in arguments)})")

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command of the protocol and wait for its answer."""
        self._calls += 1
        sent = {"id": self._calls, "method": method, "params": parameters}
        self._socket.send(json.dumps(sent | ({"sessionId": self._session} if self._session else {})))
        while True:
            answer = json.loads(self._socket.recv(timeout=_PATIENCE))
            if answer.get("id") == self._calls:
                if re.search("context|navigated or closed|active page", answer.get("error", {}).get("message", "")):
                    raise NoScripts
                assert "error" not in answer, (method, answer["error"])
                return dict(answer["result"])


def found() -> tuple[str, dict[str, str]]:
    """Chromium's program, and the environment that it needs. Skips the test where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named, {}
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        unpacked = _unpacked()
        return str(unpacked / "chromium"), {"LD_LIBRARY_PATH": str(unpacked / "lib")}
    installed = next((path for path in map(shutil.which, _INSTALLED) if path), None)
    if installed is None:
        pytest.skip("there is no Chromium: name one with CHROMIUM=/path/to/chromium")
    return installed, {}


def _unpacked() -> Path:
    """Chromium as npm brings it, unpacked once a checkout; other processes wait for the one that does it."""
    node_client.install(HERE)
    unpacked = HERE / "node_modules" / ".chromium"
    unpacked.mkdir(exist_ok=True)
    with (HERE / ".installing").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        stamp, lock = unpacked / ".unpacked", (HERE / "package-lock.json").read_text()
        if not stamp.exists() or stamp.read_text() != lock:
            subprocess.run([node_client.NODE, HERE / "unpack.mjs", unpacked], check=True, timeout=300)
            with tarfile.open(unpacked / "al2023.tar") as libraries:
                libraries.extractall(unpacked, filter="data")
            (unpacked / "chromium").chmod(0o755)
            stamp.write_text(lock)
    return unpacked
