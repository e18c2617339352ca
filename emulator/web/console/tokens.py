"""The page of tokens: one that is pasted, decoded and verified; and tokens that are minted for a user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from emulator.context import Context
from emulator.domain.tokens import inspection
from emulator.durations import iso
from emulator.web.console import control
from emulator.web.console.frame import Alert, Console, Refused, lines
from keys.signing import Unreadable

_TIMES = ("exp", "iat", "auth_time", "nbf", "updated_at")
_END = 253_402_300_800
"""The year 10000, which dates do not have."""
_MEANINGS = {
    "sub": "the user's id, which stays when names change",
    "iss": "the issuer: who signed it",
    "aud": "the app client that an ID token is for",
    "client_id": "the app client that an access token is for",
    "token_use": "id or access",
    "scope": "what an access token allows",
    "jti": "the token's own id",
    "origin_jti": "the sign-in it comes from: revoking ends all of its tokens",
    "event_id": "the call that issued it",
    "cognito:username": "the username",
    "cognito:groups": "the user's groups",
    "cognito:roles": "the roles of these groups",
    "cognito:preferred_role": "the role of the group with the lowest precedence",
    "nonce": "what the application sent to /oauth2/authorize",
    "at_hash": "binds the ID token to its access token",
}


def add(console: Console) -> None:
    """Add the routes."""

    def show(alert: Alert | None = None, **shown: Any) -> Response:
        asked = {name: request.args.get(name, "") for name in ("pool", "client", "user")}
        return console.page("tokens", alert=alert, asked=asked, **shown)

    @console.routes.get("/console/tokens")
    def tokens() -> Response:
        """The forms. The query may name a pool, a client and a user to mint tokens for."""
        return show()

    @console.routes.post("/console/tokens")
    def use_tokens() -> Response:
        """Decode a token, or mint tokens. The answer is the page itself: tokens do not belong into URLs."""
        form = console.form()
        try:
            if form.get("action") == "mint":
                return show(minted=_mint(form))
            return show(inspected=_inspected(console, form.get("token", "")))
        except Refused as refused:
            return show(Alert(str(refused)))


def _mint(form: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {name: form.get(name, "").strip() for name in ("pool", "client", "user")}
    scopes = lines(form.get("scopes", "").replace(" ", "\n"))
    minted: dict[str, Any] = control.ask("POST", "tokens", body | ({"scopes": scopes} if scopes else {}))
    return minted


def _inspected(console: Console, text: str) -> dict[str, Any]:
    token = "".join(text.split()).removeprefix("Bearer")

    def look(context: Context) -> tuple[inspection.Inspected, float]:
        return inspection.inspect(context, token), context.now

    try:
        found, now = console.work(False, look)
    except Unreadable as problem:
        words = f"This is no JWT: {problem}. A refresh token is none: only the server can read it."
        raise Refused(words) from None
    claims = [
        {"name": name, "value": value, "meaning": _meaning(name, value, now)} for name, value in found.claims.items()
    ]
    return {"found": found, "claims": claims, "token": token}


def _meaning(name: str, value: Any, now: float) -> str:
    """What a claim says, in words; a time as a date, and how far it is from the server's."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name not in _TIMES or not is_number or not 0 <= value < _END:
        return _MEANINGS.get(name, "")
    return f"{iso(float(value))}, {_distance(value - now)}"


def _distance(seconds: float) -> str:
    left, parts = round(abs(seconds)), []
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count}{unit}")
    words = " ".join(parts[:2]) or "0s"
    return f"in {words}" if seconds > 0 else f"{words} ago"
