"""The HTML of pages for browsers: templates, their texts, and the headers that protect them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, render_template, request

from emulator.login import languages
from emulator.login.appearance import FAVICON
from emulator.login.languages import ENGLISH

_HERE = Path(__file__).parent
# Chromium applies `form-action` to all redirects that follow a form, those of the application included. It is left out,
# since nobody can list where applications redirect to.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)
LANGUAGE = "lang"
"""The cookie with the language that the pages were asked for."""
HEADERS = {
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Content-Security-Policy": _POLICY,
    "Pragma": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The headers of a page: it may not be cached or framed, runs scripts and loads styles of this server alone."""


def page(name: str, status: int = 200, *, language: str | None = None, **shown: Any) -> Response:
    """A page of `templates/`, with its texts in a language, or else in the browser's. All values are escaped."""
    language = language or asked_language()

    def told(key: str, **values: Any) -> str:
        return texts(language)[key].format(**values)

    def alert(words: str) -> str:
        return refusals(language).get(words, words)

    functions = {"t": told, "has": has, "translated": alert, "qr_code": qr_code, "favicon": FAVICON}
    rendered = render_template(f"{name}.html", lang=language, **functions, **shown)
    return Response(rendered, status, HEADERS, content_type="text/html; charset=utf-8")


def asked_language() -> str:
    """The language of a page that belongs to no app client: that of `lang`, of the query or else of the cookie."""
    return languages.chosen(request.args.get("lang"), request.cookies.get(LANGUAGE))


def text(key: str, **values: Any) -> str:
    """The text with that key, in the language of `asked_language`. Raises KeyError if there is none."""
    return texts(asked_language())[key].format(**values)


def has(key: str) -> bool:
    """Whether there is a text with that key."""
    return key in texts(ENGLISH)


@cache
def texts(language: str) -> dict[str, str]:
    """The texts of all pages in a language, by key."""
    found: dict[str, str] = json.loads((_HERE / "texts" / f"{language}.json").read_text(encoding="utf-8"))
    return found


@cache
def refusals(language: str) -> dict[str, str]:
    """AWS's English messages for refused forms → what they are in a language."""
    # AWS unknown: whether the pages of GET /login translate messages of refused forms. Here the most frequent ones.
    keys = (key for key in texts(ENGLISH) if key.startswith("refusal."))
    return {texts(ENGLISH)[key]: texts(language)[key] for key in keys}


def qr_code(content: str) -> str:
    """A QR code as the URL of an SVG image."""
    import segno

    return segno.make(content, error="m").svg_data_uri(scale=4)
