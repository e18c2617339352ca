"""New users: username, `sub` and attributes by the rules of the pool."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts import accounts, attributes, usernames
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials.credentials import Credential
from emulator.domain.factors import first_factors
from emulator.domain.messages.messages import MEDIUMS
from emulator.domain.pools import client_settings
from emulator.faults import InvalidParameterException
from keys import entropy
from storage.records.pools import Client, Pool
from storage.records.users import User

EXISTS = "User already exists"
"""AWS's message for a username that is taken, at SignUp and for a migrated user."""


def new_user(
    context: Context,
    pool: Pool,
    typed: str,
    given: Mapping[str, str],
    *,
    status: str,
    require_all: bool = True,
) -> User:
    """A new user without a password, not added to the database yet.

    `typed` is the request's Username: in a pool with username attributes it becomes an attribute, and the username is
    the `sub`. With `require_all` the pool's required attributes must be in `given`. Raises InvalidParameterException
    for a username or attributes that the pool does not allow.
    """
    sub = entropy.sub(context.world.entropy)
    username, wanted = usernames.assign(pool.settings, typed, sub, given)
    accounts.check_preferred_username(pool, status, wanted)
    checked = attributes.check_new(pool.settings["SchemaAttributes"], wanted, require_all=require_all)
    if status == "UNCONFIRMED":
        # AWS unknown: whether a user who called SignUp has `email_verified` "false" from the start, as published
        # answers of ListUsers show, and a user of AdminCreateUser only where it was given; so it is here.
        checked |= {f"{kind}_verified": "false" for kind in MEDIUMS if kind in checked}
    return User(
        id=0,
        pool_id=pool.id,
        username=username,
        sub=sub,
        status=status,
        enabled=True,
        password=None,
        password_set=None,
        attributes=checked,
        settings={},
        created=context.now,
        modified=context.now,
    )


def with_password(user: User, credential: Credential, now: float) -> User:
    """The user, not stored yet, with a prepared password that was set at `now`."""
    return replace(user, password=credential.digest, verifier=credential.verifier, password_set=now)


def check_invited(user: User, mediums: Collection[str] | None) -> None:
    """Raise InvalidParameterException where AdminCreateUser needs an address that the user does not have.

    An address is needed if it is declared verified, or if `mediums` (DesiredDeliveryMediums) has its medium, EMAIL or
    SMS, even where no invitation is sent. None demands no address.
    """
    # AWS unknown: the messages of AdminCreateUser for `email_verified` or the medium EMAIL without `email`, and for
    # `phone_number_verified` or the medium SMS without `phone_number`.
    for kind, medium in MEDIUMS.items():
        if user.attributes.get(kind):
            continue
        if user.attributes.get(f"{kind}_verified") == "true":
            raise InvalidParameterException(f"{kind}_verified cannot be true without the attribute {kind}.")
        if medium in (mediums or ()):
            raise InvalidParameterException(f"DesiredDeliveryMediums cannot be {medium} without the attribute {kind}.")


def can_do_without_password(pool: Pool, attributes: Mapping[str, str]) -> bool:
    """Whether a user with these attributes may sign in with a code that is sent to one of them."""
    return bool(_code_addresses(pool, attributes))


def may_sign_up_without_password(principal: Principal) -> bool:
    """Whether a new user with these attributes may sign up without a password (AWS: "Passwords at sign-up").

    The client must allow choice-based sign-in, and the pool must verify one of the addresses and accept codes sent to
    it as a first factor.
    """
    kinds = addresses_without_password(principal.pool, principal.app_client)
    return any(principal.user.attributes.get(kind) for kind in kinds)


def addresses_without_password(pool: Pool, client: Client) -> frozenset[str]:
    """The address attributes with any of which a new user may sign up without a password."""
    if not client_settings.allows_choice(client.settings):
        return frozenset()
    allowed, verified = first_factors.allowed(pool), pool.settings.get("AutoVerifiedAttributes") or []
    return frozenset(kind for factor, kind in first_factors.ADDRESSES.items() if factor in allowed and kind in verified)


def confirmed(pool: Pool, user: User) -> User:
    """A copy of the new user with status CONFIRMED; nothing is stored.

    Raises InvalidParameterException where a required attribute is missing.
    """
    schema = pool.settings["SchemaAttributes"]
    return replace(user, status="CONFIRMED", attributes=attributes.check_new(schema, user.attributes))


def _code_addresses(pool: Pool, attributes: Mapping[str, str]) -> set[str]:
    """The names of the address attributes to which the pool sends codes as a first factor."""
    allowed = first_factors.allowed(pool)
    return {kind for factor, kind in first_factors.ADDRESSES.items() if factor in allowed and attributes.get(kind)}
