"""Checks of a request's head, in order, before its body is read. Each raises one error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import httptools
from msgspec import Struct

from emulator.server import limits


class Refused(Exception):
    """A request that is refused with a status, and read no further. The message is the body of the response."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status

    def rest(self, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """The response after its status line: these headers, those of the refusal, and the text."""
        text = str(self).encode()
        fields = [
            *headers,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(text)),
            (b"connection", b"close"),
        ]
        return b"".join(b"%s: %s\r\n" % field for field in fields) + b"\r\n" + text


class Head(Struct):
    """A request line and headers. The parser has checked their syntax; header names are in lower case."""

    method: str
    target: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    _checked: Sequence[tuple[bytes, bytes]] = ()

    def __post_init__(self) -> None:
        self._checked = [each for each in self.headers if each[0] in _CHECKED]

    @property
    def size(self) -> int:
        """The bytes of the header fields."""
        return sum(len(name) + len(value) + 4 for name, value in self.headers)

    def all(self, name: bytes) -> list[bytes]:
        """All values of one of the header fields that the checks look at."""
        return [value for each, value in self._checked if each == name]


_CHECKED = frozenset({b"host", b"transfer-encoding", b"content-length"})


def check(head: Head) -> tuple[int, float]:
    """Run the checks, and convert the target to origin-form. Returns `limits.body`. Raises Refused."""
    for rule in _RULES:
        rule(head)
    return _length(head)


def _version(head: Head) -> None:
    if head.version not in ("1.0", "1.1"):
        raise Refused(505, "This server speaks HTTP/1.1.")


def _size(head: Head) -> None:
    if len(head.target) > limits.HEAD_BYTES:
        raise Refused(414, "The request target exceeds the maximum allowed bytes.")
    if head.size > limits.HEAD_BYTES:
        raise too_large_head()


def _host(head: Head) -> None:
    """RFC 9112, 3.2: HTTP/1.1 has exactly one Host header. Its value is not checked here."""
    hosts = len(head.all(b"host"))
    if hosts > 1 or (not hosts and head.version == "1.1"):
        raise Refused(400, "A request has one Host header.")


def _coding(head: Head) -> None:
    """RFC 9112, 6.1: an unknown coding is answered 501. The parser refuses a Content-Length beside the coding."""
    codings = head.all(b"transfer-encoding")
    if codings and head.version == "1.0":
        raise Refused(400, "HTTP/1.0 has no Transfer-Encoding.")
    if any(coding.strip().lower() != b"chunked" for coding in codings):
        raise Refused(501, "The only Transfer-Encoding here is chunked.")


def _length(head: Head) -> tuple[int, float]:
    path = head.target.partition(b"?")[0].decode("ascii")
    most, seconds = limits.body(head.method, path)
    for length in head.all(b"content-length"):
        if int(length) > most:
            raise too_large_body()
    return most, seconds


def _target(head: Head) -> None:
    """RFC 9112, 3.2: origin-form, absolute-form (its authority replaces the Host header), and `*`."""
    target = head.target
    if target == b"*" and head.method == "OPTIONS":
        head.target = b"/*"
    elif not target.startswith(b"/"):
        if not target.lower().startswith((b"http://", b"https://")):
            raise Refused(400, "The request target does not begin with a slash.")
        _make_origin_form(head)
    if b"#" in target or not target.isascii():
        raise Refused(400, "The request target is not a URI.")


def _make_origin_form(head: Head) -> None:
    try:
        url = httptools.parse_url(head.target)
        path, query, host, port = url.path, url.query, url.host, url.port
    except httptools.HttpParserError:
        raise Refused(400, "The request target is not a URI.") from None
    head.target = (path or b"/") + (b"?" + query if query else b"")
    authority = host + (b":%d" % port if port else b"")
    head.headers[:] = [*(header for header in head.headers if header[0] != b"host"), (b"host", authority)]


_RULES: tuple[Callable[[Head], None], ...] = (_version, _size, _host, _coding, _target)


def without_upgrade(method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The head of a request, without `Upgrade`."""
    lines = [b"%s: %s\r\n" % header for header in headers if header[0] not in (b"upgrade", b"connection")]
    if any(name == b"connection" and b"close" in value.lower() for name, value in headers):
        lines.append(b"connection: close\r\n")
    return b"%s %s HTTP/1.1\r\n%s\r\n" % (method, target, b"".join(lines))


def too_large_head() -> Refused:
    """The error for a head that is too long."""
    return Refused(431, "The headers sent with the request exceed the maximum allowed bytes.")


def too_large_body() -> Refused:
    """The error for a body that is too long."""
    return Refused(413, "The entity sent with the request exceeds the maximum allowed bytes.")
