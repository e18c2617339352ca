"""Step-up authentication: a sign-in that is to reach a level (AWS: "Step-up authentication with the USER_AUTH flow").

A sign-in's state has the level as `target`, and as `credited` the methods that an access token had already.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from emulator.domain.access import bearers
from emulator.domain.factors import first_factors, levels, mfa_methods, passkeys
from emulator.domain.sign_in.progress import Progress
from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    NotAuthorizedException,
)
from storage.records.users import User

_SECONDS = re.compile("[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the parameters of a sign-in ask for: levels, the dearest first, and what its user has shown before."""

    levels: list[int]
    access_token: str | None
    max_age: int | None


def read(progress: Progress, parameters: Mapping[str, str]) -> Wanted | None:
    """What a sign-in is to reach; None where it says nothing of that, and MAX_AGE by itself means nothing.

    Names that the pool does not have are ignored, unless there are no others. AWS unknown: the words in which
    TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE are refused.
    """
    token, age = parameters.get("ACCESS_TOKEN"), parameters.get("MAX_AGE")
    targets = parameters.get("TARGET_ACR_VALUES")
    if not targets:
        if token:
            raise InvalidParameterException("ACCESS_TOKEN requires TARGET_ACR_VALUES.")
        return None
    if progress.pool.settings["UserPoolTier"] == "LITE":
        raise FeatureUnavailableInTierException("Step-up authentication is not available in the LITE tier.")
    if age and not _SECONDS.fullmatch(age):
        raise InvalidParameterException("MAX_AGE must be a number of seconds.")
    names = levels.names(progress.pool)
    wanted = [names[name] for name in dict.fromkeys(targets.split()) if name in names]
    if not wanted:
        raise InvalidParameterException("None of TARGET_ACR_VALUES is a level of the user pool.")
    return Wanted(wanted, token or None, int(age) if age else None)


def begin(progress: Progress, wanted: Wanted | None) -> None:
    """Aim at the first of the levels that the user can reach. Somebody who does not exist seems to aim at it too.

    AWS unknown: the words where no level of TARGET_ACR_VALUES can be reached, and where the token has it already; and
    whether a level is reached by methods that satisfy a higher one, as here.
    """
    if wanted is None:
        return
    credited, present = _credit(progress, wanted)
    user = progress.user
    if user is None:
        progress.state["target"] = wanted.levels[0]
        return
    progress.state["credited"] = credited
    target = next((level for level in wanted.levels if _reaches(progress, user, level)), None)
    if target is None:
        raise InvalidParameterException("The user has no factors that satisfy TARGET_ACR_VALUES.")
    if present >= target:
        raise InvalidParameterException("The access token satisfies TARGET_ACR_VALUES already.")
    progress.state["target"] = target


def leading(progress: Progress, user: User, offered: list[str]) -> list[str]:
    """Those of the first factors that lead to where the sign-in aims; all of them where it aims nowhere."""
    target = progress.state.get("target")
    if target is None:
        return offered
    return [factor for factor in offered if _leads(progress, user, factor, target)]


def needs_second_only(progress: Progress, user: User) -> bool:
    """Whether a password that a token was credited with, and a second factor, lead to where the sign-in aims.

    AWS unknown: whether a step-up of a user with a passkey that would do too asks to choose; the second factor comes
    here, unless PREFERRED_CHALLENGE says otherwise.
    """
    target, credited = progress.state.get("target"), progress.state.get("credited", [])
    if target is None or levels.PASSWORD not in credited:
        return False
    return levels.level(credited) >= target or bool(_second_factors(progress, user, credited, target))


def second_factors(progress: Progress) -> list[str] | None:
    """The second factors that are due to reach the level; None where it is reached, or there is none to reach."""
    target, passed = progress.state.get("target"), levels.methods(progress.state)
    if target is None or levels.level(passed) >= target:
        return None
    return _second_factors(progress, progress.known, passed, target)


def has_several(progress: Progress) -> bool:
    """Whether a token was credited with two methods, so that no second factor is due but for the level."""
    return len(progress.state.get("credited", [])) > 1


def _credit(progress: Progress, wanted: Wanted) -> tuple[list[str], int]:
    """The methods that the access token was issued for, and its level: 0 where the pool has no such level any more.

    Nothing is credited once the user has not authenticated for longer than MAX_AGE. Raises NotAuthorizedException
    for a token of somebody else, in words that AWS has not told us, and for one that is not good.
    """
    if wanted.access_token is None:
        return [], 0
    context = progress.context
    bearer = bearers.verify(context, wanted.access_token)
    if progress.user is None or bearer.user.id != progress.user.id:
        raise NotAuthorizedException("Access Token does not belong to the user", "it is another user's")
    if wanted.max_age is not None and context.now - bearer.claims["auth_time"] > wanted.max_age:
        return [], 0
    present = levels.names(progress.pool).get(str(bearer.claims.get("acr")), 0)
    return levels.credited(bearer.claims.get("amr") or ()), present


def _reaches(progress: Progress, user: User, target: int) -> bool:
    credited = progress.state["credited"]
    offered = first_factors.available(progress.context, progress.pool, user)
    if levels.PASSWORD in credited and _second_factors(progress, user, credited, target):
        return True
    return levels.level(credited) >= target or any(_leads(progress, user, factor, target) for factor in offered)


def _leads(progress: Progress, user: User, factor: str, target: int) -> bool:
    """Whether a first factor, by itself or with a second one, leads to a level."""
    credited = progress.state.get("credited", [])
    if factor == "WEB_AUTHN":
        keys = {passkeys.method(passkey) for passkey in passkeys.usable(progress.context, progress.pool, user)}
        return any(levels.level([*credited, key]) >= target for key in keys)
    passed = [*credited, *levels.methods({"first": factor})]
    if levels.level(passed) >= target:
        return True
    return factor in first_factors.PASSWORDS and bool(_second_factors(progress, user, passed, target))


def _second_factors(progress: Progress, user: User, passed: Collection[str], target: int) -> list[str]:
    """The second factors that lead to a level from what was passed."""
    pool = progress.pool
    if pool.settings.get("MfaConfiguration", "OFF") == "OFF":
        return []
    return [
        method
        for method in mfa_methods.usable(progress.context, pool, user)
        if levels.level([*passed, *levels.methods({"second": method})]) >= target
    ]
