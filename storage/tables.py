"""The tables, one long list: the columns that queries search or sort by, and the rest as JSON `settings` in API shape.

Uniqueness is a constraint here, never a check in Python. Columns that are compared (`username_key`, `email`, …) hold
values that the caller has normalised, for example to lower case; `attributes` holds the values as the user typed them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from storage.column_types import Configuration, Integer, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _of(target: str) -> ForeignKey:
    """A foreign key: deleting the target deletes the rows that refer to it."""
    return ForeignKey(target, ondelete="CASCADE")


user_pools = Table(
    "user_pools",
    metadata,
    Column("id", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("further", Configuration, nullable=False, server_default="{}"),
    Column("history_since", Double),
    Column("paused_until", Double),
    Index(None, "region", "id"),
)

user_pool_clients = Table(
    "user_pool_clients",
    metadata,
    Column("id", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("further", Configuration, nullable=False, server_default="{}"),
    Index(None, "pool_id", "id"),
)

client_secrets = Table(
    "client_secrets",
    metadata,
    Column("id", String, primary_key=True),
    Column("client_id", String, _of("user_pool_clients.id"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created", Double, nullable=False),
    Column("generated", Boolean, nullable=False, server_default="1"),
    Index(None, "client_id", "id"),
)

published_secrets = Table(
    "published_secrets",
    metadata,
    Column("client_id", String, _of("user_pool_clients.id"), primary_key=True),
    Column("arn", String, nullable=False),
    Column("rotated", Double, nullable=False),
    Column("pending", String),
    Index(None, "rotated", "client_id"),
)

pool_keys = Table(
    "pool_keys",
    metadata,
    Column("kid", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("use", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created", Double, nullable=False),
    UniqueConstraint("pool_id", "use"),
)

identity_providers = Table(
    "identity_providers",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "name"),
)

provider_identifiers = Table(
    "provider_identifiers",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("identifier", String, nullable=False),
    Column("provider", String, nullable=False),
    PrimaryKeyConstraint("pool_id", "identifier"),
    ForeignKeyConstraint(
        ["pool_id", "provider"], ["identity_providers.pool_id", "identity_providers.name"], ondelete="CASCADE"
    ),
    Index(None, "pool_id", "provider"),
)

resource_servers = Table(
    "resource_servers",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("identifier", String, nullable=False),
    Column("name", String, nullable=False),
    Column("scopes", Configuration, nullable=False),
    PrimaryKeyConstraint("pool_id", "identifier"),
)

domains = Table(
    "domains",
    metadata,
    Column("name", String, nullable=False),
    Column("region", String, nullable=False),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("custom", Boolean, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    PrimaryKeyConstraint("name", "region"),
    UniqueConstraint("pool_id", "custom"),
    Index(None, "region", "custom"),
)

replicas = Table(
    "replicas",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("region", String, nullable=False),
    Column("status", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "region"),
    Index(None, "region"),
)

brandings = Table(
    "brandings",
    metadata,
    Column("id", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, _of("user_pool_clients.id"), nullable=False, unique=True),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id"),
)

branding_assets = Table(
    "branding_assets",
    metadata,
    Column("branding_id", String, _of("brandings.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("content", LargeBinary),
    PrimaryKeyConstraint("branding_id", "number"),
)

ui_customizations = Table(
    "ui_customizations",
    metadata,
    Column("scope", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, _of("user_pool_clients.id")),
    Column("css", String),
    Column("image", LargeBinary),
    Column("version", String, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id"),
    Index(None, "client_id"),
)

terms = Table(
    "terms",
    metadata,
    Column("id", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, _of("user_pool_clients.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    UniqueConstraint("client_id", "name"),
    Index(None, "pool_id", "id"),
)

cimd_policies = Table(
    "cimd_policies",
    metadata,
    Column("id", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, ForeignKey("user_pool_clients.id", ondelete="SET NULL")),
    Column("name", String, nullable=False),
    Column("url_patterns", Configuration, nullable=False),
    Column("cache_duration", Integer, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id", "id"),
    Index(None, "client_id"),
)

client_metadata_urls = Table(
    "client_metadata_urls",
    metadata,
    Column("policy_id", String, _of("cimd_policies.id"), nullable=False),
    Column("url", String, nullable=False),
    Column("document", JSON(none_as_null=True)),
    Column("cached", Double),
    Column("expires", Double),
    PrimaryKeyConstraint("policy_id", "url"),
)

metadata_documents = Table(
    "metadata_documents",
    metadata,
    Column("url", String, primary_key=True),
    Column("put", Boolean, nullable=False),
    Column("document", JSON(none_as_null=True)),
    Column("problem", String),
    Column("received", Double, nullable=False),
    Index(None, "put", "received"),
)

import_jobs = Table(
    "import_jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("status", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("progress", JSON, nullable=False),
    Index(None, "pool_id", "created", "id"),
    Index(None, "status"),
)

import_blocks = Table(
    "import_blocks",
    metadata,
    Column("job_id", String, _of("import_jobs.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("job_id", "kind", "number"),
)
"""The CSV files and logs of import jobs, where the database is PostgreSQL. With SQLite they are files beside it."""

SEARCHED = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")
"""The attributes that ListUsers can filter by, each a column of its own."""

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("username", String, nullable=False),
    Column("username_key", String, nullable=False),
    Column("sub", String, nullable=False),
    Column("status", String, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("password", String),
    Column("password_set", Double),
    Column("attributes", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    *(Column(name, String) for name in SEARCHED),
    Column("verifier", LargeBinary),
    UniqueConstraint("pool_id", "username_key"),
    UniqueConstraint("pool_id", "sub"),
    Index(None, "pool_id", "id"),
    Index(None, "pool_id", "username", "id"),
    Index(None, "pool_id", "status", "id"),
    Index(None, "pool_id", "enabled", "id"),
    sqlite_autoincrement=True,
)
for _name in SEARCHED:
    _set = users.c[_name].is_not(None)
    Index(None, users.c.pool_id, users.c[_name], users.c.id, sqlite_where=_set)  # storage/postgresql sets its own

user_counts = Table(
    "user_counts",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), primary_key=True),
    Column("users", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many users a pool has. Pools that never had one have no row. Each sign-up changes it, and reads the pool only."""

user_aliases = Table(
    "user_aliases",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    PrimaryKeyConstraint("pool_id", "kind", "key"),
    Index(None, "user_id"),
    sqlite_with_rowid=False,
)

password_history = Table(
    "password_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("password", String, nullable=False),
    Index(None, "user_id", "id"),
    sqlite_autoincrement=True,
)

codes = Table(
    "codes",
    metadata,
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("purpose", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("proves", String),
    Column("value", String),
    Column("expires", Double, nullable=False),
    PrimaryKeyConstraint("user_id", "purpose"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("since", Double, nullable=False),
    Column("last", Double, nullable=False),
    Column("locked_until", Double, nullable=False),
    PrimaryKeyConstraint("user_id", "kind"),
)

stand_in_attempts = Table(
    "stand_in_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("since", Double, nullable=False),
    Column("last", Double, nullable=False),
    Column("locked_until", Double, nullable=False),
    UniqueConstraint("pool_id", "name", "kind"),
    Index(None, "last"),
    sqlite_autoincrement=True,
)

groups = Table(
    "groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("key", String),
    UniqueConstraint("pool_id", "name"),
    Index(None, "pool_id", "key", unique=True),
    sqlite_autoincrement=True,
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_id", Integer, _of("groups.id"), nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    PrimaryKeyConstraint("group_id", "user_id"),
    Index(None, "user_id", "group_id"),
    sqlite_with_rowid=False,
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("digest", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, _of("user_pool_clients.id"), nullable=False),
    Column("user_id", Integer, _of("users.id")),
    Column("challenge", String, nullable=False),
    Column("state", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Column("spent", Boolean, nullable=False),
    Index(None, "pool_id"),
    Index(None, "client_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)

token_families = Table(
    "token_families",
    metadata,
    Column("origin_jti", String, primary_key=True),
    Column("event_id", String, nullable=False, unique=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, _of("user_pool_clients.id"), nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("auth_time", Integer, nullable=False),
    Column("expires", Double, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("device_key", String),
    Column("session", String),
    Column("active", Double, nullable=False, server_default="0"),
    Column("details", JSON, nullable=False, server_default="{}"),
    Index(None, "session", unique=True),
    Index(None, "pool_id"),
    Index(None, "client_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", String, primary_key=True),
    Column("origin_jti", String, _of("token_families.origin_jti"), nullable=False),
    Column("expires", Double, nullable=False),
    Column("rotated", Double),
    Index(None, "origin_jti"),
)

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("digest", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, _of("user_pool_clients.id"), nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("presented", String, nullable=False),
    Column("redirect_uri", String, nullable=False),
    Column("challenge", String),
    Column("auth_time", Integer, nullable=False),
    Column("details", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Column("spent", Boolean, nullable=False),
    Column("origin_jti", String),
    Index(None, "pool_id"),
    Index(None, "client_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)

browser_sessions = Table(
    "browser_sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("provider", String, nullable=False),
    Column("auth_time", Integer, nullable=False),
    Column("active", Double, nullable=False),
    Column("details", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Index(None, "pool_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)

federated_sign_ins = Table(
    "federated_sign_ins",
    metadata,
    Column("digest", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("client_id", String, _of("user_pool_clients.id"), nullable=False),
    Column("provider", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("query", String, nullable=False),
    Column("nonce", String, nullable=False),
    Column("kept", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    ForeignKeyConstraint(
        ["pool_id", "provider"], ["identity_providers.pool_id", "identity_providers.name"], ondelete="CASCADE"
    ),
    Index(None, "pool_id", "provider"),
    Index(None, "client_id"),
    Index(None, "expires"),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("expires", Double, nullable=False),
    Index(None, "pool_id"),
    Index(None, "expires"),
)

software_tokens = Table(
    "software_tokens",
    metadata,
    Column("user_id", Integer, _of("users.id"), primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary),
    Column("pending", LargeBinary),
    Column("name", String),
    Column("last_step", Integer, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("key", String, primary_key=True),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("group_key", String, nullable=False),
    Column("verifier", LargeBinary, nullable=False),
    Column("remembered", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("authenticated", Double, nullable=False),
    Index(None, "user_id", "key"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("id", String, nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "id"),
    Index(None, "user_id", "id"),
)

history = Table(
    "history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("pool_id", String, _of("user_pools.id")),
    Column("time", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Index(None, "pool_id", "number"),
)

recoveries = Table(
    "recoveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("status", String, nullable=False),
    Column("point", Double, nullable=False),
    Column("initiated", Double, nullable=False),
    Column("last_change", Integer, nullable=False),
    Column("ended", Double),
    Column("preview", JSON(none_as_null=True)),
    Index(None, "pool_id", "initiated", "id"),
    Index(None, "initiated"),
    Index(None, "status"),
)

user_links = Table(
    "user_links",
    metadata,
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("provider", String, nullable=False),
    Column("attribute", String, nullable=False),
    Column("value", String, nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "provider", "attribute", "value"),
    Index(None, "user_id"),
)

auth_events = Table(
    "auth_events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("pool_id", String, _of("user_pools.id"), nullable=False),
    Column("user_id", Integer, _of("users.id"), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    UniqueConstraint("user_id", "id"),
    Index(None, "user_id", "number"),
    Index(None, "pool_id"),
    Index(None, "created"),
    sqlite_autoincrement=True,
)

provisioned_limits = Table(
    "provisioned_limits",
    metadata,
    Column("region", String, nullable=False),
    Column("category", String, nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("region", "category"),
)

identity_pools = Table(
    "identity_pools",
    metadata,
    Column("id", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("roles", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("principal_tags", Configuration, nullable=False, server_default="{}"),
    Index(None, "region", "id"),
)

identities = Table(
    "identities",
    metadata,
    Column("id", String, primary_key=True),
    Column("pool_id", String, _of("identity_pools.id"), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id", "id"),
)

identity_logins = Table(
    "identity_logins",
    metadata,
    Column("pool_id", String, _of("identity_pools.id"), nullable=False),
    Column("provider", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("identity_id", String, _of("identities.id"), nullable=False),
    PrimaryKeyConstraint("pool_id", "provider", "subject"),
    Index(None, "identity_id", "provider"),
)

server_keys = Table(
    "server_keys",
    metadata,
    Column("use", String, primary_key=True),
    Column("kid", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created", Double, nullable=False),
)
"""Signing keys that are of no pool, such as that of the tokens of identity pools."""

issued_credentials = Table(
    "issued_credentials",
    metadata,
    Column("access_key", String, primary_key=True),
    Column("session", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Index(None, "expires"),
    sqlite_with_rowid=False,
)
"""The session token has all that is needed to recognise credentials; this is for look-ups by the access key alone."""

claims = Table(
    "claims",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Double, nullable=False),
    sqlite_with_rowid=False,
)
"""What one process at a time works on, until when it has it, by the clock of the database."""

key_checks = Table(
    "key_checks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""One row: a known text encrypted with the data key. It is kept when all data is deleted."""

messages = Table(
    "messages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("pool_digest", LargeBinary, nullable=False),
    Column("user_digest", LargeBinary, nullable=False),
    Column("recipient_digest", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""The inbox, where several processes share the database. Negative numbers are decoys, which nobody sees.

Digests have no index, since there are ten thousand rows at most: an index would cost more at each message.
"""

events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("noted", Double, nullable=False),
    Column("event", JSON, nullable=False),
    Index(None, "noted", "number"),
)
"""One row for each call, where several processes share the database."""

rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("name", String, primary_key=True),
    Column("tokens", Double, nullable=False),
    Column("filled", Double, nullable=False),
)

server_state = Table(
    "server_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("clock_offset", Double, nullable=False),
    Column("configuration", Integer, nullable=False, server_default="0"),
)
"""One row, which is kept when all data is deleted. `version` grows when the clock is moved or a rate limit is set, and
`configuration` when a table changes whose records are remembered (`storage/remembered`)."""

stand_in_records = Table(
    "stand_in_records",
    metadata,
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires", Double),
    PrimaryKeyConstraint("kind", "key"),
    Index(None, "expires"),
)
"""The state of the stand-in identity provider. It belongs to no pool."""

server_settings = Table(
    "server_settings",
    metadata,
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("kind", "name"),
)
"""Settings of the whole server that seeds have: the functions of triggers, the roles and providers of IAM."""

seeded_entries = Table(
    "seeded_entries",
    metadata,
    Column("kind", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("key", String, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("made", String),
    Column("pool_id", String, _of("user_pools.id")),
    PrimaryKeyConstraint("kind", "scope", "key"),
    Index(None, "pool_id"),
)
"""The entries of seed files as they were applied last. `scope` is the id of the pool that an entry is in, or empty."""
