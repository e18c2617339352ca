"""The page that tells whose an access key is."""

from __future__ import annotations

from flask import Response, request

from emulator.web.console import control
from emulator.web.console.frame import Alert, Console, Refused


def add(console: Console) -> None:
    """Add the route."""

    @console.routes.get("/console/credentials")
    def credentials() -> Response:
        """Whose temporary credentials the access key of the query is of."""
        key = request.args.get("access_key_id", "").strip()
        try:
            found = control.ask("GET", "credentials", access_key_id=key) if key else None
        except Refused as refused:
            return console.page("credentials", alert=Alert(str(refused)), key=key, found=None)
        return console.page("credentials", key=key, found=found)
