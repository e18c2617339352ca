"""Lambda triggers: the event, the call of the function, the checks of its response (AWS: "Working with triggers").

Every event is built here; `message_triggers`, `custom_senders` and `sign_in_triggers` add the members of their own
triggers, such as version 2 of the event about tokens. If a trigger is configured and this server has no way to run its
function, the call fails as AWS does for a function that does not exist. The log says which setting is missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from msgspec import Struct, field

from emulator import nesting
from emulator.context import Context
from emulator.domain.accounts import usernames
from emulator.domain.accounts.principals import Principal
from emulator.domain.triggers.trigger_table import Row
from emulator.faults import InvalidLambdaResponseException, UnexpectedLambdaException
from emulator.faults import UserLambdaValidationException as Refused
from emulator.outside.lambdas import (
    FunctionFailed,
    FunctionTimedOut,
    FunctionUnavailable,
    Lambdas,
    NoFunctions,
    name_of,
)
from storage.records.pools import Client, Pool
from storage.records.users import User

UNRECOGNIZABLE = "Unrecognizable lambda output"
_INVALID = "Invalid lambda function output : Invalid JSON"
_UNKNOWN_SDK = "aws-sdk-unknown-unknown"
_NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
# AWS unknown: after which failures operations call a trigger's function again, three times at most by its
# documentation. Here they do so after a timeout.
_TRIES = 3


class Invocation(Struct, frozen=True):
    """One invocation of a trigger's function: what its event says, and how the function's result is read.

    `row` is the row of the table of triggers. `client` is None for an administrator's call. `user` is None, and
    `username` the name that was given, where there is no such user. `request` and `response` are the members of the
    event; `request` may replace `userAttributes`, which is filled in unless `tells_attributes` is false. With
    `takes_nothing`, a result of null, "" or {} counts as an empty response.
    """

    row: Row
    pool: Pool
    client: Client | None
    user: User | None
    username: str
    request: Mapping[str, Any]
    response: Mapping[str, Any] = field(default_factory=dict)
    version: str = "1"
    takes_nothing: bool = False
    tells_attributes: bool = True

    @classmethod
    def of(
        cls, row: Row, principal: Principal, request: Mapping[str, Any], response: Mapping[str, Any] | None = None
    ) -> Self:
        """The invocation about a principal's user, who exists or is about to. `response` is empty unless given."""
        user = principal.user
        return cls(row, principal.pool, principal.client, user, user.username, request, response or {})


def require_runner(context: Context, pool: Pool, *triggers: str) -> None:
    """Raise UnexpectedLambdaException if one of these triggers is configured and nothing runs its function.

    Called before anything is stored, for the triggers that are called after a commit.
    """
    for trigger in triggers:
        arn = function(pool, trigger)
        if arn and not context.world.lambdas.runs(arn):
            raise _nowhere(trigger, arn)


def described(pool: Pool, trigger: str) -> str:
    """The beginning of an error message about a configured trigger: its name and its pool, up to the verb."""
    return f"The Lambda trigger {trigger}, which user pool {pool.id} has configured,"


def commit_before_trigger(context: Context) -> None:
    """Commit before a trigger that AWS calls after the fact: the changes stay even if the function raises.

    Runs the callbacks in `context.afterwards`, such as sending messages, and removes them. Records that were read
    before must be read again.
    """
    context.unit.commit()
    callbacks, context.afterwards = context.afterwards, []
    for callback in callbacks:
        callback()


def flag(response: Mapping[str, Any], member: str) -> bool:
    """A boolean member of a response; null is false. Raises InvalidLambdaResponseException for other types."""
    value = response.get(member)
    if value is not None and not isinstance(value, bool):
        raise InvalidLambdaResponseException(UNRECOGNIZABLE, f"{member} is neither true nor false")
    return value or False


def function(pool: Pool, trigger: str) -> str | None:
    """The ARN of the function that the pool has configured for a trigger; None if it has configured none."""
    configured = (pool.settings.get("LambdaConfig") or {}).get(trigger)
    arn: str | None = configured.get("LambdaArn") if isinstance(configured, Mapping) else configured
    return arn or None


def call(context: Context, invocation: Invocation) -> dict[str, Any]:
    """Call a trigger's function with the connection released, and return the `response` of the event it returns.

    After a timeout the function is called again, three times at most. Raises UserLambdaValidationException if the
    function raises, UnexpectedLambdaException if it cannot be called, InvalidLambdaResponseException if it does not
    return the event; LookupError if the trigger is not configured, RuntimeError if the unit has written and not
    committed.
    """
    trigger = invocation.row.trigger
    arn = function(invocation.pool, trigger)
    if arn is None:
        raise LookupError(f"{trigger} is not configured")
    returned = _invoke(context, trigger, arn, event(context, invocation))
    return {} if invocation.takes_nothing and returned in (None, "", {}) else _answer(returned)


def tell(context: Context, invocation: Invocation, sent: dict[str, Any]) -> None:
    """Call the function of an invocation's trigger with `sent` as the event, without a retry, and ignore the result.

    Does nothing if the trigger is not configured. Otherwise raises what `call` raises.
    """
    trigger = invocation.row.trigger
    arn = function(invocation.pool, trigger)
    if arn is not None:
        _invoke(context, trigger, arn, sent, tries=1)


def event(context: Context, invocation: Invocation) -> dict[str, Any]:
    """The event that an invocation's function gets, with the members that all triggers have."""
    pool, client = invocation.pool, invocation.client
    client_id = client.id if client else _NO_CLIENT
    known = {"userAttributes": event_attributes(pool, invocation.user)} if invocation.tells_attributes else {}
    return {
        "version": invocation.version,
        "region": pool.region,
        "userPoolId": pool.id,
        "userName": invocation.username,
        "callerContext": {"awsSdkVersion": sdk_version(context.origin.user_agent), "clientId": client_id},
        "triggerSource": invocation.row.source,
        "request": {**known, **invocation.request},
        "response": dict(invocation.response),
    }


def event_attributes(pool: Pool, user: User | None) -> dict[str, str]:
    """`userAttributes` of an event about a user: all attributes, `sub` and the status, as strings. Empty for None.

    The addresses that are aliases of the user are repeated as `cognito:email_alias` and `cognito:phone_number_alias`.
    """
    if user is None:
        return {}
    names = usernames.aliases(pool.settings, user.attributes, user.status).keys() & {"email", "phone_number"}
    aliases = {f"cognito:{name}_alias": user.attributes[name] for name in sorted(names)}
    return {"sub": user.sub, "cognito:user_status": user.status, **aliases, **user.attributes}


def sdk_version(user_agent: str | None) -> str:
    """`awsSdkVersion`, from a User-Agent such as `aws-sdk-js/3.1`; AWS calls all others unknown."""
    first = (user_agent or "").partition(" ")[0]
    name, slash, version = first.partition("/")
    return f"{name}-{version}" if slash and name.startswith("aws-sdk-") else _UNKNOWN_SDK


def _invoke(context: Context, trigger: str, arn: str, sent: dict[str, Any], tries: int = _TRIES) -> Any:
    with context.unit.released(acts=True):
        try:
            answer = _tried(context.world.lambdas, arn, sent, tries)
        except NoFunctions:
            raise _nowhere(trigger, arn) from None
        except FunctionFailed as failed:
            message = f"{trigger} failed with error {failed}."
            raise Refused(message, f"the function of {trigger} raised {failed.kind}") from None
        except FunctionUnavailable as error:
            raise _unexpected(trigger, str(error)) from None
        try:
            return _readable(answer)
        except (TypeError, ValueError, RecursionError):
            raise InvalidLambdaResponseException(UNRECOGNIZABLE, "what the function returned is not JSON") from None


def _tried(lambdas: Lambdas, arn: str, sent: dict[str, Any], tries: int) -> Any:
    """The function's result. Each try gets its own copy of the event, and the function is retried after a timeout."""
    for _ in range(tries - 1):
        try:
            return lambdas.invoke(arn, _copied(sent))
        except FunctionTimedOut:
            continue
    return lambdas.invoke(arn, _copied(sent))


def _answer(returned: Any) -> dict[str, Any]:
    """The `response` of the event that a function returned. AWS has another message for null than for other JSON."""
    if returned is None:
        raise InvalidLambdaResponseException(_INVALID, "the function returned null")
    answer = returned.get("response") if isinstance(returned, dict) else None
    if not isinstance(answer, dict):
        raise InvalidLambdaResponseException(UNRECOGNIZABLE, "the function did not return the event")
    return answer


def _readable(answer: Any) -> Any:
    """A function's result as JSON values. Raises TypeError, ValueError or RecursionError if it is not JSON, or deep."""
    copied = _copied(answer)
    if nesting.is_too_deep(copied):
        raise ValueError("it is nested too deeply")
    json.dumps(
        copied, ensure_ascii=False
    ).encode()  # half a surrogate pair is no text, and could not be told to anybody
    return copied


def _copied(value: Any) -> Any:
    """A deep copy of a JSON value, so that function and caller do not share mutable parts."""
    return json.loads(json.dumps(value, allow_nan=False))


def _nowhere(trigger: str, arn: str) -> UnexpectedLambdaException:
    """The fault for a trigger whose function nothing runs: AWS's for a function that does not exist."""
    name = name_of(arn)
    reason = (
        f"the function {name} of {trigger} runs nowhere: say where with "
        f"--lambda-functions {name}=python:package.module:function (or {name}=URL), or --lambda-endpoint"
    )
    return _unexpected(trigger, "ResourceNotFoundException", reason)


def _unexpected(trigger: str, error: str, reason: str | None = None) -> UnexpectedLambdaException:
    return UnexpectedLambdaException(f"{trigger} invocation failed due to error {error}.", reason)
