"""The trigger UserMigration (AWS: "Importing users with a user migration Lambda trigger").

The function is called before anything is written, for a name that no user has. The user that it returns is committed
before the rest of the call, which may still refuse the user.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.accounts import accounts, usernames
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import credentials
from emulator.domain.credentials.credentials import Credential
from emulator.domain.factors import mfa_methods
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.pools.apps import App, FoundApp
from emulator.domain.recovery import pauses
from emulator.domain.registration import registration
from emulator.domain.triggers import trigger_table, triggers
from emulator.domain.triggers.triggers import Invocation
from emulator.faults import (
    InvalidLambdaResponseException,
    UsernameExistsException,
    UserNotFoundException,
)
from storage.records.pools import Pool
from storage.records.users import User

_TRIGGER = "UserMigration"
_UNDECIDED = {
    "userAttributes": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
}
_STATUSES = ("RESET_REQUIRED", "CONFIRMED")
_LONGEST_NAME = 128
_FAILED = "Exception migrating user in app client {client}"


class Found(Struct, frozen=True):
    """A user as the trigger's response describes them.

    `welcomes` says that an invitation is sent, by `mediums`; `takes_aliases` is forceAliasCreation.
    """

    attributes: dict[str, str]
    status: str
    welcomes: bool
    mediums: list[str]
    takes_aliases: bool
    has_sms_mfa: bool


def is_configured(pool: Pool) -> bool:
    """Whether the pool has a UserMigration trigger."""
    return triggers.function(pool, _TRIGGER) is not None


def migrate(context: Context, app: App, typed: str, password: str | None, metadata: Mapping[str, str] | None) -> User:
    """Call the trigger, which must be configured, for a name that no user has; commit and return the user it describes.

    `password` is None at ForgotPassword. Releases the connection. Where another call has created the user meanwhile,
    that user is returned. Raises UserNotFoundException where the trigger returns no user who could sign in by `typed`,
    to clients that hide which users exist too, InvalidParameterException for attributes that the pool does not allow,
    and what `pauses.check_new_user` and `triggers.call` raise.
    """
    app = FoundApp(app.pool, app.client)
    pauses.check_new_user(context, app.pool)
    user = _migrated(context, app, typed, password, metadata)
    if user is None:
        raise UserNotFoundException(_FAILED.format(client=app.client.id), "UserMigration made no user")
    return user


def _migrated(
    context: Context, app: FoundApp, typed: str, password: str | None, metadata: Mapping[str, str] | None
) -> User | None:
    """Call the trigger, and commit the user that it returns; None where it returns no user, or one of another name.

    Where another call has created the user meanwhile, the answer is that user.
    """
    row = trigger_table.row(context.operation_name, _TRIGGER)
    request = {"userAttributes": None, "password": password, **row.passed_on(metadata)}
    asked = Invocation(row, app.pool, app.client, None, typed, request, _UNDECIDED, takes_nothing=True)
    found = _read(triggers.call(context, asked))
    pool = context.unit.pools.get(app.pool.id) or app.pool
    user = _new_user(context, pool, typed, found) if found else None
    if found is None or user is None:
        return None
    if password is not None:
        user = registration.with_password(user, _credential(context, user, password), context.now)
    principal = Principal(pool, user, app.client)

    def keep() -> User | None:
        return accounts.find(context.unit, pool, typed) or _added(context, principal, found)

    migrated = message_triggers.retry_with_text(context, metadata, keep)
    triggers.commit_before_trigger(context)
    return migrated


def _read(response: Mapping[str, Any]) -> Found | None:
    """The user in the response; None where it has none. Raises InvalidLambdaResponseException."""
    # AWS unknown: how InitiateAuth and ForgotPassword refuse a response of UserMigration whose members have a wrong
    # type or an unknown value; here like a response of a wrong shape.
    attributes = response.get("userAttributes")
    if attributes is None or attributes == {}:
        return None
    if not isinstance(attributes, dict) or not all(isinstance(value, str) for value in attributes.values()):
        raise _wrong("userAttributes are no map of strings")
    status = response.get("finalUserStatus") or _STATUSES[0]
    if status not in _STATUSES:
        raise _wrong("finalUserStatus is none of those that there are")
    if response.get("messageAction") not in (None, "", "SUPPRESS"):
        raise _wrong("messageAction is not SUPPRESS")
    mediums = response.get("desiredDeliveryMediums") or []
    if not isinstance(mediums, list) or not all(medium in ("SMS", "EMAIL") for medium in mediums):
        raise _wrong("desiredDeliveryMediums are no list of SMS and EMAIL")
    takes, sms = (triggers.flag(response, member) for member in ("forceAliasCreation", "enableSMSMFA"))
    return Found(attributes, str(status), not response.get("messageAction"), mediums, takes, sms)


def _new_user(context: Context, pool: Pool, typed: str, found: Found) -> User | None:
    """The user to add; None where they could not sign in by `typed`, or have SMS MFA and no phone number.

    The attribute `username` of the response is the username, for users who typed an alias. Raises
    InvalidParameterException where the pool's rules do not allow the attributes.
    """
    given = dict(found.attributes)
    name = given.pop("username", "") or typed
    if pool.settings.get("UsernameAttributes"):
        # AWS unknown: the attribute `username` in a response of UserMigration in a pool with UsernameAttributes; it is
        # ignored here.
        name = typed
    if not _may_be_username(name):
        return None
    user = registration.new_user(context, pool, name, given, status=found.status)
    if found.has_sms_mfa and not user.attributes.get("phone_number"):
        return None
    return user if _is_named(pool, user, typed) else None


def _may_be_username(name: str) -> bool:
    """Whether SignUp would accept a name as Username; the name that is typed at sign-in may be any text."""
    return len(name) <= _LONGEST_NAME and all(unicodedata.category(character)[0] in "LMNPS" for character in name)


def _is_named(pool: Pool, user: User, typed: str) -> bool:
    """Whether the new user could sign in by `typed`."""
    names = {"username": usernames.fold(pool.settings, "username", user.username)}
    names |= usernames.aliases(pool.settings, user.attributes, user.status)
    return any(usernames.fold(pool.settings, kind, typed) == key for kind, key in names.items())


def _credential(context: Context, user: User, password: str) -> Credential:
    """The credential of the password that was typed. It is not checked against the policy, as AWS documents."""
    with context.hashing():
        return Credential(user.sub, *credentials.hashed(context, user, password))


def _added(context: Context, principal: Principal, found: Found) -> User | None:
    """Add the user, and send them an invitation; None where another user has one of their names."""
    try:
        user = accounts.add(context, principal, registration.EXISTS, taking=found.takes_aliases)
    except UsernameExistsException:
        # Roll back: the user may have been added before one of their aliases was found to be taken.
        context.unit.close()
        return None
    if found.has_sms_mfa:
        user = mfa_methods.activate(context, user, mfa_methods.SMS)
    if found.welcomes:
        # AWS unknown: the invitation of a user whom UserMigration returned and who typed their own password; here it
        # has the username only.
        targets = messages.invitation_targets(found.mediums, user.attributes)
        delivery.send_invitation(context, principal.with_user(user), targets, None)
    return user


def _wrong(reason: str) -> InvalidLambdaResponseException:
    return InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, reason)
