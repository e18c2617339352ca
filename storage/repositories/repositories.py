"""The repositories of a unit of work: a table of names, whose modules are imported when one is first asked for.

Most servers need a few of them, and all together take a twentieth of the start.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

if TYPE_CHECKING:
    from storage.history.journal import Journal
    from storage.repositories.auth_events import AuthEventRepository
    from storage.repositories.belongings import BelongingRepository
    from storage.repositories.brandings import BrandingRepository, TermsRepository, UICustomizationRepository
    from storage.repositories.cimd_policies import CIMDPolicyRepository, ClientMetadataURLRepository
    from storage.repositories.claims import ClaimRepository
    from storage.repositories.clients import ClientRepository
    from storage.repositories.codes import CodeRepository
    from storage.repositories.devices import DeviceRepository
    from storage.repositories.domains import DomainRepository
    from storage.repositories.federation import FederatedSignInRepository, UsedAssertionRepository
    from storage.repositories.groups import GroupRepository
    from storage.repositories.history import HistoryRepository
    from storage.repositories.identities import IdentityRepository
    from storage.repositories.identity_pools import IdentityPoolRepository
    from storage.repositories.import_blocks import ImportBlockRepository
    from storage.repositories.import_jobs import ImportJobRepository
    from storage.repositories.issued_credentials import IssuedCredentialsRepository
    from storage.repositories.limits import ProvisionedLimitRepository
    from storage.repositories.oauth import (
        AuthorizationCodeRepository,
        BrowserSessionRepository,
        MetadataDocumentRepository,
    )
    from storage.repositories.passkeys import PasskeyRepository
    from storage.repositories.pool_contents import PoolContentRepository
    from storage.repositories.pool_keys import PoolKeyRepository
    from storage.repositories.pools import PoolRepository
    from storage.repositories.providers import LinkRepository, ProviderRepository
    from storage.repositories.published_secrets import PublishedSecretRepository
    from storage.repositories.recoveries import RecoveryRepository
    from storage.repositories.replicas import ReplicaRepository
    from storage.repositories.resource_servers import ResourceServerRepository
    from storage.repositories.seeds import SeededEntryRepository
    from storage.repositories.server_keys import ServerKeyRepository
    from storage.repositories.server_settings import ServerSettingRepository
    from storage.repositories.shared import (
        EventRepository,
        MessageRepository,
        RateBucketRepository,
        ServerStateRepository,
    )
    from storage.repositories.sign_ins import SignInRepository
    from storage.repositories.software_tokens import SoftwareTokenRepository
    from storage.repositories.stand_in import StandInRepository
    from storage.repositories.stand_in_attempts import StandInAttemptRepository
    from storage.repositories.tokens import TokenRepository
    from storage.repositories.users import UserRepository

R = TypeVar("R")


class _Made(Generic[R]):
    """An attribute that is made of its unit at its first use: `cached_property` without its lock, which costs 1 µs.

    A unit belongs to one thread. `place` is where its class is: the module below `storage`, a colon, and the name.
    """

    def __init__(self, place: str) -> None:
        self.place = place

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, unit: None, owner: type) -> Self: ...

    @overload
    def __get__(self, unit: Repositories, owner: type) -> R: ...

    def __get__(self, unit: Repositories | None, owner: type) -> Self | R:
        if unit is None:
            return self
        made: R = _class(self.place)(unit)
        unit.__dict__[self._name] = made
        return made


@cache
def _class(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"storage.{module}"), name)


def load() -> None:
    """Import the modules of all repositories."""
    for each in vars(Repositories).values():
        if isinstance(each, _Made):
            _class(each.place)


class Repositories:
    """A repository for each aggregate, and the journal, each made when it is first used. `Unit` is its one subclass."""

    pools: _Made[PoolRepository] = _Made("repositories.pools:PoolRepository")
    pool_contents: _Made[PoolContentRepository] = _Made("repositories.pool_contents:PoolContentRepository")
    clients: _Made[ClientRepository] = _Made("repositories.clients:ClientRepository")
    published_secrets: _Made[PublishedSecretRepository] = _Made(
        "repositories.published_secrets:PublishedSecretRepository"
    )
    cimd_policies: _Made[CIMDPolicyRepository] = _Made("repositories.cimd_policies:CIMDPolicyRepository")
    client_metadata_urls: _Made[ClientMetadataURLRepository] = _Made(
        "repositories.cimd_policies:ClientMetadataURLRepository"
    )
    pool_keys: _Made[PoolKeyRepository] = _Made("repositories.pool_keys:PoolKeyRepository")
    providers: _Made[ProviderRepository] = _Made("repositories.providers:ProviderRepository")
    resource_servers: _Made[ResourceServerRepository] = _Made("repositories.resource_servers:ResourceServerRepository")
    domains: _Made[DomainRepository] = _Made("repositories.domains:DomainRepository")
    replicas: _Made[ReplicaRepository] = _Made("repositories.replicas:ReplicaRepository")
    brandings: _Made[BrandingRepository] = _Made("repositories.brandings:BrandingRepository")
    ui_customizations: _Made[UICustomizationRepository] = _Made("repositories.brandings:UICustomizationRepository")
    terms: _Made[TermsRepository] = _Made("repositories.brandings:TermsRepository")
    users: _Made[UserRepository] = _Made("repositories.users:UserRepository")
    belongings: _Made[BelongingRepository] = _Made("repositories.belongings:BelongingRepository")
    links: _Made[LinkRepository] = _Made("repositories.providers:LinkRepository")
    groups: _Made[GroupRepository] = _Made("repositories.groups:GroupRepository")
    codes: _Made[CodeRepository] = _Made("repositories.codes:CodeRepository")
    stand_in_attempts: _Made[StandInAttemptRepository] = _Made(
        "repositories.stand_in_attempts:StandInAttemptRepository"
    )
    sign_ins: _Made[SignInRepository] = _Made("repositories.sign_ins:SignInRepository")
    software_tokens: _Made[SoftwareTokenRepository] = _Made("repositories.software_tokens:SoftwareTokenRepository")
    devices: _Made[DeviceRepository] = _Made("repositories.devices:DeviceRepository")
    passkeys: _Made[PasskeyRepository] = _Made("repositories.passkeys:PasskeyRepository")
    tokens: _Made[TokenRepository] = _Made("repositories.tokens:TokenRepository")
    authorization_codes: _Made[AuthorizationCodeRepository] = _Made("repositories.oauth:AuthorizationCodeRepository")
    browser_sessions: _Made[BrowserSessionRepository] = _Made("repositories.oauth:BrowserSessionRepository")
    federated_sign_ins: _Made[FederatedSignInRepository] = _Made("repositories.federation:FederatedSignInRepository")
    used_assertions: _Made[UsedAssertionRepository] = _Made("repositories.federation:UsedAssertionRepository")
    metadata_documents: _Made[MetadataDocumentRepository] = _Made("repositories.oauth:MetadataDocumentRepository")
    stand_in: _Made[StandInRepository] = _Made("repositories.stand_in:StandInRepository")
    auth_events: _Made[AuthEventRepository] = _Made("repositories.auth_events:AuthEventRepository")
    import_jobs: _Made[ImportJobRepository] = _Made("repositories.import_jobs:ImportJobRepository")
    import_blocks: _Made[ImportBlockRepository] = _Made("repositories.import_blocks:ImportBlockRepository")
    claims: _Made[ClaimRepository] = _Made("repositories.claims:ClaimRepository")
    history: _Made[HistoryRepository] = _Made("repositories.history:HistoryRepository")
    journal: _Made[Journal] = _Made("history.journal:Journal")
    recoveries: _Made[RecoveryRepository] = _Made("repositories.recoveries:RecoveryRepository")
    provisioned_limits: _Made[ProvisionedLimitRepository] = _Made("repositories.limits:ProvisionedLimitRepository")
    identity_pools: _Made[IdentityPoolRepository] = _Made("repositories.identity_pools:IdentityPoolRepository")
    identities: _Made[IdentityRepository] = _Made("repositories.identities:IdentityRepository")
    issued_credentials: _Made[IssuedCredentialsRepository] = _Made(
        "repositories.issued_credentials:IssuedCredentialsRepository"
    )
    server_keys: _Made[ServerKeyRepository] = _Made("repositories.server_keys:ServerKeyRepository")
    seeded_entries: _Made[SeededEntryRepository] = _Made("repositories.seeds:SeededEntryRepository")
    server_settings: _Made[ServerSettingRepository] = _Made("repositories.server_settings:ServerSettingRepository")
    messages: _Made[MessageRepository] = _Made("repositories.shared:MessageRepository")
    events: _Made[EventRepository] = _Made("repositories.shared:EventRepository")
    rate_buckets: _Made[RateBucketRepository] = _Made("repositories.shared:RateBucketRepository")
    server_state: _Made[ServerStateRepository] = _Made("repositories.shared:ServerStateRepository")

    def forget_journal(self) -> None:
        """Have the journal begin anew: forget which pools have no history, and what was recorded so far."""
        self.__dict__.pop("journal", None)

    def announce_configuration(self) -> None:
        """Give the configuration another version, which tells all processes that share the database of a change."""
        self.server_state.announce_configuration()
