"""Passwords: forgotten, reset, changed, set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.credentials import codes, credentials, lockout
from emulator.domain.factors import mfa_methods
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.messages.delivery import FORGOT_PASSWORD
from emulator.domain.pools import client_settings
from emulator.domain.registration import profile, sign_up_triggers
from emulator.domain.sign_in import migration
from emulator.domain.triggers import triggers
from emulator.faults import (
    InvalidParameterException,
    LimitExceededException,
    NotAuthorizedException,
    UserNotFoundException,
)
from emulator.registry import operation
from emulator.userpools.signup import NOT_FOUND
from emulator.userpools.watched import watched
from keys import passwords
from storage.records.users import User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_NO_CONTACT = "Cannot reset password for the user as there is no registered/verified email or phone_number"
_WRONG_STATE = "User password cannot be reset in the current state."
_WITHOUT_RESET = frozenset({"FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER"})


@operation("ForgotPassword")
@watched("ForgotPassword", "InProgress")
def forgot_password(call: Call[shapes.ForgotPasswordRequestTypeDef]) -> dict[str, Any]:
    """Send a code that lets a user set a new password.

    Where the client hides who exists, an unknown user, a disabled one and one without a verified address get the
    answer of everybody else.
    """
    client, pool, user = call.client, call.pool, call.claimed_user
    if user is None:
        migration.at_forgotten_password(
            call, pool, client, call.request["Username"], call.request.get("ClientMetadata")
        )
    return message_triggers.asking(call, client, call.request.get("ClientMetadata"), lambda: _forgotten(call))


@operation("ConfirmForgotPassword")
@watched("ForgotPassword", "Pass", "Password")
def confirm_forgot_password(call: Call[shapes.ConfirmForgotPasswordRequestTypeDef]) -> dict[str, Any]:
    """Set a new password with the code that was sent; the address it went to is verified.

    The code is checked before the password, whose refusal may tell that it was used before.
    """
    pool, user = call.pool, _with_code(call)
    triggers.require_runner(call, pool, "PostConfirmation")
    given = call.request["ConfirmationCode"]
    codes.check(call, user, FORGOT_PASSWORD, given, "ConfirmForgotPassword")
    credential = credentials.prepare(call, pool, user, call.request["Password"])
    pool, user = call.pool, _resettable(call.claimed_user)
    code = codes.spend(call, user, FORGOT_PASSWORD, given, "ConfirmForgotPassword")
    proved = profile.proved(user, code)
    if accounts.rivalled(call, pool, user, proved):
        proved = user.attributes
    user = accounts.change(call, pool, user, proved, status="CONFIRMED")
    user = credentials.keep(call, pool, user, credential)
    sign_up_triggers.after_confirmation(call, pool, call.client, user, call.request)
    return {}


@operation("ChangePassword")
@watched("PasswordChange", "Pass", "ProposedPassword")
def change_password(call: Call[shapes.ChangePasswordRequestTypeDef]) -> dict[str, Any]:
    """Change the password of the user who is signed in and knows the present one."""
    while True:
        held = _known_password(call)
        credential = credentials.prepare(call, call.pool, call.user, call.request["ProposedPassword"])
        _refuse_exhausted(call)
        if call.user.password == held:
            break
    call.unit.codes.delete_attempts(call.user.id, "ChangePassword")
    credentials.keep(call, call.pool, call.user, credential, status=call.user.status)
    return {}


@operation("AdminSetUserPassword")
def admin_set_user_password(call: Call[shapes.AdminSetUserPasswordRequestTypeDef]) -> dict[str, Any]:
    """Set a user's password, permanently or until the next sign-in; sends nothing, revokes nothing, ends a lock."""
    permanent = call.request.get("Permanent", False)
    user, status = call.user, "CONFIRMED" if permanent else "FORCE_CHANGE_PASSWORD"
    credential = credentials.prepare(call, call.pool, user, call.request["Password"], heeds_history=permanent)
    user = accounts.change(call, call.pool, call.user, call.user.attributes, status=status)
    credentials.keep(call, call.pool, user, credential, status=status)
    lockout.forgive(call, user, lockout.CODE)
    return {}


@operation("AdminResetUserPassword")
def admin_reset_user_password(call: Call[shapes.AdminResetUserPasswordRequestTypeDef]) -> dict[str, Any]:
    """Make a user's password unusable, and send them a code for a new one."""

    def reset() -> dict[str, Any]:
        user = _resettable(call.user)
        if user.status == "UNCONFIRMED":
            raise NotAuthorizedException(_WRONG_STATE)
        _send(call, user, _target(call, user))
        call.unit.users.change(user, status="RESET_REQUIRED", modified=call.now)
        return {}

    return message_triggers.asking(call, None, call.request.get("ClientMetadata"), reset)


def _with_code(call: Call[shapes.ConfirmForgotPasswordRequestTypeDef]) -> User:
    """Whose code it is to be: the stand-in's, which no code is, for somebody who must not be told from nobody."""
    user, stand_in = call.claimed_user, stand_ins.of(call, call.pool, call.request["Username"])
    if client_settings.protects_existence(call.client.settings):
        got_no_code = _got_no_code(call, user or stand_in)
        return user if user and user.enabled and not got_no_code else stand_in
    if user is None:
        raise UserNotFoundException(NOT_FOUND)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    return user


def _got_no_code(call: Call[Any], user: User) -> bool:
    """Whether ForgotPassword seems to send a user a code, and does not, for want of an address."""
    target, code = _target(call, user), call.unit.codes.get(user.id, FORGOT_PASSWORD)
    return code is None and _seems_absent(user, target)


def _known_password(call: Call[shapes.ChangePasswordRequestTypeDef]) -> str | None:
    """The digest of the user's password, which the caller knows; None where they have none. A wrong one is counted.

    The tries are asked for again after the hash: as many calls may check one at once as there are threads.
    """
    given = call.request.get("PreviousPassword") or ""
    while True:
        _refuse_exhausted(call)
        held = call.user.password
        with call.hashing():
            right = held is None or passwords.matches(given, held, call.settings.bcrypt_cost)
        _refuse_exhausted(call)
        if call.user.password != held:
            continue
        if right:
            return held
        codes.count(call, call.user, "ChangePassword")
        raise NotAuthorizedException("Incorrect username or password.", "wrong present password").keeping()


def _refuse_exhausted(call: Call[shapes.ChangePasswordRequestTypeDef]) -> None:
    if codes.exhausted(call, call.user, "ChangePassword"):
        raise LimitExceededException(codes.TOO_MANY)


def _forgotten(call: Call[shapes.ForgotPasswordRequestTypeDef]) -> dict[str, Any]:
    user, stand_in = call.claimed_user, stand_ins.of(call, call.pool, call.request["Username"])
    target = _target(call, user or stand_in)
    if client_settings.protects_existence(call.client.settings) and _seems_absent(user, target):
        codes.limit_calls(call, stand_in, "ForgotPassword")
        _send(call, stand_in, _target(call, stand_in) if target is None else target)
        return {"CodeDeliveryDetails": messages.simulated_details(call.request["Username"])}
    user = _resettable(user)
    codes.limit_calls(call, user, "ForgotPassword")
    return {"CodeDeliveryDetails": _send(call, user, target)}


def _seems_absent(user: User | None, target: messages.Target | None) -> bool:
    """Whether a caller who must not learn who exists gets the answer for an unknown user."""
    if user is None or not user.enabled:
        return True
    return target is None and user.status not in _WITHOUT_RESET


def _resettable(user: User | None) -> User:
    """The user, where their password may be reset."""
    if user is None:
        raise UserNotFoundException(NOT_FOUND)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if user.status in _WITHOUT_RESET:
        raise NotAuthorizedException(_WRONG_STATE)
    return user


def _target(call: Call[Any], user: User) -> messages.Target | None:
    return messages.recovery_target(call.pool.settings, user.attributes, mfa_methods.busy(call, call.pool, user))


def _send(call: Call[Any], user: User, target: messages.Target | None) -> dict[str, str]:
    if target is None:
        raise InvalidParameterException(_NO_CONTACT)
    return delivery.send_code(call, call.pool, user, FORGOT_PASSWORD, target)
