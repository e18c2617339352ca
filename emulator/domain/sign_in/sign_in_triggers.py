"""The triggers around a sign-in: before its first factor, after its last, and before tokens are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.pools import client_settings
from emulator.domain.sign_in.outcomes import Done
from emulator.domain.sign_in.progress import Progress
from emulator.domain.tokens import claims, token_overrides
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.domain.triggers import trigger_table, triggers
from emulator.faults import NotAuthorizedException
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
    row = trigger_table.row(progress.context.operation_name, _BEFORE)
    request = {**row.passed_on(progress.metadata), **({"userNotFound": user is None} if hides else {})}
    name = user.username if user else progress.typed
    triggers.call(progress.context, pool, progress.client, user, name, row, request, {})


def after(progress: Progress, *, new_device: bool) -> None:
    """Call PostAuthentication: the transaction is committed first, whatever the function says.

    Where nothing runs the function of PostAuthentication, or that of PreTokenGeneration, which comes next, the sign-in
    is refused before anything is committed.
    """
    context, pool = progress.context, progress.pool
    if not any(triggers.function(pool, trigger) for trigger in (_AFTER, _TOKENS)):
        return
    triggers.require_runner(context, pool, _AFTER, _TOKENS, "PreTokenGenerationConfig")
    if triggers.function(pool, _AFTER) is None:
        return
    triggers.commit_before_trigger(context)
    user, row = _anew(context, progress.known), trigger_table.row(context.operation_name, _AFTER)
    request = {"newDeviceUsed": new_device, **row.passed_on(progress.metadata)}
    triggers.call(context, pool, progress.client, user, user.username, row, request, {})
    progress.user = _anew(context, user)


def before_first_tokens(done: Done) -> tuple[Grant, Overrides | None]:
    """Call PreTokenGeneration for a sign-in that is done: the transaction is committed first.

    Answers the grant, of the user as they are after the call, and what the function changes of the tokens.
    """
    progress, context = done.progress, done.progress.context
    grant = Grant(progress.pool, progress.client, done.user)
    if triggers.function(progress.pool, _TOKENS) is None:
        return grant, None
    triggers.commit_before_trigger(context)
    grant = replace(grant, user=_anew(context, done.user))
    overrides = before_tokens(context, grant, progress.metadata, _source(progress))
    progress.user = _anew(context, done.user)
    return replace(grant, user=progress.user), overrides


def before_tokens(
    context: Context, grant: Grant, metadata: Mapping[str, str], source: str | None = None
) -> Overrides | None:
    """Call PreTokenGeneration, where one is configured; `source` tells apart what one operation calls it for.

    A client's own token is only for version 3. The transaction must not have written.
    """
    pool, user = grant.pool, grant.user
    config = (pool.settings.get("LambdaConfig") or {}).get("PreTokenGenerationConfig") or {}
    version = _VERSIONS[config.get("LambdaVersion", "V1_0")]
    if triggers.function(pool, _TOKENS) is None or (user is None and version != "3"):
        return None
    row = trigger_table.row(context.operation_name, _TOKENS, source)
    request: dict[str, Any] = {
        "groupConfiguration": _group_configuration(context, user) if user else None,
        **({"scopes": list(grant.scopes)} if version != "1" else {}),
        **row.passed_on(metadata),
    }
    response = {"claimsOverrideDetails" if version == "1" else "claimsAndScopeOverrideDetails": None}
    name = user.username if user else "ClientCredentials"
    said = triggers.call(context, pool, grant.client, user, name, row, request, response, version=version)
    return token_overrides.read(said, version)


def _group_configuration(context: Context, user: User) -> dict[str, Any]:
    """The user's groups and roles, as the tokens would have them."""
    told = claims.of_groups(context.unit.groups.of(user))
    return {
        "groupsToOverride": told.get("cognito:groups", []),
        "iamRolesToOverride": told.get("cognito:roles", []),
        "preferredRole": told.get("cognito:preferred_role"),
    }


def _source(progress: Progress) -> str:
    if progress.state.get("new_password"):
        return trigger_table.SIGNED_IN_WITH_NEW_PASSWORD
    return trigger_table.SIGNED_IN_WITH_DEVICE if progress.state.get("device_proved") else trigger_table.SIGNED_IN


def _anew(context: Context, user: User) -> User:
    """The user, read again: a function may have changed, disabled or deleted them. Raises NotAuthorizedException."""
    found = context.unit.users.get(user.id)
    if found is None or not found.enabled:
        raise NotAuthorizedException(
            "User is disabled.", "the user went while a trigger ran" if found is None else None
        )
    return found
