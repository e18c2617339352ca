"""Somebody in front of the console, who follows its links and sends its forms."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tests.builders import Api

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Forms(HTMLParser):
    """The forms of a page: where each goes, and the fields as a browser sends them when nobody changes anything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str | None, list[tuple[str, str]]]] = []
        self._select: str | None = None
        self._first = self._area = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or add a field to the form."""
        has = dict(attrs)
        name, value = has.get("name"), has.get("value") or ""
        if tag == "form":
            self.found.append((has.get("action"), []))
        elif tag == "input" and name and (has.get("type") != "checkbox" or "checked" in has):
            self.found[-1][1].append((name, value))
        elif tag == "select":
            self._select, self._first = name, True
        elif tag == "option" and self._select and (self._first or "selected" in has):
            if not self._first:
                self.found[-1][1].pop()
            self._first = False
            self.found[-1][1].append((self._select, value))
        elif tag == "textarea" and name:
            self.found[-1][1].append((name, ""))
            self._area = True

    def handle_endtag(self, tag: str) -> None:
        """End a field."""
        if tag == "select":
            self._select = None
        self._area = self._area and tag != "textarea"

    def handle_data(self, data: str) -> None:
        """The text of a text field; a line break at its beginning does not count."""
        if self._area:
            self.found[-1][1][-1] = (self.found[-1][1][-1][0], data.removeprefix("\n"))


class Person:
    """Somebody in front of the console."""

    def __init__(self, api: Api) -> None:
        self.api, self.url, self.page = api, "", ""

    def open(self, url: str) -> str:
        """Open a page."""
        response = self.api.http.get(url, headers=HTML)
        assert (response.status_code, response.mimetype) == (200, "text/html"), response.text
        self.url, self.page = url, response.text
        return self.page

    def follow(self, words: str) -> str:
        """Follow the first link with this text."""
        links = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', self.page, re.DOTALL)
        return self.open(unescape(next(url for url, text in links if re.sub("<.*?>", "", text) == words)))

    def send(self, wanted: str, **changes: Any) -> str:
        """Send the form that has the field `wanted`, or the action `wanted`, with fields changed; None unchecks."""
        action, fields = next(
            form for form in Forms(self.page).found if wanted in dict(form[1]) or dict(form[1]).get("action") == wanted
        )
        sent = [field for field in fields if field[0] not in changes]
        for name, value in changes.items():
            sent += [(name, each) for each in value] if isinstance(value, list) else [(name, value)] if value else []
        data: dict[str, list[str]] = {}
        for name, value in sent:
            data.setdefault(name, []).append(value)
        response = self.api.http.post(action or self.url, data=data, headers=HTML)
        if response.status_code == 303:
            return self.open(response.headers["Location"])
        assert (response.status_code, response.mimetype) == (200, "text/html"), response.text
        self.page = response.text
        return self.page

    @property
    def alert(self) -> str:
        """What went wrong."""
        found = re.search(r'<p class="alert" role="alert">(.*?)</p>', self.page, re.DOTALL)
        return unescape(re.sub("<.*?>", "", found[1])) if found else ""
