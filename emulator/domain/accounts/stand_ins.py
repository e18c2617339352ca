"""Stand-ins: fake records for unknown users, for clients with PreventUserExistenceErrors=ENABLED.

A call about an unknown username does with its stand-in what it would do with a user, so that neither limits nor timing
show whether a user exists. A stand-in is never stored, gets no messages, and has no password and no code.
"""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.accounts import usernames
from emulator.domain.accounts.attributes import looks_like_email, looks_like_phone
from storage.records.pools import Pool
from storage.records.users import User


def of(context: Context, pool: Pool, typed: str) -> User:
    """The stand-in for a username: the same each time, and for all spellings that would name the same user.

    Its `sub` is a keyed digest, under which attempts are counted. It has an e-mail address and a phone number: the one
    that was typed, or an invented one.
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
    """Whether a record is a stand-in for an unknown user."""
    return user.id == 0
