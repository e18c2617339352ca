"""The page of the seed: a document is applied, the export is downloaded, everything is reset."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from emulator.web.api_request import LARGEST_BODY
from emulator.web.console import control
from emulator.web.console.frame import Alert, Console, Refused, place

_JSON, _YAML = "application/json", "application/yaml"


def add(console: Console) -> None:
    """Add the routes."""

    def show(alert: Alert | None = None) -> Response:
        return console.page("seed", alert=alert, has_seed=bool(getattr(console.dispatcher.settings, "seed", None)))

    @console.routes.get("/console/seed")
    def seed() -> Response:
        """The forms, and links to the export."""
        return show()

    @console.routes.post("/console/seed")
    def use_seed() -> Response:
        """Apply a seed document, or reset."""
        return console.take(_act, show, LARGEST_BODY)


def _act(form: Mapping[str, str]) -> str:
    if form.get("action") == "reset":
        return _reset(form)
    file = request.files.get("file")
    content = (file.read() if file else b"") or form.get("document", "").encode()
    if not content.strip():
        raise Refused("Choose a file, or paste a document.")
    content_type = _JSON if content.lstrip()[:1] == b"{" else _YAML
    control.send("POST", "seed", content, content_type, reseed=_flag(form))
    return place("seed", done="seeded")


def _reset(form: Mapping[str, str]) -> str:
    if form.get("sure") != "true":
        raise Refused("Check the box: a reset deletes data, and cannot be undone.")
    control.ask("POST", "reset", pool=form.get("pool", "").strip() or None, reseed=_flag(form))
    return place("seed", done="emptied")


def _flag(form: Mapping[str, str]) -> str | None:
    return "true" if form.get("reseed") == "true" else None
