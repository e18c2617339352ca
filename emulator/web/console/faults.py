"""The page of faults that the next calls meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from emulator import coverage
from emulator.web import fault_places
from emulator.web.console import control
from emulator.web.console.frame import Alert, Console, number, place


def add(console: Console) -> None:
    """Add the routes."""

    def show(alert: Alert | None = None) -> Response:
        names = sorted({row["name"] for row in coverage.rows()})
        waiting = control.ask("GET", "faults")["faults"]
        return console.page("faults", alert=alert, faults=waiting, names=[*names, *fault_places.ENDPOINTS])

    @console.routes.get("/console/faults")
    def faults() -> Response:
        """The faults that are left, and a form for a new one."""
        return show()

    @console.routes.post("/console/faults")
    def change_faults() -> Response:
        """Add a fault, or take faults back."""
        return console.take(_change, show)


def _change(form: Mapping[str, str]) -> str:
    operation, service = form.get("operation", "").strip() or None, form.get("service") or None
    if form.get("action") == "clear":
        control.ask("DELETE", "faults", operation=operation, service=service)
        return place("faults", done="cleared")
    body: dict[str, Any] = {
        "operation": operation,
        "service": service,
        "times": number(form, "times"),
        "exception": form.get("exception", "").strip() or None,
        "delay": form.get("delay", "").strip() or None,
    }
    given = {name: value for name, value in body.items() if value is not None}
    control.ask("POST", "faults", given | ({"drop": True} if form.get("drop") == "true" else {}))
    return place("faults", done="added")
