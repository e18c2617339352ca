"""The HTML of pages for browsers: templates, their texts, and the headers that protect them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, render_template

_HERE = Path(__file__).parent
_PLAIN = "en"
# Chromium applies `form-action` to all redirects that follow a form, those of the application included. It is left out,
# since nobody can list where applications redirect to.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Content-Security-Policy": _POLICY,
    "Pragma": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The headers of a page: it may not be cached or framed, runs scripts and loads styles of this server alone."""


def page(name: str, status: int = 200, **shown: Any) -> Response:
    """A page of `templates/`, with its texts. Everything that a template is given is escaped."""
    rendered = render_template(f"{name}.html", t=text, has=has, lang=_PLAIN, qr_code=qr_code, **shown)
    return Response(rendered, status, HEADERS, content_type="text/html; charset=utf-8")


def text(key: str, **values: Any) -> str:
    """The text with that key. Raises KeyError if there is none."""
    return texts(_PLAIN)[key].format(**values)


def has(key: str) -> bool:
    """Whether there is a text with that key."""
    return key in texts(_PLAIN)


@cache
def texts(language: str) -> dict[str, str]:
    """The texts of all pages in a language, by key."""
    found: dict[str, str] = json.loads((_HERE / "texts" / f"{language}.json").read_text(encoding="utf-8"))
    return found


def qr_code(content: str) -> str:
    """A QR code as the URL of an SVG image."""
    import segno

    return segno.make(content, error="m").svg_data_uri(scale=4)
