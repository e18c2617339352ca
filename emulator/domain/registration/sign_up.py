"""SignUp: a user creates an account, and gets a code or link where one of its addresses is to be verified."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import credentials
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.pools.apps import CurrentApp
from emulator.domain.registration import claimants, profile, registration, sign_up_sessions, sign_up_triggers
from emulator.domain.threats import self_service_protection
from emulator.faults import NotAuthorizedException
from storage.records.pools import Pool
from storage.records.users import User


class Form(Struct, frozen=True):
    """What a user enters to sign up. `attributes` is a list of `{"Name", "Value"}`.

    `metadata` and `validation` are ClientMetadata and ValidationData, for triggers.
    """

    username: str
    password: str | None
    attributes: Collection[Mapping[str, Any]] | None = None
    metadata: Mapping[str, str] | None = None
    validation: Mapping[str, str | None] | None = None


class SignedUp(Struct, frozen=True):
    """A new account. `delivery` is the CodeDeliveryDetails of the code that was sent; None if none was.

    `session` is for ConfirmSignUp; None where the client does not allow choice-based sign-in.
    """

    user: User
    delivery: Mapping[str, str] | None = None
    session: str | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether PreSignUp confirmed the account."""
        return self.user.status == "CONFIRMED"


def create_account(context: Context, app: CurrentApp, form: Form) -> SignedUp:
    """Create an account. Where PreSignUp does not confirm it, send a code to the address that the pool verifies.

    `context.operation_name` must be SignUp. Hashing and triggers release the connection. Raises NotAuthorizedException,
    InvalidParameterException, InvalidPasswordException, UsernameExistsException, and the exceptions of triggers.
    """
    protection = self_service_protection.begin(context, app, "SignUp", _nobody, password=form.password, event="SIGN_UP")
    find = claimants.finder(context, app, form.username)
    signed_up = _create(context, app, form)
    self_service_protection.end(protection, find, "Pass" if signed_up.is_confirmed else "InProgress")
    return signed_up


def _nobody() -> None:
    """The user of the auth event of a refused SignUp: nobody, even if a user has the name."""


def _create(context: Context, app: CurrentApp, form: Form) -> SignedUp:
    client, pool = app.client, app.pool
    _check_permitted(pool)
    attributes = profile.attributes_from_pairs(form.attributes)
    profile.check_writable(client, pool, attributes)
    user = registration.new_user(context, pool, form.username, attributes, status="UNCONFIRMED")
    principal = Principal(pool, user, client)
    password = _chosen_password(principal, form)
    if password:
        credential = credentials.prepare(context, principal, password)
        user = registration.with_password(user, credential, context.now)
    principal = Principal(app.pool, user, app.client)
    user = sign_up_triggers.before_sign_up(context, principal, form.metadata, form.validation)
    if user.status == "CONFIRMED":
        # AWS unknown: whether SignUp returns a Session for a user whom PreSignUp confirms; none here, since no
        # ConfirmSignUp follows that would take it.
        return SignedUp(_confirmed(context, app, user, form))
    return message_triggers.retry_with_text(context, form.metadata, lambda: _unconfirmed(context, app, user))


def _confirmed(context: Context, app: CurrentApp, user: User, form: Form) -> User:
    """Add a user whom PreSignUp confirmed, and call PostConfirmation."""
    principal = Principal(app.pool, user, app.client)
    _check_permitted(principal.pool)
    user = accounts.add(context, principal, registration.EXISTS)
    sign_up_triggers.after_confirmation(context, principal.with_user(user), form.metadata)
    return user


def _unconfirmed(context: Context, app: CurrentApp, user: User) -> SignedUp:
    """Add a user who is to be confirmed, and send a code or link."""
    principal = Principal(app.pool, user, app.client)
    _check_permitted(principal.pool)
    user = accounts.add(context, principal, registration.EXISTS)
    target = messages.verification_target(principal.pool.settings, user.attributes)
    sent = None
    if target:
        sent = delivery.send_code(context, principal.with_user(user), delivery.SIGN_UP, target)
    return SignedUp(user, sent, sign_up_sessions.begin(context, principal.with_user(user)))


def _check_permitted(pool: Pool) -> None:
    """Raise NotAuthorizedException where only administrators create users."""
    if pool.settings["AdminCreateUserConfig"].get("AllowAdminCreateUserOnly"):
        raise NotAuthorizedException("SignUp is not permitted for this user pool")


def _chosen_password(principal: Principal, form: Form) -> str | None:
    """The password that the user chose; None where they may sign up without one."""
    # AWS unknown: what SignUp and AdminCreateUser do with an empty password. Documentation treats it as no password,
    # the service model refuses it, and so do they here.
    if not form.password and not registration.may_sign_up_without_password(principal):
        # AWS unknown: the message of SignUp's refusal where a password is required and missing.
        raise refusals.missing_parameter("PASSWORD")
    return form.password or None
