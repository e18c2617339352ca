"""Everything that the repositories can do, done once, and what was asked of SQLite for it."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from sqlalchemy import event

from storage.records.factors import Passkey
from storage.records.pools import Pool
from storage.records.sign_ins import RefreshToken
from storage.records.users import SEARCHED
from storage.repositories import repositories
from storage.repositories.repository import KeyedRepository, Repository
from storage.repositories.users import NewUser
from storage.store import Store
from storage.unit import Unit
from tests.storage.configuration import a_recovery
from tests.storage.identity_rows import call_identities
from tests.storage.oauth_rows import call_oauth
from tests.storage.reconfigured import reconfigure, twice
from tests.storage.rows import (
    NOON,
    Filled,
    a_client,
    a_code,
    a_device,
    a_family,
    a_group,
    a_key,
    a_passkey,
    a_pool,
    a_secret,
    a_sign_in,
    a_software_token,
    a_stand_ins_attempts,
    a_user,
    fill,
    issue,
    some_attempts,
)
from tests.storage.sharing import share
from tests.storage.stand_in_rows import call_stand_in


@dataclass
class Asked:
    """A statement: the method that issued it ("UserRepository.page"), and the steps of SQLite's virtual machine."""

    by: str
    sql: str
    parameters: Any
    steps: int = 0


@contextmanager
def recorded(store: Store, unit: Unit) -> Iterator[list[Asked]]:
    """Record the statements of a unit's repositories, with the steps that each takes, fetching included."""
    asked: list[Asked] = []

    def note(_c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append(Asked(_asker(), sql, parameters))

    def step() -> None:
        if asked:
            asked[-1].steps += 1

    driver: Any = unit._session().connection.connection.driver_connection
    event.listen(store.engine, "before_cursor_execute", note)
    driver.set_progress_handler(step, 1)
    try:
        yield asked
    finally:
        driver.set_progress_handler(None, 0)
        event.remove(store.engine, "before_cursor_execute", note)


def _asker() -> str:
    """The method of a repository, or of the unit, that is on the stack."""
    for frame, _ in reversed(list(traceback.walk_stack(None))):
        asker = frame.f_locals.get("self")
        if isinstance(asker, Repository | Unit):
            return f"{type(asker).__name__}.{frame.f_code.co_name}"
    return "nobody"


def methods() -> set[str]:
    """Every public method of every repository, but for those that read ahead, which ask SQLite nothing."""
    repositories.load()
    return {
        f"{repository.__name__}.{name}"
        for repository in (*Repository.__subclasses__(), *KeyedRepository.__subclasses__())
        if repository is not KeyedRepository
        for name, _ in inspect.getmembers(repository, inspect.isfunction)
        if not name.startswith(("_", "read_ahead"))
    }


def play(unit: Unit, filled: Filled, doomed: Filled) -> None:
    """Call every method of every repository. Methods that delete many rows come last."""
    _pools(unit, filled)
    _users(unit, filled)
    _searches(unit, filled.pool)
    _groups(unit, filled)
    _sign_ins(unit, filled)
    _factors(unit, filled)
    call_identities(unit, filled)
    reconfigure(unit, filled)
    _recoveries(unit, filled)
    share(unit)
    unit.users.delete(filled.user)
    unit.clients.delete(filled.client)
    unit.groups.delete(filled.group)
    unit.pool_contents.delete(filled.pool)
    unit.identity_pools.empty(filled.identity_pool)
    unit.pools.delete(doomed.pool)
    unit.identity_pools.delete(doomed.identity_pool)
    fill(unit, "c")
    unit.delete_everything()


def _pools(unit: Unit, filled: Filled) -> None:
    pool = a_pool(unit, "us-east-1_new")
    unit.pools.get(pool.id)
    unit.pools.change(pool, name="new", settings={}, modified=NOON)
    twice(lambda token: unit.pools.page("us-east-1", 1, token))
    client = a_client(unit, pool, "new")
    unit.clients.get(client.id)
    unit.clients.change(client, name="new", settings={}, modified=NOON)
    a_client(unit, pool, "newer")
    twice(lambda token: unit.clients.page(pool.id, 1, token))
    unit.clients.all(filled.pool.id)
    unit.clients.count(filled.pool.id)
    unit.clients.configure(client, {"SSOSession": {}})
    unit.pools.configure(pool, {"TokenSession": {}})
    secret = a_secret(unit, client, "new")
    unit.clients.secrets(client.id)
    unit.clients.delete_secret(secret)
    a_key(unit, pool, "new")
    unit.pool_keys.of(pool.id)
    unit.pool_keys.get("no key")
    unit.pool_keys.delete(pool.id)


def _users(unit: Unit, filled: Filled) -> None:
    pool = filled.pool
    user = a_user(unit, pool, "zoe", password="digest", email="zoe@example.com")
    unit.users.get(user.id)
    unit.users.named(pool.id, "zoe")
    unit.users.count_more(pool.id, 0)
    unit.users.count(pool.id)
    unit.users.add_many(pool.id, [NewUser(replace(user, username="yan", sub="y"), "yan", {}, {"email": "yan@b.c"})])
    for kind in ("username", "sub", "email"):
        unit.users.existing_keys(pool.id, kind, ["yan", "zoe"])
        unit.users.identified(pool.id, kind, ["yan", "zoe"])
    unit.users.with_sub(pool.id, user.sub)
    unit.users.add_alias(user, "email", "zoe@example.com")
    unit.users.aliased(pool.id, "email", "zoe@example.com")
    unit.users.aliases(user)
    unit.users.remove_alias(user, "email")
    unit.users.change(user, attributes={}, searched={"email": "new@example.com"}, modified=NOON)
    unit.users.remember_password(user, 3)
    unit.users.past_passwords(user, 3)


def _searches(unit: Unit, pool: Pool) -> None:
    twice(lambda token: unit.users.page(pool.id, 5, token))
    for column in ("username", "sub", "status", *SEARCHED):
        for value in ("", "same", "x001", "nobody", "CONFIRMED", "user 00", "sub 00"):
            twice(lambda token, c=column, v=value: unit.users.page(pool.id, 5, token, column=c, equals=v))
            twice(lambda token, c=column, v=value: unit.users.page(pool.id, 5, token, column=c, begins=v))
    for enabled in (True, False):
        twice(lambda token, e=enabled: unit.users.page(pool.id, 5, token, column="enabled", equals=e))


def _groups(unit: Unit, filled: Filled) -> None:
    pool, user = filled.pool, filled.user
    for name in ("new", "newer"):
        group = a_group(unit, pool, name)
        unit.groups.add_member(group, user)
    unit.groups.add_members(pool.id, [(group.id, a_user(unit, pool, "xi").id)])
    unit.groups.named(pool.id, "new")
    unit.groups.count(pool.id)
    unit.groups.change(group, settings={}, modified=NOON)
    unit.groups.of(user)
    twice(lambda token: unit.groups.page(pool.id, 1, token))
    twice(lambda token: unit.groups.page_of(user, 1, token))
    twice(lambda token: unit.users.page_in(filled.group, 5, token))
    unit.groups.remove_member(group, user)


def _sign_ins(unit: Unit, filled: Filled) -> None:
    pool, client, user = filled.pool, filled.client, filled.user
    unit.codes.put(a_code(user))
    unit.codes.get(user.id, "SIGN_UP")
    unit.codes.delete(user.id, "SIGN_UP")
    unit.codes.put_attempts(some_attempts(user))
    unit.codes.attempts(user.id, "password")
    unit.codes.locks(user.id)
    unit.codes.delete_attempts(user.id, "password")
    unit.stand_in_attempts.put(a_stand_ins_attempts(pool))
    unit.stand_in_attempts.get(pool.id, "digest", "password")
    unit.stand_in_attempts.locks(pool.id, "digest")
    unit.stand_in_attempts.delete(pool.id, "digest", "password")
    unit.stand_in_attempts.trim()
    unit.stand_in_attempts.sweep(NOON, 10)
    unit.sign_ins.add(a_sign_in(pool, client, user, "new", NOON - 1))
    unit.sign_ins.get("new")
    unit.sign_ins.waiting(user.id, "PASSWORD_VERIFIER")
    unit.sign_ins.spend("new")
    issue(unit, a_family(client, user, "new", "new", NOON - 1), "new")
    unit.tokens.get("new")
    unit.tokens.of_event("new")
    unit.tokens.refresh_token("new")
    family = unit.tokens.get("new")
    assert family is not None
    unit.tokens.change(family, active=NOON)
    unit.tokens.rotate("new", RefreshToken("newer", "new", NOON - 1), NOON)
    unit.tokens.of_session("tkn")
    unit.tokens.of(user.id)
    unit.tokens.revoke("new")
    unit.tokens.revoke_all(user.id)
    unit.sign_ins.sweep(NOON, 10)
    unit.tokens.sweep(NOON, 10)
    call_oauth(unit, client, user)
    call_stand_in(unit)


def _factors(unit: Unit, filled: Filled) -> None:
    user = filled.user
    a_software_token(unit, user)
    unit.software_tokens.get(user.id)
    unit.software_tokens.advance(user.id, 2)
    unit.software_tokens.keep(user.id, b"sealed", "phone")
    unit.belongings.of([user.id])
    unit.software_tokens.enrol(user.id, b"enrolled", 1)
    unit.software_tokens.delete(user.id)
    device = a_device(unit, user, "new")
    unit.devices.get(user.id, device.key)
    unit.devices.change(device, remembered=False)
    for remembered_only in (True, False):
        twice(lambda token, r=remembered_only: unit.devices.page(user.id, 1, token, remembered_only=r))
    unit.devices.delete(device)
    passkey = a_passkey(unit, user, "new")
    unit.passkeys.get(user.pool_id, passkey.id)
    unit.passkeys.of(user.id)
    unit.passkeys.count(user.id)
    unit.passkeys.advance(passkey, 2)
    unit.passkeys.change(passkey, settings={})
    twice(lambda token: unit.passkeys.page(user.id, 1, token))
    unit.passkeys.delete(passkey)


def _recoveries(unit: Unit, filled: Filled) -> None:
    """Changes that are recorded, and taken back. The changes of the pool are recorded from then on."""
    unit.now = NOON + 10
    pool = unit.history.begin(filled.pool)
    unit.pools.without_history()
    unit.pools.all()
    unit.seeded_entries.of("user_pools", "")
    unit.server_settings.of("roles")
    unit.server_settings.get("roles", "role a")
    unit.pools.regions()
    unit.pools.configure(pool, {"TokenSession": {}})
    user, group = a_user(unit, pool, "xaver"), a_group(unit, pool, "recorded")
    unit.groups.add_member(group, user)
    unit.users.change(filled.user, status="UNCONFIRMED", modified=NOON)
    a_software_token(unit, filled.user, b"recorded")
    unit.groups.change(filled.group, settings={}, modified=NOON)
    unit.groups.remove_member(filled.group, filled.user)
    unit.passkeys.add(Passkey(pool.id, "recorded", filled.user.id, b"key", 1, {}, NOON))
    unit.history.newest()
    unit.history.note_clock(NOON + 5)
    unit.history.preview(pool.id, NOON, unit.history.last_number(pool.id))
    unit.history.restore(pool.id, NOON)
    unit.history.pools_with_changes_before(NOON + 20)
    unit.history.sweep(pool, NOON + 20, 3)
    unit.history.sweep_marks(3)
    unit.history.begin(unit.history.end(pool))
    recovery = a_recovery(unit, pool, "new")
    unit.recoveries.get(recovery.id)
    unit.recoveries.with_status("PREVIEW_GENERATED", "RESTORING")
    unit.recoveries.initiated(NOON - 1, NOON)
    twice(lambda token: unit.recoveries.page(pool.id, 1, token))
    unit.recoveries.change(recovery, status="RESTORING")
    unit.recoveries.delete(recovery)
    unit.recoveries.delete_all(pool.id)
    unit.pools.pause(unit.pools.pause(pool, NOON + 20), None)
