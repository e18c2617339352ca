"""Tokens: issued at the end of a sign-in, refreshed, rotated.

A family is all tokens that descend from one authentication. Refresh tokens are opaque strings, stored as digests. ID
and access tokens are JWTs, signed after the commit, so that no other transaction waits for a signature.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.factors import devices
from emulator.domain.pools import client_settings
from emulator.domain.pools.apps import App
from emulator.domain.tokens import added_claims, claims, families, token_pairs, user_sessions
from emulator.domain.tokens.grants import Authentication, Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.domain.tokens.token_pairs import Draft, SignedAhead
from emulator.faults import NotAuthorizedException, RefreshTokenReuseException
from keys import entropy, opaque
from storage.records.pools import Client
from storage.records.sign_ins import Family, RefreshToken

INVALID = refusals.INVALID_REFRESH_TOKEN
INVALID_TO_ROTATE = "Invalid Refresh Token."
"""AWS's messages for an unknown refresh token: InitiateAuth's, and GetTokensFromRefreshToken's with its full stop."""
REVOKED = "Refresh Token has been revoked"


def issue(
    context: Context,
    grant: Grant,
    authentication: Authentication,
    *,
    overrides: Overrides | None = None,
    ahead: SignedAhead | None = None,
) -> dict[str, Any]:
    """Store a new family of a sign-in by the API, and return its AuthenticationResult with all three tokens."""
    return issue_family(context, grant, authentication, overrides=overrides, ahead=ahead)[1]


def issue_family(
    context: Context,
    grant: Grant,
    authentication: Authentication,
    *,
    overrides: Overrides | None = None,
    ahead: SignedAhead | None = None,
) -> tuple[Family, dict[str, Any]]:
    """Store a new family, and return the family and its AuthenticationResult.

    ID and access token are put into the returned dict after the commit; `ahead` is what `expect` returned, if it was
    called. In a pool with session tracking, the user's least recently used sessions beyond the limit are revoked.
    """
    session, seen = user_sessions.begin(context, grant)
    ids = ahead.ids if ahead else families.draw_ids(context)
    authentication = replace(authentication, details=authentication.details | seen)
    family = families.new(context, grant, ids, authentication, session)
    refresh_token = opaque.mint_refresh_token(context.world.entropy)
    kept = RefreshToken(opaque.digest(refresh_token), family.origin_jti, family.expires - families.DAY)
    context.unit.tokens.add(family, kept if grant.refreshable else None)
    result = _signed(context, replace(_draft(context, grant, family, ids.jtis), overrides=overrides), ahead)
    if grant.refreshable:
        result["RefreshToken"] = refresh_token
    return family, result


def expect(context: Context, grant: Grant, authentication: Authentication) -> SignedAhead:
    """The tokens that `issue` will probably issue in this call, to be signed ahead."""
    ids = families.draw_ids(context)
    family = families.new(context, grant, ids, authentication)
    signing_keys.ensure(context, grant.pool.id)
    return SignedAhead(context, ids, _draft(context, grant, family, ids.jtis))


def refresh(context: Context, grant: Grant, family: Family, overrides: Overrides | None = None) -> dict[str, Any]:
    """AuthenticationResult with new ID and access tokens of a family; both are put into it after the commit.

    Attributes and groups are as they are now; grant and `auth_time` stay. Records that a tracked session was used.
    """
    user_sessions.touch(context, family)
    draft = _draft(context, grant, family, families.draw_jtis(context))
    return _signed(context, replace(draft, overrides=overrides))


def rotate(context: Context, client: Client, token: str) -> dict[str, str]:
    """If the client rotates refresh tokens, store a successor of `token` and return it as the member RefreshToken.

    Returns {} if the client does not. The successor has the same expiry. The replaced token stays valid for the grace
    period, so that a client can repeat a request whose answer got lost. Each repeat gets another successor. Raises
    NotAuthorizedException for an unknown token, and, without a grace period, RefreshTokenReuseException where another
    call replaced the token first.
    """
    if not client_settings.rotates(client.settings):
        return {}
    found = context.unit.tokens.refresh_token(opaque.digest(token))
    if found is None:
        raise NotAuthorizedException(INVALID_TO_ROTATE, "no such refresh token")
    before, family = found
    successor = opaque.mint_refresh_token(context.world.entropy)
    kept = RefreshToken(opaque.digest(successor), family.origin_jti, before.expires)
    if not context.unit.tokens.rotate(before.digest, kept, context.now) and not client_settings.grace_seconds(
        client.settings
    ):
        raise _reused(context, family)
    return {"RefreshToken": successor}


def issue_to_client(context: Context, grant: Grant, overrides: Overrides | None = None) -> dict[str, Any]:
    """ClientAuthenticationResult with an access token for a client itself, which is put into it after the commit."""
    now, (lifetime, _, _) = int(context.now), client_settings.lifetimes(grant.client.settings)
    key = signing_keys.ensure(context, grant.pool.id)["access"]
    body = claims.of_client_token(grant, context.issuer(grant.pool.id), now) | {"exp": now + lifetime}
    if overrides:
        body = overrides.of_access_token(body)
    result: dict[str, Any] = {"ExpiresIn": lifetime, "TokenType": "Bearer"}

    def sign() -> None:
        jti = {"jti": entropy.uuid(context.world.entropy)}
        result["AccessToken"] = context.world.key_ring.sign(key, body | jti)

    context.afterwards.append(sign)
    return result


def redeem(
    context: Context,
    app: App,
    token: str,
    *,
    device_key: str | None = None,
    invalid: str = INVALID,
    client_url: str | None = None,
) -> tuple[Grant, Family]:
    """Check a refresh token, and return the grant and family from which its new tokens are made. It stays valid.

    Raises RefreshTokenReuseException for a token that was replaced and whose grace period is over, and revokes its
    family; NotAuthorizedException for any other invalid token, for a disabled user, and where `device_key` is not the
    device that the token is bound to. `invalid` is the message for a token that was never issued to the client.
    A token of a client whose id is a URL is for that `client_url` alone.
    Disabling a user revokes their tokens, so that the token is refused as revoked once the user is enabled again.
    """
    client = app.client
    # AWS unknown: which refusal of a refresh token comes first in InitiateAuth and GetTokensFromRefreshToken where
    # several apply, and how a deleted user's token is refused; here as an unknown one.
    found = context.unit.tokens.refresh_token(opaque.digest(token))
    if found is None:
        raise NotAuthorizedException(invalid, "no such refresh token")
    refresh_token, family = found
    if family.client_id != client.id or family.details.get("ClientURL") != client_url:
        raise NotAuthorizedException(invalid, "it was issued to another client")
    user = context.unit.users.get(family.user_id)
    if user is None:
        raise NotAuthorizedException(invalid, "its user is gone")
    context.username = user.username
    refusals.check_enabled(user)
    if family.revoked:
        raise NotAuthorizedException(REVOKED)
    if refresh_token.expires <= context.now:
        raise NotAuthorizedException("Refresh Token has expired")
    _check_not_reused(context, client, refresh_token, family)
    devices.check_refresh(context, user, family, device_key)
    return Grant.of_family(app.pool, client, user, family), family


def _check_not_reused(context: Context, client: Client, token: RefreshToken, family: Family) -> None:
    """Raise RefreshTokenReuseException for a refresh token that was replaced, once its grace period is over."""
    grace = client_settings.grace_seconds(client.settings)
    if token.rotated is not None and token.rotated + grace <= context.now:
        raise _reused(context, family)


def _reused(context: Context, family: Family) -> RefreshTokenReuseException:
    """The refusal of a refresh token that was replaced. The token may be stolen, so the family is revoked."""
    # AWS unknown: the message of GetTokensFromRefreshToken's RefreshTokenReuseException, and whether the reuse revokes
    # the family, as here and in RFC 9700 section 4.14.2.
    context.unit.tokens.revoke(family.origin_jti)
    return RefreshTokenReuseException("Refresh Token has already been used").keeping()


def _draft(context: Context, grant: Grant, family: Family, jtis: tuple[str, str]) -> Draft:
    """The tokens of a family as they are now, without the changes of a function."""
    membership = context.unit.groups.of(grant.owner)
    return Draft(grant, family, membership, context.issuer(grant.pool.id), int(context.now), jtis)


def _signed(context: Context, draft: Draft, ahead: SignedAhead | None = None) -> dict[str, Any]:
    """`AuthenticationResult` without a refresh token. Its JWTs are put into it once the transaction is committed."""
    seconds, _, _ = client_settings.lifetimes(draft.grant.client.settings)
    signing_keys.ensure(context, draft.grant.pool.id)
    draft = replace(draft, added=added_claims.take(context, draft.grant.owner))
    result: dict[str, Any] = {"ExpiresIn": seconds, "TokenType": "Bearer"}
    context.afterwards.append(lambda: result.update(token_pairs.signed(context, draft, ahead)))
    return result
