"""The repositories of a unit of work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Self, TypeVar, overload

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
from storage.repositories.shared import EventRepository, MessageRepository, RateBucketRepository, ServerStateRepository
from storage.repositories.sign_ins import SignInRepository
from storage.repositories.software_tokens import SoftwareTokenRepository
from storage.repositories.stand_in import StandInRepository
from storage.repositories.stand_in_attempts import StandInAttemptRepository
from storage.repositories.tokens import TokenRepository
from storage.repositories.users import UserRepository

if TYPE_CHECKING:
    from storage.unit import Unit

R = TypeVar("R")


class _Made(Generic[R]):
    """An attribute that is made of its unit at its first use: `cached_property` without its lock, which costs 1 µs.

    A unit belongs to one thread.
    """

    def __init__(self, make: Callable[[Unit], R]) -> None:
        self._make = make

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, unit: None, owner: type) -> Self: ...

    @overload
    def __get__(self, unit: Repositories, owner: type) -> R: ...

    def __get__(self, unit: Repositories | None, owner: type) -> Self | R:
        if unit is None:
            return self
        made = unit.__dict__[self._name] = self._make(unit)  # type: ignore[arg-type]
        return made


class Repositories:
    """A repository for each aggregate, and the journal, each made when it is first used. `Unit` is its one subclass."""

    pools = _Made(PoolRepository)
    clients = _Made(ClientRepository)
    published_secrets = _Made(PublishedSecretRepository)
    cimd_policies = _Made(CIMDPolicyRepository)
    client_metadata_urls = _Made(ClientMetadataURLRepository)
    pool_keys = _Made(PoolKeyRepository)
    providers = _Made(ProviderRepository)
    resource_servers = _Made(ResourceServerRepository)
    domains = _Made(DomainRepository)
    replicas = _Made(ReplicaRepository)
    brandings = _Made(BrandingRepository)
    ui_customizations = _Made(UICustomizationRepository)
    terms = _Made(TermsRepository)
    users = _Made(UserRepository)
    belongings = _Made(BelongingRepository)
    links = _Made(LinkRepository)
    groups = _Made(GroupRepository)
    codes = _Made(CodeRepository)
    stand_in_attempts = _Made(StandInAttemptRepository)
    sign_ins = _Made(SignInRepository)
    software_tokens = _Made(SoftwareTokenRepository)
    devices = _Made(DeviceRepository)
    passkeys = _Made(PasskeyRepository)
    tokens = _Made(TokenRepository)
    authorization_codes = _Made(AuthorizationCodeRepository)
    browser_sessions = _Made(BrowserSessionRepository)
    federated_sign_ins = _Made(FederatedSignInRepository)
    used_assertions = _Made(UsedAssertionRepository)
    metadata_documents = _Made(MetadataDocumentRepository)
    stand_in = _Made(StandInRepository)
    auth_events = _Made(AuthEventRepository)
    import_jobs = _Made(ImportJobRepository)
    import_blocks = _Made(ImportBlockRepository)
    claims = _Made(ClaimRepository)
    history = _Made(HistoryRepository)
    journal = _Made(Journal)
    recoveries = _Made(RecoveryRepository)
    provisioned_limits = _Made(ProvisionedLimitRepository)
    identity_pools = _Made(IdentityPoolRepository)
    identities = _Made(IdentityRepository)
    issued_credentials = _Made(IssuedCredentialsRepository)
    server_keys = _Made(ServerKeyRepository)
    seeded_entries = _Made(SeededEntryRepository)
    server_settings = _Made(ServerSettingRepository)
    messages = _Made(MessageRepository)
    events = _Made(EventRepository)
    rate_buckets = _Made(RateBucketRepository)
    server_state = _Made(ServerStateRepository)
