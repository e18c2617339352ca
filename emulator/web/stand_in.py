"""The stand-in identity provider's OAuth and OpenID Connect: routes, cookies, headers and pages.

What it answers is in `emulator.stand_in`; its SAML is in `stand_in_saml.py`, its pages are in `stand_in_pages.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from emulator.dispatch import Dispatcher
from emulator.stand_in import authorization, discovery, sign_in, tokens
from emulator.stand_in.addresses import FACEBOOK_VERSION, PREFIX
from emulator.stand_in.answers import Answer, Json, Notice, Refused, with_query
from emulator.stand_in.dialects import APPLE, DIALECTS, FACEBOOK, OIDC, Dialect
from emulator.stand_in.state import Provider
from emulator.web.stand_in_pages import Pages, sent
from emulator.web.stand_in_provider import Work, worker

View = Callable[..., Response]
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes, each where the provider that is stood in for has it."""
    routes = Blueprint("stand_in", __name__, static_folder="static/stand_in", static_url_path=f"{PREFIX}/static")
    work, pages = worker(dispatcher), Pages(dispatcher.world.entropy)

    @routes.after_request
    def show_picture(response: Response) -> Response:
        if request.path.endswith(".svg"):  # the picture of a person, for pages of any site
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    for dialect in DIALECTS:
        _add(routes, dialect, work, pages)

    @routes.route(_path(OIDC.endpoints("").end_session), methods=["GET", "POST"])
    def end_session() -> Response:
        """End the session of the browser."""
        parameters = request.values.to_dict()
        return pages.answer(work(lambda idp: discovery.end_session(idp, parameters, pages.session())))

    return routes


def _add(routes: Blueprint, dialect: Dialect, work: Work, pages: Pages) -> None:
    where, name = dialect.endpoints(""), dialect.segment

    def add(url: str | None, kind: str, view: View, *methods: str) -> None:
        for number, path in enumerate(_paths(dialect, url)):
            routes.add_url_rule(path, f"{name}_{kind}_{number}", view, methods=methods)

    add(where.authorize, "authorize", _authorize(dialect, work, pages), "GET", "POST")
    add(where.token, "token", _token(dialect, work), *(["GET"] if dialect.tokens_by_get else []), "POST")
    add(where.userinfo, "userinfo", _userinfo(dialect, work), "GET", "POST")
    add(where.keys, "keys", lambda **_: _json(Json(work(discovery.key_set))), "GET")
    add(
        where.discovery,
        "discovery",
        lambda **_: _json(Json(work(lambda idp: discovery.document(dialect, idp.base), writes=False))),
        "GET",
    )


def _paths(dialect: Dialect, url: str | None) -> list[str]:
    if url is None:
        return []
    path = _path(url)
    if dialect is not FACEBOOK:
        return [path]
    return [path.replace(FACEBOOK_VERSION, "<version>"), path.replace(f"/{FACEBOOK_VERSION}", "")]


def _path(url: str | None) -> str:
    return (url or "").partition("?")[0]


def _authorize(dialect: Dialect, work: Work, pages: Pages) -> View:
    def view(**_: str) -> Response:
        """Sign somebody in, or show the page; take the page's form."""
        if request.method == "POST" and not pages.is_form():
            # OpenID Connect Core, section 3.1.2.1: requests by POST are those by GET.
            return sent(with_query(request.path, request.form.to_dict()), 303)
        pairs, cookie = list(request.args.items(multi=True)), pages.session()
        form = pages.form() if request.method == "POST" else None

        def answer(idp: Provider) -> Answer:
            try:
                asked = authorization.read(dialect, pairs)
            except Refused as refused:
                return Notice(str(refused))
            except authorization.Denied as denied:
                may_send = idp.may_send_to(denied.target.uri)
                return denied.answer if may_send else Notice(str(denied))
            return sign_in.begin(idp, asked, cookie) if form is None else sign_in.choose(idp, asked, cookie, form)

        return pages.answer(work(answer))

    return view


def _token(dialect: Dialect, work: Work) -> View:
    def view(**_: str) -> Response:
        """Exchange a code for tokens."""
        sent_in = request.args if request.method == "GET" else request.form
        asked = tokens.Request(dialect, list(sent_in.items(multi=True)), request.headers.get("Authorization"))
        return _json(work(lambda idp: tokens.exchange(idp, asked)))

    return view


def _userinfo(dialect: Dialect, work: Work) -> View:
    def view(**_: str) -> Response:
        """What the provider says of the person whose access token it is."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else request.form.get("access_token")
        if bearer is None and dialect not in (OIDC, APPLE):
            bearer = request.args.get("access_token")
        fields = request.values.get("fields")
        return _json(work(lambda idp: tokens.user_info(idp, dialect, bearer, fields), writes=False))

    return view


def _json(answer: Json) -> Response:
    response = jsonify(dict(answer.body))
    response.status_code = answer.status
    response.headers.update(_NO_STORE)
    if answer.challenge:
        response.headers["WWW-Authenticate"] = answer.challenge
    return response
