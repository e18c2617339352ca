"""Builders of rows, with defaults for what a test does not care about."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select, text

from keys.entropy import SeededEntropy
from keys.vault import Vault
from storage.records.factors import Device, Passkey
from storage.records.identities import Identity, IdentityPool, IssuedCredentials, Login, ServerKey
from storage.records.pools import Client, ClientSecret, Pool, PoolKey
from storage.records.recoveries import Change
from storage.records.seeds import SeededEntry, ServerSetting
from storage.records.shared import RateBucket, SealedMessage
from storage.records.sign_ins import Family, RefreshToken, SignIn
from storage.records.users import Attempts, Code, Group, StandInAttempts, User
from storage.sqlite import SQLite
from storage.sqlite_session import Kept
from storage.store import Store
from storage.tables.key_checks import key_checks
from storage.tables.schema import all_tables
from storage.tables.shared import server_state
from storage.unit import Unit
from tests.storage.configuration import a_recovery, configure
from tests.storage.oauth_rows import fill_oauth
from tests.storage.stand_in_rows import fill_stand_in

TABLES = [table for table in all_tables() if table not in (key_checks, server_state)]
"""All tables but those whose one row is kept when everything is deleted."""
VAULT = Vault(bytes(range(32)), SeededEntropy(7))
NOON = 1_800_000_000.123


def a_pool(unit: Unit, id: str = "us-east-1_a", *, region: str = "us-east-1", name: str = "pool") -> Pool:
    return unit.pools.add(Pool(id, region, name, {"MfaConfiguration": "OFF"}, NOON, NOON))


def a_client(unit: Unit, pool: Pool, id: str = "client") -> Client:
    return unit.clients.add(Client(id, pool.id, "web", {"ExplicitAuthFlows": []}, NOON, NOON))


def a_secret(unit: Unit, client: Client, id: str = "client--1", created: float = NOON) -> ClientSecret:
    secret = ClientSecret(id, client.id, VAULT.seal(b"secret", id), created)
    unit.clients.add_secret(secret)
    return secret


def a_key(unit: Unit, pool: Pool, kid: str = "kid", use: str = "id") -> PoolKey:
    key = PoolKey(kid, pool.id, use, VAULT.seal(b"pem", kid), NOON)
    unit.pool_keys.add(key)
    return key


def a_user(
    unit: Unit,
    pool: Pool,
    username: str = "ana",
    *,
    sub: str | None = None,
    key: str | None = None,
    enabled: bool = True,
    status: str = "CONFIRMED",
    password: str | None = None,
    **searched: str,
) -> User:
    """Insert a user with the searchable attributes `searched`."""
    user = User(
        id=0,
        pool_id=pool.id,
        username=username,
        sub=f"sub of {username}" if sub is None else sub,
        status=status,
        enabled=enabled,
        password=password,
        password_set=None if password is None else NOON,
        attributes=dict(searched),
        settings={"MFAOptions": []},
        created=NOON,
        modified=NOON,
    )
    return unit.users.add(user, key=username if key is None else key, searched=searched)


def a_group(unit: Unit, pool: Pool, name: str = "admins", *, key: str | None = None) -> Group:
    return unit.groups.add(pool.id, name, {"Precedence": 1}, NOON, key=key or name)


def a_code(user: User, **changes: Any) -> Code:
    values: dict[str, Any] = {
        "purpose": "SIGN_UP",
        "digest": "d",
        "proves": "email",
        "value": "ana@example.com",
        "expires": NOON,
    }
    return Code(user.id, **(values | changes))


def some_attempts(user: User, **changes: Any) -> Attempts:
    values: dict[str, Any] = {"kind": "password", "count": 1, "since": NOON, "last": NOON, "locked_until": 0.0}
    return Attempts(user.id, **(values | changes))


def a_stand_ins_attempts(pool: Pool, name: str = "digest", **changes: Any) -> StandInAttempts:
    values: dict[str, Any] = {"kind": "password", "count": 1, "since": NOON, "last": NOON, "locked_until": NOON + 1}
    return StandInAttempts(pool.id, name, **(values | changes))


def a_sign_in(pool: Pool, client: Client, user: User | None, digest: str = "session", expires: float = NOON) -> SignIn:
    user_id = user.id if user else None
    return SignIn(digest, pool.id, client.id, user_id, "NEW_PASSWORD_REQUIRED", {"steps": ["PASSWORD"]}, expires)


def a_family(client: Client, user: User, jti: str = "jti", event: str = "event", expires: float = NOON) -> Family:
    return Family(jti, event, user.pool_id, client.id, user.id, int(NOON), expires)


def issue(unit: Unit, family: Family, digest: str = "refresh") -> RefreshToken:
    token = RefreshToken(digest, family.origin_jti, family.expires)
    unit.tokens.add(family, token)
    return token


def a_software_token(unit: Unit, user: User, secret: bytes = b"sealed") -> None:
    unit.software_tokens.associate(user.id, secret)
    unit.software_tokens.verify(user.id, secret, name="phone", step=1)


def a_device(unit: Unit, user: User, key: str = "us-east-1_d") -> Device:
    device = Device(key, user.id, "-group", b"sealed", True, {"DeviceName": "laptop"}, NOON, NOON, NOON)
    unit.devices.add(device)
    return device


def a_passkey(unit: Unit, user: User, id: str = "credential") -> Passkey:
    shown = {"RelyingPartyId": "localhost", "FriendlyCredentialName": "key", "AuthenticatorTransports": ["usb"]}
    passkey = Passkey(user.pool_id, id, user.id, b"key", 1, shown, NOON)
    unit.passkeys.add(passkey)
    return passkey


def an_identity_pool(unit: Unit, id: str = "us-east-1:a", region: str = "us-east-1") -> IdentityPool:
    pool = IdentityPool(id, region, "pool", {"AllowUnauthenticatedIdentities": True}, {"Roles": {}}, NOON, NOON)
    return unit.identity_pools.add(pool)


def use_nested_loops(unit: Unit) -> None:
    """Let PostgreSQL evaluate a subquery anew for each row of the table that a statement changes."""
    for method in ("hashjoin", "mergejoin", "hashagg", "material", "sort"):
        unit.write(text(f"SET LOCAL enable_{method} = off"))


def an_identity(unit: Unit, pool: IdentityPool, id: str = "us-east-1:i") -> Identity:
    return unit.identities.add(Identity(id, pool.id, True, NOON, NOON))


def a_server_key(unit: Unit, use: str = "use", kid: str = "kid") -> ServerKey:
    key = ServerKey(use, kid, b"sealed", NOON)
    unit.server_keys.add(key)
    return key


OF_NO_POOL = (
    *("provisioned_limits", "claims", "messages", "events", "rate_buckets", "metadata_documents"),
    *("server_keys", "issued_credentials", "stand_in_records", "server_settings"),
)
"""The tables whose rows are of no pool."""


def some_credentials(unit: Unit, access_key: str = "ASIAX") -> IssuedCredentials:
    issued = IssuedCredentials(access_key, {"account": "000000000000"}, NOON)
    unit.issued_credentials.add(issued)
    return issued


def a_message(id: str = "message", *, pool: bytes = b"pool", user: bytes = b"user", to: bytes = b"to") -> SealedMessage:
    return SealedMessage(id, pool, user, to, b"sealed")


class Filled(Struct, frozen=True):
    """The records that `fill` inserted."""

    pool: Pool
    client: Client
    user: User
    group: Group
    identity_pool: IdentityPool
    identity: Identity


def fill(unit: Unit, mark: str = "a") -> Filled:
    """Insert a row into every table. Rows with different marks do not refer to each other."""
    pool = a_pool(unit, f"us-east-1_{mark}")
    client = a_client(unit, pool, f"client {mark}")
    user = a_user(unit, pool, f"ana {mark}", password="digest", email=f"{mark}@example.com")
    group = a_group(unit, pool)
    a_secret(unit, client, f"secret {mark}")
    a_key(unit, pool, f"kid {mark}")
    unit.users.add_alias(user, "email", f"{mark}@example.com")
    unit.users.remember_password(user, 3)
    unit.groups.add_member(group, user)
    unit.codes.put(a_code(user))
    unit.codes.put_attempts(some_attempts(user))
    unit.stand_in_attempts.put(a_stand_ins_attempts(pool))
    unit.sign_ins.add(a_sign_in(pool, client, user, f"session {mark}"))
    a_software_token(unit, user)
    a_device(unit, user, f"device {mark}")
    a_passkey(unit, user)
    issue(unit, a_family(client, user, f"jti {mark}", f"event {mark}"), f"refresh {mark}")
    configure(unit, pool, client, user, mark)
    fill_oauth(unit, client, user, mark)
    fill_stand_in(unit, mark)
    unit.history.add(Change(0, pool.id, NOON, "users", str(user.id), {"status": "UNCONFIRMED"}))
    a_recovery(unit, pool, f"recovery {mark}")
    identity_pool = an_identity_pool(unit, f"us-east-1:{mark}")
    identity = an_identity(unit, identity_pool, f"us-east-1:i-{mark}")
    unit.identities.link(Login(identity_pool.id, "provider", f"subject {mark}", identity.id))
    a_server_key(unit, f"use {mark}")
    some_credentials(unit, f"ASIA{mark}")
    unit.messages.add(a_message(f"message {mark}"))
    unit.events.add([(NOON, {"operation": "SignUp"})], 10_000)
    unit.rate_buckets.put(RateBucket(f"bucket {mark}", 1.0, NOON))
    unit.server_settings.put(ServerSetting("roles", f"role {mark}", b"sealed"))
    unit.seeded_entries.put(SeededEntry("user_pools", "", f"pool {mark}", b"print", pool.id, pool.id))
    return Filled(pool, client, user, group, identity_pool, identity)


def census(unit: Unit) -> dict[str, int]:
    """The number of rows of each table that is not empty."""
    unit.write_pending()
    counts = {table.name: int(unit.read(select(func.count()).select_from(table)).scalar_one()) for table in TABLES}
    return {name: count for name, count in counts.items() if count}


def fill_up(store: Store) -> None:
    """Limit the SQLite database to its current size, in whichever connection a thread writes to it."""
    _limit(store, 1)


def make_room(store: Store) -> None:
    """Remove the limit of `fill_up`."""
    _limit(store, 1_000_000)


def _limit(store: Store, pages: int) -> None:
    """Limit each transaction that begins from now on. SQLite takes the current size where `pages` is less."""
    database = store.database
    assert isinstance(database, SQLite)
    begin = partial(SQLite.begin, database)

    def limited(writes: bool) -> Kept:
        kept = begin(writes)
        kept.driver.execute(f"PRAGMA max_page_count = {pages}")  # a limit is one of a connection
        return kept

    database.begin = limited  # type: ignore[method-assign]
