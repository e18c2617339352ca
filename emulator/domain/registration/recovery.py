"""Recovery of an account whose password was forgotten: a code is sent, and sets a new password."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import codes, credentials
from emulator.domain.factors import mfa_methods
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.messages.delivery import FORGOT_PASSWORD
from emulator.domain.pools import client_settings
from emulator.domain.pools.apps import CurrentApp, FoundApp
from emulator.domain.registration import claimants, profile, sign_up_triggers, user_migration
from emulator.domain.threats import self_service_protection
from emulator.domain.triggers import triggers
from emulator.faults import InvalidParameterException, NotAuthorizedException
from storage.records.users import User

_NO_CONTACT = "Cannot reset password for the user as there is no registered/verified email or phone_number"
_WRONG_STATE = "User password cannot be reset in the current state."
_WITHOUT_RESET = frozenset({"FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER"})
_EVENT = "ForgotPassword"
"""The EventType of the auth event of both calls."""


def begin(context: Context, app: CurrentApp, typed: str, metadata: Mapping[str, str] | None) -> Mapping[str, str]:
    """Send a code with which the user may set a new password. Returns CodeDeliveryDetails.

    An unknown user is migrated where the pool has a UserMigration trigger. A client that hides which users exist gets
    the same answer for an unknown user, a disabled one and one without a verified address. Raises
    UserNotFoundException, NotAuthorizedException, InvalidParameterException and LimitExceededException.
    """
    find = claimants.finder(context, app, typed)
    protection = self_service_protection.begin(context, app, _EVENT, find)
    now = FoundApp(app.pool, app.client)
    if user_migration.is_configured(now.pool) and claimants.find(context, app, typed) is None:
        user_migration.migrate(context, now, typed, None, metadata)
    sent = message_triggers.retry_with_text(context, metadata, lambda: _send_to_claimant(context, app, typed))
    self_service_protection.end(protection, find, "InProgress")
    return sent


def finish(
    context: Context, app: CurrentApp, typed: str, code: str, password: str, metadata: Mapping[str, str] | None
) -> User:
    """Set a new password with the code that was sent, confirm the user, mark the address that got the code as verified.

    Returns the user as stored. The connection is released while the password is hashed. The code is checked before the
    password, since the refusal of a password may tell that it was used before. Raises NotAuthorizedException,
    CodeMismatchException, ExpiredCodeException, LimitExceededException, InvalidPasswordException and
    PasswordHistoryPolicyViolationException, UserNotFoundException from clients that do not hide which users exist, and
    what `sign_up_triggers.after_confirmation` raises.
    """
    find = claimants.finder(context, app, typed)
    protection = self_service_protection.begin(context, app, _EVENT, find, password=password, event="PASSWORD_CHANGE")
    principal = Principal(app.pool, _claimant_with_code(context, app, typed), app.client)
    triggers.require_runner(context, principal.pool, "PostConfirmation")
    codes.check(context, principal.user, FORGOT_PASSWORD, code, "ConfirmForgotPassword")
    credential = credentials.prepare(context, principal, password)
    principal = Principal(app.pool, check_resettable(claimants.find(context, app, typed)), app.client)
    spent = codes.spend(context, principal.user, FORGOT_PASSWORD, code, "ConfirmForgotPassword")
    verified = profile.proved(principal.user, spent)
    if accounts.rivalled(context, principal, verified):
        verified = principal.user.attributes
    user = accounts.change(context, principal, verified, status="CONFIRMED")
    user = credentials.keep(context, principal.with_user(user), credential)
    sign_up_triggers.after_confirmation(context, principal.with_user(user), metadata)
    self_service_protection.end(protection, find, "Pass")
    return user


def reset_by_administrator(context: Context, principal: Principal) -> None:
    """Set a user's status to RESET_REQUIRED, and send a code with which they may set a new password.

    To be run by `message_triggers.retry_with_text`. Raises what `check_resettable` and `delivery.send_code` raise,
    NotAuthorizedException for an UNCONFIRMED user, and InvalidParameterException for one without a verified address.
    """
    user = check_resettable(principal.user)
    if user.status == "UNCONFIRMED":
        raise NotAuthorizedException(_WRONG_STATE)
    _send(context, principal, _target(context, principal))
    context.unit.users.change(user, status="RESET_REQUIRED", modified=context.now)


def check_resettable(user: User | None) -> User:
    """Return the user if their password may be reset.

    Raises UserNotFoundException for None, and NotAuthorizedException for a disabled user and for one in
    FORCE_CHANGE_PASSWORD or EXTERNAL_PROVIDER.
    """
    if user is None:
        raise claimants.not_found()
    refusals.check_enabled(user)
    if user.status in _WITHOUT_RESET:
        raise NotAuthorizedException(_WRONG_STATE)
    return user


def _send_to_claimant(context: Context, app: CurrentApp, typed: str) -> Mapping[str, str]:
    client, pool = app.client, app.pool
    user, stand_in = claimants.find(context, app, typed), stand_ins.of(context, pool, typed)
    principal = Principal(pool, user or stand_in, client)
    target = _target(context, principal)
    if client_settings.protects_existence(client.settings) and _seems_absent(user, target):
        codes.limit_calls(context, stand_in, "ForgotPassword")
        seeming = principal.with_user(stand_in)
        _send(context, seeming, _target(context, seeming) if target is None else target)
        return messages.simulated_details(typed)
    codes.limit_calls(context, check_resettable(user), "ForgotPassword")
    return _send(context, principal, target)


def _claimant_with_code(context: Context, app: CurrentApp, typed: str) -> User:
    """The user whose code is to be checked.

    For a client that hides which users exist, a stand-in, for whom no code is right, takes the place of a user who is
    unknown, disabled, or was only seemingly sent a code.
    """
    user, stand_in = claimants.find(context, app, typed), stand_ins.of(context, app.pool, typed)
    if client_settings.protects_existence(app.client.settings):
        got_no_code = _got_no_code(context, Principal(app.pool, user or stand_in, app.client))
        return user if user and user.enabled and not got_no_code else stand_in
    if user is None:
        raise claimants.not_found()
    refusals.check_enabled(user)
    return user


def _got_no_code(context: Context, principal: Principal) -> bool:
    """Whether ForgotPassword only seemed to send the user a code, since the user has no address for it."""
    user, target = principal.user, _target(context, principal)
    code = context.unit.codes.get(user.id, FORGOT_PASSWORD)
    return code is None and _seems_absent(user, target)


def _seems_absent(user: User | None, target: messages.Target | None) -> bool:
    """Whether a client that hides which users exist gets the answer for an unknown user."""
    if user is None or not user.enabled:
        return True
    return target is None and user.status not in _WITHOUT_RESET


def _target(context: Context, principal: Principal) -> messages.Target | None:
    """The verified address for the code, by the pool's AccountRecoverySetting; none that is used for MFA as well."""
    busy = mfa_methods.busy(context, principal)
    return messages.recovery_target(principal.pool.settings, principal.user.attributes, busy)


def _send(context: Context, principal: Principal, target: messages.Target | None) -> dict[str, str]:
    if target is None:
        raise InvalidParameterException(_NO_CONTACT)
    return delivery.send_code(context, principal, FORGOT_PASSWORD, target)
