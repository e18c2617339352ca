"""UserMigration: an unknown user is created from what an application's function knows of them.

AWS: "Importing users with a user migration Lambda trigger". The function is called before anything is written, and the
new user is committed before the sign-in goes on, which may well refuse them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts, usernames
from emulator.domain.credentials import verifiers
from emulator.domain.credentials.credentials import Credential
from emulator.domain.factors import mfa_methods
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.registration import registration
from emulator.domain.sign_in.progress import Progress
from emulator.domain.triggers import trigger_table, triggers
from emulator.faults import (
    InvalidLambdaResponseException,
    UsernameExistsException,
    UserNotFoundException,
)
from keys import passwords
from storage.records.pools import Client, Pool
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
_WITH_PASSWORD = frozenset({"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
_LONGEST_NAME = 128
_FAILED = "Exception migrating user in app client {client}"


@dataclass(frozen=True, slots=True)
class Found:
    """The function's response, checked."""

    attributes: dict[str, str]
    status: str
    welcomes: bool
    mediums: list[str]
    takes_aliases: bool
    has_sms_mfa: bool


def at_start(progress: Progress, parameters: Mapping[str, str]) -> None:
    """Migrate an unknown user whom InitiateAuth names with a password."""
    # AWS unknown: whether InitiateAuth with USER_AUTH calls UserMigration. AWS documents it for sign-in with a password
    # alone; here USER_AUTH calls it where PREFERRED_CHALLENGE is PASSWORD.
    password = parameters.get("PASSWORD")
    chosen = progress.flow == "USER_AUTH" and parameters.get("PREFERRED_CHALLENGE") == "PASSWORD"
    if password and (chosen or progress.flow in _WITH_PASSWORD):
        at_sign_in(progress, password)


def at_forgotten_password(
    context: Context, pool: Pool, client: Client, typed: str, metadata: Mapping[str, str] | None
) -> None:
    """Migrate an unknown user who asks for a new password. Raises UserNotFoundException as `at_sign_in` does."""
    if triggers.function(pool, _TRIGGER) and _migrate(context, pool, client, typed, None, metadata) is None:
        raise _not_found(client)


def at_sign_in(progress: Progress, password: str) -> User | None:
    """Migrate the unknown user of a sign-in, by the given password.

    Returns the new user; None where the user is known, or the trigger is not configured. Raises UserNotFoundException
    where the function's response makes no user, even if the client prevents user existence errors.
    """
    context, pool, client = progress.context, progress.pool, progress.client
    if not triggers.function(pool, _TRIGGER) or accounts.find(context.unit, pool, progress.typed):
        return None
    user = _migrate(context, pool, client, progress.typed, password, progress.metadata)
    if user is None:
        raise _not_found(client)
    return user


def _not_found(client: Client) -> UserNotFoundException:
    return UserNotFoundException(_FAILED.format(client=client.id), "UserMigration made no user")


def _migrate(
    context: Context,
    pool: Pool,
    client: Client,
    typed: str,
    password: str | None,
    metadata: Mapping[str, str] | None,
) -> User | None:
    """Call the function, and commit the user whom it knows; None where it knows nobody of that name.

    Returns the stored user where another call created them meanwhile.
    """
    row = trigger_table.row(context.operation_name, _TRIGGER)
    request = {"userAttributes": None, "password": password, **row.passed_on(metadata)}
    said = triggers.call(context, pool, client, None, typed, row, request, _UNDECIDED, takes_nothing=True)
    found = _read(said)
    pool = context.unit.pools.get(pool.id) or pool
    user = _new_user(context, pool, typed, found) if found else None
    if found is None or user is None:
        return None
    if password is not None:
        user = registration.with_password(user, _credential(context, user, password), context.now)

    def keep() -> User | None:
        return accounts.find(context.unit, pool, typed) or _kept(context, pool, user, found)

    there = message_triggers.asking(context, client, metadata, keep)
    triggers.commit_before_trigger(context)
    return there


def _read(said: Mapping[str, Any]) -> Found | None:
    """The checked response; None where it has no userAttributes. Raises InvalidLambdaResponseException."""
    # AWS unknown: what a sign-in makes of UserMigration's response with members of a wrong type, or with unknown
    # values; here it is refused with InvalidLambdaResponseException.
    attributes = said.get("userAttributes")
    if attributes is None or attributes == {}:
        return None
    if not isinstance(attributes, dict) or not all(isinstance(value, str) for value in attributes.values()):
        raise _wrong("userAttributes are no map of strings")
    status = said.get("finalUserStatus") or _STATUSES[0]
    if status not in _STATUSES:
        raise _wrong("finalUserStatus is none of those that there are")
    if said.get("messageAction") not in (None, "", "SUPPRESS"):
        raise _wrong("messageAction is not SUPPRESS")
    mediums = said.get("desiredDeliveryMediums") or []
    if not isinstance(mediums, list) or not all(medium in ("SMS", "EMAIL") for medium in mediums):
        raise _wrong("desiredDeliveryMediums are no list of SMS and EMAIL")
    takes, sms = (triggers.flag(said, member) for member in ("forceAliasCreation", "enableSMSMFA"))
    return Found(attributes, str(status), not said.get("messageAction"), mediums, takes, sms)


def _new_user(context: Context, pool: Pool, typed: str, found: Found) -> User | None:
    """The user, not stored yet; None where the user could not sign in by what was typed, or has no number for SMS MFA.

    The attribute `username` of the response is the username, for users who typed an alias. Raises
    InvalidParameterException where the pool's rules do not allow the attributes.
    """
    given = dict(found.attributes)
    name = given.pop("username", "") or typed
    # AWS unknown: what UserMigration's attribute `username` does in a pool with UsernameAttributes; it is ignored here.
    if pool.settings.get("UsernameAttributes"):
        name = typed
    if not _may_be_username(name):
        return None
    user = registration.new_user(context, pool, name, given, status=found.status)
    if found.has_sms_mfa and not user.attributes.get("phone_number"):
        return None
    return user if _is_named(pool, user, typed) else None


def _may_be_username(name: str) -> bool:
    """Whether SignUp's model would accept a name as Username. USERNAME at sign-in may be any text."""
    return len(name) <= _LONGEST_NAME and all(unicodedata.category(character)[0] in "LMNPS" for character in name)


def _is_named(pool: Pool, user: User, typed: str) -> bool:
    """Whether a new user could sign in by what was typed."""
    names = {"username": usernames.fold(pool.settings, "username", user.username)}
    names |= usernames.aliases(pool.settings, user.attributes, user.status)
    return any(usernames.fold(pool.settings, kind, typed) == key for kind, key in names.items())


def _credential(context: Context, user: User, password: str) -> Credential:
    """What to store of the given password. The password policy is not checked, as AWS documents."""
    with context.hashing():
        digest = passwords.digest(password, context.settings.bcrypt_cost)
        return Credential(user.sub, digest, verifiers.make(context, user, password))


def _kept(context: Context, pool: Pool, user: User, found: Found) -> User | None:
    """Store a new user, and send the welcome message; None where another user has one of the names."""
    try:
        user = accounts.add(context, pool, user, "User already exists", taking=found.takes_aliases)
    except UsernameExistsException:
        context.unit.close()  # Roll back: the user was inserted before one of the aliases turned out to be taken.
        return None
    if found.has_sms_mfa:
        user = mfa_methods.activate(context, user, mfa_methods.SMS)
    if found.welcomes:
        targets = messages.invitation_targets(found.mediums, user.attributes)
        # AWS unknown: the welcome message that UserMigration sends a user with a password of their own; here it is
        # AdminCreateUser's, with the username and no temporary password.
        delivery.send_invitation(context, pool, user, targets, None)
    return user


def _wrong(reason: str) -> InvalidLambdaResponseException:
    return InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, reason)
