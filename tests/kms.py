"""A small KMS of the tests' own: GenerateDataKey and Decrypt over HTTP, under keys that never leave it."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = "arn:aws:kms:eu-west-1:000000000000:key/1b1bd2b9-0000-4000-8000-1b1bd2b91b1b"
Answer = tuple[int, dict[str, Any] | bytes]


class Quiet(ThreadingHTTPServer):
    """A server that says nothing of callers who hang up."""

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class LocalKms:
    """A running KMS. `asked` are the operations and requests it got, and `says` what it answers in place of its own."""

    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    says: Answer | None = None
    waits: threading.Event | None = None
    _cipher: AESGCM = field(default_factory=lambda: AESGCM(os.urandom(32)))

    def answer(self, operation: str, request: dict[str, Any]) -> Answer:
        """What KMS says."""
        self.asked.append((operation, request))
        if self.waits:
            self.waits.wait(20)
        if self.says:
            return self.says
        bound = json.dumps([KEY, request.get("EncryptionContext") or {}], sort_keys=True).encode()
        if request["KeyId"] != KEY:
            return 400, {"__type": "NotFoundException", "message": f"Key '{request['KeyId']}' does not exist"}
        if operation == "GenerateDataKey":
            plain, nonce = os.urandom(request["NumberOfBytes"]), os.urandom(12)
            wrapped = nonce + self._cipher.encrypt(nonce, plain, bound)
            return 200, {"KeyId": KEY, "Plaintext": _text(plain), "CiphertextBlob": _text(wrapped)}
        sealed = base64.b64decode(request["CiphertextBlob"])
        try:
            return 200, {"KeyId": KEY, "Plaintext": _text(self._cipher.decrypt(sealed[:12], sealed[12:], bound))}
        except InvalidTag:
            return 400, {"__type": "InvalidCiphertextException"}


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


@contextmanager
def running() -> Iterator[LocalKms]:
    """A KMS that runs meanwhile."""
    kms = LocalKms()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kms.headers.append(dict(self.headers))
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = kms.answer(self.headers["X-Amz-Target"].removeprefix("TrentService."), request)
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = Quiet(("127.0.0.1", 0), Handler)
    kms.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield kms
    finally:
        if kms.waits:
            kms.waits.set()
        server.shutdown()
        server.server_close()
        thread.join()
