"""The setting that names the database: a file of SQLite, or a PostgreSQL server."""

from __future__ import annotations

import os
import re
from pathlib import Path

from emulator import leftovers
from emulator.redaction import redacted
from storage.server import Server

KEY = "cognito.key"
"""The name of the data key's file in the data directory, for a database on a server."""
_SCHEME = "postgresql+psycopg://"
_POSTGRESQL = re.compile(
    r"postgresql\+psycopg://"
    r"([^:@/?#\s]+(:[^@/?#\s]*)?@)?"  # user and password, in which other characters are percent-encoded
    r"([^:@/?#\s\[\]]+|\[[0-9a-fA-F:.]+\])?(:[0-9]{1,5})?"  # host and port
    r"/[^@/?#\s]+(\?[^@#\s]*)?"  # database and options
)
_CONTROL = re.compile(r"%[01][0-9a-fA-F]|%7[fF]|[\x00-\x1f\x7f]")
"""Control characters, as they are or percent-encoded. libpq takes a parameter as ended at the first NUL."""
_FORM = (
    "is not postgresql+psycopg://user:password@host:port/database (in a password, `@`, `:`, `/`, `?`, `#` and `%` are "
    "written %40, %3A, %2F, %3F, %23 and %25)"
)

_NOWHERE = "is not a path, a sqlite:/// URL or a postgresql+psycopg:// URL"
_URLS = "is neither sqlite:////absolute/path nor postgresql+psycopg://user@host:port/database"


def read(text: str) -> Path | Server:
    """The file or server that a setting names. Raises ValueError, without a password."""
    scheme, separator, rest = text.partition("://")
    if _POSTGRESQL.fullmatch(text) and not _CONTROL.search(text):
        return Server(text)
    if scheme.startswith("postgres") and separator:
        raise ValueError(_FORM)
    path = rest[1:] if scheme == "sqlite" and rest.startswith("/") else "" if separator else text
    if Path(path).name:
        return Path(path)
    raise ValueError(_NOWHERE)


def shown(server: Server) -> str:
    """The URL of a server without user, password and options, for messages."""
    return redacted(server.url.partition("?")[0])


def read_url(text: str) -> Path | Server:
    """The file or server that a command names. An existing directory is a data directory, with the database in it.

    Symbolic links are resolved. Raises ValueError, without a password.
    """
    scheme, colon, rest = text.partition(":")
    if colon and len(scheme) > 1 and not rest.startswith("//"):  # C:\\ is a drive
        if scheme != "sqlite" or not rest:
            raise ValueError(_URLS)
        text = rest
    try:
        place = read(text)
    except ValueError as error:
        raise ValueError(_URLS if str(error) == _NOWHERE else str(error)) from None
    if isinstance(place, Server):
        return place
    if place.is_dir() or text.endswith("/"):
        place /= leftovers.DATABASE
    return Path(os.path.realpath(place))


def are_same(one: Path | Server, other: Path | Server) -> bool:
    """Whether two names are of one database. A server may have several names, so False is no proof."""
    if isinstance(one, Path) and isinstance(other, Path):
        return one == other or (one.exists() and other.exists() and one.samefile(other))
    if isinstance(one, Server) and isinstance(other, Server):
        return _address(one) == _address(other)
    return False


def _address(server: Server) -> str:
    """Host, port and database."""
    host, slash, database = server.url.partition("?")[0].rpartition("@")[2].removeprefix(_SCHEME).partition("/")
    return f"{host if ':' in host.rpartition(']')[2] else f'{host}:5432'}{slash}{database}"
