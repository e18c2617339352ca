"""The response to a request before it is bytes: what the application makes, and the server sends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from emulator.outside.streams import Stream

JSON = "application/json"
LATER = "cognito_emulator.later"
"""The key of a function in the WSGI environment. The server calls what it is given once it has sent the response."""
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Response(Struct):
    """A response. `headers` has all header fields but those that the server adds to every response, such as Date."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    stream: Stream | None = None
    """What is sent in place of `body`, without an end."""
    is_dropped: bool = False
    """Whether nothing is sent: the connection is closed instead."""
    finish: Callable[[], object] | None = None
    """What the caller need not wait for. `end` calls it."""

    def end(self) -> None:
        """Do what is left to do, once: when the response is sent, or cannot be, or before."""
        finish, self.finish = self.finish, None
        if finish:
            finish()

    def head(self) -> bytes:
        """The header fields as bytes. Control characters are replaced: they could end a field (RFC 9110, 5.5)."""
        lines = [
            f"{name.lower()}: {value if value.isprintable() else _CONTROLS.sub('?', value)}\r\n"
            for name, value in self.headers
        ]
        return "".join(lines).encode("latin-1", "replace")


def of(status: int, body: bytes, media_type: str, *headers: tuple[str, str]) -> Response:
    """A response with this body, and with further header fields."""
    return Response(status, [("Content-Type", media_type), ("Content-Length", str(len(body))), *headers], body)


def as_json(document: Mapping[str, Any]) -> bytes:
    """A JSON body, as Flask's `jsonify` writes it."""
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"
