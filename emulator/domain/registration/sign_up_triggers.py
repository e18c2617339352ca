"""The triggers PreSignUp and PostConfirmation.

PreSignUp is called before anything is written, PostConfirmation after the confirmation was committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.messages.messages import MEDIUMS
from emulator.domain.triggers import trigger_table, triggers
from emulator.domain.triggers.triggers import Invocation
from emulator.faults import InvalidLambdaResponseException
from storage.records.users import User

_BEFORE, _AFTER = "PreSignUp", "PostConfirmation"
_UNDECIDED = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
_VERIFIES = {"autoVerifyEmail": "email", "autoVerifyPhone": "phone_number"}
_ADDED = frozenset(f"{kind}_verified" for kind in MEDIUMS)
_ONLY_TOGETHER = "Phone or email cannot be auto verified, when user is not being auto confirmed."


def before_sign_up(
    context: Context,
    principal: Principal,
    metadata: Mapping[str, str] | None,
    validation: Mapping[str, str | None] | None,
) -> User:
    """Call PreSignUp, where it is configured, for a user who signs up, and return the user as PreSignUp wants them.

    The returned user, not stored yet, may be confirmed and have verified addresses. The event has the attributes that
    the caller sent, without `email_verified` and `phone_number_verified`. Releases the connection. Raises what
    `triggers.call` raises, and InvalidLambdaResponseException for a decision that contradicts itself.
    """
    user = principal.user
    if not triggers.function(principal.pool, _BEFORE):
        return user
    sent = {name: value for name, value in user.attributes.items() if name not in _ADDED}
    return _decided(user, _called(context, principal, sent, metadata, validation))


def before_creation(
    context: Context,
    principal: Principal,
    metadata: Mapping[str, str] | None,
    validation: Mapping[str, str | None] | None,
) -> None:
    """Call PreSignUp, where it is configured, for a user whom an administrator creates.

    PreSignUp can only refuse the user: its response is ignored. Releases the connection. Raises what `triggers.call`
    raises.
    """
    if triggers.function(principal.pool, _BEFORE):
        _called(context, principal, principal.user.attributes, metadata, validation)


def after_confirmation(context: Context, principal: Principal, metadata: Mapping[str, str] | None) -> None:
    """Commit, and call PostConfirmation, for a user who is confirmed now; nothing if it is not configured.

    Releases the connection after the commit, so that records have to be read again. Raises UnexpectedLambdaException
    before the commit if nothing runs the function, and after it what `triggers.call` raises.
    """
    pool, user = principal.pool, principal.user
    if not triggers.function(pool, _AFTER):
        return
    triggers.require_runner(context, pool, _AFTER)
    triggers.commit_before_trigger(context)
    principal = principal.with_user(context.unit.users.get(user.id) or user)
    row = trigger_table.row(context.operation_name, _AFTER)
    triggers.call(context, Invocation.of(row, principal, row.passed_on(metadata)))


def _called(
    context: Context,
    principal: Principal,
    attributes: Mapping[str, str],
    metadata: Mapping[str, str] | None,
    validation: Mapping[str, str | None] | None,
) -> dict[str, Any]:
    """The response of PreSignUp."""
    row = trigger_table.row(context.operation_name, _BEFORE)
    request = {"userAttributes": dict(attributes), **row.passed_on(metadata, validation)}
    return triggers.call(context, Invocation.of(row, principal, request, _UNDECIDED))


def _decided(user: User, response: Mapping[str, Any]) -> User:
    """The new user as PreSignUp's response wants them: confirmed or not, with addresses verified or not.

    Raises InvalidLambdaResponseException.
    """
    # AWS unknown: the exceptions of SignUp where PreSignUp verifies an address without confirming the user, or an
    # address that the user does not have. Public reports have the message of the first; of the second, documentation
    # says only that it is an error.
    confirms = triggers.flag(response, "autoConfirmUser")
    verified = [kind for member, kind in _VERIFIES.items() if triggers.flag(response, member)]
    if not confirms:
        if verified:
            raise InvalidLambdaResponseException(_ONLY_TOGETHER)
        return user
    for kind in verified:
        if not user.attributes.get(kind):
            raise InvalidLambdaResponseException(f"{kind} cannot be auto verified, when it has no value.")
    proved = {f"{kind}_verified": "true" for kind in verified}
    return replace(user, status="CONFIRMED", attributes={**user.attributes, **proved})
