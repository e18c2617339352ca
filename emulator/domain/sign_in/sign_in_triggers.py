"""The triggers around a sign-in: before its first factor, after its last, and before tokens are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.pools import client_settings
from emulator.domain.sign_in.progress import Progress
from emulator.domain.tokens import claims, token_overrides
from emulator.domain.tokens.token_overrides import Overrides
from emulator.domain.triggers import trigger_table, triggers
from emulator.faults import NotAuthorizedException
from storage.records.pools import Client, Pool
from storage.records.users import User

_BEFORE, _AFTER, _TOKENS = "PreAuthentication", "PostAuthentication", "PreTokenGeneration"
_VERSIONS = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}


def before(progress: Progress) -> None:
    """Call PreAuthentication, for somebody who does not exist too where the client hides that.

    AWS unknown: whether `validationData` is null or left out where there is none; null here.
    AWS unknown: whether it is called for users who are disabled, locked out or not confirmed; it is here, since they
    are told so only after it. AWS unknown: when USER_AUTH calls it; at InitiateAuth here, whatever is chosen later.
    """
    pool = progress.pool
    if triggers.function(pool, _BEFORE) is None:
        return
    user = accounts.find_to_sign_in(progress.context.unit, pool, progress.typed)
    hides = client_settings.protects_existence(progress.client.settings)
    if user is None and not hides:
        return
    row = trigger_table.row(progress.context.asked, _BEFORE)
    request = {**row.told(progress.metadata), **({"userNotFound": user is None} if hides else {})}
    name = user.username if user else progress.typed
    triggers.call(progress.context, pool, progress.client, user, name, row, request, {})


def at_the_end(progress: Progress, *, new_device: bool) -> Overrides | None:
    """Call PostAuthentication, and PreTokenGeneration for the tokens that are to be made.

    Both come after the fact: what the sign-in kept so far stays, whatever they say, and its session is spent.
    """
    context, pool, client = progress.context, progress.pool, progress.client
    if not any(_configured(pool, trigger) for trigger in (_AFTER, _TOKENS)):
        return None
    triggers.require_runner(context, pool, _AFTER, _TOKENS, "PreTokenGenerationConfig")
    triggers.commit_before_trigger(context)
    if triggers.function(pool, _AFTER):
        user, row = _anew(progress), trigger_table.row(context.asked, _AFTER)
        request = {"newDeviceUsed": new_device, **row.told(progress.metadata)}
        triggers.call(context, pool, client, user, user.username, row, request, {})
    overrides = before_tokens(context, pool, client, _anew(progress), progress.metadata, source=_source(progress))
    _anew(progress)
    return overrides


def before_tokens(
    context: Context,
    pool: Pool,
    client: Client,
    user: User | None,
    metadata: Mapping[str, str],
    scopes: Sequence[str] = ("aws.cognito.signin.user.admin",),
    source: str | None = None,
) -> Overrides | None:
    """Call PreTokenGeneration, where one is configured; `source` tells apart what one operation calls it for.

    A client's own token, whose `user` is None, is only for version 3. The unit must not have written.
    """
    config = (pool.settings.get("LambdaConfig") or {}).get("PreTokenGenerationConfig") or {}
    version = _VERSIONS[config.get("LambdaVersion", "V1_0")]
    if not _configured(pool, _TOKENS) or (user is None and version != "3"):
        return None
    row = trigger_table.row(context.asked, _TOKENS, source)
    request: dict[str, Any] = {
        "groupConfiguration": _group_configuration(context, user) if user else None,
        **({"scopes": list(scopes)} if version != "1" else {}),
        **row.told(metadata),
    }
    response = {"claimsOverrideDetails" if version == "1" else "claimsAndScopeOverrideDetails": None}
    name = user.username if user else "ClientCredentials"
    said = triggers.call(context, pool, client, user, name, row, request, response, version=version)
    return token_overrides.read(said, version)


def _group_configuration(context: Context, user: User) -> dict[str, Any]:
    """The user's groups and roles, as the tokens would have them."""
    told = claims.of_groups(context.unit.groups.of(user))
    return {
        "groupsToOverride": told.get("cognito:groups", []),
        "iamRolesToOverride": told.get("cognito:roles", []),
        "preferredRole": told.get("cognito:preferred_role"),
    }


def _configured(pool: Pool, trigger: str) -> bool:
    return triggers.function(pool, trigger) is not None


def _source(progress: Progress) -> str:
    if progress.state.get("new_password"):
        return trigger_table.SIGNED_IN_WITH_NEW_PASSWORD
    return trigger_table.SIGNED_IN_WITH_DEVICE if progress.state.get("device_proved") else trigger_table.SIGNED_IN


def _anew(progress: Progress) -> User:
    """The user as they are by now; a function may have changed, disabled or deleted them."""
    user = progress.context.unit.users.get(progress.known.id)
    if user is None or not user.enabled:
        raise NotAuthorizedException("User is disabled.", "the user went while a trigger ran" if user is None else None)
    progress.user = user
    return user
