"""Exported logs go to a directory or a server, and no call waits for them or fails by them."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from emulator.outside.exports import Exporter

WAIT = 10
POOL = "us-east-1_aaaaaaaaa"


class Collector(BaseHTTPRequestHandler):
    """A server that takes records; at /slow it never answers, at /full it refuses."""

    came: list[Any]
    go_on: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.path, self.headers["Content-Type"], json.loads(body)))
        if self.path == "/slow":
            self.go_on.wait(WAIT)
        self.send_response(507 if self.path == "/full" else 204)
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Any]]]:
    """The URL of such a server, and what came."""
    came: list[Any] = []
    go_on = threading.Event()
    handler = type("Handler", (Collector,), {"came": came, "go_on": go_on})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", came
    go_on.set()
    server.shutdown()
    server.server_close()


def test_a_directory_gets_a_file_for_each_pool_and_a_line_for_each_record(tmp_path: Path) -> None:
    export = Exporter(str(tmp_path / "made" / "as needed"))
    export(POOL, {"message": {"userName": "añá\n👋"}})
    export(POOL, {"number": 2})
    export("us-east-1_b", {"number": 3})
    export.close(WAIT)
    lines = (tmp_path / "made" / "as needed" / f"{POOL}.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"message": {"userName": "añá\n👋"}}, {"number": 2}]
    assert (tmp_path / "made" / "as needed" / "us-east-1_b.jsonl").read_text() == '{"number":3}\n'


def test_a_directory_is_added_to(tmp_path: Path) -> None:
    for number in range(2):
        export = Exporter(str(tmp_path))
        export(POOL, {"number": number})
        export.close(WAIT)
    assert (tmp_path / f"{POOL}.jsonl").read_text() == '{"number":0}\n{"number":1}\n'


def test_a_server_gets_each_record(collector: tuple[str, list[Any]]) -> None:
    url, came = collector
    export = Exporter(f"{url}/in?key=1")
    export(POOL, {"number": 1})
    export(POOL, {"number": 2})
    export.close(WAIT)
    assert came == [("/in?key=1", "application/json", {"number": number}) for number in (1, 2)]


def test_what_cannot_be_handed_on_is_lost_and_the_next_is_tried(
    tmp_path: Path, collector: tuple[str, list[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    url, came = collector
    (tmp_path / "file").write_text("")
    for target, why in (
        (f"{url}/full", "Unreachable: "),
        ("http://127.0.0.1:1", "Unreachable: "),
        (str(tmp_path / "file"), "FileExistsError: "),
    ):
        caplog.clear()
        export = Exporter(target)
        with caplog.at_level(logging.WARNING):
            export(POOL, {"message": "secret"})
            export(POOL, {"message": "secret"})
            export.close(WAIT)
        assert [record.getMessage().startswith(f"a record of {POOL} was not exported: {why}") for record in caplog.records] == [True, True]  # fmt: skip # noqa: E501
        assert "secret" not in caplog.text
    assert len(came) == 2


def test_a_slow_server_keeps_nobody_waiting(collector: tuple[str, list[Any]], caplog: pytest.LogCaptureFixture) -> None:
    url, _ = collector
    export = Exporter(f"{url}/slow", waiting=2)
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for number in range(10):
            export(POOL, {"number": number})
        export.close(0.1)
    assert time.monotonic() - began < 5
    assert "too many wait already" in caplog.text
