"""A scenario: calls every method of the repositories of a pool's configuration."""

from __future__ import annotations

from typing import Any

from storage.records.events import ImportBlock
from storage.records.pools import ClientMetadataURL, ProvisionedLimit
from storage.unit import Unit
from tests.storage.configuration import (
    NOON,
    a_branding,
    a_domain,
    a_link,
    a_metadata_url,
    a_policy,
    a_provider,
    a_published_secret,
    a_replica,
    a_resource_server,
    an_event,
    an_import_job,
    some_terms,
)
from tests.storage.rows import Filled, a_client


def reconfigure(unit: Unit, filled: Filled) -> None:
    """Call every method of these repositories."""
    _providers(unit, filled)
    _hosts(unit, filled)
    _looks(unit, filled)
    _metadata(unit, filled)
    _happenings(unit, filled)
    _publications(unit, filled)


def _providers(unit: Unit, filled: Filled) -> None:
    pool, user = filled.pool, filled.user
    provider = a_provider(unit, pool, "New", "new.example")
    unit.providers.named(pool.id, "New")
    unit.providers.with_identifier(pool.id, "new.example")
    unit.providers.identifiers(pool.id)
    unit.providers.of(pool.id)
    unit.providers.of_all_pools()
    unit.providers.set_identifiers(provider, ["newer.example"])
    unit.providers.count(pool.id)
    unit.providers.change(provider, settings={}, modified=NOON)
    twice(lambda token: unit.providers.page(pool.id, 1, token))
    unit.providers.delete(provider)
    link = a_link(unit, user, "new")
    unit.links.get(pool.id, link.provider, link.attribute, link.value)
    unit.links.of(user.id)
    unit.links.any_with_attribute(pool.id, link.provider, link.attribute)
    unit.links.change(link, settings={})
    unit.links.delete(link)


def _hosts(unit: Unit, filled: Filled) -> None:
    pool = filled.pool
    server = a_resource_server(unit, pool, "https://new")
    unit.resource_servers.with_identifier(pool.id, "https://new")
    unit.resource_servers.all(pool.id)
    unit.resource_servers.count(pool.id)
    unit.resource_servers.change(server, name="new")
    twice(lambda token: unit.resource_servers.page(pool.id, 1, token))
    unit.resource_servers.delete(server)
    domain = a_domain(unit, pool, "auth.example.com", custom=True)
    unit.domains.named(domain.name, domain.region)
    unit.domains.custom_named("prefix-a")
    unit.domains.in_any_region(domain.name)
    unit.domains.of(pool.id)
    unit.domains.count_custom(domain.region)
    unit.domains.change(domain, settings={})
    unit.domains.delete(domain)
    replica = a_replica(unit, pool, "ap-south-1")
    unit.replicas.get(pool.id, "ap-south-1")
    unit.replicas.of(pool.id)
    unit.replicas.of_pools([pool.id, "us-east-1_new"])
    unit.replicas.change(replica, status="INACTIVE")
    twice(lambda token: unit.replicas.page(pool.id, 1, token))
    unit.replicas.delete(replica)
    limit = ProvisionedLimit("us-east-1", "UserRead", 130)
    unit.provisioned_limits.put(limit)
    unit.provisioned_limits.all()
    unit.provisioned_limits.get("us-east-1", "UserRead")
    unit.provisioned_limits.change(limit, value=140)
    unit.provisioned_limits.delete(limit)
    unit.provisioned_limits.add(limit)


def _looks(unit: Unit, filled: Filled) -> None:
    pool, client = filled.pool, a_client(unit, filled.pool, "looks")
    branding = a_branding(unit, client, "new")
    unit.brandings.get("new")
    unit.brandings.of_client(client.id)
    unit.brandings.count(pool.id)
    unit.brandings.change(branding, settings={})
    unit.brandings.assets(branding)
    unit.brandings.asset_list(branding)
    unit.brandings.asset(branding.id, 0)
    unit.brandings.put_assets(branding, [])
    unit.brandings.delete(branding)
    looks = unit.ui_customizations.get(filled.client.id)
    assert looks is not None
    unit.ui_customizations.change(looks, css=None)
    unit.ui_customizations.delete(looks)
    unit.ui_customizations.add(looks)
    terms = some_terms(unit, client, "new")
    unit.terms.get("new")
    unit.terms.named(client.id, "terms-of-use")
    unit.terms.change(terms, settings={})
    twice(lambda token: unit.terms.page(pool.id, 1, token))
    unit.terms.delete(terms)


def _metadata(unit: Unit, filled: Filled) -> None:
    pool = filled.pool
    policy = a_policy(unit, pool, filled.client, "new")
    unit.cimd_policies.get("new")
    unit.cimd_policies.count(pool.id)
    unit.cimd_policies.of(pool.id)
    unit.cimd_policies.of_all_pools()
    unit.client_metadata_urls.receive(ClientMetadataURL(policy.id, "https://new.example.com/client.json"))
    unit.client_metadata_urls.count(policy.id)
    unit.cimd_policies.change(policy, name="new")
    twice(lambda token: unit.cimd_policies.page(pool.id, 1, token))
    received = a_metadata_url(unit, policy, "https://app.example/1")
    a_metadata_url(unit, policy, "https://app.example/2")
    unit.client_metadata_urls.get(policy.id, received.url)
    unit.client_metadata_urls.change(received, document={"client_id": received.url}, cached=NOON, expires=NOON)
    twice(lambda token: unit.client_metadata_urls.page(policy.id, 1, token))
    unit.client_metadata_urls.delete(received)
    unit.cimd_policies.delete(policy)


def _happenings(unit: Unit, filled: Filled) -> None:
    pool, user = filled.pool, filled.user
    an_event(unit, user, "new")
    event = unit.auth_events.get(user.id, "new")
    assert event is not None
    twice(lambda token: unit.auth_events.page(user.id, 1, token))
    unit.auth_events.change(event, settings={})
    unit.auth_events.delete(event)
    unit.auth_events.sweep(NOON - 1, 10)
    job = an_import_job(unit, pool, "import-new")
    unit.import_jobs.get("import-new")
    unit.import_jobs.with_status("Pending", "InProgress")
    unit.import_jobs.count(pool.id)
    unit.import_jobs.change(job, status="Pending")
    twice(lambda token: unit.import_jobs.page(pool.id, 1, token))
    unit.import_blocks.add(ImportBlock(job.id, "csv", 0, b"email"))
    unit.import_blocks.get(job.id, "csv", 0)
    unit.import_blocks.numbers(job.id, "csv")
    unit.import_blocks.delete_file(job.id, "csv")
    unit.claims.take("sweep", "holder", 8)
    unit.claims.renew("sweep", "holder", 8)
    unit.claims.is_taken("sweep")
    unit.claims.release("sweep", "holder")
    unit.import_jobs.delete(job)
    unit.import_jobs.delete_all(pool.id)


def _publications(unit: Unit, filled: Filled) -> None:
    client = a_client(unit, filled.pool, "publishing")
    published = a_published_secret(unit, client)
    unit.published_secrets.of(client.id)
    unit.published_secrets.of_pool(filled.pool.id)
    unit.published_secrets.all()
    unit.published_secrets.rotated_until(NOON, 1, unit.published_secrets.rotated_until(NOON, 1)[0])
    unit.published_secrets.set_back(NOON)
    unit.published_secrets.change(published, pending="secret")
    unit.published_secrets.delete(published)


def twice(read: Any) -> None:
    """Read the first page, and the next page if there is one."""
    page = read(None)
    if page.token:
        read(page.token)
