"""What the stand-in provider answers: a redirect, a form that the browser posts, a page, JSON, or words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit, urlunsplit

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.stand_in.people import Person


class Send(Struct, frozen=True):
    """The browser is sent to a URL, by a redirect, or by a form that it posts if there are `fields`.

    `session` is the value of the cookie to set, "" to delete it, None to leave it.
    """

    url: str
    fields: Mapping[str, str] | None = None
    session: str | None = None

    def in_session(self, session: str | None) -> Send:
        """The same with a cookie."""
        return replace(self, session=session)


class Show(Struct, frozen=True):
    """The page on which somebody chooses who they are."""

    title: str
    """The provider that it stands in for."""
    client: str
    destination: str
    people: list[Person]
    current: Person | None = None
    """Who is signed in in this browser."""
    hint: str | None = None
    problem: str | None = None
    provider_type: str = ""
    entered: Mapping[str, str] = field(default_factory=dict)
    """What was entered for a new person, where it was refused."""


class Notice(Struct, frozen=True):
    """The page that says why a request cannot be answered, or that something is done."""

    words: str
    status: int = 400
    session: str | None = None


class Json(Struct, frozen=True):
    """An answer for a program."""

    body: Mapping[str, Any]
    status: int = 200
    challenge: str | None = None
    """The header WWW-Authenticate."""


Answer: TypeAlias = Send | Show | Notice


class Refused(Exception):
    """A request that nobody can be told of at its destination. str() says why."""


def is_http(url: str) -> bool:
    """Whether a URL is one to which answers can be sent: http(s), with a host, without fragment and userinfo."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port != 0
    except ValueError:
        return False
    plain = "#" not in url and "@" not in parts.netloc and all("!" <= character <= "~" for character in url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port_is_fine and plain and "\\" not in url


def with_query(url: str, fields: Mapping[str, str], fragment: str = "") -> str:
    """A URL with further parameters in its query."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(fields))))
    return urlunsplit(parts._replace(query=query, fragment=fragment))
