"""The sign-in that follows a sign-up at the login pages, once the account is confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.accounts import accounts
from emulator.domain.registration import sign_up_sessions
from emulator.domain.sign_in import sign_in_triggers
from emulator.domain.sign_in.progress import Progress

FLOW = "SIGN_UP"
"""The name of the flow, where AuthFlow names the others. No operation accepts it."""


def start(progress: Progress, _parameters: Mapping[str, str]) -> None:
    """Begin the sign-in with the session of the sign-up, `progress.session`, which stands for the first factor.

    Calls PreAuthentication. Raises what `sign_up_sessions.factor_at_pages` and `sign_in_triggers.before` raise.
    """
    # AWS unknown: whether a sign-up at POST /signup and POST /confirm, which signs the user in, calls PreAuthentication
    # and PostAuthentication. Here it does, as for any other sign-in.
    # Unlike AWS: where the pool requires MFA, the sign-in that follows POST /confirm asks to set up a second factor.
    # AWS's first one gives tokens before.
    sign_in_triggers.before(progress)
    progress.user = accounts.find_to_sign_in(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None or progress.session is None:
        raise refusals.invalid_session("there is no such user")
    progress.state["first"] = sign_up_sessions.factor_at_pages(progress.context, progress.principal, progress.session)
