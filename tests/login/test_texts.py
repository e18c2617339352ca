"""The texts of the pages: each that a template names is there, and each that is there is named."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.web import html

WEB = Path(html.__file__).parent
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in (WEB / "templates").glob("*.html")}
CODE = "".join(
    path.read_text(encoding="utf-8") for folder in (WEB, WEB.parent / "login") for path in folder.glob("*.py")
)
COMPOSED = ("attribute.", "field.", "rule.", "method.", "confirm.sent_", "set_up_address.title_")
"""Keys that end in what a page is about."""


def named() -> set[str]:
    """The keys in templates and code."""
    told = "".join(TEMPLATES.values()) + CODE
    return set(re.findall(r"[\"']([a-z_]+\.[a-zA-Z_-]+)[\"']", told))


def test_every_text_that_is_named_is_there() -> None:
    for name, template in TEMPLATES.items():
        for key in re.findall(r"\bt\(\s*\"([^\"]+)\"\s*[,)]", template):
            assert html.has(key), f"{name}: {key}"


def test_every_text_is_used() -> None:
    unused = {key for key in html.texts("en") if not key.startswith(COMPOSED)} - named()
    assert unused == set()


def test_texts_are_written_nowhere_else() -> None:
    for name, template in TEMPLATES.items():
        bare = re.sub(r"\{[{%#].*?[%#}]\}|<[^>]*>|<!doctype html>", "", template, flags=re.DOTALL)
        assert re.search("[A-Za-z]{2}", bare) is None, f"{name}: {bare.split()}"
