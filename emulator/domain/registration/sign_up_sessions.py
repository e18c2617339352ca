"""Sessions from sign-up to sign-in (AWS: "Automatically sign in users after sign-up").

SignUp returns a session. ConfirmSignUp spends it and returns another, with which InitiateAuth does not ask for a code
again.
"""

from __future__ import annotations

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.pools import client_settings
from keys import opaque
from storage.records.sign_ins import SignIn
from storage.records.users import Code, User

_SIGNED_UP, _CONFIRMED, _AT_PAGES = "SIGNED_UP", "SIGN_UP_CONFIRMED", "SIGNED_UP_AT_PAGES"
"""The stages of such a session, stored where a sign-in has the name of its challenge."""
_PATIENCE = 900
"""For how many seconds after a sign-up the pages remember who signed up."""
_FACTORS = {"email": "EMAIL_OTP", "phone_number": "SMS_OTP"}


def begin(context: Context, principal: Principal) -> str | None:
    """Store a new session, and return its string for SignUp's answer.

    None where the client does not allow choice-based sign-in.
    """
    # AWS unknown: for how long the Session of SignUp's answer is valid; as long as a session of a sign-in here.
    return _started(context, principal, _SIGNED_UP, {})


def confirm(context: Context, principal: Principal, session: str | None, code: Code) -> str | None:
    """Spend SignUp's session, if there is one, and return the string of a new one, for ConfirmSignUp's answer.

    `code` is the record of the code that confirmed the account. None where the client does not allow choice-based
    sign-in. A session is started without SignUp's session too: AWS's own clients send none, and sign in with the
    session of ConfirmSignUp's answer. Raises NotAuthorizedException for an invalid, spent or expired session.
    """
    # AWS unknown: whether ConfirmSignUp confirms an account when its Session is invalid or expired; here it refuses,
    # and the confirmation code stays valid.
    if session is not None:
        _spend(context, principal, session, _SIGNED_UP)
    state = {"factor": _FACTORS.get(code.proves or ""), "password": _password_digest(principal.user)}
    return _started(context, principal, _CONFIRMED, state)


def first_factor(context: Context, principal: Principal | None, session: str | None) -> str | None:
    """Spend ConfirmSignUp's session, which InitiateAuth was given, and return the first factor that it stands for.

    That is EMAIL_OTP or SMS_OTP, whose code confirmed the account; None without a session, or if no address got the
    code. `principal` is None for an unknown user. AWS allows such a session for the user's first sign-in only. Raises
    NotAuthorizedException for a session that is invalid, spent, expired or another user's.
    """
    if session is None:
        return None
    if principal is None:
        raise refusals.invalid_session("the session is another user's")
    user, spent = principal.user, _spend(context, principal, session, _CONFIRMED)
    # AWS unknown: whether InitiateAuth accepts the Session of ConfirmSignUp's answer once the user's password has
    # changed, and how it refuses that session once the user has signed in; here it refuses both as an invalid session.
    if spent.state["password"] != _password_digest(user):
        raise refusals.invalid_session("the password has changed since")
    if context.unit.tokens.of(user.id):
        raise refusals.invalid_session("the user has signed in already")
    factor: str | None = spent.state["factor"]
    return factor


def begin_at_pages(context: Context, principal: Principal) -> str:
    """Store a session for the browser in which the user has just signed up, whatever flows the client allows.

    It leads into a sign-in once the account is confirmed: whoever has it has chosen the account's password.
    """
    # AWS unknown: for how long after a sign-up at GET /signup its confirmation signs the user in. Here a quarter of an
    # hour.
    session = opaque.mint_session(context.world.entropy)
    user, client = principal.user, principal.app_client
    state = {"password": _password_digest(user)}
    expires = context.now + _PATIENCE
    context.unit.sign_ins.add(
        SignIn(opaque.digest(session), client.pool_id, client.id, user.id, _AT_PAGES, state, expires)
    )
    return session


def factor_at_pages(context: Context, principal: Principal, session: str) -> str:
    """Spend the session of `begin_at_pages`, and return the first factor that it stands for.

    That is the password that the user chose, or without one the code that confirmed the account. Raises
    NotAuthorizedException for a session that is invalid, spent, expired or another user's, or from before a change of
    the password.
    """
    spent, user = _spend(context, principal, session, _AT_PAGES), principal.user
    if spent.state["password"] != _password_digest(user):
        raise refusals.invalid_session("the password has changed since")
    if user.password:
        return "PASSWORD"
    for kind, factor in _FACTORS.items():
        if user.attributes.get(f"{kind}_verified") == "true":
            return factor
    raise refusals.invalid_session("the user has neither a password nor a verified address")


def _started(context: Context, principal: Principal, stage: str, state: dict[str, str | None]) -> str | None:
    client = principal.app_client
    if not client_settings.allows_choice(client.settings):
        return None
    session = opaque.mint_session(context.world.entropy)
    expires = context.now + client_settings.session_seconds(client.settings)
    sign_in = SignIn(opaque.digest(session), client.pool_id, client.id, principal.user.id, stage, state, expires)
    context.unit.sign_ins.add(sign_in)
    return session


def _password_digest(user: User) -> str:
    """A digest of the user's stored password, or of its absence: it differs once the password has changed."""
    return opaque.digest(user.password or "")


def _spend(context: Context, principal: Principal, session: str, stage: str) -> SignIn:
    """Check and spend a session. Raises NotAuthorizedException with AWS's text: invalid, expired or used."""
    kept = context.unit.sign_ins.get(opaque.digest(session))
    owner = principal.app_client.id, principal.user.id
    if kept is None or kept.challenge != stage or (kept.client_id, kept.user_id) != owner:
        raise refusals.invalid_session("no such session of this client and user")
    unusable = refusals.unusable_session(kept, context.now)
    if unusable:
        raise unusable
    if not context.unit.sign_ins.spend(kept.digest):
        raise refusals.spent_session("the session is spent")
    return kept
