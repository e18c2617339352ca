"""Confirmation of an account that signed up: by the code, by the link of an e-mail, or by an administrator."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import codes
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.pools import client_settings
from emulator.domain.pools.apps import App, CurrentApp
from emulator.domain.registration import claimants, profile, sign_up_sessions, sign_up_triggers
from emulator.domain.threats import self_service_protection
from emulator.domain.triggers import triggers
from emulator.faults import InvalidParameterException, NotAuthorizedException
from storage.records.users import Code, User

_TAKEN = "An account with the {kind} already exists."
"""AWS's message of ConfirmSignUp for an alias of another user; other operations have another message."""


class Form(Struct, frozen=True):
    """What a user enters to confirm an account. `session` is the one that SignUp returned; `metadata` is for triggers.

    `takes_aliases` is ForceAliasCreation.
    """

    username: str
    code: str
    session: str | None = None
    takes_aliases: bool = False
    metadata: Mapping[str, str] | None = None


class Confirmed(Struct, frozen=True):
    """A confirmed account. `session` is for InitiateAuth, where the client allows choice-based sign-in."""

    user: User
    session: str | None


def by_code(context: Context, app: App, form: Form) -> Confirmed:
    """Confirm an account with the code that was sent, and mark the address that got the code as verified.

    Commits if PostConfirmation is to be called. Raises NotAuthorizedException, CodeMismatchException,
    ExpiredCodeException, LimitExceededException and AliasExistsException, UserNotFoundException from clients that do
    not hide which users exist, and what `sign_up_triggers.after_confirmation` raises.
    """
    find = claimants.finder(context, app, form.username)
    protection = self_service_protection.begin(context, app, "SignUp", find)
    client, pool = app.client, app.pool
    principal = Principal(pool, _claimant(context, app, form.username), client)
    spent = _spend(context, principal, form.code)
    verified = profile.proved(principal.user, spent)
    user = accounts.change(context, principal, verified, status="CONFIRMED", taking=form.takes_aliases, taken=_TAKEN)
    principal = principal.with_user(user)
    next_session = sign_up_sessions.confirm(context, principal, form.session, spent)
    sign_up_triggers.after_confirmation(context, principal, form.metadata)
    self_service_protection.end(protection, find, "Pass")
    return Confirmed(user, next_session)


def by_link(context: Context, app: App, typed: str, code: str) -> User:
    """Confirm an account with the code in the link that was sent, and mark the e-mail address as verified.

    Returns the user as stored. Raises what `by_code` raises, but an unknown user is refused like one whose link has
    expired.
    """
    protection = self_service_protection.begin(context, app, "SignUp", claimants.finder(context, app, typed))
    client, pool = app.client, app.pool
    stand_in = stand_ins.of(context, pool, typed)
    principal = Principal(pool, accounts.find(context.unit, pool, typed) or stand_in, client)
    # AWS unknown: which user keeps the address when GET /confirmUser is followed after another user has verified it;
    # here the click is refused.
    spent = _spend(context, principal, code)
    user = accounts.change(context, principal, profile.proved(principal.user, spent), status="CONFIRMED")
    sign_up_triggers.after_confirmation(context, principal.with_user(user), None)
    if protection:
        # The event keeps the EventRisk of SignUp: only ConfirmSignUp assesses it anew.
        protection.record(user, "Pass", None)
    return user


def by_administrator(context: Context, principal: Principal, metadata: Mapping[str, str] | None) -> User:
    """Confirm an account without a code, and return the user. Verifies no address, and deletes the account's code.

    Commits if PostConfirmation is to be called. Raises NotAuthorizedException if the account is not UNCONFIRMED, and
    what `sign_up_triggers.after_confirmation` raises.
    """
    _check_unconfirmed(principal.user)
    user = accounts.change(context, principal, principal.user.attributes, status="CONFIRMED")
    context.unit.codes.delete(user.id, delivery.SIGN_UP)
    sign_up_triggers.after_confirmation(context, principal.with_user(user), metadata)
    return user


def resend(context: Context, app: CurrentApp, typed: str, metadata: Mapping[str, str] | None) -> Mapping[str, str]:
    """Send a new code for an account that is not confirmed, in place of the previous one; return CodeDeliveryDetails.

    Raises InvalidParameterException, NotAuthorizedException and LimitExceededException, and UserNotFoundException from
    clients that do not hide which users exist.
    """
    find = claimants.finder(context, app, typed)
    protection = self_service_protection.begin(context, app, "ResendCode", find)
    sent = message_triggers.retry_with_text(context, metadata, lambda: _resend(context, app, typed))
    self_service_protection.end(protection, find, "Pass")
    return sent


def _resend(context: Context, app: App, typed: str) -> Mapping[str, str]:
    client, user = app.client, _claimant(context, app, typed)
    if user.status != "UNCONFIRMED" and not stand_ins.is_one(user):
        raise InvalidParameterException("User is already confirmed.")
    # AWS unknown: ResendConfirmationCode for a disabled user; they get no code here.
    refusals.check_enabled(user)
    target = messages.verification_target(app.pool.settings, user.attributes)
    if target is None:
        # AWS unknown: what ResendConfirmationCode answers about an unknown user to a client that hides which users
        # exist, in a pool that verifies no address; here the refusal that known users get.
        raise InvalidParameterException("Auto verification not turned on.")
    codes.limit_calls(context, user, "ResendConfirmationCode")
    sent = delivery.send_code(context, Principal(app.pool, user, client), delivery.SIGN_UP, target)
    return messages.simulated_details(user.username) if stand_ins.is_one(user) else sent


def _claimant(context: Context, app: App, typed: str) -> User:
    """The user whom `typed` names. Raises UserNotFoundException.

    For a client that hides which users exist, a stand-in takes the place of an unknown or disabled user.
    """
    user, stand_in = claimants.find(context, app, typed), stand_ins.of(context, app.pool, typed)
    if client_settings.protects_existence(app.client.settings):
        return user if user and user.enabled else stand_in
    if user is None:
        raise claimants.not_found()
    return user


def _spend(context: Context, principal: Principal, code: str) -> Code:
    """Spend the code of an account that is not confirmed. No code is right for a stand-in."""
    # AWS unknown: how ConfirmSignUp refuses an unknown user to a client that hides which users exist; here as if no
    # code had been issued, or as a wrong code where ResendConfirmationCode was called with that name.
    if not stand_ins.is_one(principal.user):
        _check_unconfirmed(principal.user)
    triggers.require_runner(context, principal.pool, "PostConfirmation")
    return codes.spend(context, principal.user, delivery.SIGN_UP, code, "ConfirmSignUp")


def _check_unconfirmed(user: User) -> None:
    """Raise NotAuthorizedException where the account is not waiting for its confirmation."""
    if user.status != "UNCONFIRMED":
        raise NotAuthorizedException(f"User cannot be confirmed. Current status is {user.status}")
