"""What a request of a login page ends in, and the refusals that only pages have."""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct, field

from emulator.faults import Fault
from emulator.login import languages
from emulator.login.appearance import Appearance
from emulator.login.carried import Carried
from emulator.oauth.responses import Redirect


class Page(Struct, frozen=True):
    """A page to show: the name of its template, and its data. Texts are the template's.

    `alert` is AWS's text for a refused form, `problem` the key of a text in `emulator/web/texts`. `path` and `query`
    are where its form goes, `look` is how the client's pages look, `language` the language of their texts;
    `emulator.login.pages` fills in what is missing of them.
    """

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    alert: str | None = None
    problem: str | None = None
    path: str = ""
    query: str = ""
    look: Appearance | None = None
    language: str = languages.ENGLISH


class GoTo(Struct, frozen=True):
    """The browser goes on to a path, with the request's query unless `query` has another one.

    `carried` is what the next page needs beyond the query. None forgets what was carried so far.
    `page_data` is `carried` as the browser keeps it; `emulator.login.pages` fills it in.
    """

    path: str
    carried: Carried | None = None
    query: str | None = None
    page_data: str | None = None


class SignedIn(Struct, frozen=True):
    """The user is signed in. `redirect` has the cookie of the browser's session, and leads to the callback.

    Where another page comes first, `carried` is what it needs; `page_data` as of GoTo.
    """

    redirect: Redirect
    carried: Carried | None = None
    page_data: str | None = None


Outcome: TypeAlias = Page | GoTo | SignedIn


class Unavailable(Fault, status=403):
    """The client has no login pages."""


class WrongForm(Fault):
    """A form contradicts itself: its two passwords differ. `message` is the key of a text in `emulator/web/texts`."""


class SignInFailed(Fault):
    """The page did its work, such as a new password, but the sign-in after it is refused. `/login` shows `message`."""


def unavailable(reason: str) -> Unavailable:
    """The refusal of a client that has no login pages."""
    return Unavailable("Login pages unavailable. Please contact an administrator.", reason)
