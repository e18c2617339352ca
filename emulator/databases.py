"""The setting that names the database: a file of SQLite, or a PostgreSQL server."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.redaction import redacted
from storage.server import Server

_POSTGRESQL = re.compile(
    r"postgresql\+psycopg://"
    r"([^:@/?#\s]+(:[^@/?#\s]*)?@)?"  # user and password, in which other characters are percent-encoded
    r"([^:@/?#\s\[\]]+|\[[0-9a-fA-F:.]+\])?(:[0-9]{1,5})?"  # host and port
    r"/[^@/?#\s]+(\?[^@#\s]*)?"  # database and options
)
_FORM = (
    "is not postgresql+psycopg://user:password@host:port/database (in a password, `@`, `:`, `/`, `?`, `#` and `%` are "
    "written %40, %3A, %2F, %3F, %23 and %25)"
)


def read(text: str) -> Path | Server:
    """The file or server that a setting names. Raises ValueError, without a password."""
    scheme, separator, rest = text.partition("://")
    if _POSTGRESQL.fullmatch(text):
        return Server(text)
    if scheme.startswith("postgres") and separator:
        raise ValueError(_FORM)
    path = rest[1:] if scheme == "sqlite" and rest.startswith("/") else "" if separator else text
    if Path(path).name:
        return Path(path)
    raise ValueError("is not a path, a sqlite:/// URL or a postgresql+psycopg:// URL")


def shown(server: Server) -> str:
    """The URL of a server without user, password and options, for messages."""
    return redacted(server.url.partition("?")[0])
