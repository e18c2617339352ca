"""Asking a control endpoint as a program does, so that pages and programs have the same rules and the same refusals."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app, request
from werkzeug.test import create_environ, run_wsgi_app

from emulator.web import request_origin
from emulator.web.console.frame import PATH, Refused
from emulator.wire import decode

_OK = 200


def ask(method: str, name: str, body: Any = None, /, **query: str | None) -> Any:
    """The answer of `/_emulator/<name>`, as JSON values. `body` is sent as JSON. Raises Refused with its words."""
    content = None if body is None else json.dumps(body).encode()
    return send(method, name, content, "application/json", **query)


def send(method: str, name: str, content: bytes | None, content_type: str, /, **query: str | None) -> Any:
    """As `ask`, with a body of any type."""
    environ = create_environ(
        PATH + name,
        request_origin.read(request).base_url,
        query_string={key: value for key, value in query.items() if value is not None},
        method=method,
        data=content,
        content_type=content_type,
        environ_overrides={"REMOTE_ADDR": request.remote_addr or ""},
    )
    parts, status, _ = run_wsgi_app(current_app.wsgi_app, environ, buffered=True)
    answer = decode.parse(b"".join(parts))
    if int(status.split(" ", 1)[0]) != _OK:
        raise Refused(str(answer.get("error", status)))
    return answer
