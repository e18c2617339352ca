"""The URLs to which authorization responses are sent (RFC 6749, sections 4.1.2 and 4.2.2), in AWS's order.

The redirect URI is one that the client registered, and stays as it is. `state` is returned byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_plus

from msgspec import Struct

from emulator.oauth.errors import OAuthError
from emulator.oauth.parameters import encoded

_LONGEST = 1_000
"""Characters of an error_description. That of a function's exception may have megabytes."""


class Callback(Struct, frozen=True):
    """Where the responses to an authorization request go. Those of the implicit grant are in the fragment."""

    redirect_uri: str
    state: str | None = None
    in_fragment: bool = False

    def of_code(self, code: str) -> str:
        """The response with an authorization code."""
        return self._with([("code", encoded(code)), *self._state])

    def of_tokens(self, result: dict[str, Any]) -> str:
        """The response of the implicit grant, with the tokens of an AuthenticationResult."""
        members = [("id_token", "IdToken"), ("access_token", "AccessToken"), ("expires_in", "ExpiresIn")]
        shown = [(name, encoded(str(result[member]))) for name, member in members if member in result]
        return self._with([*shown, ("token_type", "Bearer"), *self._state])

    def of_error(self, error: OAuthError) -> str:
        """The response with an error. AWS writes a description first, and the error last.

        A description that is longer than 1,000 characters is cut, since browsers take no header of any length.
        """
        if error.message is None:
            return self._with([("error", error.code), *self._state])
        # AWS unknown: how long the error_description at the callback of GET /oauth2/authorize may be.
        described = ("error_description", quote_plus(error.message[:_LONGEST], errors="replace"))
        return self._with([described, *self._state, ("error", error.code)])

    @property
    def _state(self) -> list[tuple[str, str]]:
        return [] if self.state is None else [("state", encoded(self.state))]

    def _with(self, pairs: Iterable[tuple[str, str]]) -> str:
        separator = "#" if self.in_fragment else "&" if "?" in self.redirect_uri else "?"
        return self.redirect_uri + separator + "&".join(f"{name}={value}" for name, value in pairs)


def error_page(error: OAuthError, client_id: str) -> str:
    """The path of the page that tells an error which no callback may learn."""
    return f"/error?error={error.code}&client_id={encoded(client_id)}"
