"""Step-up authentication: TARGET_ACR_VALUES asks for a level (AWS: "Step-up authentication with the USER_AUTH flow").

The state of a sign-in has the level as `target`, and as `credited` the methods that an access token proves already.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from emulator.context import Context
from emulator.domain.access import bearers
from emulator.domain.factors import first_factors, levels, mfa_methods, passkeys
from emulator.domain.pools.apps import App
from emulator.domain.sign_in.progress import Progress
from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    NotAuthorizedException,
)
from storage.records.users import User

_SECONDS = re.compile("[0-9]{1,10}")


class Wanted(Struct, frozen=True):
    """TARGET_ACR_VALUES as levels, the preferred one first; ACCESS_TOKEN, and MAX_AGE in seconds."""

    levels: list[int]
    access_token: str | None
    max_age: int | None


def read(progress: Progress, parameters: Mapping[str, str]) -> Wanted | None:
    """The step-up parameters of InitiateAuth; None without TARGET_ACR_VALUES. MAX_AGE alone is ignored.

    Level names that the pool does not have are ignored, unless all are unknown. Raises InvalidParameterException, and
    FeatureUnavailableInTierException in the LITE tier.
    """
    # AWS unknown: the messages in which InitiateAuth refuses TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE.
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
    """Put `target` and `credited` into the state; the target is the first wanted level that the user can reach.

    For an unknown user it is the first one. Nothing is done for None. Raises InvalidParameterException where the user
    can reach none, or the access token has reached it already, what `bearers.verify` raises for an invalid access
    token, and NotAuthorizedException for another user's.
    """
    # AWS unknown: the messages of InitiateAuth where no level of TARGET_ACR_VALUES can be reached, and where
    # ACCESS_TOKEN has reached it; and whether methods of a higher level satisfy a lower one, as here.
    if wanted is None:
        return
    credited, present = _credit(progress, wanted)
    if progress.user is None:
        progress.state["target"] = wanted.levels[0]
        return
    progress.state["credited"] = credited
    target = next((level for level in wanted.levels if _reaches(progress, level)), None)
    if target is None:
        raise InvalidParameterException("The user has no factors that satisfy TARGET_ACR_VALUES.")
    if present >= target:
        raise InvalidParameterException("The access token satisfies TARGET_ACR_VALUES already.")
    progress.state["target"] = target


def reachable(context: Context, app: App, user: User, wanted: Sequence[int], credited: Sequence[str]) -> int | None:
    """The first of the wanted levels that a user can reach who has passed the `credited` methods; None for no level."""
    progress = Progress(context, app.pool, app.client, "USER_AUTH", user.username, user)
    progress.state["credited"] = list(credited)
    return next((level for level in wanted if _reaches(progress, level)), None)


def leading(progress: Progress, offered: list[str]) -> list[str]:
    """Those of the first factors that lead to the target; all of them without a target."""
    target = progress.state.get("target")
    if target is None:
        return offered
    return [factor for factor in offered if _leads(progress, factor, target)]


def needs_second_only(progress: Progress) -> bool:
    """Whether the access token proves the password, so that a second factor alone leads to the target."""
    # AWS unknown: whether a step-up by InitiateAuth offers SELECT_CHALLENGE where a passkey would do too. Here the
    # second factor is asked for, unless PREFERRED_CHALLENGE says otherwise.
    target, credited = progress.state.get("target"), progress.state.get("credited", [])
    if target is None or levels.PASSWORD not in credited:
        return False
    return levels.level(credited) >= target or bool(_second_factors(progress, credited, target))


def second_factors(progress: Progress) -> list[str] | None:
    """The second factors that lead to the level of TARGET_ACR_VALUES; None where it is reached, or none was asked for.

    An empty list says that none of the user's second factors leads there.
    """
    target, passed = progress.state.get("target"), levels.methods(progress.state)
    if target is None or levels.level(passed) >= target:
        return None
    return _second_factors(progress, passed, target)


def has_several(progress: Progress) -> bool:
    """Whether the access token proves more than one method, so that only the target may require a second factor."""
    return len(progress.state.get("credited", [])) > 1


def _credit(progress: Progress, wanted: Wanted) -> tuple[list[str], int]:
    """The methods that the access token proves, and its level; 0 where the pool no longer has a level of that name.

    Nothing, if the user authenticated longer than MAX_AGE ago. Raises NotAuthorizedException for an invalid token, or
    another user's.
    """
    if wanted.access_token is None:
        return [], 0
    context = progress.context
    bearer = bearers.verify(context, wanted.access_token)
    if progress.user is None or bearer.user.id != progress.user.id:
        # AWS unknown: the message of InitiateAuth for an ACCESS_TOKEN of another user.
        raise NotAuthorizedException("Access Token does not belong to the user", "it is another user's")
    if wanted.max_age is not None and context.now - bearer.claims["auth_time"] > wanted.max_age:
        return [], 0
    present = levels.names(progress.pool).get(str(bearer.claims.get("acr")), 0)
    return levels.credited(bearer.claims.get("amr") or ()), present


def _reaches(progress: Progress, target: int) -> bool:
    credited = progress.state["credited"]
    offered = first_factors.available(progress.context, progress.principal)
    if levels.PASSWORD in credited and _second_factors(progress, credited, target):
        return True
    return levels.level(credited) >= target or any(_leads(progress, factor, target) for factor in offered)


def _leads(progress: Progress, factor: str, target: int) -> bool:
    """Whether a first factor, alone or with a second one, reaches a level."""
    credited = progress.state.get("credited", [])
    if factor == "WEB_AUTHN":
        keys = {passkeys.method(passkey) for passkey in passkeys.usable(progress.context, progress.principal)}
        return any(levels.level([*credited, key]) >= target for key in keys)
    passed = [*credited, *levels.methods({"first": factor})]
    if levels.level(passed) >= target:
        return True
    return factor in first_factors.PASSWORDS and bool(_second_factors(progress, passed, target))


def _second_factors(progress: Progress, passed: Collection[str], target: int) -> list[str]:
    """The second factors that reach a level together with the methods that were passed."""
    if progress.pool.settings.get("MfaConfiguration", "OFF") == "OFF":
        return []
    return [
        method
        for method in mfa_methods.usable(progress.context, progress.principal)
        if levels.level([*passed, *levels.methods({"second": method})]) >= target
    ]
