"""The triggers around a sign-in: before its first factor, after its last, and before tokens are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.pools import client_settings
from emulator.domain.sign_in.outcomes import Done
from emulator.domain.sign_in.progress import Progress
from emulator.domain.tokens import claims, token_overrides
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.domain.triggers import trigger_table, triggers
from emulator.domain.triggers.triggers import Invocation
from storage.records.users import User

_BEFORE, _AFTER, _TOKENS = "PreAuthentication", "PostAuthentication", "PreTokenGeneration"
_VERSIONS = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}


def before(progress: Progress) -> None:
    """Call PreAuthentication, for an unknown user too, if the client prevents user existence errors.

    Nothing if it is not configured. Releases the connection. Raises what `triggers.call` raises.
    """
    # AWS unknown: whether PreAuthentication's `validationData` is null, as here, or left out where InitiateAuth
    # has no ClientMetadata. At POST /login it is an empty object.
    # AWS unknown: whether InitiateAuth calls PreAuthentication for users who are disabled, locked out or not confirmed;
    # it does here, since they are refused only afterwards.
    # AWS unknown: when USER_AUTH calls PreAuthentication; here InitiateAuth does, whatever factor is chosen later.
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
    triggers.call(progress.context, Invocation(row, pool, progress.client, user, name, request))


def after(progress: Progress, *, new_device: bool) -> None:
    """Commit, and call PostAuthentication: what the sign-in wrote stays, even if the function refuses.

    Without a PostAuthentication trigger nothing is committed. Raises UnexpectedLambdaException before the commit, if
    nothing runs the function of PostAuthentication, or that of PreTokenGeneration, which comes next; after the commit
    what `triggers.call` raises, and NotAuthorizedException if the user was disabled or deleted. Afterwards
    `progress.user` is as read after the call.
    """
    context, pool = progress.context, progress.pool
    if not any(triggers.function(pool, trigger) for trigger in (_AFTER, _TOKENS)):
        return
    triggers.require_runner(context, pool, _AFTER, _TOKENS, "PreTokenGenerationConfig")
    if triggers.function(pool, _AFTER) is None:
        return
    triggers.commit_before_trigger(context)
    principal = progress.principal.with_user(read_again(context, progress.known))
    row = trigger_table.row(context.operation_name, _AFTER)
    request = {"newDeviceUsed": new_device, **row.passed_on(progress.metadata)}
    triggers.call(context, Invocation.of(row, principal, request))
    progress.user = read_again(context, principal.user)


def before_first_tokens(done: Done) -> tuple[Grant, Overrides | None]:
    """Commit, and call PreTokenGeneration for a sign-in that is done: what the sign-in wrote stays.

    Returns the grant, with the user as read after the call, and the function's changes of the tokens. Without the
    trigger nothing is committed, and the changes are None. Raises what `before_tokens` raises, and
    NotAuthorizedException if the user was disabled or deleted meanwhile.
    """
    progress, context = done.progress, done.progress.context
    grant = Grant(progress.pool, progress.client, done.user)
    if triggers.function(progress.pool, _TOKENS) is None:
        return grant, None
    triggers.commit_before_trigger(context)
    grant = replace(grant, user=read_again(context, done.user))
    overrides = before_tokens(context, grant, progress.metadata, _source(progress))
    progress.user = read_again(context, done.user)
    return replace(grant, user=progress.user), overrides


def before_tokens(
    context: Context, grant: Grant, metadata: Mapping[str, str], source: str | None = None
) -> Overrides | None:
    """Call PreTokenGeneration, and return its changes of the tokens; None where it is not configured.

    `source` is the triggerSource, for an operation that has several. Only version 3 is called for a client's own token.
    Releases the connection: raises RuntimeError if anything was written and not committed. Raises what `triggers.call`
    and `token_overrides.read` raise.
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
    said = triggers.call(context, Invocation(row, pool, grant.client, user, name, request, response, version))
    return token_overrides.read(said, version)


def _group_configuration(context: Context, user: User) -> dict[str, Any]:
    """`groupConfiguration`: the user's groups and roles, as the tokens would have them."""
    named = claims.of_groups(context.unit.groups.of(user))
    return {
        "groupsToOverride": named.get("cognito:groups", []),
        "iamRolesToOverride": named.get("cognito:roles", []),
        "preferredRole": named.get("cognito:preferred_role"),
    }


def _source(progress: Progress) -> str:
    if progress.state.get("new_password"):
        return trigger_table.SIGNED_IN_WITH_NEW_PASSWORD
    return trigger_table.SIGNED_IN_WITH_DEVICE if progress.state.get("device_proved") else trigger_table.SIGNED_IN


def read_again(context: Context, user: User) -> User:
    """Read the user again after a function ran. Raises NotAuthorizedException if the user was disabled or deleted."""
    found = context.unit.users.get(user.id)
    if found is None or not found.enabled:
        raise refusals.disabled_user("the user went while a trigger ran" if found is None else None)
    return found
