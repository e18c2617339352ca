"""A request that may call a service: what each call needs of it, read from the WSGI environment, without Werkzeug.

Werkzeug, which takes a tenth of the start to import, reads forms and the parameters of URLs.
"""

from __future__ import annotations

from functools import cache, cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

from emulator.web import importing
from keys.signed_requests import SignedRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Request

LARGEST_BODY = 8 * 1024 * 1024
LARGEST_FORM = 256 * 1024
"""Bytes of a form of a page or an OAuth endpoint."""


class ApiRequest:
    """The part of Werkzeug's `Request` that calls of services use. Its body, form or not, has one limit."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.headers = Headers(environ)

    @property
    def scheme(self) -> str:
        """The scheme of the URL, "http" or "https"."""
        return str(self.environ["wsgi.url_scheme"])

    @property
    def remote_addr(self) -> str | None:
        """The address of the caller."""
        return self.environ.get("REMOTE_ADDR")

    @property
    def mimetype(self) -> str:
        """The media type of the body, in lower case and without parameters."""
        return self._parsed.mimetype

    @property
    def args(self) -> MultiDict[str, str] | dict[str, str]:
        """The parameters of the URL."""
        return self._parsed.args if self.environ.get("QUERY_STRING") else {}

    @property
    def form(self) -> MultiDict[str, str]:
        """The fields of the form. Raises Werkzeug's RequestEntityTooLarge."""
        return self._parsed.form

    def as_received(self) -> SignedRequest:
        """The whole request, for the verification of its signature. Its body can be read again afterwards."""
        environ = self.environ
        body = environ["wsgi.input"].read(LARGEST_BODY + 1)
        environ["wsgi.input"] = BytesIO(body)
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        }
        return SignedRequest(self.method, environ["PATH_INFO"], environ.get("QUERY_STRING", ""), headers, body)

    @cached_property
    def _parsed(self) -> Request:
        importing.werkzeug()
        from werkzeug.wrappers import Request

        parsed = Request(self.environ, populate_request=False)
        parsed.max_content_length = parsed.max_form_memory_size = LARGEST_BODY
        return parsed


class Headers:
    """The header fields of a request, by their names in any case."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._environ

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, `default` without it."""
        return self._environ.get(_key(name), default)


@cache
def _key(name: str) -> str:
    """The name of a header field in the environment (PEP 3333). Cached: called with the names in this code only."""
    return f"HTTP_{name.upper().replace('-', '_')}"
