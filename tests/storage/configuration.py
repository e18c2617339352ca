"""Builders of rows of a pool's configuration, and of its users' events."""

from __future__ import annotations

from storage.records.brandings import Asset, Branding, Terms, UICustomization
from storage.records.events import AuthEvent, ImportBlock, ImportJob
from storage.records.pools import (
    CIMDPolicy,
    Client,
    ClientMetadataURL,
    Domain,
    Pool,
    ProvisionedLimit,
    PublishedSecret,
    Replica,
    ResourceServer,
)
from storage.records.providers import IdentityProvider, Link
from storage.records.recoveries import Recovery
from storage.records.users import User
from storage.unit import Unit

NOON = 1_800_000_000.123


def a_provider(unit: Unit, pool: Pool, name: str = "Corp", identifier: str = "corp.example") -> IdentityProvider:
    provider = unit.providers.add(IdentityProvider(pool.id, name, {"ProviderType": "OIDC"}, NOON, NOON))
    unit.providers.set_identifiers(provider, [identifier])
    return provider


def a_resource_server(unit: Unit, pool: Pool, identifier: str = "https://api") -> ResourceServer:
    return unit.resource_servers.add(
        ResourceServer(pool.id, identifier, "api", [{"ScopeName": "read", "ScopeDescription": "Reading"}])
    )


def a_domain(unit: Unit, pool: Pool, name: str = "prefix", *, custom: bool = False) -> Domain:
    return unit.domains.add(Domain(name, pool.region, pool.id, custom, {"ManagedLoginVersion": 2}, NOON, NOON))


def a_replica(unit: Unit, pool: Pool, region: str = "eu-west-1") -> Replica:
    return unit.replicas.add(Replica(pool.id, region, "ACTIVE", {}, NOON, NOON))


def a_branding(unit: Unit, client: Client, id: str = "branding") -> Branding:
    branding = unit.brandings.add(Branding(id, client.pool_id, client.id, {"Settings": {}}, NOON, NOON))
    unit.brandings.put_assets(branding, [Asset(id, 0, {"Category": "FORM_LOGO"}, b"png")])
    return branding


def a_ui_customization(unit: Unit, client: Client) -> UICustomization:
    looks = UICustomization(client.id, client.pool_id, client.id, ".logo-customizable {}", b"png", "1", NOON, NOON)
    return unit.ui_customizations.add(looks)


def some_terms(unit: Unit, client: Client, id: str = "terms", name: str = "terms-of-use") -> Terms:
    return unit.terms.add(Terms(id, client.pool_id, client.id, name, {"Enforcement": "NONE"}, NOON, NOON))


def a_link(unit: Unit, user: User, value: str = "1156") -> Link:
    return unit.links.add(Link(user.pool_id, "Corp", "Cognito_Subject", value, user.id, {"primary": False}, NOON))


def an_event(unit: Unit, user: User, id: str = "event") -> AuthEvent:
    return unit.auth_events.add(AuthEvent(0, id, user.pool_id, user.id, {"EventType": "SignIn"}, NOON))


def a_recovery(unit: Unit, pool: Pool, id: str = "recovery") -> Recovery:
    return unit.recoveries.add(Recovery(id, pool.id, "PREVIEW_GENERATED", NOON, NOON, 1))


def an_import_job(unit: Unit, pool: Pool, id: str = "import-1") -> ImportJob:
    return unit.import_jobs.add(ImportJob(id, pool.id, "Created", {"JobName": "job"}, NOON))


def a_limit(unit: Unit, region: str = "us-east-1", category: str = "UserCreation") -> ProvisionedLimit:
    return unit.provisioned_limits.add(ProvisionedLimit(region, category, 50))


def a_policy(unit: Unit, pool: Pool, client: Client, id: str = "policy") -> CIMDPolicy:
    return unit.cimd_policies.add(CIMDPolicy(id, pool.id, client.id, "tools", ["https://*"], 86_400, NOON, NOON))


def a_metadata_url(unit: Unit, policy: CIMDPolicy, url: str = "https://app.example/client.json") -> ClientMetadataURL:
    return unit.client_metadata_urls.add(ClientMetadataURL(policy.id, url))


def a_published_secret(unit: Unit, client: Client, rotated: float = NOON) -> PublishedSecret:
    return unit.published_secrets.add(PublishedSecret(client.id, f"arn:{client.id}", rotated))


def configure(unit: Unit, pool: Pool, client: Client, user: User, mark: str) -> None:
    """Insert a row into each of these tables."""
    a_provider(unit, pool)
    a_resource_server(unit, pool)
    a_domain(unit, pool, f"prefix-{mark}")
    a_replica(unit, pool)
    a_branding(unit, client, f"branding {mark}")
    a_ui_customization(unit, client)
    some_terms(unit, client, f"terms {mark}")
    a_link(unit, user)
    an_event(unit, user)
    job = an_import_job(unit, pool, f"import-{mark}")
    unit.import_blocks.add(ImportBlock(job.id, "csv", 0, b"email"))
    unit.claims.take(f"import {job.id}", "holder", 8)
    a_limit(unit, category=f"UserCreation {mark}")
    a_published_secret(unit, client)
    policy = a_policy(unit, pool, client, f"policy-{mark}")
    a_metadata_url(unit, policy)
