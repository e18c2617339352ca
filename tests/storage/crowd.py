"""Inserts many users quickly."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from storage.records.users import SEARCHED
from storage.tables.codes import attempts, codes, stand_in_attempts
from storage.tables.groups import group_members
from storage.tables.identities import identities, identity_logins
from storage.tables.sign_ins import sign_ins
from storage.tables.tokens import refresh_tokens, token_families
from storage.tables.users import password_history, user_aliases, users
from storage.unit import Unit
from tests.storage.rows import NOON, Filled


def crowd(unit: Unit, filled: Filled, numbers: range) -> None:
    """Insert users with these numbers, each with a row in every table of users, and as many identities."""
    everybody = [_theirs(filled, number) for number in numbers]
    for table in everybody[0]:
        unit.write(table.insert(), [rows[table] for rows in everybody])


def _theirs(filled: Filled, number: int) -> dict[Table, dict[str, Any]]:
    user = {"user_id": number}
    signed_in = user | {"pool_id": filled.pool.id, "client_id": filled.client.id, "expires": NOON + 1}
    mark, identity_pool = str(number), filled.identity_pool.id
    return {
        users: _user(filled.pool.id, number),
        user_aliases: user | {"pool_id": filled.pool.id, "kind": "email", "key": mark},
        password_history: user | {"password": "digest"},
        codes: user | {"purpose": "P", "digest": "d", "expires": NOON + 1},
        attempts: user | {"kind": "k", "count": 1, "since": NOON, "last": NOON, "locked_until": 0},
        stand_in_attempts: {
            "pool_id": filled.pool.id,
            "name": mark,
            "kind": "k",
            "count": 1,
            "since": NOON,
            "last": NOON + 1,
            "locked_until": 0,
        },
        group_members: user | {"group_id": filled.group.id},
        sign_ins: signed_in | {"digest": mark, "challenge": "C", "state": {}, "spent": False},
        token_families: signed_in | {"origin_jti": mark, "event_id": mark, "auth_time": 0, "revoked": False},
        refresh_tokens: {"digest": mark, "origin_jti": mark, "expires": NOON},
        identities: {"id": mark, "pool_id": identity_pool, "enabled": True, "created": NOON, "modified": NOON},
        identity_logins: {
            "pool_id": identity_pool,
            "provider": "provider",
            "subject": mark,
            "identity_id": mark,
        },
    }


def _user(pool_id: str, number: int) -> dict[str, Any]:
    """The row of a user. Half of the users are equal in all columns that are not unique."""
    values = {
        "id": number,
        "pool_id": pool_id,
        "username": f"user {number:06}",
        "username_key": f"user {number:06}",
        "sub": f"sub {number:06}",
        "status": "CONFIRMED",
        "enabled": True,
        "attributes": {},
        "settings": {},
        "created": NOON,
        "modified": NOON,
    }
    return values | dict.fromkeys(SEARCHED, f"x{number:06}" if number % 2 else "same")
