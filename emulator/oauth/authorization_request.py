"""Authorization requests (RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2.1): read and checked.

`/oauth2/authorize` and every page of a sign-in read the request from their query, so that a page can trust nothing
else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field

from emulator.context import Context
from emulator.domain.pools import oauth_settings
from emulator.domain.pools.apps import FoundApp
from emulator.oauth import clients, parameters, pkce, redirect_uris, resources, scopes
from emulator.oauth.clients import OAuthClient
from emulator.oauth.errors import InvalidClient, InvalidRequest, OAuthError, RedirectMismatch, UnauthorizedClient
from emulator.oauth.redirects import Callback, error_page

PARAMETERS = frozenset(
    {
        "acr_values",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "identity_provider",
        "idp_identifier",
        "lang",
        "login_hint",
        "max_age",
        "nonce",
        "prompt",
        "redirect_uri",
        "resource",
        "response_type",
        "scope",
        "state",
    }
)
_FLOWS = {"code": "code", "token": "implicit"}
"""response_type → the OAuth flow that the client must allow."""
_LONGEST_AGE = 10


class AuthorizationRequest(Struct, frozen=True):
    """An authorization request that passed all checks.

    `client_id` is the id as it was presented: the app client's, or a URL that stands for the app client. `query` is the
    request's query, unchanged, with which a page leads to the next. `prompt`, `acr_values`, `max_age` and `lang` are
    empty where the pool has no managed login. `identity_provider` is COGNITO, the name of a provider that the client
    supports, or None if the request does not say. `document` is the metadata document of a client whose id is a URL.
    """

    app: FoundApp
    client_id: str
    response_type: str
    redirect_uri: str
    scopes: tuple[str, ...]
    query: str
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    resource: str | None = None
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    lang: str | None = None
    login_hint: str | None = None
    identity_provider: str | None = None
    client_url: str | None = None
    document: Mapping[str, Any] | None = None

    @property
    def refreshable(self) -> bool:
        """Whether the client may get a refresh token, as far as its metadata document is concerned."""
        # AWS unknown: whether POST /oauth2/token gives a refresh token to a client id that is a URL, where its metadata
        # document lacks the grant type refresh_token. Here it does not.
        return self.document is None or "refresh_token" in self.document["grant_types"]

    @property
    def callback(self) -> Callback:
        """Where the response goes."""
        return Callback(self.redirect_uri, self.state, in_fragment=self.response_type == "token")


class Draft(Struct):
    """An authorization request while it is checked. `given` are its parameters, `found` what the checks have found."""

    context: Context
    given: Mapping[str, str]
    client: OAuthClient | None = None
    document: Mapping[str, Any] | None = None
    redirect_uri: str = ""
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> OAuthClient:
        """The client. Raises RuntimeError before `_client` has run."""
        if self.client is None:
            raise RuntimeError("a check of a client ran before the client was found")
        return self.client

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings of the app client."""
        return self.known.app.client.settings

    @property
    def callback(self) -> Callback:
        """Where errors may go, once the redirect URI is known to be the client's."""
        return Callback(self.redirect_uri, self.given.get("state"), self.given.get("response_type") == "token")


Check: TypeAlias = Callable[[Draft], None]
"""One rule: raises the OAuthError of a draft that breaks it."""


def read(context: Context, query: bytes) -> AuthorizationRequest:
    """The authorization request of a query.

    Raises OAuthError. Until the redirect URI is known to be the client's, its `location` is the error page, or None if
    the endpoint itself answers with a page; later it is the callback. May release the connection, to fetch the document
    of a client whose id is a URL.
    """
    draft = Draft(context, parameters.read(query, PARAMETERS))
    return _checked(draft, (_client, _metadata, *_UNTRUSTED), parameters.query_text(query))


def read_again(context: Context, request: AuthorizationRequest) -> AuthorizationRequest:
    """The request with its client as it is now, after the connection was released. Raises as `read`.

    The metadata document stays the one that was read: to fetch it would release the connection once more.
    """
    draft = Draft(context, parameters.read(request.query.encode(), PARAMETERS), document=request.document)
    return _checked(draft, (_client, *_UNTRUSTED), request.query)


def _checked(draft: Draft, untrusted: Iterable[Check], query: str) -> AuthorizationRequest:
    for check in untrusted:
        check(draft)
    for check in _TRUSTED:
        try:
            check(draft)
        except OAuthError as error:
            raise error.at(draft.callback.of_error(error)) from None
    _identity_provider(draft)
    return _whole(draft, query)


def _client(draft: Draft) -> None:
    """The client exists, in the pool of the domain."""
    client_id = _required(draft, "client_id")
    draft.client = clients.find(draft.context, client_id)
    if draft.client is None:
        error = InvalidRequest(None, "no such client")
        raise error.at(error_page(error, client_id))


def _metadata(draft: Draft) -> None:
    """The document of a client whose id is a URL can be used."""
    # AWS unknown: how GET /oauth2/authorize refuses a client id that is a URL, where its metadata document cannot be
    # had or is wrong; here with invalid_client on the error page. The event says in words what is wrong.
    if draft.known.policy is None:
        return
    client_id = draft.known.id
    try:
        draft.document = clients.document(draft.context, draft.known)
    except InvalidClient as error:
        raise error.at(error_page(error, client_id)) from None
    _client(draft)  # again: the connection may have been released


def _enabled(draft: Draft) -> None:
    """The client may use OAuth at all."""
    if not oauth_settings.is_enabled(draft.settings):
        error = UnauthorizedClient(None, "AllowedOAuthFlowsUserPoolClient is false")
        raise error.at(error_page(error, draft.known.id))


def _redirect_uri(draft: Draft) -> None:
    """The redirect URI is one of the client's: literally, or by DefaultRedirectURI if the request has none."""
    given = draft.given.get("redirect_uri")
    if given is None and draft.document is None:
        given = oauth_settings.default_redirect(draft.settings)
    draft.redirect_uri = given or _required(draft, "redirect_uri")
    if not redirect_uris.is_registered(draft.redirect_uri, draft.settings, draft.document):
        error = RedirectMismatch(None, "redirect_uri is not registered")
        raise error.at(error_page(error, draft.known.id))


def _response_type(draft: Draft) -> None:
    """The response type is one that the client may ask for."""
    # AWS unknown: how GET /oauth2/authorize refuses a response_type that OAuth does not have at all. Here with
    # invalid_request, as one that is missing.
    response_type = draft.given.get("response_type")
    if response_type not in _FLOWS:
        raise InvalidRequest(None, "response_type is neither code nor token")
    of_document = (draft.document or {}).get("response_types", [response_type])
    if _FLOWS[response_type] not in oauth_settings.flows(draft.settings) or response_type not in of_document:
        raise UnauthorizedClient(None, f"the client may not use response_type={response_type}")
    grant = "authorization_code" if response_type == "code" else "implicit"
    if draft.document is not None and grant not in draft.document["grant_types"]:
        raise UnauthorizedClient(None, f"the client metadata document lacks the grant type {grant}")


def _challenge(draft: Draft) -> None:
    """The PKCE challenge is an S256 challenge. Clients whose ids are URLs are public, and need one."""
    # AWS unknown: whether GET /oauth2/authorize demands a code_challenge of a client id that is a URL. Here it does.
    challenge, method = draft.given.get("code_challenge"), draft.given.get("code_challenge_method")
    if challenge is None and method is None:
        if draft.document is not None and draft.given["response_type"] == "code":
            raise InvalidRequest(None, "code_challenge is missing")
        return
    if challenge is None or method != "S256" or not pkce.is_challenge(challenge):
        raise InvalidRequest(None, "code_challenge is no S256 challenge")


def _scope(draft: Draft) -> None:
    """The scopes are ones that the client allows, and its metadata document, if that names scopes."""
    granted = scopes.to_authorize(draft.context, draft.known.app, draft.given.get("scope"))
    of_document = (draft.document or {}).get("scope")
    if of_document is not None:
        granted = tuple(scope for scope in granted if scope in scopes.requested(of_document))
    draft.found["scopes"] = granted


def _resource(draft: Draft) -> None:
    """The resource is a URL, in a pool that has resource binding."""
    resource = draft.given.get("resource")
    if resource is not None:
        resources.check(draft.context, draft.known.app.pool, resource)


def _managed(draft: Draft) -> None:
    """The parameters that managed login alone has; ignored where the pool does not have it."""
    if not oauth_settings.has_managed_login(draft.context, draft.known.app.pool):
        return
    age, prompt = draft.given.get("max_age"), frozenset(draft.given.get("prompt", "").split())
    if age is not None and not (age.isascii() and age.isdecimal() and len(age) <= _LONGEST_AGE):
        raise InvalidRequest(None, "max_age is not a number of seconds")
    if "none" in prompt and len(prompt) > 1:
        raise InvalidRequest(None, "prompt has none with other values")
    draft.found |= {
        "max_age": None if age is None else int(age),
        "prompt": prompt,
        "acr_values": tuple(draft.given.get("acr_values", "").split()),
        "lang": draft.given.get("lang"),
    }


def _identity_provider(draft: Draft) -> None:
    """The identity provider is one that the client supports. The refusal is told on a page, not to the callback."""
    name, identifier = draft.given.get("identity_provider"), draft.given.get("idp_identifier")
    if name is None and identifier is None:
        return
    if name is None and identifier is not None:
        provider = draft.context.unit.providers.with_identifier(draft.known.app.pool.id, identifier)
        name = provider.name if provider else None
    if name is None or name not in oauth_settings.providers(draft.settings):
        raise InvalidRequest(oauth_settings.NOT_AVAILABLE)
    draft.found["identity_provider"] = name


_UNTRUSTED: tuple[Check, ...] = (_enabled, _redirect_uri)
"""The checks of a known client before the redirect URI can be trusted. Their errors never reach a callback."""
_TRUSTED: tuple[Check, ...] = (_response_type, _challenge, _scope, _resource, _managed)
"""The checks whose errors the callback gets, in order."""


def _required(draft: Draft, name: str) -> str:
    value = draft.given.get(name)
    if value is None:
        raise InvalidRequest(f"Required String parameter '{name}' is not present")
    return value


def _whole(draft: Draft, query: str) -> AuthorizationRequest:
    given, client = draft.given, draft.known
    names = ("state", "nonce", "code_challenge", "resource", "login_hint")
    named: dict[str, Any] = {name: given.get(name) for name in names}
    return AuthorizationRequest(
        app=client.app,
        client_id=client.id,
        response_type=given["response_type"],
        redirect_uri=draft.redirect_uri,
        query=query,
        client_url=client.url,
        document=draft.document,
        **named,
        **draft.found,
    )
