"""Operations that are no sign-in and are watched by threat protection all the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from emulator.call import Call
from emulator.domain.accounts import accounts
from emulator.domain.threats import breaches, risk_settings, watch
from emulator.domain.threats.risk import Risk
from storage.records.users import User

Work = Callable[[Call[Any]], dict[str, Any]]


def watched(kind: str, response: str, password: str = "", event: str = "PASSWORD_CHANGE") -> Callable[[Work], Work]:
    """Let an operation leave events of a `kind`, which say `response` where it does what it is asked for.

    `password` is the member with a new password, which is refused where others know it; `event` says at what.
    """

    def over(work: Work) -> Work:
        @wraps(work)
        def watching(call: Call[Any]) -> dict[str, Any]:
            if not risk_settings.is_on(call.pool):
                return work(call)
            client, pool = call.client, call.pool
            caller = watch.over(call, pool, client, kind, lambda: _claimant(call))
            if caller is None:
                return work(call)
            breaches.refuse(call, pool, client, call.given(password), event)
            answer = work(call)
            compromised = breaches.detected(call, pool, client, call.given(password), event)
            said = "Pass" if answer.get("UserConfirmed") else response
            watch.record_outcome(call, pool, client, _user(call), kind, said, caller, Risk(compromised=compromised))
            return answer

        return watching

    return over


def _claimant(call: Call[Any]) -> User | None:
    """Whose event a refusal is; a sign-up that is refused is nobody's, whoever has the name."""
    return None if call.operation.name == "SignUp" else _user(call)


def _user(call: Call[Any]) -> User | None:
    """Whom a call is about, as they are now."""
    username = call.given("Username")
    return accounts.find(call.unit, call.pool, username) if username else call.user
