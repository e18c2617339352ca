"""Why a token of an identity pool or of another issuer is refused. Operations turn these into AWS's exceptions.

The message is the reason for the log; callers never see it.
"""

from __future__ import annotations


class TokenProblem(Exception):
    """A token that is not accepted."""


class NotAToken(TokenProblem):
    """Not a signed JWT, or a claim has the wrong type."""


class MissingClaim(TokenProblem):
    """A JWT that lacks the claim `claim`."""

    def __init__(self, claim: str) -> None:
        super().__init__(f"it has no {claim}")
        self.claim = claim


class WrongIssuer(TokenProblem):
    """A token of another issuer than the expected one."""


class Unverified(TokenProblem):
    """A token that no key of its issuer has signed."""


class Expired(TokenProblem):
    """A token that has expired: at `expires`, in epoch seconds."""

    def __init__(self, expires: float) -> None:
        super().__init__("it has expired")
        self.expires = expires


class NoKeys(TokenProblem):
    """The keys of the token's issuer cannot be fetched."""
