"""USER_AUTH: a choice among the first factors that the pool allows and the user has.

AWS: "Choice-based authentication". PREFERRED_CHALLENGE of InitiateAuth chooses, or the answer to SELECT_CHALLENGE.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import first_factors
from emulator.domain.pools import client_settings
from emulator.domain.registration import sign_up_sessions
from emulator.domain.sign_in import password, sign_in_triggers, srp_exchange, step_up
from emulator.domain.sign_in.progress import Accept, Progress
from emulator.faults import InvalidParameterException

SELECT = "SELECT_CHALLENGE"
_CHOICES = frozenset({*first_factors.PASSWORDS, *first_factors.ADDRESSES, "WEB_AUTHN"})


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_AUTH, and return the first challenge; None if the first factor is passed already.

    Calls PreAuthentication, reads the user into `progress`, spends InitiateAuth's Session, if there is one, and checks
    a password that PREFERRED_CHALLENGE chooses. Releases the connection if
    PreAuthentication is configured. Raises InvalidParameterException for invalid parameters, the refusal of an unknown
    user where the client does not hide who exists, and what `sign_in_triggers.before`, `step_up.begin`,
    `sign_up_sessions.first_factor` and `take` raise.
    """
    preferred = parameters.get("PREFERRED_CHALLENGE")
    wanted = step_up.read(progress, parameters)
    _check(progress, preferred)
    _find(progress)
    if wanted:
        step_up.begin(progress, wanted)
        progress.state["available"] = offered(progress)
    available: list[str] = progress.state["available"]
    principal = progress.principal if progress.user else None
    factor = sign_up_sessions.first_factor(progress.context, principal, progress.session)
    if factor in available:
        progress.state["first"] = factor
        return None
    if progress.user and preferred not in available and step_up.needs_second_only(progress):
        progress.state["first"] = "PASSWORD"
        return None
    if preferred is None or preferred not in available:
        return available[0] if len(available) == 1 else SELECT
    accept = take(progress, preferred, parameters)
    _find(progress)
    accept(progress)
    return None if "first" in progress.state else str(progress.state["next"])


def offered(progress: Progress) -> list[str]:
    """AvailableChallenges: the first factors among which the user may choose, those that lead to a step-up's target.

    An unknown user is offered what the pool allows.
    """
    # AWS unknown: whether InitiateAuth with USER_AUTH offers an unknown user a choice, as here, or the one challenge of
    # a user without a password.
    if progress.user is None:
        return _simulated(progress)
    # AWS unknown: what InitiateAuth with USER_AUTH offers a user without any factor. Here the password, and none is
    # right.
    found = first_factors.available(progress.context, progress.principal) or [*first_factors.PASSWORDS]
    return step_up.leading(progress, found)


def take(progress: Progress, chosen: str, given: Mapping[str, str]) -> Accept:
    """Take the choice of a first factor, and its PASSWORD or SRP_A if `given`, the parameters of the call, has them.

    A PASSWORD is checked at once, and the returned function passes the first factor; raises what `password.take`
    raises. Otherwise the returned function makes the chosen factor's challenge the next one, or PASSWORD_VERIFIER where
    SRP_A was given. A CREDENTIAL is ignored, since the passkey's challenge was not offered yet.
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
        # AWS unknown: the message of InitiateAuth for a PREFERRED_CHALLENGE that does not exist.
        raise InvalidParameterException(f"Invalid PREFERRED_CHALLENGE {preferred}")
    sign_in_triggers.before(progress)


def _find(progress: Progress) -> None:
    """Read the user and the first factors they have. Raises where the client tells that a user is unknown."""
    progress.user = accounts.find_to_sign_in(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None and not client_settings.protects_existence(progress.client.settings):
        raise password.unknown(progress.client)
    if progress.user:
        progress.context.username = progress.user.username
    progress.state["available"] = offered(progress)


def _simulated(progress: Progress) -> list[str]:
    """What the pool offers a user with a password, an e-mail address and a phone number, and no passkey."""
    stand_in = replace(stand_ins.of(progress.context, progress.pool, progress.typed), password=first_factors.ANY)
    return first_factors.available(progress.context, Principal(progress.pool, stand_in, progress.client))
