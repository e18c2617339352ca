"""The page of what is built: every operation of the service models."""

from __future__ import annotations

from flask import Response, request

from emulator import coverage
from emulator.web.console.frame import Console


def add(console: Console) -> None:
    """Add the route."""

    @console.routes.get("/console/operations")
    def operations() -> Response:
        """The operations whose names have the text `q`, or all."""
        wanted = request.args.get("q", "").strip()
        rows = coverage.rows()
        found = [row for row in rows if wanted.lower() in f"{row['service']} {row['name']} {row['state']}".lower()]
        whole = sum(row["state"] == "whole" for row in rows)
        return console.page("operations", operations=found, q=wanted, whole=whole, every=len(rows))
