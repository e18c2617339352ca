"""The database, and units of work on it.

The store begins transactions, not the driver (a recipe of SQLAlchemy's documentation). The transaction of a unit begins
at its first query, so an operation holds no lock before that.

SQLite is in WAL mode. Units that write begin with `BEGIN IMMEDIATE`, so that units that read and then write queue up
instead of failing half-way. On PostgreSQL they run side by side, and lock the rows that they read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.exc import IntegrityError

from keys.vault import Vault
from storage import database, failures, key_check, migrations
from storage.history.journal import Journal, Paused
from storage.prepared import Prepared, PreparedWrite, Result
from storage.repositories.auth_events import AuthEventRepository
from storage.repositories.brandings import BrandingRepository, TermsRepository, UICustomizationRepository
from storage.repositories.cimd_policies import CIMDPolicyRepository, ClientMetadataURLRepository
from storage.repositories.clients import ClientRepository
from storage.repositories.codes import CodeRepository
from storage.repositories.devices import DeviceRepository
from storage.repositories.domains import DomainRepository
from storage.repositories.groups import GroupRepository
from storage.repositories.history import HistoryRepository
from storage.repositories.identities import IdentityRepository
from storage.repositories.identity_pools import IdentityPoolRepository
from storage.repositories.import_blocks import ImportBlockRepository
from storage.repositories.import_jobs import ImportJobRepository
from storage.repositories.limits import ProvisionedLimitRepository
from storage.repositories.passkeys import PasskeyRepository
from storage.repositories.pool_keys import PoolKeyRepository
from storage.repositories.pools import PoolRepository
from storage.repositories.providers import LinkRepository, ProviderRepository
from storage.repositories.published_secrets import PublishedSecretRepository
from storage.repositories.recoveries import RecoveryRepository
from storage.repositories.replicas import ReplicaRepository
from storage.repositories.resource_servers import ResourceServerRepository
from storage.repositories.sign_ins import SignInRepository
from storage.repositories.software_tokens import SoftwareTokenRepository
from storage.repositories.stand_in_attempts import StandInAttemptRepository
from storage.repositories.tokens import TokenRepository
from storage.repositories.users import UserRepository
from storage.tables import key_checks, metadata
from storage.uploads import UploadsInDatabase, UploadsInFiles
from storage.violations import StaleRead, UniqueViolation

__all__ = ["Paused", "StaleRead", "Store", "UniqueViolation", "Unit"]


class Store:
    """A database with the files of import jobs, its engine and its vault.

    Thread-safe: each unit of work has its own connection.
    """

    while_released: Callable[[], None] | None = None
    """For tests: called just before a unit that released its connection takes another one."""

    def __init__(self, place: database.Place, vault: Vault) -> None:
        """Open (and create or migrate) the database at `place`. Raises `DatabaseUnusable`."""
        self.place = place
        self.vault = vault
        self.uploads: UploadsInFiles | UploadsInDatabase = (
            UploadsInFiles(place.with_name(f"{place.name}.imports"))
            if isinstance(place, Path)
            else UploadsInDatabase(self)
        )
        with failures.translated():
            self.database = database.opened(place)
            self.engine = self.database.engine
            try:
                migrations.upgrade(self.database)
                key_check.run(self.database, vault)
            except BaseException:
                self.close()
                raise

    @contextmanager
    def unit(self, *, writes: bool, configures: bool = True) -> Iterator[Unit]:
        """A unit of work: commits at the end of the context, rolls back on an exception.

        Without `configures`, the unit does not lock the rows of configuration that it reads, and may not change them.

        Raises `DatabaseUnusable` when the disk is full, the file was removed or is damaged, or the database server does
        not answer; `Contended` when the unit may be run again.
        """
        unit = Unit(self, writes, configures)
        with unit.open():
            yield unit

    def check(self) -> None:
        """Raise `DatabaseUnusable` when the database does not answer."""
        with failures.translated():
            self.database.check()

    def close(self) -> None:
        """Close all pooled connections."""
        self.database.close()


class Unit:
    """A unit of work, with a repository for each aggregate.

    `generation` is incremented whenever the connection is released: what was read before may have changed since.
    `now` is the time of the changes in the history. Whoever opens the unit sets it, or a `clock`, since storage reads
    none of its own: with a clock, each transaction that writes has the time at which it got the write lock, so that the
    times of changes are in the order of their numbers, however long a call was without a connection.
    `repeatable` says that the unit has done nothing yet that must not be done twice.
    """

    now = 0.0
    clock: Callable[[], float] | None = None

    pools = cached_property(PoolRepository)
    clients = cached_property(ClientRepository)
    published_secrets = cached_property(PublishedSecretRepository)
    cimd_policies = cached_property(CIMDPolicyRepository)
    client_metadata_urls = cached_property(ClientMetadataURLRepository)
    pool_keys = cached_property(PoolKeyRepository)
    providers = cached_property(ProviderRepository)
    resource_servers = cached_property(ResourceServerRepository)
    domains = cached_property(DomainRepository)
    replicas = cached_property(ReplicaRepository)
    brandings = cached_property(BrandingRepository)
    ui_customizations = cached_property(UICustomizationRepository)
    terms = cached_property(TermsRepository)
    users = cached_property(UserRepository)
    links = cached_property(LinkRepository)
    groups = cached_property(GroupRepository)
    codes = cached_property(CodeRepository)
    stand_in_attempts = cached_property(StandInAttemptRepository)
    sign_ins = cached_property(SignInRepository)
    software_tokens = cached_property(SoftwareTokenRepository)
    devices = cached_property(DeviceRepository)
    passkeys = cached_property(PasskeyRepository)
    tokens = cached_property(TokenRepository)
    auth_events = cached_property(AuthEventRepository)
    import_jobs = cached_property(ImportJobRepository)
    import_blocks = cached_property(ImportBlockRepository)
    history = cached_property(HistoryRepository)
    journal = cached_property(Journal)
    recoveries = cached_property(RecoveryRepository)
    provisioned_limits = cached_property(ProvisionedLimitRepository)
    identity_pools = cached_property(IdentityPoolRepository)
    identities = cached_property(IdentityRepository)

    def __init__(self, store: Store, writes: bool, configures: bool = True) -> None:
        self.store = store
        self.writes = writes
        self.configures = configures
        self.written = False
        self.generation = 0
        self.repeatable = True
        self._late: list[tuple[Executable | PreparedWrite, Any]] = []
        self._held: set[tuple[object, ...]] = set()
        self._open: tuple[Any, Connection] | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """Commit at the end of the context, roll back on an exception. Raises what `Store.unit` raises."""
        with failures.translated():
            try:
                yield
                self.commit()
            finally:
                self.close()

    def read(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a query, and return its rows."""
        return self._connection().execute(statement, parameters)

    def rows(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run a query that is built and compiled once, and return its rows."""
        return query.rows(self._connection(), parameters)

    def write(self, statement: Executable | PreparedWrite, parameters: Any = None) -> Result:
        """Run an INSERT, UPDATE or DELETE. Raises `UniqueViolation` and `StaleRead` when a constraint fails."""
        if not self.writes:
            raise RuntimeError("a unit that reads was asked to write")
        connection = self._connection()
        self.written = True
        try:
            return self.store.database.write(connection, statement, parameters)
        except IntegrityError as error:
            if self.store.database.is_foreign_key(error):
                raise StaleRead from error
            key = self.store.database.unique_key(error)
            if key is None:
                raise
            raise UniqueViolation(*key) from error

    def write_late(self, statement: Executable | PreparedWrite, parameters: Any = None) -> None:
        """Run a statement that changes what many units change, such as a counter.

        Where units run side by side, it runs just before the commit, so that others wait briefly for the row lock.
        """
        if self.store.database.is_serial:
            self.write(statement, parameters)
        else:
            self._late.append((statement, parameters))

    def insert(self, table: Table) -> Any:
        """An INSERT with the `on_conflict_do_…` methods, in the dialect of this database."""
        return self.store.database.insert(table)

    def lock(self, *name: object) -> None:
        """In a unit that writes, wait until no other such unit holds this name, and hold it until the end of the unit.

        For rules over several rows, which neither a row lock nor a constraint protects. Does nothing with SQLite, where
        units that write run one after the other.
        """
        if self.writes and name not in self._held:
            self.store.database.lock(self._connection(), *name)
            self._held.add(name)

    @contextmanager
    def released(self, *, acts: bool = False) -> Iterator[None]:
        """Release the connection during something slow (a hash, a call to another server).

        What was read before may be out of date afterwards: the next query begins a new transaction. `acts` says that
        it must not be done twice, such as calling a function. Raises `RuntimeError` when the unit has written already,
        since half of the unit would be committed.
        """
        if self.written:
            raise RuntimeError("a unit was to be released after it had written")
        self.repeatable = self.repeatable and not acts
        self.close()
        yield

    def commit(self) -> None:
        """Commit, and return the connection to the pool."""
        if self._open and self.written:
            self.write_pending()
            self.store.database.commit(self._open[1])
            self.repeatable = False
        self.written = False
        self.close()

    def close(self) -> None:
        """Roll back what was not committed, and return the connection to the pool.

        The unit can be used again: the next query begins a new transaction.
        """
        if self._open:
            context, self._open = self._open[0], None
            self.generation += 1
            context.__exit__(None, None, None)
        self.__dict__.pop("journal", None)  # what a transaction has recorded, the next one may have to record again
        self.written = False
        self._late.clear()
        self._held.clear()

    def delete_everything(self) -> None:
        """Delete all rows of all tables, except for the check of the data key."""
        for table in reversed(metadata.sorted_tables):
            if table is not key_checks:
                self.write(table.delete())

    def write_pending(self) -> None:
        """Run the statements of `write_late` now, since the unit reads what they change."""
        statements, self._late = self._late, []
        for statement, parameters in statements:
            self.write(statement, parameters)

    def _connection(self) -> Connection:
        if self._open is None:
            if self.generation and self.store.while_released:
                self.store.while_released()
            context = self.store.database.transaction(self.writes)
            self._open = (context, context.__enter__())
            if self.writes and self.clock:
                self.now = self.clock()
        return self._open[1]
