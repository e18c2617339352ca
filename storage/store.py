"""The database, and units of work on it.

SQLite in WAL mode. The store begins transactions, not the driver (a recipe of SQLAlchemy's documentation). Units that
write begin with `BEGIN IMMEDIATE`, so that units that read and then write queue up instead of failing half-way.
The transaction of a unit begins at its first query, so an operation holds no lock before that.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import sqlite as dialect
from sqlalchemy.exc import IntegrityError

from keys.vault import Vault
from storage import failures, key_check, migrations, sqlite
from storage.history.journal import Journal, Paused
from storage.prepared import Prepared
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
from storage.uploads import Uploads

__all__ = ["Paused", "StaleRead", "Store", "UniqueViolation", "Unit"]


class UniqueViolation(Exception):
    """A unique constraint failed: a row with that key exists already. `table` and `columns` name the constraint."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        super().__init__(f"{table}({', '.join(columns)})")
        self.table = table
        self.columns = columns


class StaleRead(Exception):
    """What the unit of work has read was changed or deleted by another one meanwhile, so the call has to run again.

    Raised where a foreign key constraint fails, and by rules that compare what they write with what they have read.
    """


class Store:
    """A database file with the uploads beside it, its engine and its vault.

    Thread-safe: each unit of work has its own connection.
    """

    while_released: Callable[[], None] | None = None
    """For tests: called just before a unit that released its connection takes another one."""

    def __init__(self, path: Path, vault: Vault) -> None:
        """Open (and create or migrate) the SQLite database at `path`. Raises `DatabaseUnusable`."""
        self.vault = vault
        self.uploads = Uploads(path.with_name(f"{path.name}.imports"))
        self._writing = threading.Lock()
        with failures.translated():
            self.engine = sqlite.engine_for(path)
            try:
                migrations.upgrade(self.engine)
                key_check.run(self.engine, vault)
            except BaseException:
                self.close()
                raise

    @contextmanager
    def unit(self, *, writes: bool) -> Iterator[Unit]:
        """A unit of work: commits at the end of the context, rolls back on an exception.

        Raises `DatabaseUnusable` when the disk is full, or the file was removed or is damaged.
        """
        unit = Unit(self, writes)
        with failures.translated():
            try:
                yield unit
                unit.commit()
            finally:
                unit.close()

    @contextmanager
    def transaction(self, writes: bool) -> Iterator[Connection]:
        """A connection in a transaction, rolled back unless committed. Writers of this process queue here."""
        if not writes:
            with self.engine.connect() as connection:
                yield connection
            return
        with self._writing, self.engine.connect() as connection:
            yield connection.execution_options(writes=True)

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


class Unit:
    """A unit of work, with a repository for each aggregate.

    `generation` is incremented whenever the connection is released: what was read before may have changed since.
    `now` is the time of the changes in the history. Whoever opens the unit sets it, or a `clock`, since storage reads
    none of its own: with a clock, each transaction that writes has the time at which it got the write lock, so that the
    times of changes are in the order of their numbers, however long a call was without a connection.
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
    history = cached_property(HistoryRepository)
    journal = cached_property(Journal)
    recoveries = cached_property(RecoveryRepository)
    provisioned_limits = cached_property(ProvisionedLimitRepository)
    identity_pools = cached_property(IdentityPoolRepository)
    identities = cached_property(IdentityRepository)

    def __init__(self, store: Store, writes: bool) -> None:
        self.store = store
        self.writes = writes
        self.written = False
        self.generation = 0
        self._open: tuple[Any, Connection] | None = None

    def read(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a query, and return its rows."""
        return self._connection().execute(statement, parameters)

    def rows(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run a query that is built and compiled once, and return its rows."""
        return query.rows(self._connection(), parameters)

    def write(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run an INSERT, UPDATE or DELETE. Raises `UniqueViolation` and `StaleRead` when a constraint fails."""
        if not self.writes:
            raise RuntimeError("a unit that reads was asked to write")
        connection = self._connection()
        self.written = True
        try:
            return connection.execute(statement, parameters)
        except IntegrityError as error:
            violation = _violation(error)
            if violation is None:
                raise
            raise violation from error

    def insert(self, table: Table) -> dialect.Insert:
        """An INSERT with the `on_conflict_do_…` methods, in the dialect of this database."""
        return dialect.insert(table)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Release the connection during something slow (a hash, a call to another server).

        What was read before may be out of date afterwards: the next query begins a new transaction. Raises
        `RuntimeError` when the unit has written already, since half of the unit would be committed.
        """
        if self.written:
            raise RuntimeError("a unit was to be released after it had written")
        self.close()
        yield

    def commit(self) -> None:
        """Commit, and return the connection to the pool."""
        if self._open and self.written:
            self._open[1].commit()
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

    def delete_everything(self) -> None:
        """Delete all rows of all tables, except for the check of the data key."""
        for table in reversed(metadata.sorted_tables):
            if table is not key_checks:
                self.write(table.delete())

    def _connection(self) -> Connection:
        if self._open is None:
            if self.generation and self.store.while_released:
                self.store.while_released()
            context = self.store.transaction(self.writes)
            self._open = (context, context.__enter__())
            if self.writes and self.clock:
                self.now = self.clock()
        return self._open[1]


def _violation(error: IntegrityError) -> UniqueViolation | StaleRead | None:
    """The exception for a failed unique or foreign key constraint. None for any other constraint, which is a bug."""
    if "FOREIGN KEY constraint failed" in str(error.orig):
        return StaleRead()
    found = re.search(r"UNIQUE constraint failed: (.+)$", str(error.orig))
    if not found:
        return None
    columns = [column.strip().split(".") for column in found[1].split(",")]
    return UniqueViolation(columns[0][0], tuple(column[-1] for column in columns))
