"""New accounts: a username, a `sub` and attributes that the pool's rules allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from emulator.context import Context
from emulator.domain import accounts, attributes, first_factors, usernames
from emulator.domain.credentials import Credential
from emulator.domain.messages import MEDIUMS
from keys import entropy
from storage.records.pools import Pool
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


def can_do_without_password(pool: Pool, attributes: Mapping[str, str]) -> bool:
    """Whether a user with those attributes may sign in by a code that goes to one of them."""
    allowed = first_factors.allowed(pool)
    return any(factor in allowed and attributes.get(kind) for factor, kind in first_factors.ADDRESSES.items())


def confirmed(pool: Pool, user: User) -> User:
    """The same new user without a password, ready to sign in, and so with every attribute that the pool requires."""
    schema = pool.settings["SchemaAttributes"]
    return replace(user, status="CONFIRMED", attributes=attributes.check_new(schema, user.attributes))


def is_passwordless(pool: Pool) -> bool:
    """Whether users of the pool may sign in by a code alone, and so need no password."""
    return bool(first_factors.ADDRESSES.keys() & set(first_factors.allowed(pool)))
