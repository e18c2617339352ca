"""The page of the stand-in provider's people, with whom one signs in as if by Google and others."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from emulator.stand_in import people as stand_in_people
from emulator.web.console import control
from emulator.web.console.frame import Alert, Console, place


def add(console: Console) -> None:
    """Add the routes."""

    def show(alert: Alert | None = None) -> Response:
        found = control.ask("GET", "idp/people")["people"]
        providers = ["", *stand_in_people.PROVIDERS]
        return console.page("people", alert=alert, people=found, providers=providers)

    @console.routes.get("/console/people")
    def people() -> Response:
        """The people, and a form for another one."""
        return show()

    @console.routes.post("/console/people")
    def change_people() -> Response:
        """Add a person, or delete one."""
        return console.take(_change, show)


def _change(form: Mapping[str, str]) -> str:
    provider, sub = form.get("provider") or None, form.get("sub", "").strip() or None
    if form.get("action") == "delete":
        control.ask("DELETE", "idp/people", provider=provider, sub=sub)
        return place("people", done="deleted")
    claims = {name: form[name].strip() for name in ("name", "email") if form.get(name, "").strip()}
    verified = {"email_verified": form.get("email_verified") == "true"} if "email" in claims else {}
    person = {"provider": provider, "sub": sub, "claims": claims | verified}
    control.ask("POST", "idp/people", {name: value for name, value in person.items() if value is not None})
    return place("people", done="added")
