"""Unique and foreign key constraints, and what is deleted together."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError

from storage.records.events import ImportBlock
from storage.records.identities import Login
from storage.records.pools import CIMDPolicy
from storage.store import Store
from storage.tables.schema import all_tables
from storage.unit import Unit
from storage.violations import StaleRead, UniqueViolation
from tests.storage.configuration import (
    a_branding,
    a_domain,
    a_limit,
    a_link,
    a_metadata_url,
    a_policy,
    a_provider,
    a_published_secret,
    a_recovery,
    a_replica,
    a_resource_server,
    a_ui_customization,
    an_event,
    an_import_job,
    some_terms,
)
from tests.storage.oauth_rows import TAKEN as OAUTH_TAKEN
from tests.storage.rows import (
    OF_NO_POOL,
    TABLES,
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
    a_server_key,
    a_sign_in,
    a_user,
    an_identity,
    an_identity_pool,
    census,
    fill,
    issue,
    some_attempts,
    some_credentials,
)

Columns = tuple[str, ...]


def a_policy_of(unit: Unit, filled: Filled) -> CIMDPolicy:
    """The CIMD policy of a filled pool."""
    [policy] = unit.cimd_policies.page(filled.pool.id, 2, None).items
    return policy


TAKEN: dict[tuple[str, Columns], Callable[[Unit, Filled], object]] = {
    ("user_pools", ("id",)): lambda unit, a: a_pool(unit, a.pool.id),
    ("user_pool_clients", ("id",)): lambda unit, a: a_client(unit, a.pool, a.client.id),
    ("client_secrets", ("id",)): lambda unit, a: a_secret(unit, a.client, "secret a"),
    ("published_secrets", ("client_id",)): lambda unit, a: a_published_secret(unit, a.client),
    ("pool_keys", ("kid",)): lambda unit, a: a_key(unit, a.pool, "kid a", "access"),
    ("pool_keys", ("pool_id", "use")): lambda unit, a: a_key(unit, a.pool, "another"),
    ("users", ("pool_id", "username_key")): lambda unit, a: a_user(unit, a.pool, "Ana A", key="ana a"),
    ("users", ("pool_id", "sub")): lambda unit, a: a_user(unit, a.pool, "bob", sub=a.user.sub),
    ("user_aliases", ("pool_id", "kind", "key")): lambda unit, a: unit.users.add_alias(
        a.user, "email", "a@example.com"
    ),
    ("groups", ("pool_id", "name")): lambda unit, a: a_group(unit, a.pool, key="another"),
    ("groups", ("pool_id", "key")): lambda unit, a: a_group(unit, a.pool, "ADMINS", key="admins"),
    ("sign_ins", ("digest",)): lambda unit, a: unit.sign_ins.add(a_sign_in(a.pool, a.client, a.user, "session a")),
    ("token_families", ("origin_jti",)): lambda unit, a: issue(unit, a_family(a.client, a.user, "jti a")),
    ("token_families", ("event_id",)): lambda unit, a: issue(unit, a_family(a.client, a.user, "new", "event a")),
    ("refresh_tokens", ("digest",)): lambda unit, a: issue(unit, a_family(a.client, a.user), "refresh a"),
    **OAUTH_TAKEN,
    ("devices", ("key",)): lambda unit, a: a_device(unit, a.user, "device a"),
    ("passkeys", ("pool_id", "id")): lambda unit, a: a_passkey(unit, a.user),
    ("identity_providers", ("pool_id", "name")): lambda unit, a: a_provider(unit, a.pool),
    ("provider_identifiers", ("pool_id", "identifier")): lambda unit, a: a_provider(unit, a.pool, "Other"),
    ("resource_servers", ("pool_id", "identifier")): lambda unit, a: a_resource_server(unit, a.pool),
    ("domains", ("name", "region")): lambda unit, a: a_domain(unit, a.pool, "prefix-a", custom=True),
    ("domains", ("pool_id", "custom")): lambda unit, a: a_domain(unit, a.pool, "another"),
    ("replicas", ("pool_id", "region")): lambda unit, a: a_replica(unit, a.pool),
    ("brandings", ("id",)): lambda unit, a: a_branding(unit, a_client(unit, a.pool, "new"), "branding a"),
    ("brandings", ("client_id",)): lambda unit, a: a_branding(unit, a.client, "new"),
    ("ui_customizations", ("scope",)): lambda unit, a: a_ui_customization(unit, a.client),
    ("terms", ("id",)): lambda unit, a: some_terms(unit, a.client, "terms a", "privacy-policy"),
    ("terms", ("client_id", "name")): lambda unit, a: some_terms(unit, a.client, "new"),
    ("cimd_policies", ("id",)): lambda unit, a: a_policy(unit, a.pool, a.client, "policy-a"),
    ("client_metadata_urls", ("policy_id", "url")): lambda unit, a: a_metadata_url(unit, a_policy_of(unit, a)),
    ("user_links", ("pool_id", "provider", "attribute", "value")): lambda unit, a: a_link(unit, a.user),
    ("auth_events", ("user_id", "id")): lambda unit, a: an_event(unit, a.user),
    ("import_jobs", ("id",)): lambda unit, a: an_import_job(unit, a.pool, "import-a"),
    ("recoveries", ("id",)): lambda unit, a: a_recovery(unit, a.pool, "recovery a"),
    ("import_blocks", ("job_id", "kind", "number")): lambda unit, _: unit.import_blocks.add(
        ImportBlock("import-a", "csv", 0, b"")
    ),
    ("provisioned_limits", ("region", "category")): lambda unit, _: a_limit(unit, category="UserCreation a"),
    ("identity_pools", ("id",)): lambda unit, a: an_identity_pool(unit, a.identity_pool.id),
    ("identities", ("id",)): lambda unit, a: an_identity(unit, a.identity_pool, a.identity.id),
    ("identity_logins", ("pool_id", "provider", "subject")): lambda unit, a: unit.identities.link(
        Login(a.identity_pool.id, "provider", "subject a", a.identity.id)
    ),
    ("server_keys", ("use",)): lambda unit, _: a_server_key(unit, "use a", "another"),
    ("issued_credentials", ("access_key",)): lambda unit, _: some_credentials(unit, "ASIAa"),
}

NEVER_TAKEN: dict[tuple[str, Columns], str] = {
    **{(table, ("id",)): "given by the database" for table in ("users", "groups", "password_history")},
    ("auth_events", ("number",)): "given by the database",
    ("history", ("number",)): "given by the database",
    ("token_families", ("session",)): "drawn at random",
    ("metadata_documents", ("url",)): "a new one replaces the old",
    ("stand_in_records", ("kind", "key")): "a new one replaces the old",
    ("seeded_entries", ("kind", "scope", "key")): "a new one replaces the old",
    ("server_settings", ("kind", "name")): "a new one replaces the old",
    ("branding_assets", ("branding_id", "number")): "new ones replace the old",
    ("codes", ("user_id", "purpose")): "a new one replaces the old",
    ("key_checks", ("id",)): "made where there is none, in one transaction",
    ("software_tokens", ("user_id",)): "a new one replaces the old",
    ("attempts", ("user_id", "kind")): "a new one replaces the old",
    ("stand_in_attempts", ("id",)): "given by the database",
    ("stand_in_attempts", ("pool_id", "name", "kind")): "a new one replaces the old",
    ("user_counts", ("pool_id",)): "more are added",
    ("group_members", ("group_id", "user_id")): "joining twice changes nothing",
    ("claims", ("name",)): "who comes second does not get it, or takes over what has run out",
    ("messages", ("number",)): "given by the database, or a digest of what was drawn at random",
    ("events", ("number",)): "given by the database",
    ("rate_buckets", ("name",)): "a new one replaces the old",
    ("server_state", ("id",)): "made where there is none",
}


def test_every_unique_constraint_is_listed_here() -> None:
    declared = set()
    for table in all_tables():
        uniques = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
        indexes = [index for index in table.indexes if index.unique]
        declared |= {(table.name, tuple(column.name for column in unique.columns)) for unique in uniques}
        declared |= {(table.name, tuple(column.name for column in index.columns)) for index in indexes}
    assert declared == TAKEN.keys() | NEVER_TAKEN.keys()


@pytest.mark.parametrize("constraint", TAKEN, ids=lambda each: f"{each[0]}({','.join(each[1])})")
def test_what_is_taken_is_refused_by_name_and_nothing_changes(store: Store, constraint: tuple[str, Columns]) -> None:
    with store.unit(writes=True) as unit:
        filled = fill(unit)
        before = census(unit)
    with pytest.raises(UniqueViolation) as refused, store.unit(writes=True) as unit:
        TAKEN[constraint](unit, filled)
    assert (refused.value.table, refused.value.columns) == constraint
    with store.unit(writes=False) as unit:
        assert census(unit) == before


def test_a_unit_goes_on_after_something_was_taken(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        a_user(unit, pool, "ana")
        with pytest.raises(UniqueViolation):
            a_user(unit, pool, "ana", sub="another")
        a_user(unit, pool, "bob")
    with store.unit(writes=False) as unit:
        assert [user.username for user in unit.users.page(pool.id, 10, None).items] == ["ana", "bob"]


def test_what_refers_to_nothing_is_gone_and_not_taken(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        unit.pools.delete(pool)
    with pytest.raises(StaleRead) as refused, store.unit(writes=True) as unit:
        a_user(unit, pool)
    assert isinstance(refused.value.__cause__, IntegrityError)
    with store.unit(writes=False) as unit:
        assert census(unit) == {}


def test_a_filled_database_has_a_row_in_every_table(unit: Unit) -> None:
    fill(unit)
    assert census(unit) == {table.name: 1 for table in TABLES}


def test_a_deleted_pool_takes_all_that_is_in_it_and_nothing_else(unit: Unit) -> None:
    filled = fill(unit)
    other = fill(unit, "b")
    unit.pools.delete(filled.pool)
    unit.identity_pools.delete(filled.identity_pool)
    assert census(unit) == {table.name: 1 for table in TABLES} | dict.fromkeys(OF_NO_POOL, 2)
    assert unit.users.get(other.user.id) == other.user
    assert unit.identities.get(other.identity.id) == other.identity


def test_a_deleted_client_takes_its_secrets_and_what_it_was_given(unit: Unit) -> None:
    filled = fill(unit)
    unit.clients.delete(filled.client)
    gone = {table.name for table in TABLES} - census(unit).keys()
    assert gone == {
        *("user_pool_clients", "client_secrets", "published_secrets", "sign_ins", "token_families", "refresh_tokens"),
        *("brandings", "branding_assets", "ui_customizations", "terms", "authorization_codes", "federated_sign_ins"),
    }


def test_a_deleted_client_leaves_its_cimd_policies_without_a_client(unit: Unit) -> None:
    filled = fill(unit)
    policy = a_policy_of(unit, filled)
    assert policy.client_id == filled.client.id
    unit.clients.delete(filled.client)
    assert unit.cimd_policies.get(policy.id) == replace(policy, client_id=None)
    assert len(unit.client_metadata_urls.page(policy.id, 2, None).items) == 1


def test_a_deleted_cimd_policy_takes_its_urls_alone(unit: Unit) -> None:
    filled = fill(unit)
    unit.cimd_policies.delete(a_policy_of(unit, filled))
    assert {table.name for table in TABLES} - census(unit).keys() == {"cimd_policies", "client_metadata_urls"}


def test_a_deleted_user_takes_everything_that_is_theirs(unit: Unit) -> None:
    filled = fill(unit)
    unit.users.delete(filled.user)
    assert {table.name for table in TABLES} - census(unit).keys() == {
        "users",
        "user_aliases",
        "password_history",
        "codes",
        "attempts",
        "group_members",
        "sign_ins",
        "software_tokens",
        "devices",
        "passkeys",
        "token_families",
        "refresh_tokens",
        "authorization_codes",
        "browser_sessions",
        "user_links",
        "auth_events",
    }


def test_a_deleted_provider_takes_its_identifiers_and_the_sign_ins_there(unit: Unit) -> None:
    provider = unit.providers.named(fill(unit).pool.id, "Corp")
    assert provider is not None
    assert unit.providers.with_identifier(provider.pool_id, "corp.example") == provider
    assert unit.providers.delete(provider)
    gone = {table.name for table in TABLES} - census(unit).keys()
    assert gone == {"identity_providers", "provider_identifiers", "federated_sign_ins"}
    assert not unit.providers.delete(provider)


def test_a_deleted_user_leaves_what_is_not_theirs(unit: Unit) -> None:
    filled = fill(unit)
    bob = a_user(unit, filled.pool, "bob")
    unit.groups.add_member(filled.group, bob)
    unit.codes.put(a_code(bob))
    unit.codes.put_attempts(some_attempts(bob))
    unit.users.delete(filled.user)
    assert unit.users.page_in(filled.group, 10, None).items == [bob]
    assert unit.codes.get(bob.id, "SIGN_UP") == a_code(bob)
    assert unit.codes.attempts(bob.id, "password") == some_attempts(bob)


def test_a_deleted_group_takes_its_memberships_alone(unit: Unit) -> None:
    unit.groups.delete(fill(unit).group)
    assert {table.name for table in TABLES} - census(unit).keys() == {"groups", "group_members"}


def test_an_emptied_pool_loses_what_its_users_had(unit: Unit) -> None:
    filled = fill(unit)
    unit.pool_contents.delete(filled.pool)
    gone = {table.name for table in TABLES} - census(unit).keys()
    assert {"users", "groups", "user_links", "auth_events", "token_families", "devices"} <= gone
    assert {"federated_sign_ins", "used_assertions"} <= gone
    left = {"user_pools", "user_pool_clients", "client_secrets", "published_secrets", "pool_keys", "domains"}
    left |= {"identity_providers"}
    assert left <= census(unit).keys()


def test_forgetting_everything_leaves_no_row(unit: Unit) -> None:
    fill(unit)
    fill(unit, "b")
    unit.delete_everything()
    assert census(unit) == {}
    fill(unit)
    assert census(unit) == {table.name: 1 for table in TABLES}
