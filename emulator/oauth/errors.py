"""The errors of OAuth 2.0 and OpenID Connect, by the names that the specifications give them.

RFC 6749, sections 4.1.2.1 and 5.2; OpenID Connect Core, section 3.1.2.6; RFC 6750, section 3.1; RFC 7009; RFC 7591.
"""

from __future__ import annotations

from typing import Self

from emulator.faults import Fault


class OAuthError(Fault):
    """A refusal. `message` is its error_description, `code` its error; `reason` is for the log alone.

    `location` is the URL, of a callback or of `/error`, to which the browser takes the refusal. None where the endpoint
    shows it itself: as a page, or as JSON.
    """

    def __init__(self, message: str | None = None, reason: str | None = None) -> None:
        super().__init__(message, reason)
        self.location: str | None = None

    def at(self, location: str) -> Self:
        """Set `location`, and return this refusal, to be raised."""
        self.location = location
        return self

    @property
    def body(self) -> dict[str, str]:
        """The members of a JSON answer (RFC 6749, section 5.2)."""
        return {"error": self.code, **({"error_description": self.message} if self.message else {})}


# fmt: off
class InvalidRequest(OAuthError, code="invalid_request"): ...
class InvalidClient(OAuthError, code="invalid_client"): ...
class InvalidGrant(OAuthError, code="invalid_grant"): ...
class InvalidScope(OAuthError, code="invalid_scope"): ...
class UnauthorizedClient(OAuthError, code="unauthorized_client"): ...
class UnsupportedGrantType(OAuthError, code="unsupported_grant_type"): ...
class UnsupportedTokenType(OAuthError, code="unsupported_token_type"): ...
class LoginRequired(OAuthError, code="login_required"): ...
class RedirectMismatch(OAuthError, code="redirect_mismatch"): ...
class InvalidToken(OAuthError, code="invalid_token", status=401): ...
class ServerError(OAuthError, code="server_error"): ...
class InvalidRedirectURI(OAuthError, code="invalid_redirect_uri"): ...
class InvalidClientMetadata(OAuthError, code="invalid_client_metadata"): ...
# fmt: on


class ProviderRefusal(OAuthError):
    """A sign-in at an identity provider that went wrong. `code` is the error that the callback is told."""

    def __init__(self, code: str, message: str | None, reason: str | None = None) -> None:
        super().__init__(message, reason)
        self.code = code  # type: ignore[misc]
