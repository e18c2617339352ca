"""A server elsewhere, behind which functions run."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


class Quiet(ThreadingHTTPServer):
    """A server that says nothing of callers who hang up."""

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


class Remote:
    """A server that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.reply: Callable[[Any], Reply] = lambda event: (200, {}, json.dumps(event).encode())
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        remote = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                remote.asked.append((self.path, dict(self.headers), event))
                status, headers, body = remote.reply(event)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def served() -> Iterator[Remote]:
    """Such a server, running."""
    running = Remote()
    thread = threading.Thread(target=running.server.serve_forever, args=[0.01])
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()
