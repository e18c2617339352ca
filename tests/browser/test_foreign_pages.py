"""Pages of other sites in a real browser, against a real server: what they try, and what comes of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.browser.chromium import Browser
from tests.browser.test_passkeys import Quiet
from tests.sdk.conftest import Server

EVIL, REBOUND = "http://evil.example", "http://rebound.example"
"""Two sites of somebody else's: the first serves a page of its own, the second's name leads to our server by now."""
CONTROL = ["reset", "messages", "clock", "events", "operations", "", "console/inbox", "console/seed"]
MOVE = {"advance": "2h"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ephemeral server with a pool."""
    running = Server("--ephemeral", log=tmp_path_factory.mktemp("server") / "server.log")
    running.client("cognito-idp").create_user_pool(PoolName="app")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of an HTTP server with a page, which Chromium believes to be many sites'."""
    handler = partial(Quiet, directory=str(Path(__file__).parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield serving.server_port
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, server: Server, port: int) -> Iterator[Browser]:
    """A browser whose DNS leads `evil.example` to the page, and `rebound.example` to the server."""
    ours = server.url.removeprefix("http://")
    rules = f"MAP evil.example:80 127.0.0.1:{port},MAP rebound.example:80 {ours}"
    profile = tmp_path_factory.mktemp("browser") / "profile"
    with Browser(profile, f"--host-resolver-rules={rules}") as running:
        yield running


@pytest.fixture(autouse=True)
def unharmed(server: Server) -> Iterator[None]:
    """Whatever a page tries, the pool stays, the clock stands, and nothing but refusals is in the events."""
    yield
    assert [pool["Name"] for pool in server.client("cognito-idp").list_user_pools(MaxResults=9)["UserPools"]] == ["app"]
    assert told(server, "clock")["offset_seconds"] == 0


def told(server: Server, path: str, **headers: str) -> Any:
    """What a program is told by a control endpoint."""
    with urlopen(Request(f"{server.url}/_emulator/{path}", headers=headers), timeout=10) as answer:
        return json.load(answer)


def refusals(server: Server) -> list[str]:
    """The requests of pages that were refused, oldest first."""
    return [
        each["operation"] for each in told(server, "events")["events"] if each["outcome"].startswith("AccessDenied")
    ]


def visit(browser: Browser, site: str) -> None:
    """Open the page of a site."""
    browser.visit(f"{site}/foreign.html")


def follow(browser: Browser, url: str) -> None:
    """Click a link of the page, which opens in a new one."""
    browser.run(f"window.open({json.dumps(url)}); 0")
    opened = None
    while opened is None:
        targets = browser.command("Target.getTargets")["targetInfos"]
        opened = next((each["targetId"] for each in targets if each["url"] == url), None)
    browser.watch(opened, url)


def test_a_page_of_another_site_neither_reads_nor_does_anything(server: Server, browser: Browser) -> None:
    visit(browser, EVIL)
    for mode in ("cors", "no-cors"):
        for method, path in [("GET", path) for path in CONTROL] + [("POST", "reset"), ("POST", "clock")]:
            body = json.dumps(MOVE) if (method, path) == ("POST", "clock") else None
            assert browser.call("ask", method, f"{server.url}/_emulator/{path}", mode, body) in ("TypeError", "opaque")
            assert refusals(server)[-1] == f"{method} /_emulator/{path}"


def test_nor_does_it_by_a_preflight(server: Server, browser: Browser) -> None:
    visit(browser, EVIL)
    assert browser.call("ask", "DELETE", f"{server.url}/_emulator/messages", "cors", None) == "TypeError"
    assert refusals(server)[-1] == "OPTIONS /_emulator/messages"


def test_nor_by_forms_images_scripts_and_frames(server: Server, browser: Browser) -> None:
    for act, method, path in [
        ("postForm", "POST", "reset"),
        ("postForm", "POST", "clock"),
        ("showImage", "GET", "messages"),
        ("runScript", "GET", "events"),
        ("showFrame", "GET", "messages"),
        ("showFrame", "GET", "console/inbox"),
        ("postForm", "POST", "console/seed"),
    ]:
        visit(browser, EVIL)
        before = len(refusals(server))
        browser.call(act, f"{server.url}/_emulator/{path}")
        assert refusals(server)[before:] == [f"{method} /_emulator/{path}"], act


def test_nor_by_a_link(server: Server, browser: Browser) -> None:
    visit(browser, EVIL)
    follow(browser, f"{server.url}/_emulator/clock")
    assert "--allowed-origins" in browser.run("document.body.innerText")
    assert refusals(server)[-1] == "GET /_emulator/clock"


def test_it_calls_the_operations_of_users_and_no_signed_ones(server: Server, browser: Browser) -> None:
    visit(browser, EVIL)
    unknown = browser.call("callOperation", server.url, "InitiateAuth", {"AuthFlow": "USER_AUTH", "ClientId": "none"})
    assert unknown == "ResourceNotFoundException"
    for operation in ("ListUserPools", "DeleteUserPool"):
        assert browser.call("callOperation", server.url, operation, {"MaxResults": 1}) == "AccessDeniedException"
        assert refusals(server)[-1] == operation
    assert browser.call("postForm", f"{server.url}/?", {"Action": "GetCallerIdentity", "Version": "2011-06-15"}) is None
    assert refusals(server)[-1] == "GetCallerIdentity"


def test_a_name_that_was_rebound_to_this_machine_is_refused(server: Server, browser: Browser) -> None:
    browser.visit(f"{REBOUND}/health")
    assert "--allowed-hosts" in browser.run("document.body.innerText")
    for path in CONTROL:
        assert "--allowed-hosts" in browser.run(f"fetch('/_emulator/{path}').then(r => r.text())")
    assert "--allowed-hosts" in browser.run("fetch('/_emulator/reset', {method: 'POST'}).then(r => r.text())")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "app.localhost"])
def test_a_page_on_another_port_of_this_machine_is_served(
    server: Server, browser: Browser, port: int, host: str
) -> None:
    visit(browser, f"http://{host}:{port}")
    assert browser.call("ask", "GET", f"{server.url}/_emulator/clock", "cors", None) == 200
    assert browser.call("ask", "POST", f"{server.url}/_emulator/clock", "cors", json.dumps(MOVE)) == 200
    assert browser.call("ask", "DELETE", f"{server.url}/_emulator/messages", "cors", None) == 200
    assert told(server, "clock")["offset_seconds"] == 7200
    assert browser.call("ask", "POST", f"{server.url}/_emulator/clock", "cors", '{"reset": true}') == 200
    assert browser.call("callOperation", server.url, "ListUserPools", {"MaxResults": 1}) is None
    follow(browser, f"{server.url}/_emulator/console/inbox")
    assert "No messages." in browser.run("document.body.innerText")
