"""The cost of users: the same calls to a pool of a thousand users and to a pool of many, in turn, at two servers.

The users are inserted into the database directly, before a server serves it.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Table, text

from bench.calls import Caller
from bench.machine import Server, started
from bench.oauth import Refused
from keys.vault import Vault
from storage.server import Server as PostgreSQL
from storage.store import Store
from storage.tables.groups import group_members
from storage.tables.users import user_aliases, users
from storage.unit import Unit

FEW = 1_000
PAGE = 10
_AT_ONCE = 10_000
Made = TypeVar("Made")
Place = TypeVar("Place")
Compared: TypeAlias = tuple[str, float, float]
"""The name of a call, and its median milliseconds with few and with many."""
_ATTRIBUTES = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")


@dataclass
class Crowd:
    """A server with a pool of `size` users, all of them in one group."""

    server: Server
    pool: str
    size: int
    caller: Caller

    def someone(self) -> int:
        """The number of a random user."""
        return random.randrange(self.size)


def value(attribute: str, number: int) -> str:
    """The value of an attribute of a user. The values of ten users differ only in the last digit."""
    if attribute == "email":
        return f"{number:08}@example.com"
    if attribute == "phone_number":
        return f"+155{number:08}"
    return f"{attribute}{number:08}"


def beginning(attribute: str, number: int) -> str:
    """The prefix that ten users' values have in common."""
    return value(attribute, number).removesuffix("@example.com")[:-1]


def sub(number: int) -> str:
    """The `sub` of a user."""
    return str(uuid.UUID(int=number + (1 << 100)))


def _ask(operation: str, **members: Any) -> Callable[[Crowd], dict[str, Any]]:
    return lambda crowd: crowd.caller.ask(operation, {"UserPoolId": crowd.pool, **members})


def _user(name: Callable[[int], str]) -> Callable[[Crowd], object]:
    def call(crowd: Crowd) -> None:
        number = crowd.someone()
        found = crowd.caller.ask("AdminGetUser", {"UserPoolId": crowd.pool, "Username": name(number)})
        if found["Username"] != value("username", number):
            raise Refused(f"AdminGetUser answered {found['Username']} for {name(number)}")

    return call


def _listed(attribute: str, operator: str) -> Callable[[Crowd], object]:
    told = beginning if operator == "^=" else value

    def call(crowd: Crowd) -> None:
        condition = f'{attribute} {operator} "{told(attribute, crowd.someone())}"'
        found = _ask("ListUsers", Filter=condition, Limit=PAGE)(crowd)["Users"]
        if len(found) != (PAGE if operator == "^=" else 1):
            raise Refused(f"ListUsers {condition} found {len(found)}")

    return call


def _by_sub(crowd: Crowd) -> None:
    if len(_ask("ListUsers", Filter=f'sub = "{sub(crowd.someone())}"')(crowd)["Users"]) != 1:
        raise Refused("ListUsers by sub did not find one user")


def _page(operation: str, **members: Any) -> Callable[[Crowd], object]:
    def call(crowd: Crowd) -> None:
        if len(_ask(operation, Limit=PAGE, **members)(crowd)["Users"]) != PAGE:
            raise Refused(f"{operation} answered no page")

    return call


def _described(crowd: Crowd) -> None:
    found = _ask("DescribeUserPool")(crowd)["UserPool"]["EstimatedNumberOfUsers"]
    if found != crowd.size:
        raise Refused(f"the pool has {found} users")


CALLS: dict[str, Callable[[Crowd], object]] = {
    "AdminGetUser by username": _user(lambda number: value("username", number)),
    "AdminGetUser by sub": _user(sub),
    "AdminGetUser by e-mail alias": _user(lambda number: value("email", number)),
    **{f"ListUsers {name} {how}": _listed(name, how) for name in ("username", *_ATTRIBUTES) for how in ("=", "^=")},
    "ListUsers sub =": _by_sub,
    "ListUsers status =": _page("ListUsers", Filter='status = "Enabled"'),
    "ListUsers cognito:user_status =": _page("ListUsers", Filter='cognito:user_status = "CONFIRMED"'),
    "ListUsers, all": _page("ListUsers"),
    "ListUsersInGroup": _page("ListUsersInGroup", GroupName="everybody"),
    "DescribeUserPool": _described,
}


def compare(size: int, seconds: float, databases: Sequence[str | None] = (None, None)) -> Iterator[Compared]:
    """The median milliseconds of each call with `FEW` and with `size` users, called in turn.

    `databases` has the URLs of two empty databases of PostgreSQL, None for SQLite.
    """
    return compared(CALLS, _crowd, size, seconds, databases)


def compared(
    calls: Mapping[str, Callable[[Place], object]],
    place: Callable[[ExitStack, int, str | None], Place],
    size: int,
    seconds: float,
    databases: Sequence[str | None],
) -> Iterator[Compared]:
    """The name of each call, and its median milliseconds at the places that `place` makes for `FEW` and for `size`."""
    with ExitStack() as stack:
        places = [place(stack, *each) for each in zip((FEW, size), databases, strict=True)]
        for name, call in calls.items():
            few, many = _in_turn(call, places, seconds)
            yield name, few, many


def _in_turn(call: Callable[[Place], object], crowds: Sequence[Place], seconds: float) -> list[float]:
    """The median milliseconds of a call at each place, made in turn."""
    measured: list[list[float]] = [[] for _ in crowds]
    end = time.perf_counter() + 2 * seconds
    while len(measured[0]) < 40 or time.perf_counter() < end:
        for crowd, times in zip(crowds, measured, strict=True):
            begun = time.perf_counter()
            call(crowd)
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times[10:]) for times in measured]


def _crowd(stack: ExitStack, size: int, url: str | None) -> Crowd:
    """Start a server with `size` users."""

    def prepare(caller: Caller) -> str:
        pool = caller.ask("CreateUserPool", {"PoolName": "crowd", "AliasAttributes": ["email"]})["UserPool"]["Id"]
        caller.ask("CreateGroup", {"UserPoolId": pool, "GroupName": "everybody"})
        return str(pool)

    server, pool = grown(stack, url, prepare, lambda unit, pool: _fill(unit, pool, size))
    return Crowd(server, pool, size, Caller(server.url))


def grown(
    stack: ExitStack, url: str | None, prepare: Callable[[Caller], Made], fill: Callable[[Unit, Made], None]
) -> tuple[Server, Made]:
    """Start a server on what `prepare` made by calls, and `fill` inserted while no server ran.

    `url` is that of an empty database of PostgreSQL, None for SQLite.
    """
    data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crowd-")))
    command = ["-m", "cognito_emulator", "--data", str(data), "--port", "0", "--password-cost", "4"]
    command += ["--database", url] if url else []
    with started(*command) as server:
        made = prepare(Caller(server.url))
    key = data / ("cognito.key" if url else "cognito.sqlite3.key")
    store = Store(PostgreSQL(url) if url else data / "cognito.sqlite3", Vault(key.read_bytes()))
    with store.unit(writes=True) as unit:
        fill(unit, made)
    if store.engine.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("ANALYZE"))
            connection.invalidate()
    store.close()
    return stack.enter_context(started(*command)), made


def _fill(unit: Unit, pool: str, size: int) -> None:
    group = unit.groups.named(pool, "everybody")
    if group is None:
        raise Refused("the group is not there")
    for numbers in batches(size):
        add(unit, users, [_row(pool, number) for number in numbers])
        claims = [(number + 1, value("email", number)) for number in numbers]
        add(unit, user_aliases, [{"pool_id": pool, "kind": "email", "key": key, "user_id": n} for n, key in claims])
        add(unit, group_members, [{"group_id": group.id, "user_id": user} for user, _ in claims])
    unit.users.count_more(pool, size)


def batches(size: int) -> Iterator[range]:
    """The numbers up to `size`, as many at a time as rows are inserted."""
    for first in range(0, size, _AT_ONCE):
        yield range(first, min(first + _AT_ONCE, size))


def add(unit: Unit, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, by COPY in PostgreSQL. A unit that writes nothing else does not know of it, and is rolled back."""
    connection = unit.read(text("SELECT 1")).connection
    if connection.dialect.name != "postgresql":
        unit.write(table.insert(), rows)
        return
    driver: Any = connection.connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(rows[0])}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([json.dumps(each) if isinstance(each, dict) else each for each in row.values()])


def _row(pool: str, number: int) -> dict[str, Any]:
    attributes = {name: value(name, number) for name in _ATTRIBUTES}
    return {
        "id": number + 1,
        "pool_id": pool,
        "username": value("username", number),
        "username_key": value("username", number),
        "sub": sub(number),
        "status": "CONFIRMED",
        "enabled": True,
        "attributes": {**attributes, "email_verified": "true"},
        "settings": {},
        "created": 1_800_000_000.0 + number,
        "modified": 1_800_000_000.0 + number,
        **attributes,
    }
