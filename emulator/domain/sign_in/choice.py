"""USER_AUTH: a choice among the first factors that the pool allows and the user has.

AWS: "Choice-based authentication". What a sign-in begins with is decided here, and by SELECT_CHALLENGE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.factors import first_factors
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import password, sign_in_triggers, sign_up_sessions, srp_exchange, step_up
from emulator.domain.sign_in.progress import Accept, Progress
from emulator.faults import InvalidParameterException

SELECT = "SELECT_CHALLENGE"
_CHOICES = frozenset({*first_factors.PASSWORDS, *first_factors.ADDRESSES, "WEB_AUTHN"})


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_AUTH: the first challenge, or None where the first factor is passed already.

    AWS unknown: the words for a PREFERRED_CHALLENGE that there is not.
    """
    preferred = parameters.get("PREFERRED_CHALLENGE")
    wanted = step_up.read(progress, parameters)
    _check(progress, preferred)
    _find(progress)
    if wanted:
        step_up.begin(progress, wanted)
        progress.state["available"] = offered(progress)
    available: list[str] = progress.state["available"]
    factor = sign_up_sessions.spend(progress)
    if factor in available:
        progress.state["first"] = factor
        return None
    if progress.user and preferred not in available and step_up.needs_second_only(progress, progress.user):
        progress.state["first"] = "PASSWORD"
        return None
    if preferred is None or preferred not in available:
        return available[0] if len(available) == 1 else SELECT
    accept = take(progress, preferred, parameters)
    _find(progress)
    accept(progress)
    return None if "first" in progress.state else str(progress.state["next"])


def offered(progress: Progress) -> list[str]:
    """AvailableChallenges. Somebody who does not exist is offered what the pool allows everybody.

    AWS unknown: what a user without any factor is offered; a password here, and none is right. AWS unknown: whether
    somebody who does not exist has a choice, or gets the one challenge of a user without a password; they have here.
    """
    if progress.user is None:
        return _simulated(progress)
    found = first_factors.available(progress.context, progress.pool, progress.user) or [*first_factors.PASSWORDS]
    return step_up.leading(progress, progress.user, found)


def take(progress: Progress, chosen: str, given: Mapping[str, str]) -> Accept:
    """Begin with what was chosen, and take what answers it from the same call: a password, or SRP_A.

    A password is checked at once, and raises what a wrong password raises. A CREDENTIAL that comes along answers
    nothing, since the passkey's challenge is yet to be put.
    """
    if chosen == "PASSWORD" and given.get("PASSWORD"):
        return password.take(progress, given["PASSWORD"])
    changes: dict[str, str] = {"next": chosen}
    drawn = None
    if chosen == "PASSWORD_SRP" and given.get("SRP_A"):
        changes = {"next": "PASSWORD_VERIFIER", "srp_a": srp_exchange.read_a(given)}
        drawn = srp_exchange.draw(progress.context)

    def accept(progress: Progress) -> None:
        progress.state |= changes
        progress.drawn = drawn

    return accept


def _check(progress: Progress, preferred: str | None) -> None:
    if preferred and preferred not in _CHOICES:
        raise InvalidParameterException(f"Invalid PREFERRED_CHALLENGE {preferred}")
    sign_in_triggers.before(progress)


def _find(progress: Progress) -> None:
    """Whom the sign-in is for, and what they can begin with."""
    progress.user = accounts.find_to_sign_in(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None and not client_settings.protects_existence(progress.client.settings):
        raise password.unknown(progress.client)
    if progress.user:
        progress.context.username = progress.user.username
    progress.state["available"] = offered(progress)


def _simulated(progress: Progress) -> list[str]:
    """What a user of the pool is offered who has a password and an address of each kind, and no passkey."""
    stand_in = replace(stand_ins.of(progress.context, progress.pool, progress.typed), password=first_factors.ANY)
    return first_factors.available(progress.context, progress.pool, stand_in)
