"""Passwords: forgot, reset, change, set. The flows of recovery are in `domain/registration/recovery.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.call import Call
from emulator.domain.accounts import accounts
from emulator.domain.credentials import codes, credentials, lockout
from emulator.domain.messages import message_triggers
from emulator.domain.registration import recovery
from emulator.domain.threats import self_service_protection
from emulator.faults import LimitExceededException
from emulator.registry import operation
from keys import passwords

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("ForgotPassword")
def forgot_password(call: Call[shapes.ForgotPasswordRequestTypeDef]) -> dict[str, Any]:
    """Send a code with which a user may set a new password."""
    sent = recovery.begin(call, call, call.request["Username"], call.request.get("ClientMetadata"))
    return {"CodeDeliveryDetails": sent}


@operation("ConfirmForgotPassword")
def confirm_forgot_password(call: Call[shapes.ConfirmForgotPasswordRequestTypeDef]) -> dict[str, Any]:
    """Set a new password with the code that was sent."""
    request = call.request
    code, password, metadata = request["ConfirmationCode"], request["Password"], request.get("ClientMetadata")
    recovery.finish(call, call, request["Username"], code, password, metadata)
    return {}


@operation("ChangePassword")
def change_password(call: Call[shapes.ChangePasswordRequestTypeDef]) -> dict[str, Any]:
    """Change the password of the signed-in user, who sends the present password as well, if there is one.

    A wrong present password counts as an attempt.
    """
    chosen = call.request["ProposedPassword"]
    refusals.check_local(call.user)
    protection = self_service_protection.begin(
        call, call, "PasswordChange", lambda: call.user, password=chosen, event="PASSWORD_CHANGE"
    )
    while True:
        known = _known_password(call)
        credential = credentials.prepare(call, call.principal, chosen)
        _refuse_exhausted(call)
        if call.user.password == known:
            break
    call.unit.codes.delete_attempts(call.user.id, "ChangePassword")
    credentials.keep(call, call.principal, credential, status=call.user.status)
    self_service_protection.end(protection, lambda: call.user, "Pass")
    return {}


@operation("AdminSetUserPassword")
def admin_set_user_password(call: Call[shapes.AdminSetUserPasswordRequestTypeDef]) -> dict[str, Any]:
    """Set a user's password, permanently or until the next sign-in, and end a lockout.

    Nothing is sent to the user, and no token is revoked.
    """
    permanent = call.request.get("Permanent", False)
    status = "CONFIRMED" if permanent else "FORCE_CHANGE_PASSWORD"
    credential = credentials.prepare(call, call.principal, call.request["Password"], heeds_history=permanent)
    principal = call.principal
    if status != principal.user.status:  # on which it depends which names are aliases
        principal = principal.with_user(accounts.change(call, principal, principal.user.attributes, status=status))
    credentials.keep(call, principal, credential, status=status)
    lockout.forgive(call, principal.user, lockout.CODE)
    return {}


@operation("AdminResetUserPassword")
def admin_reset_user_password(call: Call[shapes.AdminResetUserPasswordRequestTypeDef]) -> dict[str, Any]:
    """Set a user's status to RESET_REQUIRED, and send a code with which they may set a new password."""

    def reset() -> dict[str, Any]:
        recovery.reset_by_administrator(call, call.principal)
        return {}

    return message_triggers.retry_with_text(call, call.request.get("ClientMetadata"), reset)


def _known_password(call: Call[shapes.ChangePasswordRequestTypeDef]) -> str | None:
    """The digest of the user's password, once PreviousPassword matches it; None where the user has no password.

    Raises NotAuthorizedException for a wrong password, which is counted, and LimitExceededException after too many. The
    count is read again after hashing, since other threads may have checked wrong passwords in the meantime.
    """
    given = call.request.get("PreviousPassword") or ""
    while True:
        _refuse_exhausted(call)
        digest = call.user.password
        with call.hashing():
            right = digest is None or passwords.matches(given, digest, call.settings.bcrypt_cost)
        _refuse_exhausted(call)
        if call.user.password != digest:
            continue
        if right:
            return digest
        codes.count(call, call.user, "ChangePassword")
        raise refusals.wrong_credentials("wrong present password").keeping()


def _refuse_exhausted(call: Call[shapes.ChangePasswordRequestTypeDef]) -> None:
    if codes.exhausted(call, call.user, "ChangePassword"):
        raise LimitExceededException(codes.TOO_MANY)
