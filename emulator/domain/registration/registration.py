"""New accounts: a username, a `sub` and attributes that the pool's rules allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from emulator.context import Context
from emulator.domain.accounts import accounts, attributes, usernames
from emulator.domain.credentials.credentials import Credential
from emulator.domain.factors import first_factors
from emulator.domain.messages.messages import MEDIUMS
from emulator.domain.pools import client_settings
from emulator.faults import InvalidParameterException
from keys import entropy
from storage.records.pools import Client, Pool
from storage.records.users import User


def new_user(
    context: Context,
    pool: Pool,
    typed: str,
    given: Mapping[str, str],
    *,
    status: str,
    require_all: bool = True,
) -> User:
    """A new user of the pool, not kept yet, without a password. Raises InvalidParameterException.

    `typed` is the request's Username: in a pool with username attributes it becomes an attribute, and the
    username is the `sub`.

    AWS unknown: whether somebody who signs up has `email_verified` "false" from the beginning, as listings of AWS's
    users show, while one whom an administrator creates has it only where it was given; so it is here.
    """
    sub = entropy.sub(context.world.entropy)
    username, wanted = usernames.assign(pool.settings, typed, sub, given)
    accounts.check_preferred(pool, status, wanted)
    checked = attributes.check_new(pool.settings["SchemaAttributes"], wanted, require_all=require_all)
    if status == "UNCONFIRMED":
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
    """The same user with the password that was prepared, set now."""
    return replace(user, password=credential.digest, verifier=credential.verifier, password_set=now)


def check_invited(user: User, mediums: Collection[str] | None) -> None:
    """Refuse an address that is verified, or that AdminCreateUser's invitation is to go to, where there is none.

    AWS unknown: the words of AdminCreateUser for `email_verified` or the medium EMAIL without `email`, and the same of
    a phone number.
    """
    for kind, medium in MEDIUMS.items():
        if user.attributes.get(kind):
            continue
        if user.attributes.get(f"{kind}_verified") == "true":
            raise InvalidParameterException(f"{kind}_verified cannot be true without the attribute {kind}.")
        if medium in (mediums or ()):
            raise InvalidParameterException(f"DesiredDeliveryMediums cannot be {medium} without the attribute {kind}.")


def can_do_without_password(pool: Pool, attributes: Mapping[str, str]) -> bool:
    """Whether a user with those attributes may sign in by a code that goes to one of them."""
    return bool(_reached(pool, attributes))


def may_sign_up_without_password(pool: Pool, client: Client, attributes: Mapping[str, str]) -> bool:
    """Whether somebody may sign up without a password (AWS: "Passwords at sign-up").

    The client allows choice-based sign-in, and the pool verifies an address of theirs and takes its codes for a
    first factor.
    """
    verified = set(pool.settings.get("AutoVerifiedAttributes") or [])
    return client_settings.allows_choice(client.settings) and bool(_reached(pool, attributes) & verified)


def confirmed(pool: Pool, user: User) -> User:
    """The same new user without a password, ready to sign in, and so with every attribute that the pool requires."""
    schema = pool.settings["SchemaAttributes"]
    return replace(user, status="CONFIRMED", attributes=attributes.check_new(schema, user.attributes))


def _reached(pool: Pool, attributes: Mapping[str, str]) -> set[str]:
    """The addresses to which the pool sends codes that are first factors."""
    allowed = first_factors.allowed(pool)
    return {kind for factor, kind in first_factors.ADDRESSES.items() if factor in allowed and attributes.get(kind)}
