"""Refusals that several operations share, with AWS's messages. `reason` is for the log alone.

The functions return the exception, which the caller raises; those named `check_…` and `required` raise it.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator.faults import (
    Fault,
    InvalidLambdaResponseException,
    InvalidParameterException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    ResourceNotFoundException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
    UserNotFoundException,
)
from storage.records.sign_ins import SignIn
from storage.records.users import User

TRIGGER_FAULTS = (InvalidLambdaResponseException, UnexpectedLambdaException, UserLambdaValidationException)
"""What a call of a trigger's function may raise."""
WRONG_CREDENTIALS = "Incorrect username or password."
UNKNOWN_USER = "User does not exist."
PASSWORD_RESET = "Password reset required for the user"  # noqa: S105 - a message, no password
INVALID_REFRESH_TOKEN = "Invalid Refresh Token"  # noqa: S105 - a message, no token
UNKNOWN_POOL = "User pool {pool_id} does not exist."
_INVALID = "Invalid session for the user."
_SPENT = "Invalid session for the user, session can only be used once."
_EXPIRED = "Invalid session for the user, session is expired."


def wrong_credentials(reason: str) -> NotAuthorizedException:
    """The refusal of a wrong password or proof. It does not tell which of username and password was wrong."""
    return NotAuthorizedException(WRONG_CREDENTIALS, reason)


def invalid_session(reason: str) -> NotAuthorizedException:
    """The refusal of a session that was never issued, or not for this client, user or challenge."""
    return NotAuthorizedException(_INVALID, reason)


def spent_session(reason: str) -> NotAuthorizedException:
    """The refusal of a session that another answer used already."""
    return NotAuthorizedException(_SPENT, reason)


def expired_session(reason: str) -> NotAuthorizedException:
    """The refusal of a session that is older than the client's AuthSessionValidity."""
    return NotAuthorizedException(_EXPIRED, reason)


def ends_session(fault: Fault) -> bool:
    """Whether a refusal says that the session cannot be used (any more), so that the sign-in has to begin anew."""
    return isinstance(fault, NotAuthorizedException) and fault.message in {_INVALID, _SPENT, _EXPIRED}


def unusable_session(session: SignIn, now: float) -> NotAuthorizedException | None:
    """The refusal of a stored session that is spent, or else expired; None for a session that may be answered."""
    if session.spent:
        return spent_session("the session is spent")
    return expired_session("the session is expired") if session.expires <= now else None


def unknown_user() -> UserNotFoundException:
    """The refusal where the pool has no such user."""
    return UserNotFoundException(UNKNOWN_USER)


def unknown_pool(pool_id: str) -> ResourceNotFoundException:
    """The refusal where there is no such user pool."""
    return ResourceNotFoundException(UNKNOWN_POOL.format(pool_id=pool_id))


def unknown_client(client_id: str | None, reason: str | None = None) -> ResourceNotFoundException:
    """The refusal where there is no such app client, or not in the pool that is named."""
    return ResourceNotFoundException(f"User pool client {client_id} does not exist.", reason)


def disabled_user(reason: str | None = None) -> NotAuthorizedException:
    """The refusal of a user who is disabled."""
    return NotAuthorizedException("User is disabled.", reason)


def check_enabled(user: User) -> None:
    """Raise NotAuthorizedException if the user is disabled."""
    if not user.enabled:
        raise disabled_user()


def check_not_reset(user: User) -> None:
    """Raise PasswordResetRequiredException if the user has to reset the password."""
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException(PASSWORD_RESET)


def check_local(user: User) -> None:
    """Raise NotAuthorizedException if the user signs in at an identity provider only, so has no factors here."""
    # AWS unknown: the messages with which ChangePassword, AssociateSoftwareToken, SetUserMFAPreference,
    # StartWebAuthnRegistration and their like refuse a user in EXTERNAL_PROVIDER.
    if user.status == "EXTERNAL_PROVIDER":
        raise NotAuthorizedException("The user signs in through an identity provider.")


def missing_parameter(name: str) -> InvalidParameterException:
    """The refusal of a map, such as AuthParameters, without a parameter that is needed."""
    return InvalidParameterException(f"Missing required parameter {name}")


def required(given: Mapping[str, str], name: str) -> str:
    """A parameter of a map that the service model does not describe, such as AuthParameters or ChallengeResponses.

    Raises InvalidParameterException if the parameter is missing or empty.
    """
    value = given.get(name)
    if not value:
        raise missing_parameter(name)
    return value


def invalid_exchanged_token(role: str, reason: str) -> NotAuthorizedException:
    """GetDerivedToken's refusal of a token that is not valid. `role`, Subject or Actor, names the request's token."""
    return NotAuthorizedException(f"Invalid {role}Token", reason)


def expired_exchanged_token(role: str) -> NotAuthorizedException:
    """GetDerivedToken's refusal of a token that is expired. `role`, Subject or Actor, names the request's token."""
    return NotAuthorizedException(f"{role}Token has expired")


def invalid_page_token() -> InvalidParameterException:
    """The refusal of a pagination token that this server did not issue for this list."""
    return InvalidParameterException("Invalid pagination token given.")


def malformed_email() -> InvalidParameterException:
    """The refusal of something that is no e-mail address."""
    return InvalidParameterException("Invalid email address format.")
