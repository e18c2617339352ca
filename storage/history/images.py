"""Entities as JSON, made by the database: with all that a recovery needs to make the entity again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    FromClause,
    LargeBinary,
    ScalarSelect,
    Select,
    String,
    Table,
    case,
    cast,
    literal_column,
    select,
)

from storage.history.json_sql import as_text, hex_digits, json_array, json_object, json_value
from storage.tables.factors import passkeys, software_tokens
from storage.tables.groups import group_members, groups
from storage.tables.links import user_links
from storage.tables.users import password_history, user_aliases, users

USER, GROUP, MEMBER, PASSKEY = "user", "group", "member", "passkey"


class Kind(Struct, frozen=True):
    """A kind of entity: its `table`, and SQL for the pool, the key and the image of a row.

    The columns of `source` are those that the three expressions need. `owner` is the id of the user or group; of a
    passkey and a membership, that of the user. Rows are found in bulk by the column `found_by`, whose value for a key
    `finder` gives.
    """

    name: str
    table: Table
    source: FromClause
    pool: ColumnElement[str]
    key: ColumnElement[str]
    image: ColumnElement[str]
    owner: Column[Any]
    found_by: Column[Any]
    finder: Callable[[str], int | str]


def _object(**members: ColumnElement[Any]) -> ColumnElement[str]:
    """A JSON object. NULL becomes null."""
    pairs = [part for name, value in members.items() for part in (literal_column(f"'{name}'"), value)]
    return json_object(*pairs)


def _row(table: Table, *without: str) -> dict[str, ColumnElement[Any]]:
    """The columns of a table as members of an object: JSON as it is, bytes in hexadecimal digits."""
    return {column.name: _member(column) for column in table.columns if column.name not in without}


def _member(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON):
        return json_value(column)
    if isinstance(column.type, LargeBinary):
        return case((column.is_not(None), hex_digits(column)))  # SQLite's hex(NULL) is not NULL
    return column


def _array(table: Table, *without: str) -> ScalarSelect[str]:
    """The rows of a table that belong to the row of `users`, as a JSON array of objects."""
    rows = json_array(_object(**_row(table, *without)))
    return select(rows).where(table.c.user_id == users.c.id).correlate(users).scalar_subquery()


def _token() -> ScalarSelect[str]:
    """The verified software token of the row of `users`, NULL if there is none."""
    token = _object(**_row(software_tokens, "user_id", "pending"))
    query = select(token).where(software_tokens.c.user_id == users.c.id, software_tokens.c.sealed.is_not(None))
    return query.correlate(users).scalar_subquery()


def _number(column: Column[Any]) -> ColumnElement[str]:
    return cast(column, String)


_USERS = Kind(
    name=USER,
    table=users,
    source=users,
    pool=users.c.pool_id,
    key=_number(users.c.id),
    image=_object(
        **_row(users),
        aliases=json_value(_array(user_aliases, "user_id", "pool_id")),
        links=json_value(_array(user_links, "user_id", "pool_id")),
        past=json_value(_array(password_history, "user_id")),
        token=json_value(_token()),
    ),
    owner=users.c.id,
    found_by=users.c.id,
    finder=int,
)
_GROUPS = Kind(
    name=GROUP,
    table=groups,
    source=groups,
    pool=groups.c.pool_id,
    key=_number(groups.c.id),
    image=_object(**_row(groups)),
    owner=groups.c.id,
    found_by=groups.c.id,
    finder=int,
)
_MEMBERS = Kind(
    name=MEMBER,
    table=group_members,
    source=group_members.join(groups, groups.c.id == group_members.c.group_id),
    pool=groups.c.pool_id,
    key=_number(group_members.c.group_id).concat(literal_column("':'")).concat(_number(group_members.c.user_id)),
    image=_object(**_row(group_members)),
    owner=group_members.c.user_id,
    found_by=group_members.c.user_id,
    finder=lambda key: int(key.partition(":")[2]),
)
_PASSKEYS = Kind(
    name=PASSKEY,
    table=passkeys,
    source=passkeys,
    pool=passkeys.c.pool_id,
    key=passkeys.c.id,
    image=_object(**_row(passkeys)),
    owner=passkeys.c.user_id,
    found_by=passkeys.c.id,
    finder=str,
)
KINDS = {kind.name: kind for kind in (_USERS, _GROUPS, _MEMBERS, _PASSKEYS)}


def present(kind: Kind) -> Select[str, str]:
    """The query for the key and the image of the rows of a kind as they are."""
    return select(kind.key.label("key"), as_text(kind.image).label("image")).select_from(kind.source)
