"""The UserInfo endpoint (OpenID Connect Core, section 5.3): the user's attributes, by access token."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.access import bearers
from emulator.domain.tokens import claims
from emulator.domain.tokens.grants import Grant
from emulator.faults import NotAuthorizedException, UserNotFoundException
from emulator.oauth.errors import InvalidRequest, InvalidToken

_BAD = "Bad OAuth2 request at UserInfo Endpoint"
_ENDED = "Access token is expired, disabled, or deleted, or the user has globally signed out."
_NO_OPEN_ID = "Access token does not contain openid scope"


def read(context: Context, authorization: str | None) -> dict[str, str]:
    """The user's claims, all as strings: those that the scopes and the client's read permissions allow.

    Raises InvalidRequest without a bearer token, and InvalidToken for one that is not valid any more or lacks `openid`.
    """
    # AWS unknown: which error GET /oauth2/userInfo gives for a text that is no token at all, and for a forged one. Here
    # it is invalid_request for the first, and invalid_token for the second.
    token = _bearer(authorization)
    try:
        bearer = bearers.authenticate(context, token)
    except (NotAuthorizedException, UserNotFoundException) as refused:
        if refused.message == bearers.INVALID:
            raise InvalidRequest(_BAD, refused.reason) from None
        raise InvalidToken(_ENDED, refused.reason or refused.message) from None
    context.about |= {"pool": bearer.pool.id, "client": bearer.client.id}
    if "openid" not in bearer.scopes:
        raise InvalidToken(_NO_OPEN_ID)
    grant = Grant(bearer.pool, bearer.client, bearer.user, tuple(bearer.scopes), oauth=True)
    return {"sub": bearer.user.sub, **claims.readable_attributes(grant), "username": bearer.user.username}


def _bearer(authorization: str | None) -> str:
    """The token of `Authorization: Bearer …` (RFC 6750, section 2.1)."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidRequest(_BAD, "there is no bearer token")
    return token.strip()
