"""The dialects of OAuth 2.0 in which the stand-in answers: OpenID Connect, and those of four well-known providers."""

from __future__ import annotations

from msgspec import Struct

from emulator.stand_in.addresses import Endpoints, addresses


class Dialect(Struct, frozen=True):
    """What is different from one provider to another, as far as a value can say it."""

    provider_type: str
    segment: str
    """The part of its paths that names it."""
    title: str
    has_id_tokens: bool = True
    needs_scope: bool = False
    needs_response_type: bool = True
    response_modes: tuple[str, ...] = ("query",)
    has_pkce: bool = True
    tokens_by_get: bool = False
    denial: str = "access_denied"
    """The error that a client gets if the person refuses."""
    code_prefix: str = ""
    token_prefix: str = ""
    token_type: str = "Bearer"  # noqa: S105  # no secret
    seconds: int = 3_600
    """How long an access token is valid."""

    def endpoints(self, base: str) -> Endpoints:
        """The addresses of this stand-in."""
        return addresses(self.provider_type, base)


OIDC = Dialect("OIDC", "oidc", "an OpenID Connect provider", response_modes=("query", "form_post"))
GOOGLE = Dialect(
    "Google",
    "google",
    "Google",
    needs_scope=True,
    response_modes=("query", "form_post"),
    code_prefix="4/0",
    token_prefix="ya29.",  # noqa: S106  # no secret
    seconds=3_599,
)
FACEBOOK = Dialect(
    "Facebook",
    "facebook",
    "Facebook",
    has_id_tokens=False,
    needs_response_type=False,
    tokens_by_get=True,
    code_prefix="AQ",
    token_prefix="EAA",  # noqa: S106  # no secret
    token_type="bearer",  # noqa: S106  # no secret
    seconds=5_183_944,
)
AMAZON = Dialect(
    "LoginWithAmazon",
    "amazon",
    "Login with Amazon",
    has_id_tokens=False,
    needs_scope=True,
    code_prefix="AN",
    token_prefix="Atza|",  # noqa: S106  # no secret
    token_type="bearer",  # noqa: S106  # no secret
)
APPLE = Dialect(
    "SignInWithApple",
    "apple",
    "Sign in with Apple",
    response_modes=("query", "fragment", "form_post"),
    has_pkce=False,
    denial="user_cancelled_authorize",
    code_prefix="c",
    token_prefix="a",  # noqa: S106  # no secret
)

DIALECTS = (OIDC, GOOGLE, FACEBOOK, AMAZON, APPLE)
