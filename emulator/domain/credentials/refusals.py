"""Refusals that several operations share, with AWS's messages. `reason` is for the log alone."""

from __future__ import annotations

from emulator.faults import NotAuthorizedException
from storage.records.users import User

WRONG_CREDENTIALS = "Incorrect username or password."
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


def check_enabled(user: User) -> None:
    """Raise NotAuthorizedException if the user is disabled."""
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
