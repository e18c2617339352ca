"""Why a login is refused, in AWS's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.domain.identities.token_problems import (
    Expired,
    MissingClaim,
    NoKeys,
    NotAToken,
    TokenProblem,
    Unverified,
    WrongIssuer,
)
from emulator.faults import ExternalServiceException, Fault, InvalidParameterException, NotAuthorizedException

_INVALID = "Invalid login token."
_WORDS: dict[type[TokenProblem], str] = {
    NotAToken: f"{_INVALID} Not a valid OpenId Connect identity token.",
    WrongIssuer: f"{_INVALID} Issuer doesn't match providerName",
    Unverified: f"{_INVALID} Couldn't verify signed token.",
}


@contextmanager
def translated(now: float) -> Iterator[None]:
    """Raise AWS's exception in the place of a TokenProblem. `now` is the time of the call."""
    try:
        yield
    except TokenProblem as problem:
        raise _fault(problem, now) from None


def _fault(problem: TokenProblem, now: float) -> Fault:
    reason = str(problem)
    if isinstance(problem, NoKeys):
        # AWS unknown: the message of ExternalServiceException in GetId and GetCredentialsForIdentity when the provider
        # of a login cannot be reached. Here it does not say why, so that it tells nobody which ports are open.
        return ExternalServiceException("The identity provider of a login could not be reached.", reason)
    if isinstance(problem, MissingClaim):
        # AWS unknown: the message of NotAuthorizedException in GetId and GetCredentialsForIdentity when a token lacks
        # `iss`, `exp` or `sub`. The one for `aud`, which access tokens lack, is known.
        return NotAuthorizedException(f"{_INVALID} Missing a required claim: {problem.claim}", reason)
    if isinstance(problem, Expired):
        # AWS allows no clock skew: it refused a token 146 s after its expiry.
        return NotAuthorizedException(f"{_INVALID} Token expired: {int(now)} >= {int(problem.expires)}", reason)
    return NotAuthorizedException(_WORDS[type(problem)], reason)


def unsupported(reason: str) -> NotAuthorizedException:
    """For a provider, or a client of it, that is not configured."""
    return NotAuthorizedException("Token is not from a supported provider of this identity pool.", reason)


def not_public() -> InvalidParameterException:
    """For the developer provider's name, or a name that no public provider has."""
    return InvalidParameterException("Please provide a valid public provider.")


def no_match() -> NotAuthorizedException:
    """For logins none of which belongs to the identity."""
    return NotAuthorizedException(
        "Logins don't match. Please include at least one valid login for this identity or identity pool."
    )


def forbidden(identity_id: str) -> NotAuthorizedException:
    """For an identity that the caller may not use."""
    return NotAuthorizedException(f"Access to Identity '{identity_id}' is forbidden.")


def inactive(reason: str) -> NotAuthorizedException:
    """For a token whose user is signed out or gone."""
    return NotAuthorizedException("Token is inactive", reason)
