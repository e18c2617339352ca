"""A pool whose users and groups change at random, and what was seen of it at a moment."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from msgspec.structs import replace
from sqlalchemy import select

from storage.records.factors import Passkey
from storage.records.pools import Pool
from storage.records.providers import Link
from storage.records.users import Group, User
from storage.repositories.users import NewUser
from storage.store import Store
from storage.tables.factors import passkeys, software_tokens
from storage.tables.groups import group_members, groups
from storage.tables.links import user_links
from storage.tables.users import password_history, user_aliases, users
from storage.unit import Unit

NAMES = [f"user {number:03}" for number in range(100)]
GROUPS = ["admins", "editors", "readers", "testers"]

Row = dict[str, Any]
T = TypeVar("T")


@dataclass
class Seen:
    """A pool as it was: rows by name."""

    users: dict[str, Row] = field(default_factory=dict)
    groups: dict[str, Row] = field(default_factory=dict)
    members: set[tuple[str, str]] = field(default_factory=set)
    passkeys: dict[str, Row] = field(default_factory=dict)
    count: int = 0

    def groups_of(self, name: str, among: set[str]) -> set[str]:
        return {group for group, member in self.members if member == name and group in among}


def seen(unit: Unit, pool_id: str) -> Seen:
    """Everything of a pool that a recovery brings back, read from the tables.

    Left out is what sign-ins write: verifiers, counters of passkeys, steps of software tokens.
    """
    found = Seen()
    for row in unit.read(select(users).where(users.c.pool_id == pool_id)).mappings():
        user = {name: value for name, value in row.items() if name != "verifier"}
        for table, name in ((user_aliases, "aliases"), (user_links, "links")):
            belongings = unit.read(select(table).where(table.c.user_id == row["id"])).all()
            user[name] = sorted(repr(tuple(each)) for each in belongings)
        past = select(password_history.c.password).where(password_history.c.user_id == row["id"])
        user["past"] = list(unit.read(past.order_by(password_history.c.id)).scalars())
        token = select(software_tokens.c.sealed, software_tokens.c.name).where(
            software_tokens.c.user_id == row["id"], software_tokens.c.sealed.is_not(None)
        )
        user["token"] = unit.read(token).first()
        found.users[row["username_key"]] = user
    for row in unit.read(select(groups).where(groups.c.pool_id == pool_id)).mappings():
        found.groups[row["name"]] = dict(row)
    members = select(groups.c.name, users.c.username_key).select_from(
        group_members.join(groups, groups.c.id == group_members.c.group_id).join(
            users, users.c.id == group_members.c.user_id
        )
    )
    found.members = {(row.name, row.username_key) for row in unit.read(members.where(groups.c.pool_id == pool_id))}
    for row in unit.read(select(passkeys).where(passkeys.c.pool_id == pool_id)).mappings():
        found.passkeys[row["id"]] = {name: value for name, value in row.items() if name != "sign_count"}
    found.count = unit.users.count(pool_id)
    return found


class Life:
    """Changes a pool at random, each change in a transaction of its own."""

    def __init__(self, store: Store, pool: Pool, seed: int) -> None:
        self.store = store
        self.pool = pool
        self.random = random.Random(seed)
        self.number = 0
        self.done: dict[str, int] = {}

    def live(self, now: float) -> None:
        """One change, or what is none: a sign-in, a used code, an assertion."""
        act = self.random.choice(ACTS)
        with self.store.unit(writes=True) as unit:
            unit.now = now
            self.number += 1
            act(self, unit)
        self.done[act.__name__] = self.done.get(act.__name__, 0) + 1

    def some_user(self, unit: Unit) -> User | None:
        return self._some(unit.users.page(self.pool.id, 1000, None).items)

    def some_group(self, unit: Unit) -> Group | None:
        return self._some(unit.groups.page(self.pool.id, 1000, None).items)

    def _some(self, among: list[T]) -> T | None:
        return self.random.choice(among) if among else None

    def new(self, unit: Unit, name: str) -> User:
        sub, password = f"sub {self.number} of {name} in {self.pool.id}", f"digest {self.number}"
        user = User(
            0, self.pool.id, name.upper(), sub, "UNCONFIRMED", True, password, unit.now, {}, {}, unit.now, unit.now
        )
        return replace(user, attributes={"email": f"{name}@{self.number}.example"})

    def unused(self, unit: Unit, count: int) -> list[str]:
        taken = unit.users.existing_keys(self.pool.id, "username", NAMES)
        return self.random.sample(sorted(set(NAMES) - taken), min(count, len(NAMES) - len(taken)))


def create_user(life: Life, unit: Unit) -> None:
    for name in life.unused(unit, 1):
        user = life.new(unit, name)
        user = unit.users.add(user, key=name, searched=user.attributes)
        unit.users.add_alias(user, "email", user.attributes["email"])


def import_users(life: Life, unit: Unit) -> None:
    rows = []
    for name in life.unused(unit, 3):
        user = life.new(unit, name)
        rows.append(NewUser(user, name, user.attributes, {"email": user.attributes["email"]}))
    unit.users.add_many(life.pool.id, rows)


def delete_user(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        unit.users.delete(user)


def change_attributes(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        email = f"{life.number}@new.example"
        unit.users.remove_alias(user, "email")
        unit.users.add_alias(user, "email", email)
        attributes = {"email": email, "custom:odd": 'quote " and \0 and \ud83d'}
        unit.users.change(user, attributes=attributes, searched={"email": email}, modified=unit.now)


def change_and_back(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        changed = unit.users.change(user, enabled=not user.enabled, modified=unit.now)
        unit.users.change(changed, enabled=user.enabled, modified=user.modified)


def exchange_aliases(life: Life, unit: Unit) -> None:
    one, other = life.some_user(unit), life.some_user(unit)
    if one and other and one.id != other.id:
        keys = [unit.users.aliases(user).get("email") for user in (one, other)]
        for user in (one, other):
            unit.users.remove_alias(user, "email")
        for user, key in zip((other, one), keys, strict=True):
            if key:
                unit.users.add_alias(user, "email", key)
                unit.users.change(user, attributes={"email": key}, searched={"email": key}, modified=unit.now)


def confirm(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        unit.users.change(user, status="CONFIRMED", modified=unit.now)


def disable(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        unit.users.change(user, enabled=not user.enabled, modified=unit.now)


def set_password(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        unit.users.remember_password(user, 3)
        unit.users.change(
            user,
            password=f"digest {life.number}",
            password_set=unit.now,
            verifier=b"new",
            status=life.random.choice(["CONFIRMED", "FORCE_CHANGE_PASSWORD"]),
            modified=unit.now,
        )


def set_mfa(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        settings = life.random.choice([{}, {"UserMFASettingList": ["SMS_MFA"]}, {"PreferredMfaSetting": "EMAIL_OTP"}])
        unit.users.change(user, settings=settings, modified=unit.now)


def verify_token(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        secret = f"secret {life.number}".encode()
        unit.software_tokens.associate(user.id, secret)
        unit.software_tokens.verify(user.id, secret, name="phone", step=life.number)


def delete_token(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        unit.software_tokens.delete(user.id)


def link(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        value = life.random.choice(["1", "2", "3"])
        if found := unit.links.get(life.pool.id, "Corp", "Cognito_Subject", value):
            unit.links.delete(found)
        unit.links.add(Link(life.pool.id, "Corp", "Cognito_Subject", value, user.id, {"issuer": None}, unit.now))


def register_passkey(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        shown = {"FriendlyCredentialName": f"key {life.number}"}
        unit.passkeys.add(Passkey(life.pool.id, f"credential {life.number}", user.id, b"\0key", 1, shown, unit.now))


def delete_passkey(life: Life, unit: Unit) -> None:
    if (user := life.some_user(unit)) and (owned := unit.passkeys.of(user.id)):
        unit.passkeys.delete(owned[0])


def move_passkey(life: Life, unit: Unit) -> None:
    one, other = life.some_user(unit), life.some_user(unit)
    if one and other and (owned := unit.passkeys.of(one.id)):
        unit.passkeys.delete(owned[0])
        unit.passkeys.add(replace(owned[0], user_id=other.id))


def create_group(life: Life, unit: Unit) -> None:
    name = life.random.choice(GROUPS)
    if unit.groups.named(life.pool.id, name) is None:
        unit.groups.add(life.pool.id, name, {"Precedence": life.number}, unit.now, key=name)


def change_group(life: Life, unit: Unit) -> None:
    if group := life.some_group(unit):
        unit.groups.change(group, settings={"Precedence": life.number}, modified=unit.now)


def delete_group(life: Life, unit: Unit) -> None:
    if group := life.some_group(unit):
        unit.groups.delete(group)


def join(life: Life, unit: Unit) -> None:
    group, user = life.some_group(unit), life.some_user(unit)
    if group and user:
        unit.groups.add_member(group, user)


def leave(life: Life, unit: Unit) -> None:
    group = life.some_group(unit)
    if group and (members := unit.users.page_in(group, 100, None).items):
        unit.groups.remove_member(group, life.random.choice(members))


def sign_in(life: Life, unit: Unit) -> None:
    if user := life.some_user(unit):
        unit.users.change(user, verifier=b"computed")
        unit.software_tokens.advance(user.id, 10_000_000 + life.number)
        for passkey in unit.passkeys.of(user.id):
            unit.passkeys.advance(passkey, passkey.sign_count + 1)


ACTS: list[Callable[[Life, Unit], None]] = [
    *[create_user] * 6,
    import_users,
    *[delete_user] * 3,
    change_attributes,
    change_and_back,
    exchange_aliases,
    confirm,
    disable,
    set_password,
    *[set_mfa] * 2,
    *[verify_token] * 2,
    delete_token,
    *[link] * 2,
    *[register_passkey] * 3,
    delete_passkey,
    move_passkey,
    *[create_group] * 2,
    change_group,
    delete_group,
    *[join] * 5,
    leave,
    *[sign_in] * 3,
]
