"""What the server grants its callers: sizes, seconds, connections."""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource

BACKLOG = 512
IDLE_SECONDS = 75
"""How long a connection may be idle: longer than the SDKs keep theirs, so that the client hangs up first."""
HEAD_SECONDS = 20
"""How long a request line with its headers may take from its first byte on."""
BODY_SECONDS = 30
UPLOAD_SECONDS = 300
"""How long a body may take from the end of the headers on, and one that is PUT: the file of an import."""
LINGER_SECONDS = 2
"""How long what a refused caller still sends is read, so that the refusal reaches it (RFC 9112, 9.6)."""
GOODBYE_SECONDS = 3
"""How long calls in progress may take once the server was told to stop."""
SILENT_SECONDS = 60
"""How long the log says nothing more of connections that cannot be accepted."""

HEAD_BYTES = 64 * 1024
BODY_BYTES = 16 * 1024 * 1024
UPLOAD_BYTES = 128 * 1024 * 1024
"""How large a body may be, and one that is PUT: the file of an import, which has a lower limit in S3's words."""
MEMORY_BYTES = 1024 * 1024
"""How much of a body is kept in memory; more is written to a temporary file."""

_MOST_CONNECTIONS = 4096
_MOST_FILES = 65_536
_OUR_FILES = 64
"""Descriptors that are left for the database, the log and the like."""


def body(method: str) -> tuple[int, float]:
    """How many bytes a body may have, and how many seconds it may take."""
    return (UPLOAD_BYTES, UPLOAD_SECONDS) if method == "PUT" else (BODY_BYTES, BODY_SECONDS)


def raise_open_files() -> None:
    """Raise the soft limit of open files (often 1024, or 256) towards the hard one."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS allows fewer than it says
        return


def connections() -> int:
    """How many connections are kept open. Half of the descriptors are left to what calls open: databases, functions."""
    if sys.platform == "win32":
        return _MOST_CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(8, min(_MOST_CONNECTIONS, (soft - _OUR_FILES) // 2))
