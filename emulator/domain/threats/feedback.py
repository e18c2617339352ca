"""A user's feedback on an auth event, given with the token of a notification e-mail."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.accounts.principals import Principal
from emulator.domain.threats import auth_events, risk_settings
from emulator.faults import InvalidParameterException
from storage.records.pools import Pool

_VALUES = ("Valid", "Invalid")


def by_user(context: Context, pool: Pool, typed: str, event_id: str, token: str, value: str) -> None:
    """Store the user's feedback `value`, Valid or Invalid, on an event, in place of earlier feedback.

    `typed` is the user's username, `sub` or alias, `token` the FeedbackToken of the notification. Raises
    UserPoolAddOnNotEnabledException in a pool without threat protection, NotAuthorizedException for an unknown user or
    a token that is not for this user and event, InvalidParameterException for another value, and
    ResourceNotFoundException for an unknown event.
    """
    risk_settings.require_add_on(pool)
    user = accounts.find(context.unit, pool, typed)
    context.username = user.username if user else None
    user = auth_events.check_token(context, pool, user, event_id, token)
    if value not in _VALUES:
        raise InvalidParameterException("feedback_value is Valid or Invalid.")
    auth_events.judge(context, Principal(pool, user), event_id, value, "User")
