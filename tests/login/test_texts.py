"""The texts of the pages: each that a template names is there, and each that is there is named."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from emulator.login import languages
from emulator.web import html

WEB = Path(html.__file__).parent
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in (WEB / "templates").glob("*.html")}
CODE = "".join(
    path.read_text(encoding="utf-8") for folder in (WEB, WEB.parent / "login") for path in folder.glob("*.py")
)
COMPOSED = ("attribute.", "field.", "rule.", "method.", "confirm.sent_", "set_up_address.title_", "refusal.")
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


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", languages.ALL)
def test_every_language_has_every_text_with_its_placeholders(language: str) -> None:
    english, texts = html.texts("en"), html.texts(language)
    assert texts.keys() == english.keys()
    for key, text in texts.items():
        assert text.strip(), key
        assert placeholders(text) == placeholders(english[key]), key


@pytest.mark.parametrize("language", sorted({*languages.ALL} - {"en"}))
def test_texts_are_translated(language: str) -> None:
    """Sentences never are the same in two languages; words sometimes are."""
    english, texts = html.texts("en"), html.texts(language)
    same = {key for key, text in english.items() if text == texts[key] and len(text.split()) > 2}
    assert same == set()


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert {path.stem for path in (WEB / "texts").glob("*.json")} == {*languages.ALL}
