"""Stand-ins: records of users who do not exist, for clients that hide who does.

A call about a name that nobody has does with its stand-in what it would do with a user, so that neither a limit nor the
time it takes tells them apart. A stand-in is never kept, nothing is sent to it, and no password and no code is its own.
"""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.accounts import usernames
from emulator.domain.accounts.attributes import looks_like_email, looks_like_phone
from storage.records.pools import Pool
from storage.records.users import User


def of(context: Context, pool: Pool, typed: str) -> User:
    """The stand-in for a name: the same each time, and for every spelling by which a user could be named.

    Its `sub` is a keyed digest, under which attempts are counted. It has an address of each kind: the one that was
    typed, or one that is made up.
    """
    key = usernames.fold(pool.settings, "username", typed)
    drawn = context.vault.mac(f"stand-in\0{pool.id}\0{key}".encode("utf-8", "surrogatepass"))
    number = int.from_bytes(drawn[:8])
    is_phone = looks_like_phone(typed)
    letter = chr(97 + number % 26) if is_phone else typed[:1].lower()
    return User(
        id=0,
        pool_id=pool.id,
        username=typed,
        sub=drawn.hex(),
        status="CONFIRMED",
        enabled=True,
        password=None,
        password_set=None,
        attributes={
            "email": typed if looks_like_email(typed) else f"{letter}@e",
            "email_verified": "true",
            "phone_number": typed if is_phone else f"+1555{number % 10**7:07}",
            "phone_number_verified": "true",
        },
        settings={},
        created=context.now,
        modified=context.now,
    )


def is_one(user: User) -> bool:
    """Whether a record stands in for somebody who does not exist."""
    return user.id == 0
