"""Tokens: issued at the end of a sign-in, refreshed, rotated.

A family is all tokens that descend from one authentication. Refresh tokens are opaque strings, stored as digests. ID
and access tokens are JWTs, signed after the commit, so that no other transaction waits for a signature.
"""

from __future__ import annotations

from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.factors import devices
from emulator.domain.pools import client_settings
from emulator.domain.pools.apps import App
from emulator.domain.tokens import added_claims, claims, user_sessions
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.faults import NotAuthorizedException, RefreshTokenReuseException
from emulator.outside import turns
from keys import entropy, opaque
from storage.records.pools import Client
from storage.records.sign_ins import Family, RefreshToken

_DAY = 86_400
INVALID = refusals.INVALID_REFRESH_TOKEN
INVALID_TO_ROTATE = "Invalid Refresh Token."
"""AWS's messages for an unknown refresh token: InitiateAuth's, and GetTokensFromRefreshToken's with its full stop."""
REVOKED = "Refresh Token has been revoked"


def issue(
    context: Context,
    grant: Grant,
    *,
    device_key: str | None = None,
    details: dict[str, Any] | None = None,
    overrides: Overrides | None = None,
) -> dict[str, Any]:
    """Store a new family of a sign-in by the API, and return its AuthenticationResult with all three tokens."""
    return issue_family(context, grant, device_key=device_key, details=details, overrides=overrides)[1]


def issue_family(
    context: Context,
    grant: Grant,
    *,
    device_key: str | None = None,
    details: dict[str, Any] | None = None,
    overrides: Overrides | None = None,
    auth_time: int | None = None,
) -> tuple[Family, dict[str, Any]]:
    """Store a new family, and return the family and its AuthenticationResult.

    ID and access token are signed, and put into the returned dict, after the commit. `device_key` binds the refresh
    token to a device, `details` is what the family stores of the sign-in beyond the grant, `auth_time` is when the user
    authenticated, if not now. In a pool with session tracking, the user's least recently used sessions beyond the limit
    are revoked.
    """
    source, now, user = context.world.entropy, context.now, grant.owner
    session, seen = user_sessions.begin(context, grant)
    access, identity, lifetime = client_settings.lifetimes(grant.client.settings)
    if not grant.refreshable:
        lifetime = max(access, identity)
    family = Family(
        origin_jti=entropy.uuid(source),
        event_id=entropy.uuid(source),
        pool_id=grant.pool.id,
        client_id=grant.client.id,
        user_id=user.id,
        auth_time=int(now) if auth_time is None else auth_time,
        expires=now + lifetime + _DAY,
        device_key=device_key,
        active=now,
        session=session,
        details=(details or {}) | grant.details | seen | ({"Ends": now + lifetime} if session else {}),
    )
    refresh_token = opaque.mint_refresh_token(source)
    kept = RefreshToken(opaque.digest(refresh_token), family.origin_jti, now + lifetime)
    context.unit.tokens.add(family, kept if grant.refreshable else None)
    result = _signed(context, grant, family, overrides)
    if grant.refreshable:
        result["RefreshToken"] = refresh_token
    return family, result


def refresh(context: Context, grant: Grant, family: Family, overrides: Overrides | None = None) -> dict[str, Any]:
    """AuthenticationResult with new ID and access tokens of a family; both are put into it after the commit.

    Attributes and groups are as they are now; grant and `auth_time` stay. Records that a tracked session was used.
    """
    user_sessions.touch(context, family)
    return _signed(context, grant, family, overrides)


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


def _signed(context: Context, grant: Grant, family: Family, overrides: Overrides | None) -> dict[str, Any]:
    """`AuthenticationResult` without a refresh token. Its JWTs are signed once the transaction is committed."""
    now, source, ring = int(context.now), context.world.entropy, context.world.key_ring
    access_seconds, id_seconds, _ = client_settings.lifetimes(grant.client.settings)
    signing = signing_keys.ensure(context, grant.pool.id)
    membership = context.unit.groups.of(grant.owner)
    common = claims.shared(grant, family, context.issuer(grant.pool.id), now)
    access = claims.of_access_token(grant, family, membership) | {"exp": now + access_seconds} | common
    identity = claims.of_id_token(grant, membership) | {"exp": now + id_seconds} | common
    if overrides:
        access, identity = overrides.of_access_token(access), overrides.of_id_token(identity)
    added_to_identity, added_to_access = added_claims.take(context, grant.owner)
    access, identity = access | added_to_access, identity | added_to_identity
    if grant.audience:
        access["aud"] = grant.audience  # After the overrides: no function changes the audience.
    result: dict[str, Any] = {"ExpiresIn": access_seconds, "TokenType": "Bearer"}

    def jti() -> dict[str, str]:
        return {"jti": entropy.uuid(source)} if "origin_jti" in common else {}

    def signed(use: str, body: dict[str, Any]) -> str:
        return ring.sign(signing[use], body)

    def sign() -> None:
        of_access, of_identity = access | jti(), identity | (jti() if grant.has_id_token else {})
        if grant.has_id_token and not grant.oauth:
            result["AccessToken"], result["IdToken"] = turns.beside(
                lambda: signed("access", of_access), lambda: signed("id", of_identity)
            )
            return
        result["AccessToken"] = signed("access", of_access)
        if grant.has_id_token:
            result["IdToken"] = signed("id", of_identity | {"at_hash": opaque.half_hash(result["AccessToken"])})

    context.afterwards.append(sign)
    return result
