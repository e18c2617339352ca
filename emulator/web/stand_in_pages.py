"""The pages of the stand-in provider, their cookies, and the check that a form is of such a page."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from emulator.stand_in.addresses import PREFIX
from emulator.stand_in.answers import Answer, Notice, Show
from emulator.web import csrf, html
from emulator.web.api_request import LARGEST_FORM
from keys.entropy import Entropy

SESSION, CSRF = "stand-in-session", "stand-in-csrf"
_BAD_FORM = "This page was open for too long, or its form is not from here. Go back and reload it."


class Pages:
    """Answers browsers."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy

    def session(self) -> str | None:
        """The browser's session."""
        return request.cookies.get(SESSION)

    def is_form(self) -> bool:
        """Whether a POST has the form of a page of ours, right or wrong, instead of a request of the protocol."""
        return "_csrf" in request.form

    def form(self) -> dict[str, str]:
        """The fields of a form. Aborts with 403 if it lacks the token of the browser's cookie (double submit)."""
        if (request.content_length or 0) > LARGEST_FORM:
            abort(413)
        form = request.form.to_dict()
        if not csrf.is_right(CSRF, form):
            abort(self.answer(Notice(_BAD_FORM, 403)))
        if any("\0" in value for value in form.values()):
            abort(400)
        return form

    def answer(self, answer: Answer) -> Response:
        """The response to a browser."""
        if isinstance(answer, Show):
            return self._choose(answer)
        if isinstance(answer, Notice):
            response = _page("words", answer.status, words=answer.words)
        elif answer.fields is None:
            response = sent(answer.url, 302)
        else:
            response = _page("post", url=answer.url, fields=answer.fields)
        if answer.session is not None:
            _set(response, SESSION, answer.session)
        return response

    def _choose(self, show: Show) -> Response:
        """The page with a CSRF token in its forms and in a cookie. The browser's token stays, for its other tabs."""
        token = csrf.token(CSRF, self._entropy)
        query = request.query_string.decode("ascii", "replace")
        response = _page("choose", show=show, csrf=token, action=f"{request.path}?{query}")
        _set(response, CSRF, token)
        return response


def sent(url: str, status: int) -> Response:
    """A redirect. Nobody learns by its `Referer` what was asked."""
    headers = {"Cache-Control": "no-store", "Location": url, "Referrer-Policy": "no-referrer"}
    return Response(status=status, headers=headers)


def _page(name: str, status: int = 200, **shown: object) -> Response:
    rendered = render_template(f"stand_in/{name}.html", static=f"{PREFIX}/static", **shown)
    return Response(rendered, status, html.HEADERS, content_type="text/html; charset=utf-8")


def _set(response: Response, name: str, value: str) -> None:
    """Set a cookie for as long as the browser runs; "" deletes it."""
    seconds = None if value else 0
    response.set_cookie(
        name, value, max_age=seconds, path=PREFIX, secure=request.is_secure, httponly=True, samesite="Lax"
    )
