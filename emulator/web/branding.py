"""The style sheets and images of the login pages: those of a managed login style, and the CSS of SetUICustomization."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.branding import brandings, classic_css, pictures, style_sheets, ui_customization
from emulator.login import appearance
from emulator.web import request_origin

_CSS = "text/css; charset=utf-8"
_MOST = 2**31 - 1
"""The largest number of an image: databases take no number of any length."""
_Found = tuple[bytes, str] | None


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes."""
    routes = Blueprint("branding", __name__)
    _add_constant(routes)
    _add_stored(routes, dispatcher)
    return routes


def _add_constant(routes: Blueprint) -> None:
    """Cognito's own style sheets and images."""

    @routes.get(appearance.CLASSIC_SHEET)
    def classic() -> Response:
        """The default style sheet of the classic pages."""
        return _answer((classic_css.DEFAULT.encode(), _CSS))

    @routes.get(appearance.DEFAULT_SHEET)
    def default() -> Response:
        """The style sheet of pages that belong to no app client."""
        return _answer((style_sheets.default().encode(), _CSS))

    @routes.get(f"{pictures.PATH}/default/<category>/<mode>")
    def default_picture(category: str, mode: str) -> Response:
        """One of Cognito's own images."""
        return _answer(pictures.read_default(category, mode))


def _add_stored(routes: Blueprint, dispatcher: Dispatcher) -> None:
    """The style sheets and images of pools and app clients."""

    def answer(read: Callable[[Context], _Found]) -> Response:
        return _answer(dispatcher.work(False, request_origin.read(request), read))

    @routes.get("/<pool_id>/<client_id>/<version>/assets/css/custom-css.css")
    def custom(pool_id: str, client_id: str, version: str) -> Response:
        """The style sheet that SetUICustomization set."""

        def read(context: Context) -> _Found:
            css = ui_customization.css(context, pool_id, client_id, version)
            return None if css is None else (css.encode(), _CSS)

        return answer(read)

    @routes.get(f"{pictures.PATH}/<branding_id>/style.css")
    def managed(branding_id: str) -> Response:
        """The style sheet of a managed login style."""

        def read(context: Context) -> _Found:
            branding = context.unit.brandings.get(branding_id)
            if branding is None:
                return None
            found = pictures.of(context, branding)
            return style_sheets.managed(brandings.effective(branding), found).encode(), _CSS

        return answer(read)

    @routes.get(f"{pictures.PATH}/<branding_id>/<int(max={_MOST}):number>")
    def picture(branding_id: str, number: int) -> Response:
        """An image of a managed login style."""
        return answer(lambda context: pictures.read(context, branding_id, number))


def _answer(found: _Found) -> Response:
    """The file, or 404. Browsers ask each time whether it is still the same, so that changes show at once."""
    # Unlike AWS: what SetUICustomization and UpdateManagedLoginBranding change shows at once, on AWS within a minute.
    if found is None:
        abort(404)
    response = Response(found[0], content_type=found[1])
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.add_etag()
    response.make_conditional(request)
    return response
