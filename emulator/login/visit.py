"""A visit: a browser's request of a login page, as every page gets it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.pools import domains, oauth_settings
from emulator.domain.pools.apps import AppById, FoundApp
from emulator.domain.recovery import pauses
from emulator.domain.tokens.browser_sessions import LOCAL
from emulator.faults import InvalidParameterException
from emulator.login import appearance, carried, languages
from emulator.login.appearance import Appearance
from emulator.login.carried import Carried
from emulator.login.outcomes import unavailable
from emulator.oauth import authorization_request
from emulator.oauth.authorization_request import AuthorizationRequest
from emulator.oauth.parameters import query_text
from emulator.wire import decode, model

ADDS_PASSKEY = "then=add_passkey"
"""The parameter of a sign-in that leads to `/passkeys/add`, and not to the application."""


class Browser(Struct, frozen=True):
    """What a browser sends beside the form: the query, and the values of its cookies."""

    query: bytes
    session: str | None = None
    page_data: str | None = None
    language: str | None = None


class Visit(Struct, frozen=True):
    """A request of a page, whose authorization request was read and checked.

    `carried` is what the browser carries to this page; None where it carries nothing, or that is for another page.
    `aside` is what it carries to another page.
    `kept_language` is the language that the browser's cookie has.
    `query` is the page's own query, unchanged. `form` has the fields of a submitted form.
    """

    context: Context
    request: AuthorizationRequest
    path: str
    query: str
    session: str | None = None
    carried: Carried | None = None
    aside: Carried | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    kept_language: str | None = None

    @property
    def app(self) -> FoundApp:
        """The app client and its pool, as they were read."""
        return self.request.app

    @property
    def current_app(self) -> AppById:
        """The app client and its pool, read again after each release of the connection."""
        return AppById(self.context.unit, self.app.client.id)

    @property
    def is_managed(self) -> bool:
        """Whether the pages are those of managed login, and not the classic ones."""
        return domains.login_version(self.context, self.app.pool) > 1

    @property
    def language(self) -> str:
        """The language of the texts."""
        return languages.chosen(self.request.lang, self.kept_language) if self.is_managed else languages.ENGLISH

    @property
    def look(self) -> Appearance:
        """How the client's pages look."""
        return appearance.read(self.context, self.app, managed=self.is_managed)

    @property
    def under_way(self) -> Carried:
        """What a page of a sign-in needs. Raises NotAuthorizedException if the browser carries nothing to this page."""
        if self.carried is None:
            raise refusals.expired_session("the browser carries no sign-in to this page")
        return self.carried

    def check_under_way(self) -> None:
        """Raise NotAuthorizedException if the browser carries nothing to this page."""
        _ = self.under_way

    @property
    def adds_passkey(self) -> bool:
        """Whether the user came to add a passkey. The query says so: a cookie would say it to other sign-ins too."""
        return ADDS_PASSKEY in self.query.split("&")

    def carried_to(self, path: str, username: str, **members: object) -> Carried:
        """What the browser carries on to a page: `members` are members of `Carried`."""
        return replace(Carried(path, username), **members)

    def field(self, name: str) -> str:
        """A field of the form; empty if it is missing."""
        return self.form.get(name, "")

    def acts_as(self, operation_name: str) -> None:
        """Run as that operation, for the table of triggers. Raises what a recovery refuses it with."""
        self.context.operation_name = operation_name
        pauses.check_operation(self.context, self.app.pool, operation_name)

    def check(self, operation_name: str, **members: object) -> None:
        """Raise InvalidParameterException where `members` break a constraint of the service model."""
        operation = model.load("cognito-idp").operations[operation_name]
        try:
            decode.decode_value(operation, {"ClientId": self.app.client.id, **members})
        except decode.Invalid as wrong:
            raise InvalidParameterException(str(wrong), "a field breaks a constraint of the service model") from None

    def check_local(self) -> None:
        """Raise InvalidParameterException where the client does not let the pool's own users sign in."""
        if LOCAL not in oauth_settings.providers(self.app.client.settings):
            raise InvalidParameterException(
                oauth_settings.NOT_AVAILABLE, "COGNITO is not among SupportedIdentityProviders"
            )


def read(context: Context, path: str, browser: Browser, form: Mapping[str, str]) -> Visit:
    """The visit of a page. Raises OAuthError for a query that is no authorization request, and Unavailable."""
    return read_query(context, path, browser, browser.query, form)


def read_query(context: Context, path: str, browser: Browser, query: bytes, form: Mapping[str, str]) -> Visit:
    """The visit of a page, with the authorization request of `query`. Raises as `read`."""
    request = authorization_request.read(context, query)
    app = request.app
    managed = domains.login_version(context, app.pool) > 1
    if managed and context.unit.brandings.of_client(app.client.id) is None:
        raise unavailable("the client has no managed login branding")
    if not oauth_settings.providers(app.client.settings):
        # AWS unknown: what GET /login shows for a client without SupportedIdentityProviders. Here that its pages are
        # unavailable.
        raise unavailable("SupportedIdentityProviders of the client is empty")
    kept = carried.unseal(context, app.client.id, browser.page_data)
    here = kept is not None and kept.path == path
    written = query_text(browser.query)
    return Visit(
        context,
        request,
        path,
        written,
        session=browser.session,
        carried=kept if here else None,
        aside=None if here else kept,
        form=form,
        kept_language=browser.language,
    )
