"""grant_type=authorization_code (RFC 6749, section 4.1.3; RFC 7636, section 4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.pools import oauth_settings
from emulator.domain.tokens import authorization_codes, tokens
from emulator.domain.tokens.grants import Authentication, Grant
from emulator.domain.triggers import trigger_table
from emulator.faults import NotAuthorizedException
from emulator.oauth import clients, pkce, token_trigger
from emulator.oauth.clients import OAuthClient
from emulator.oauth.errors import InvalidGrant, InvalidRequest, OAuthError, UnauthorizedClient
from storage.records.oauth import AuthorizationCode

_OF_AUTHENTICATION = frozenset({"Acr", "Amr", "OriginSession"})


def exchange(context: Context, client: OAuthClient, given: Mapping[str, str]) -> dict[str, Any]:
    """Exchange a code for tokens. A code whose exchange is refused, by its own client, cannot be tried again.

    PreTokenGeneration is called before the code is spent. Raises OAuthError.
    """
    # AWS unknown: whether a refused exchange at POST /oauth2/token uses up the code. Here a wrong redirect_uri, a wrong
    # code_verifier and an unreadable scope do; the failure of PreTokenGeneration does not.
    signing_keys.ensure(context, client.app.pool.id)
    _check_allowed(client)
    code = _found(context, client, given)
    grant = _grant(context, client, code)
    overrides = token_trigger.call(context, grant, trigger_table.HOSTED)
    if overrides:
        client = clients.read_again(context, client)
        code = _found(context, client, given)
        grant = _grant(context, client, code)
    details = {name: value for name, value in code.details.items() if name in _OF_AUTHENTICATION}
    family, result = tokens.issue_family(context, grant, Authentication(code.auth_time, details), overrides=overrides)
    try:
        authorization_codes.spend(context, code, family.origin_jti)
    except NotAuthorizedException as lost:
        raise InvalidGrant(None, lost.reason) from None
    return result


def _check_allowed(client: OAuthClient) -> None:
    settings = client.app.client.settings
    if not oauth_settings.is_enabled(settings) or "code" not in oauth_settings.flows(settings):
        raise UnauthorizedClient(None, "the client may not use the code flow")


def _found(context: Context, client: OAuthClient, given: Mapping[str, str]) -> AuthorizationCode:
    """The code, if the request may exchange it: of this client, for the same redirect_uri and PKCE verifier."""
    value, redirect_uri = given.get("code"), given.get("redirect_uri")
    if value is None:
        raise InvalidRequest(None, "code is missing")
    try:
        code = authorization_codes.find(context, value, client.id)
    except NotAuthorizedException as invalid:
        error = InvalidGrant(None, invalid.reason)
        raise (error.keeping() if invalid.keeps else error) from None
    if redirect_uri != code.redirect_uri:
        # AWS unknown: whether POST /oauth2/token refuses a missing redirect_uri as a wrong one; here it does.
        raise _burnt(context, code, UnauthorizedClient("invalid_redirect", "redirect_uri is not that of the request"))
    objection = pkce.objection(given.get("code_verifier"), code.challenge)
    if objection:
        raise _burnt(context, code, InvalidGrant(None, objection))
    return code


def _grant(context: Context, client: OAuthClient, code: AuthorizationCode) -> Grant:
    """What the code grants, to a user who may still sign in."""
    app, user = client.app, context.unit.users.get(code.user_id)
    if user is None or not user.enabled:
        raise _burnt(context, code, InvalidGrant(None, "the user is gone or disabled"))
    context.username = user.username
    grant = Grant.stored(app.pool, app.client, user, code.details)
    unreadable = oauth_settings.unreadable(app.client.settings, app.pool.settings["SchemaAttributes"], grant.scopes)
    if unreadable:
        reason = f"the client may not read the attributes of {' '.join(unreadable)}"
        raise _burnt(context, code, InvalidGrant(None, reason))
    return grant


def _burnt(context: Context, code: AuthorizationCode, error: OAuthError) -> OAuthError:
    """Spend the code, and return the exception to raise, which commits that."""
    context.unit.authorization_codes.spend(code.digest, None)
    return error.keeping()
