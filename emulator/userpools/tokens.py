"""Tokens beyond sign-in: refresh and rotation, clients' own tokens, token exchange, revocation and sign-out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from emulator.call import Call
from emulator.domain.access import client_secrets, signing_keys
from emulator.domain.pools import client_settings, oauth_settings, replicas, resource_servers
from emulator.domain.pools.apps import FoundApp
from emulator.domain.providers import provider_tokens
from emulator.domain.sign_in import sign_in_triggers
from emulator.domain.tokens import revocation, token_exchange, tokens
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.domain.triggers import trigger_table
from emulator.faults import (
    InvalidParameterException,
    NotAuthorizedException,
    UnauthorizedException,
)
from emulator.refusals import TRIGGER_FAULTS
from emulator.registry import operation
from storage.records.pools import Client

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("GlobalSignOut", "AdminUserGlobalSignOut")
def global_sign_out(
    call: Call[shapes.GlobalSignOutRequestTypeDef] | Call[shapes.AdminUserGlobalSignOutRequestTypeDef],
) -> dict[str, Any]:
    """Revoke all refresh tokens of a user, and all access tokens as far as Cognito's own operations check them."""
    call.unit.tokens.revoke_all(call.user.id)
    return {}


@operation("GetTokensFromRefreshToken")
def get_tokens_from_refresh_token(call: Call[shapes.GetTokensFromRefreshTokenRequestTypeDef]) -> dict[str, Any]:
    """New ID and access tokens for a refresh token, and a new refresh token if the client rotates them."""
    signing_keys.ensure(call, call.pool.id)
    client, token = call.client, call.request["RefreshToken"]
    # AWS unknown: the message of GetTokensFromRefreshToken for a wrong ClientSecret.
    if not client_secrets.is_authentic(call, client, call.request.get("ClientSecret")):
        raise _wrong_secret(client)
    device_key, invalid = call.request.get("DeviceKey"), tokens.INVALID_TO_ROTATE
    grant, family = tokens.redeem(call, call, token, device_key=device_key, invalid=invalid)
    overrides = sign_in_triggers.before_tokens(call, grant, call.request.get("ClientMetadata", {}))
    if overrides:
        grant, family = tokens.redeem(call, FoundApp(call.pool, client), token, device_key=device_key, invalid=invalid)
    result = tokens.refresh(call, grant, family, overrides)
    result |= tokens.rotate(call, client, token)
    return {"AuthenticationResult": result}


@operation("GetClientToken")
def get_client_token(call: Call[shapes.GetClientTokenRequestTypeDef]) -> dict[str, Any]:
    """An access token for a client itself, if ALLOW_CLIENT_TOKEN_AUTH is its only flow.

    Configured scopes of a resource server that was deleted are left out.
    """
    # AWS unknown: the messages in which GetClientToken refuses, and how it answers a client without custom scopes; here
    # with a token without scopes.
    signing_keys.ensure(call, call.pool.id)
    client = call.client
    if client_settings.allowed_flows(client.settings) != {"ALLOW_CLIENT_TOKEN_AUTH"}:
        raise InvalidParameterException(client_settings.NOT_ENABLED.format(flow="ALLOW_CLIENT_TOKEN_AUTH"))
    if not client_secrets.of(call, client) or not client_secrets.is_authentic(call, client, call.request["Secret"]):
        raise _wrong_secret(client)
    configured = oauth_settings.custom_scopes(call, call.pool, client)
    asked = call.request.get("Scopes") or configured
    for scope in asked:
        if scope not in configured:
            raise InvalidParameterException(client_settings.INVALID_SCOPE.format(scope=scope))
    grant = Grant(call.pool, client, None, tuple(dict.fromkeys(asked)))
    overrides = _overrides_for_client(call, grant)
    result = tokens.issue_to_client(call, replace(grant, pool=call.pool, client=call.client), overrides)
    return {"ClientAuthenticationResult": result}


def _overrides_for_client(call: Call[shapes.GetClientTokenRequestTypeDef], grant: Grant) -> Overrides | None:
    """PreTokenGeneration's changes of a client's own token. Raises InvalidParameterException if the function fails."""
    # AWS unknown: the exception of GetClientToken where PreTokenGeneration fails, since the operation declares none of
    # those about functions; here InvalidParameterException, with their message.
    metadata = call.request.get("ClientMetadata", {})
    try:
        return sign_in_triggers.before_tokens(call, grant, metadata)
    except TRIGGER_FAULTS as failed:
        raise InvalidParameterException(failed.message, failed.reason) from None


@operation("GetDerivedToken")
def get_derived_token(call: Call[Any]) -> dict[str, Any]:
    """Exchange a user's token for one that another client or service may use, naming who acts (RFC 8693)."""
    # AWS unknown: whether GetDerivedToken calls PreTokenGeneration, as the exceptions that it declares suggest, and
    # what the function may change of the token; here the scopes and all else but `act` and `aud`.
    _exchanging_client(call)
    signing_keys.ensure(call, call.pool.id)
    for role in ("Subject", "Actor"):
        _bring_keys(call, role)
    # Again: the connection was released while keys were fetched, and the client may have changed.
    request, client, acts = call.request, _exchanging_client(call), "ActorToken" in call.request
    subject = _party(call, "Subject")
    actor = _party(call, "Actor") if acts else None
    granted = tuple(token_exchange.scopes(client, subject, request.get("Scopes")))
    grant = Grant(call.pool, client, token_exchange.user_of(subject), granted)
    overrides = sign_in_triggers.before_tokens(call, grant, {}, trigger_table.EXCHANGED)
    subject = token_exchange.anew(call, subject)
    grant = replace(grant, pool=call.pool, user=subject.user, audience=_audience(call, client))
    use = "id" if request.get("RequestedTokenType") == "ID_TOKEN" else "access"
    return token_exchange.issue(call, grant, subject, actor, use=use, overrides=overrides)


def _exchanging_client(call: Call[Any]) -> Client:
    """The client that asks for a derived token. Raises where it may not, as far as the request alone tells."""
    # AWS unknown: the messages in which GetDerivedToken refuses a request, and whether a signed request with a wrong
    # ClientSecret is refused, as here.
    request, client = call.request, call.client
    given = request.get("ClientSecret")
    if (given is not None or not call.origin.signed) and not client_secrets.is_authentic(call, client, given):
        raise _wrong_secret(client)
    if request.get("Audiences") and request.get("Resources"):
        raise InvalidParameterException("Audiences and Resources cannot both be set.")
    acts = "ActorToken" in request
    if acts != ("ActorTokenType" in request) or (not acts and "ActorTokenProviderName" in request):
        raise InvalidParameterException("ActorToken and ActorTokenType must be set together.")
    token_exchange.check_allowed(client, delegates=acts)
    return client


def _bring_keys(call: Call[Any], role: str) -> None:
    """Fetch the keys of the provider that issued a token, unless they are cached."""
    name = call.request.get(f"{role}TokenProviderName")
    if name is not None and call.request[f"{role}TokenType"] != "SAML2":
        provider_tokens.bring_keys(call, call.pool, name, call.request[f"{role}Token"], role)


def _audience(call: Call[Any], client: Client) -> str | None:
    """The `aud` of the derived token. Raises InvalidParameterException for an ID token for another app client."""
    resource = next(iter(call.request.get("Resources", [])), None)
    if resource is not None:
        return resource_servers.named(call, call.pool, resource).identifier
    audience: str | None = next(iter(call.request.get("Audiences", [])), None)
    wanted = (
        call.unit.clients.get(audience) if audience and call.request.get("RequestedTokenType") == "ID_TOKEN" else None
    )
    if wanted is not None and wanted.id != client.id:
        raise InvalidParameterException("An ID token cannot be for another app client.")
    return audience


def _party(call: Call[Any], role: str) -> token_exchange.Party:
    """The party that SubjectToken or ActorToken stands for."""
    token, kind = call.request[f"{role}Token"], call.request[f"{role}TokenType"]
    presented = token_exchange.Presented(role, token, kind, call.request.get(f"{role}TokenProviderName"))
    return token_exchange.read(call, call.pool, presented)


@operation("RevokeToken")
def revoke_token(call: Call[shapes.RevokeTokenRequestTypeDef]) -> dict[str, Any]:
    """Revoke a refresh token and its whole family. An unknown or revoked token is no error.

    RevokeAssociatedSessions LINKED also ends the SSO session through which the token came; tokens of the API have none.
    """
    # AWS unknown: the messages in which RevokeToken refuses.
    client = call.unit.clients.get(call.request["ClientId"])
    reason = replicas.reason_out_of_region(call, client.pool_id) if client else None
    if client is None or reason:
        raise InvalidParameterException("Invalid client", reason)
    if not client_secrets.is_authentic(call, client, call.request.get("ClientSecret")):
        raise UnauthorizedException("Invalid client secret")
    pool, linked = call.unit.pools.get(client.pool_id), call.given("RevokeAssociatedSessions") == "LINKED"
    if pool:
        revocation.revoke(call, pool, client, call.request["Token"], linked=linked)
    return {}


def _wrong_secret(client: Client) -> NotAuthorizedException:
    return NotAuthorizedException(f"Unable to verify client secret for client {client.id}")
