"""Who may ask: what a browser sends for another site's page drives neither `/_emulator/` nor signed operations.

A page that a developer happens to visit can send requests to this server, and by DNS rebinding it can even read the
answers under a name of its own. Programs send none of the headers that are looked at here. Source: Fetch Metadata
Request Headers, section 2; RFC 6454, section 7.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from emulator import faults
from emulator.dispatch import Dispatcher
from emulator.settings import Settings
from emulator.stand_in.addresses import PREFIX

if TYPE_CHECKING:
    from flask import Flask, Response

CONTROL = "/_emulator"
"""Where the control endpoints are."""

_AUTHORITY = r"(?P<name>[a-z0-9._-]{1,255}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?"
_HOST = re.compile(_AUTHORITY)
_ORIGIN = re.compile(rf"(?P<scheme>[a-z][a-z0-9+.-]{{0,30}})://{_AUTHORITY}")
_REFERRER = re.compile(r"https?://[^/?#]+")
_SIGNS = ("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_SEC_FETCH_DEST", "HTTP_SEC_FETCH_USER")
_CONTROLS = {f"{PREFIX}/people", f"{PREFIX}/service-providers"}
_CONTROL_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What keeps pages from showing answers of the control endpoints as scripts, images or frames."""

Environ = Mapping[str, Any]


class Guard(Struct, frozen=True):
    """The rules, over WSGI environments, with the origins and host names that the settings allow."""

    origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def configured(cls, settings: Settings) -> Guard:
        """The guard for `--allowed-origins` and `--allowed-hosts`. The names of `--host` and `--certificate-name` are
        allowed too.
        """
        named = (settings.allowed_hosts or frozenset()) | (settings.certificate_name or frozenset())
        return cls(settings.allowed_origins or frozenset(), named | {settings.host.lower()})

    def words(self, environ: Environ, guarded: Callable[[], bool]) -> str | None:
        """The text with which a browser's request is refused; None if it may go on, and for other programs.

        `guarded` says whether pages of other sites may not make the request.
        """
        if not is_browser(environ):
            return None
        wrong = self._check_host(environ)
        if wrong or not guarded():
            return wrong
        return self._check_origin(environ) or self._check_site(environ)

    def is_own_host(self, authority: str) -> bool:
        """Whether the host of a URL is local or allowed, so that it is not somebody else's."""
        name = _name(_HOST, authority)
        return bool(name) and (_is_local(name or "") or name in self.hosts)

    def _check_host(self, environ: Environ) -> str | None:
        """Names that anybody can point to this machine (DNS rebinding) are refused."""
        if self.is_own_host(environ.get("HTTP_HOST", "")):
            return None
        name = _name(_HOST, environ.get("HTTP_HOST", ""))
        told = f"the host name {name}" if name else "this host name"
        return f"Browsers may not use {told} for this server: --allowed-hosts names further ones."

    def _check_origin(self, environ: Environ) -> str | None:
        """Pages say where they are from in `Origin`, except in a GET without CORS and in navigations."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None or self._allows(origin, environ):
            return None
        return _foreign(origin if _ORIGIN.fullmatch(origin.lower()) else "another site")

    def _check_site(self, environ: Environ) -> str | None:
        """Without `Origin`, browsers say at least that another site asks, and mostly name it in `Referer`."""
        if "HTTP_ORIGIN" in environ or environ.get("HTTP_SEC_FETCH_SITE") != "cross-site":
            return None
        referrer = _REFERRER.match(environ.get("HTTP_REFERER", ""))
        if referrer and self._allows(referrer[0], environ):
            return None
        return _foreign("another site")

    def _allows(self, origin: str, environ: Environ) -> bool:
        origin = origin.lower()
        if origin in self.origins:
            return True
        found = _ORIGIN.fullmatch(origin)
        if found is None or found["scheme"] not in {"http", "https"}:
            return False
        name = _without_dot(found["name"])
        return _is_loopback(name) or name == _name(_HOST, environ.get("HTTP_HOST", ""))


def is_browser(environ: Environ) -> bool:
    """Whether a browser sent this: by its headers for `Origin` and fetch metadata, or by its User-Agent.

    Chromium sends only the User-Agent with a GET to a plain http host that is not loopback. `Sec-Fetch-Mode: cors` by
    itself is Node's fetch, which is a program: browsers send `Sec-Fetch-Site` with it.
    """
    return (
        not environ.keys().isdisjoint(_SIGNS)
        or environ.get("HTTP_USER_AGENT", "").startswith("Mozilla/")
        or environ.get("HTTP_SEC_FETCH_MODE", "cors") != "cors"
    )


def is_control(path: str) -> bool:
    """Whether a path is one of the control endpoints'."""
    return path == CONTROL or path.startswith(f"{CONTROL}/")


def is_visit(path: str, environ: Environ) -> bool:
    """Whether a browser goes to a page of the stand-in provider, to which every site may send it, as to any provider.

    Pages of other sites do not see the answer. Without fetch metadata, only a GET by a script has an `Origin`.
    """
    if not path.startswith(f"{PREFIX}/") or path in _CONTROLS:
        return False
    mode = environ.get("HTTP_SEC_FETCH_MODE")
    if mode is not None:
        return bool(mode == "navigate")
    return "HTTP_ORIGIN" not in environ or environ.get("REQUEST_METHOD") == "POST"


def install(app: Flask, dispatcher: Dispatcher) -> None:
    """Refuse, with 403, requests of `/_emulator/` by pages of other sites, and of all paths by a foreign host name.

    To be installed first, so that nothing else looks at such a request, preflights included.
    """
    from flask import g, request

    guard = Guard.configured(dispatcher.settings)

    def guarded() -> bool:
        return is_control(request.path) and not is_visit(request.path, request.environ)

    @app.before_request
    def refuse() -> Response | None:
        words = guard.words(request.environ, guarded)
        if words is None:
            return None
        g.refused_page = True
        return _refusal(dispatcher, words)

    @app.after_request
    def keep_to_itself(response: Response) -> Response:
        if is_control(request.path):
            for name, value in _CONTROL_HEADERS.items():
                response.headers.setdefault(name, value)
        return response


def _refusal(dispatcher: Dispatcher, words: str) -> Response:
    """403, in the form of what was asked."""
    from flask import jsonify, request

    dispatcher.refuse(f"{request.method} {request.path}", faults.AccessDeniedToPage(words))
    response = jsonify(error=words)
    response.status_code = 403
    return response


def _foreign(whose: str) -> str:
    return f"A page of {whose} may not do this: --allowed-origins names the origins that may."


def _name(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.fullmatch(text.lower())
    return _without_dot(found["name"]) if found else None


def _without_dot(name: str) -> str:
    """A host name without the dot of the DNS root, with which it means the same."""
    return name.removesuffix(".")


def _is_local(name: str) -> bool:
    """Whether nobody can point a name of a domain of theirs to us: it is an address, loopback or a single label."""
    return _address(name) is not None or _is_loopback(name) or not set(".[") & set(name)


def _is_loopback(name: str) -> bool:
    address = _address(name)
    return address.is_loopback if address else name == "localhost" or name.endswith(".localhost")


def _address(name: str) -> Any:
    try:
        return ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
