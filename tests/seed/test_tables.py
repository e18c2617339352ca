"""Every table is in an export, or it is said why not."""

from __future__ import annotations

from storage.tables.schema import all_tables

IN_AN_EXPORT = {
    *("user_pools", "user_pool_clients", "client_secrets", "pool_keys", "resource_servers", "domains", "replicas"),
    *("identity_providers", "provider_identifiers", "brandings", "branding_assets", "ui_customizations", "terms"),
    *("cimd_policies", "groups", "group_members", "users", "user_aliases", "user_links", "password_history"),
    *("software_tokens", "devices", "passkeys", "identity_pools", "identities", "identity_logins", "server_keys"),
    *("server_settings", "stand_in_records"),
}
NOT_IN_IT = {
    "published_secrets": "another server would rotate them too",
    "client_metadata_urls": "a cache",
    "metadata_documents": "put for tests, or a note of what was fetched",
    "import_jobs": "they tell of what happened at this server",
    "import_blocks": "they tell of what happened at this server",
    "codes": "they end soon",
    "attempts": "they end soon",
    "stand_in_attempts": "they end soon",
    "sign_ins": "they end soon",
    "token_families": "they belong to the server that issued the tokens",
    "refresh_tokens": "they belong to the server that issued them",
    "authorization_codes": "they end soon",
    "browser_sessions": "they end soon",
    "federated_sign_ins": "they end soon",
    "used_assertions": "they end soon",
    "history": "it tells of what happened at this server",
    "recoveries": "they tell of what happened at this server",
    "auth_events": "they tell of what happened at this server",
    "provisioned_limits": "for one test",
    "issued_credentials": "they end soon",
    "claims": "what processes work on",
    "key_checks": "of the data key",
    "messages": "the inbox",
    "events": "they tell of what happened at this server",
    "rate_buckets": "they fill within a second",
    "server_state": "the clock, which is for one test, and a version",
    "user_counts": "they follow from the users",
    "seeded_entries": "what was applied, which is noted when an export goes in",
}


def test_every_table_is_in_an_export_or_it_is_said_why_not() -> None:
    assert not IN_AN_EXPORT & NOT_IN_IT.keys()
    assert {table.name for table in all_tables()} == IN_AN_EXPORT | NOT_IN_IT.keys()
