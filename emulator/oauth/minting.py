"""Authorization codes without a browser, for tests: minted for a user as if the user had just signed in."""

from __future__ import annotations

from msgspec import Struct

from emulator.context import Context
from emulator.domain.accounts import named
from emulator.domain.sign_in import minted_tokens
from emulator.domain.tokens.grants import Authentication
from emulator.oauth import authorization_request, responses
from emulator.oauth.parameters import encoded


class CodeRequest(Struct, frozen=True):
    """What a code is to be minted for."""

    pool: str
    client: str
    user: str
    redirect_uri: str
    scope: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None

    @property
    def query(self) -> bytes:
        """The query of an authorization request."""
        given = {
            "client_id": self.client,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": self.scope,
            "nonce": self.nonce,
            "code_challenge": self.code_challenge,
            "code_challenge_method": "S256" if self.code_challenge else None,
        }
        return "&".join(f"{name}={encoded(value)}" for name, value in given.items() if value).encode()


def mint(context: Context, asked: CodeRequest) -> str:
    """A code, which is exchanged at `/oauth2/token` like any other. There is no browser session.

    The request must pass the checks of `/oauth2/authorize`. Raises `named.Unknown`, `minted_tokens.Refused` for a
    user who cannot sign in, and OAuthError.
    """
    pool = named.pool(context, asked.pool)
    if not asked.client.startswith("https://"):
        named.client(context, pool, asked.client)
    request = authorization_request.read(context, asked.query)
    user = named.user(context, pool, asked.user)
    if request.app.pool.id != pool.id:
        raise named.Unknown(f"user: pool {pool.id} has no user {asked.user}")
    minted_tokens.usable(user)
    return responses.code(context, request, user, Authentication(int(context.now)))
