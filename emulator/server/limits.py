"""Limits of the HTTP server: sizes, times, connections."""

from __future__ import annotations

import errno
import sys

if sys.platform != "win32":
    import resource

BACKLOG = 512
IDLE_SECONDS = 75
"""Keep-alive time. It is longer than that of the SDKs, so that the client closes the connection first."""
HANDSHAKE_SECONDS = 10
"""Time limit of a TLS handshake, from the connection on."""
HANDSHAKES = 128
"""How many TLS handshakes may be in progress; the oldest makes room for another one."""
HEAD_SECONDS = 20
"""Time limit of a request line with its headers, from the first byte."""
BODY_SECONDS = 30
UPLOAD_SECONDS = 300
"""Time limits of a body, from the end of the headers; UPLOAD is for seeds and for PUT, the CSV of an import."""
LINGER_SECONDS = 2
"""How long a refused connection is still read, so that the client receives the refusal (RFC 9112, 9.6)."""
GOODBYE_SECONDS = 3
"""How long calls in progress may take after the signal to stop."""
BEAT_SECONDS = 15
"""How often a stream in which nothing happens shows that it goes on."""
STREAM_SECONDS = 60
"""How long the reader of a stream may read nothing."""
FAREWELL_SECONDS = 0.3
"""How long an idle connection with TLS may take to end when the server stops: clients answer once they read."""
SILENT_SECONDS = 60
"""Least time between two log entries about connections that cannot be accepted."""

NOTHING_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
"""The errors of a system that has no resources for another connection."""

HEAD_BYTES = 64 * 1024
BODY_BYTES = 16 * 1024 * 1024
UPLOAD_BYTES = 128 * 1024 * 1024
SEED_BYTES = 64 * 1024 * 1024
"""Size limits of a body; SEED is that of a seed document; UPLOAD is for PUT, the CSV file of a user import, which has a
lower limit with S3's error."""
MEMORY_BYTES = 1024 * 1024
"""Larger bodies are kept in a temporary file instead of memory."""

SEED_PATH = "/_emulator/seed"

_MOST_CONNECTIONS = 4096
_MOST_FILES = 65_536
_OUR_FILES = 64
"""File descriptors reserved for the database, the log and the like."""


def body(method: str, path: str) -> tuple[int, float]:
    """The limits of a request's body: bytes and seconds."""
    if method == "PUT":
        return UPLOAD_BYTES, UPLOAD_SECONDS
    return (SEED_BYTES, UPLOAD_SECONDS) if path == SEED_PATH else (BODY_BYTES, BODY_SECONDS)


def raise_open_files() -> None:
    """Raise the soft limit of open files (often 1024 or 256) to 65536, or to the hard limit if that is lower."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS allows fewer than its hard limit
        return


def connections() -> int:
    """The limit of open connections. It leaves half of the file descriptors to the calls: databases, functions."""
    if sys.platform == "win32":
        return _MOST_CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(8, min(_MOST_CONNECTIONS, (soft - _OUR_FILES) // 2))
