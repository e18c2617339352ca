"""Lambda triggers: the event that a function gets, and what may be made of its answer (AWS: "Working with triggers").

A trigger whose function nothing runs is not passed over: it is refused as one whose function is missing, and the log
says how to tell the server where the function runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import usernames
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
_TRIES = 3
"""AWS unknown: which failures of a trigger's function AWS tries again, three times at most by its documentation; here
it is that of a function that did not answer in time.
"""


def require_runner(context: Context, pool: Pool, *triggers: str) -> None:
    """Refuse as `call` would, but before anything is kept, where a trigger is configured and nothing runs its function.

    For the triggers that come after the fact.
    """
    for trigger in triggers:
        arn = function(pool, trigger)
        if arn and not context.world.lambdas.runs(arn):
            raise _nowhere(trigger, arn)


def commit_before_trigger(context: Context) -> None:
    """Keep what was done so far, before a trigger that comes after the fact: it stays, whatever the function says.

    Everything is to be read anew afterwards. What was to happen once it is kept, such as a message, happens now.
    """
    context.unit.commit()
    happenings, context.afterwards = context.afterwards, []
    for happen in happenings:
        happen()


def flag(said: Mapping[str, Any], member: str) -> bool:
    """A member of a response that is true or false; null is false."""
    value = said.get(member)
    if value is not None and not isinstance(value, bool):
        raise InvalidLambdaResponseException(UNRECOGNIZABLE, f"{member} is neither true nor false")
    return value or False


def function(pool: Pool, trigger: str) -> str | None:
    """The ARN of a trigger's function, where one is configured."""
    configured = (pool.settings.get("LambdaConfig") or {}).get(trigger)
    arn: str | None = configured.get("LambdaArn") if isinstance(configured, Mapping) else configured
    return arn or None


def call(
    context: Context,
    pool: Pool,
    client: Client | None,
    user: User | None,
    username: str,
    row: Row,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
    *,
    version: str = "1",
    takes_nothing: bool = False,
) -> dict[str, Any]:
    """Call a trigger's function, with the database let go of; answers the `response` of the event that it returns.

    `row` is what the table of triggers says of this call. `client` is None where an administrator asks. `request` and
    `response` are what the event has of these beyond `userAttributes`, which `request` may replace. Raises what AWS
    raises: the function's refusal is UserLambdaValidationException, one that cannot be called
    UnexpectedLambdaException, an answer that is not the event InvalidLambdaResponseException; but where
    `takes_nothing`, an answer of null, "" or {} is an empty response.
    """
    arn = function(pool, row.trigger)
    if arn is None:
        raise LookupError(f"{row.trigger} is not configured")
    asked = event(context, pool, client, user, username, row, request, response, version=version)
    returned = _invoke(context, row.trigger, arn, asked)
    return {} if takes_nothing and returned in (None, "", {}) else _answer(returned)


def tell(context: Context, pool: Pool, row: Row, told: dict[str, Any]) -> None:
    """Give a trigger's function an event once, whatever it returns. Raises what `call` raises."""
    arn = function(pool, row.trigger)
    if arn is not None:
        _invoke(context, row.trigger, arn, told, tries=1)


def event(
    context: Context,
    pool: Pool,
    client: Client | None,
    user: User | None,
    username: str,
    row: Row,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
    *,
    version: str = "1",
) -> dict[str, Any]:
    """The event that a trigger's function gets, from what `call` takes."""
    client_id = client.id if client else _NO_CLIENT
    return {
        "version": version,
        "region": pool.region,
        "userPoolId": pool.id,
        "userName": username,
        "callerContext": {"awsSdkVersion": sdk_version(context.origin.user_agent), "clientId": client_id},
        "triggerSource": row.source,
        "request": {"userAttributes": attributes(pool, user), **request},
        "response": dict(response),
    }


def attributes(pool: Pool, user: User | None) -> dict[str, str]:
    """`userAttributes`: all are strings; empty for somebody who does not exist.

    The addresses that the user signs in by are there once more, as `cognito:email_alias` and so on.
    """
    if user is None:
        return {}
    names = usernames.aliases(pool.settings, user.attributes, user.status).keys() & {"email", "phone_number"}
    aliases = {f"cognito:{name}_alias": user.attributes[name] for name in sorted(names)}
    return {"sub": user.sub, "cognito:user_status": user.status, **aliases, **user.attributes}


def sdk_version(user_agent: str | None) -> str:
    """`awsSdkVersion`, of a User-Agent that says `aws-sdk-js/3.1`; AWS calls all others unknown."""
    first = (user_agent or "").partition(" ")[0]
    name, slash, version = first.partition("/")
    return f"{name}-{version}" if slash and name.startswith("aws-sdk-") else _UNKNOWN_SDK


def _invoke(context: Context, trigger: str, arn: str, told: dict[str, Any], tries: int = _TRIES) -> Any:
    with context.unit.released():
        try:
            answer = _tried(context.world.lambdas, arn, told, tries)
        except NoFunctions:
            raise _nowhere(trigger, arn) from None
        except FunctionFailed as failed:
            words = f"{trigger} failed with error {failed}."
            raise Refused(words, f"the function of {trigger} raised {failed.kind}") from None
        except FunctionUnavailable as error:
            raise _unexpected(trigger, str(error)) from None
        try:
            return _readable(answer)
        except (TypeError, ValueError, RecursionError):
            raise InvalidLambdaResponseException(UNRECOGNIZABLE, "what the function returned is not JSON") from None


def _tried(lambdas: Lambdas, arn: str, told: dict[str, Any], tries: int) -> Any:
    """What the function answers, with an event of its own each time that it is tried."""
    for _ in range(tries - 1):
        try:
            return lambdas.invoke(arn, _copied(told))
        except FunctionTimedOut:
            continue
    return lambdas.invoke(arn, _copied(told))


def _answer(returned: Any) -> dict[str, Any]:
    """The `response` of the event that a function returned. AWS has other words for null than for other JSON."""
    if returned is None:
        raise InvalidLambdaResponseException(_INVALID, "the function returned null")
    answer = returned.get("response") if isinstance(returned, dict) else None
    if not isinstance(answer, dict):
        raise InvalidLambdaResponseException(UNRECOGNIZABLE, "the function did not return the event")
    return answer


def _readable(answer: Any) -> Any:
    """What a function returned, as JSON has it. Raises TypeError, ValueError or RecursionError for what it has not."""
    copied = _copied(answer)
    json.dumps(
        copied, ensure_ascii=False
    ).encode()  # half a surrogate pair is no text, and could not be told to anybody
    return copied


def _copied(value: Any) -> Any:
    """A value as it comes out of JSON: nobody keeps hold of what somebody else goes on to use."""
    return json.loads(json.dumps(value, allow_nan=False))


def _nowhere(trigger: str, arn: str) -> UnexpectedLambdaException:
    """The refusal of a trigger whose function runs nowhere, which is AWS's for a function that does not exist."""
    name = name_of(arn)
    reason = (
        f"the function {name} of {trigger} runs nowhere: say where with "
        f"--lambda-functions {name}=python:package.module:function (or {name}=URL), or --lambda-endpoint"
    )
    return _unexpected(trigger, "ResourceNotFoundException", reason)


def _unexpected(trigger: str, error: str, reason: str | None = None) -> UnexpectedLambdaException:
    return UnexpectedLambdaException(f"{trigger} invocation failed due to error {error}.", reason)
