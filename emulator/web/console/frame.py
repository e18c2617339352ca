"""The frame of all pages of the console: HTML and its headers, forms, and calls of operations as programs make them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from msgspec import Struct
from msgspec.structs import replace

from emulator.context import Context, RequestOrigin
from emulator.dispatch import Dispatcher
from emulator.durations import iso
from emulator.faults import Fault
from emulator.version import version
from emulator.web import csrf, request_origin
from emulator.web.api_request import LARGEST_FORM
from emulator.web.console.navigation import DONE, ENTRIES
from emulator.wire import decode, encode, model

CSRF = "console-csrf"
"""The cookie with the token that the forms have in `_csrf`."""
PATH = "/_emulator/"
_LONGEST_NUMBER = 12
_NOT_FOUND = {"ResourceNotFoundException", "UserNotFoundException"}
_BAD_FORM = "This page was open for too long, or its form is not from here. Reload it, and send the form again."
# `same-origin`: with `no-referrer`, Chromium sends `Origin: null` with forms, which the guard takes for another site's.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Vary": "Accept",
}


class Alert(Struct, frozen=True):
    """What went wrong, for `role="alert"`: the exception's name and text of a call, or a sentence by itself."""

    words: str
    code: str = ""
    status: int = 400


class Refused(Exception):
    """A form is refused by the console itself. str() is the sentence for the person."""


class UnknownAction(Refused):
    """A form asks for something that its page does not do."""

    def __init__(self) -> None:
        super().__init__("This form has no known action.")


Shows = Callable[[Alert | None], Response]
"""Shows a page, with what went wrong with its form. The page then has the form's fields in `entered`."""


class Console:
    """The console's blueprint, with what its pages share."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.routes = Blueprint(
            "console",
            __name__,
            url_prefix="/_emulator",
            static_folder="../static/console",
            static_url_path="/console/static",
        )
        self.routes.add_app_template_filter(iso, "moment")
        self.routes.register_error_handler(Fault, lambda fault: self._failed(alert_of(fault)))
        self.routes.register_error_handler(Refused, lambda refused: self._failed(Alert(str(refused))))

    def call(
        self, name: str, service: model.Name = "cognito-idp", region: str | None = None, /, **members: Any
    ) -> dict[str, Any]:
        """Call an operation as a program does, and return its answer as JSON values; raises its Fault.

        Members that are None are left out. The console needs no signature: who may open it is for
        `emulator/web/guard.py`. A call acts in `region`, else where what it names lives. It is logged if it changes
        something: pages that show an event would otherwise add events.
        """
        operation = model.load(service).operations[name]
        given = {member: value for member, value in members.items() if value is not None}
        outcome = self.dispatcher.run(
            operation,
            lambda: decode.decode_value(operation, given),
            lambda answer: encode.encode_json(operation, answer),
            replace(self.origin(), region=region, is_console=True),
        )
        self.dispatcher.finish(outcome)
        if outcome.fault:
            raise outcome.fault
        answer: dict[str, Any] = decode.parse(outcome.body) if outcome.body else {}
        return answer

    def pool(self, id: str) -> dict[str, Any]:
        """The settings of a user pool, as DescribeUserPool answers; raises its Fault."""
        settings: dict[str, Any] = self.call("DescribeUserPool", UserPoolId=id)["UserPool"]
        return settings

    def work(self, writes: bool, function: Callable[[Context], Any]) -> Any:
        """Run `function` in a unit of work, for what no operation of AWS answers; raises its Fault."""
        return self.dispatcher.work(writes, self.origin(), function)

    def origin(self) -> RequestOrigin:
        """Where the browser is, and by which URL it reached the server."""
        return request_origin.read(request)

    def page(self, name: str, /, *, alert: Alert | None = None, status: int = 200, **shown: Any) -> Response:
        """A page of `templates/console/`. All values are escaped.

        Its forms have `csrf`, which also goes to a cookie; the browser's token stays, for its other tabs.
        """
        token = csrf.token(CSRF, self.dispatcher.world.entropy)
        frame = {
            "navigation": ENTRIES,
            "version": version(),
            "csrf": token,
            "alert": alert,
            "done": DONE.get(request.args.get("done", "")),
            "entered": request.form if alert else {},
        }
        rendered = render_template(f"console/{name}.html", **frame, **shown)
        text = rendered.encode("utf-8", "replace")  # JSON may have halves of a surrogate pair
        response = Response(text, status, _HEADERS, content_type="text/html; charset=utf-8")
        response.set_cookie(CSRF, token, path=PATH, secure=request.is_secure, httponly=True, samesite="Strict")
        return response

    def take(self, act: Callable[[Mapping[str, str]], str], show: Shows, largest: int = LARGEST_FORM) -> Response:
        """The answer to a form: where `act` says to go on (Post/Redirect/Get), or its page again with what was wrong.

        `act` gets the form's fields, raises Fault or Refused, and returns a URL of the console.
        """
        form = self.form(largest)
        try:
            return _gone_on(act(form))
        except Fault as fault:
            return show(alert_of(fault))
        except Refused as refused:
            return show(Alert(str(refused)))

    def form(self, largest: int = LARGEST_FORM) -> dict[str, str]:
        """The fields of the form, without `_csrf`; of repeated ones the first. Aborts with 403 for a foreign form."""
        if (request.content_length or 0) > largest:
            abort(413)
        form = request.form.to_dict()
        if not csrf.is_right(CSRF, form):
            abort(self._failed(Alert(_BAD_FORM, status=403)))
        if any("\0" in text for field in form.items() for text in field):
            abort(400)
        return {name: value for name, value in form.items() if name != "_csrf"}

    def _failed(self, alert: Alert) -> Response:
        """The page of what could not even be shown."""
        return self.page("failed", alert=alert, status=alert.status)


def chosen(name: str) -> list[str]:
    """The values of a form's field that may be repeated, such as the boxes that are checked."""
    return [value for value in request.form.getlist(name) if value]


def lines(text: str) -> list[str]:
    """The lines of a text field that has one value on each."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Attributes as AWS takes them."""
    return [{"Name": name, "Value": value} for name, value in values.items()]


def by_name(values: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The values of attributes that AWS answers, by name."""
    return {pair["Name"]: pair["Value"] for pair in values}


def number(form: Mapping[str, str], name: str) -> int | None:
    """The number in a field; None for an empty one. Raises Refused for anything else."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST_NUMBER):
        raise Refused(f"{name}: {text} is not a number.")
    return int(text)


def alert_of(fault: Fault) -> Alert:
    """The refusal of a call, in AWS's words."""
    return Alert(fault.message or "", fault.code, 404 if fault.code in _NOT_FOUND else fault.status)


def place(endpoint: str, /, **values: Any) -> str:
    """The URL of a page of the console. Ids and names are quoted."""
    return url_for(f"console.{endpoint}", **values)


def further(answer: Mapping[str, Any], endpoint: str, /, **values: Any) -> str | None:
    """The URL of the next page of a list, from an operation's answer; None if there is no further page."""
    token = answer.get("NextToken")
    return place(endpoint, **values, token=token) if token else None


def wants_page() -> bool:
    """Whether the request is for HTML rather than JSON, as a browser's for what a person opens."""
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"]


def _gone_on(url: str) -> Response:
    response: Any = redirect(url, 303)
    response.headers.extend(_HEADERS)
    return response  # type: ignore[no-any-return]
