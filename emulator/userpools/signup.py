"""Sign-up: a user makes an account and proves an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.credentials import codes, credentials
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.pools import client_settings
from emulator.domain.registration import profile, registration, sign_up_triggers
from emulator.domain.sign_in import sign_up_sessions
from emulator.domain.triggers import triggers
from emulator.faults import (
    InvalidParameterException,
    NotAuthorizedException,
    UserNotFoundException,
)
from emulator.registry import operation
from emulator.userpools.views import attributes_given, check_writable
from emulator.userpools.watched import watched
from storage.records.pools import Pool
from storage.records.users import User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_EXISTS = "User already exists"
NOT_FOUND = "Username/client id combination not found."
_NOT_VERIFYING = "Auto verification not turned on."
_TAKEN = "An account with the {kind} already exists."
"""ConfirmSignUp's own words for an alias that somebody else has."""


@operation("SignUp")
@watched("SignUp", "InProgress", "Password", "SIGN_UP")
def sign_up(call: Call[shapes.SignUpRequestTypeDef]) -> dict[str, Any]:
    """Make an account, and send a code where an address of it is to be verified.

    AWS unknown: whether somebody whom PreSignUp confirms gets a Session too; they get none here, since there is no
    ConfirmSignUp to take it to.
    """
    client, pool = call.client, call.pool
    _check_permitted(pool)
    given = attributes_given(call.request.get("UserAttributes"))
    check_writable(client, pool, given)
    user = registration.new_user(call, pool, call.request["Username"], given, status="UNCONFIRMED")
    password = _chosen_password(call, user)
    if password:
        credential = credentials.prepare(call, pool, user, password)
        pool, user = call.pool, registration.with_password(user, credential, call.now)
    user = sign_up_triggers.before_sign_up(call, pool, call.client, user, call.request)
    if user.status == "CONFIRMED":
        _check_permitted(call.pool)
        user = accounts.add(call, call.pool, user, _EXISTS)
        sign_up_triggers.after_confirmation(call, call.pool, call.client, user, call.request)
        return {"UserConfirmed": True, "UserSub": user.sub}
    return message_triggers.asking(call, call.client, call.request.get("ClientMetadata"), lambda: _wait(call, user))


@operation("ConfirmSignUp")
@watched("SignUp", "Pass")
def confirm_sign_up(call: Call[shapes.ConfirmSignUpRequestTypeDef]) -> dict[str, Any]:
    """Confirm an account with the code that was sent; what the code went to is verified.

    AWS unknown: the refusal of an unknown user by ConfirmSignUp where the client hides who exists; it is that of a code
    that was never issued, or of a wrong one where ResendConfirmationCode was called for that name.
    """
    client, pool, user = call.client, call.pool, _claimant(call)
    if not stand_ins.is_one(user):
        _check_unconfirmed(user)
    triggers.require_runner(call, pool, "PostConfirmation")
    code = codes.spend(call, user, delivery.SIGN_UP, call.request["ConfirmationCode"], "ConfirmSignUp")
    taking = call.request.get("ForceAliasCreation", False)
    proved = profile.proved(user, code)
    user = accounts.change(call, pool, user, proved, status="CONFIRMED", taking=taking, taken=_TAKEN)
    answer = {**sign_up_sessions.confirm(call, client, user, call.request.get("Session"), code)}
    sign_up_triggers.after_confirmation(call, pool, client, user, call.request)
    return answer


@operation("AdminConfirmSignUp")
def admin_confirm_sign_up(call: Call[shapes.AdminConfirmSignUpRequestTypeDef]) -> dict[str, Any]:
    """Confirm an account without a code; its addresses stay unverified."""
    _check_unconfirmed(call.user)
    pool, user = call.pool, accounts.change(call, call.pool, call.user, call.user.attributes, status="CONFIRMED")
    call.unit.codes.drop(user.id, delivery.SIGN_UP)
    sign_up_triggers.after_confirmation(call, pool, None, user, call.request)
    return {}


@operation("ResendConfirmationCode")
@watched("ResendCode", "Pass")
def resend_confirmation_code(call: Call[shapes.ResendConfirmationCodeRequestTypeDef]) -> dict[str, Any]:
    """Send a new code for an account that waits for its confirmation; the code before it is void.

    AWS unknown: an unknown user of a client that hides who exists, in a pool that verifies no address; they are
    refused like everybody else here. AWS unknown: ResendConfirmationCode for a disabled user; they get no code here.
    """
    metadata = call.request.get("ClientMetadata")
    return message_triggers.asking(call, call.client, metadata, lambda: _resend(call, _claimant(call)))


def _claimant(call: Call[Any]) -> User:
    """Whom a call names; where the client hides who exists, the stand-in for somebody unknown or disabled."""
    user, stand_in = call.claimed_user, stand_ins.of(call, call.pool, call.request["Username"])
    if client_settings.protects_existence(call.client.settings):
        return user if user and user.enabled else stand_in
    if user is None:
        raise UserNotFoundException(NOT_FOUND)
    return user


def _wait(call: Call[shapes.SignUpRequestTypeDef], user: User) -> dict[str, Any]:
    """Keep a new user, who is to be confirmed."""
    _check_permitted(call.pool)
    user = accounts.add(call, call.pool, user, _EXISTS)
    target = messages.verification_target(call.pool.settings, user.attributes)
    sent = _send(call, user, target) if target else {}
    return {"UserConfirmed": False, "UserSub": user.sub, **sent, **sign_up_sessions.begin(call, call.client, user)}


def _resend(call: Call[shapes.ResendConfirmationCodeRequestTypeDef], user: User) -> dict[str, Any]:
    if user.status != "UNCONFIRMED" and not stand_ins.is_one(user):
        raise InvalidParameterException("User is already confirmed.")
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    target = messages.verification_target(call.pool.settings, user.attributes)
    if target is None:
        raise InvalidParameterException(_NOT_VERIFYING)
    codes.limit_calls(call, user, "ResendConfirmationCode")
    sent = _send(call, user, target)
    return {"CodeDeliveryDetails": messages.simulated_details(user.username)} if stand_ins.is_one(user) else sent


def _send(call: Call[Any], user: User, target: messages.Target) -> dict[str, Any]:
    details = delivery.send_code(call, call.pool, user, delivery.SIGN_UP, target, client=call.client)
    return {"CodeDeliveryDetails": details}


def _check_permitted(pool: Pool) -> None:
    if pool.settings["AdminCreateUserConfig"].get("AllowAdminCreateUserOnly"):
        raise NotAuthorizedException("SignUp is not permitted for this user pool")


def _check_unconfirmed(user: User) -> None:
    if user.status != "UNCONFIRMED":
        raise NotAuthorizedException(f"User cannot be confirmed. Current status is {user.status}")


def _chosen_password(call: Call[shapes.SignUpRequestTypeDef], user: User) -> str | None:
    """The password that a user chose; None where they can do without.

    AWS unknown: the words where they cannot. AWS unknown: an empty password. Documentation takes it for none, the
    service model refuses it; so it is here, and in AdminCreateUser.
    """
    password = call.request.get("Password")
    if not password and not registration.may_sign_up_without_password(call.pool, call.client, user.attributes):
        raise InvalidParameterException("Missing required parameter PASSWORD")
    return password or None
