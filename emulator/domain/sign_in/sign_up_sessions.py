"""Sessions from sign-up into sign-in: SignUp returns one, ConfirmSignUp takes it and returns the next one.

InitiateAuth takes that next one instead of another code (AWS: "Automatically sign in users after sign-up").
"""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import refusals
from emulator.domain.sign_in.progress import Progress
from keys import opaque
from storage.records.pools import Client
from storage.records.sign_ins import SignIn
from storage.records.users import Code, User

_SIGNED_UP, _CONFIRMED = "SIGNED_UP", "SIGN_UP_CONFIRMED"
"""What is stored as `challenge` of the sessions of SignUp and ConfirmSignUp. No challenge has these names."""
_FACTORS = {"email": "EMAIL_OTP", "phone_number": "SMS_OTP"}


def begin(context: Context, client: Client, user: User) -> dict[str, str]:
    """SignUp's `Session`, if the client allows choice-based sign-in; else nothing."""
    return _given(context, client, user, _SIGNED_UP, {})


def confirm(context: Context, client: Client, user: User, session: str | None, code: Code) -> dict[str, str]:
    """ConfirmSignUp's `Session`. The session that the request brings, if any, is checked and spent.

    There is a `Session` for a request without one too: AWS's own clients bring none and use the returned one.
    """
    # AWS unknown: whether ConfirmSignUp with a wrong or expired Session still confirms the account. Here it is refused,
    # and the code stays valid.
    if session is not None:
        _take(context, client, user, session, _SIGNED_UP)
    state = {"factor": _FACTORS.get(code.proves or ""), "password": _stands_for(user)}
    return _given(context, client, user, _CONFIRMED, state)


def spend(progress: Progress) -> str | None:
    """The first factor that the confirmation proved, if InitiateAuth brings its session; else None.

    AWS documents that the session is for the user's first sign-in. Raises NotAuthorizedException for any other.
    """
    context, user = progress.context, progress.user
    if progress.session is None:
        return None
    if user is None:
        raise refusals.invalid_session("the session is another user's")
    taken = _take(context, progress.client, user, progress.session, _CONFIRMED)
    # AWS unknown: how InitiateAuth refuses ConfirmSignUp's Session after the first sign-in, and whether it takes it
    # once the user has another password. Here both get "Invalid session for the user."
    if taken.state["password"] != _stands_for(user):
        raise refusals.invalid_session("the password has changed since")
    if context.unit.tokens.of(user.id):
        raise refusals.invalid_session("the user has signed in already")
    factor: str | None = taken.state["factor"]
    return factor


def _given(context: Context, client: Client, user: User, waits: str, state: dict[str, str | None]) -> dict[str, str]:
    if not client_settings.allows_choice(client.settings):
        return {}
    session = opaque.mint_session(context.world.entropy)
    # AWS unknown: for how long the Session of SignUp and ConfirmSignUp is valid; here for AuthSessionValidity.
    expires = context.now + client_settings.session_seconds(client.settings)
    context.unit.sign_ins.add(SignIn(opaque.digest(session), client.pool_id, client.id, user.id, waits, state, expires))
    return {"Session": session}


def _stands_for(user: User) -> str:
    """A digest that changes with the user's password."""
    return opaque.digest(user.password or "")


def _take(context: Context, client: Client, user: User, session: str, waits: str) -> SignIn:
    """Check and spend a session. Raises NotAuthorizedException, with AWS's three texts."""
    kept = context.unit.sign_ins.get(opaque.digest(session))
    if kept is None or kept.challenge != waits or (kept.client_id, kept.user_id) != (client.id, user.id):
        raise refusals.invalid_session("no such session of this client and user")
    if not kept.spent and kept.expires <= context.now:
        raise refusals.expired_session("the session is expired")
    if kept.spent or not context.unit.sign_ins.spend(kept.digest):
        raise refusals.spent_session("the session is spent")
    return kept
