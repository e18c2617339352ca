"""What the pages that links of e-mails lead to have in common."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, render_template_string

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><main><h1>{{ title }}</h1><p>{{ words }}</p></main></body>
</html>
"""


def missing(given: Mapping[str, str]) -> str | None:
    """Which parameters a link lacks, in words; None where it has all."""
    names = [name for name, text in given.items() if not text]
    return f"Missing required parameter {', '.join(names)}" if names else None


def page(status: int, title: str, words: str) -> Response:
    """A page, everything on it escaped; links in it are nobody's business but the user's."""
    text = render_template_string(_PAGE, title=title, words=words)
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
