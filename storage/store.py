"""The database, and units of work on it.

The store begins transactions, not the driver (a recipe of SQLAlchemy's documentation). The transaction of a unit begins
at its first query, so an operation holds no lock before that.

SQLite is in WAL mode. Units that write begin with `BEGIN IMMEDIATE`, so that units that read and then write queue up
instead of failing half-way. On PostgreSQL they run side by side, and lock the rows that they read one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from keys.vault import Vault
from storage import database, failures, key_check, migrations
from storage.records.shared import ServerState
from storage.remembered.alone import Alone
from storage.remembered.shared import Shared
from storage.unit import Unit
from storage.uploads import UploadsInDatabase, UploadsInFiles


class Store:
    """A database with the files of import jobs, its engine and its vault.

    Thread-safe: each unit of work has its own connection.
    """

    while_released: Callable[[], None] | None = None
    """For tests: called just before a unit that released its connection takes another one."""
    on_state: Callable[[Unit, ServerState], None] | None = None
    """Gets the row of `server_state` at the beginning of each transaction, unless its unit goes by the last one.

    The transaction then begins when the unit is opened.
    """

    def __init__(self, place: database.Place, vault: Vault, *, several: bool = False, durable: bool = True) -> None:
        """Open (and create or migrate) the database at `place`. Raises `DatabaseUnusable`.

        With `several` processes on SQLite, their writers queue up. Without, no other process may write. A database that
        need not outlive the machine is not `durable`.
        """
        self.place = place
        self.vault = vault
        self.uploads: UploadsInFiles | UploadsInDatabase = (
            UploadsInFiles(place.with_name(f"{place.name}.imports"))
            if isinstance(place, Path)
            else UploadsInDatabase(self)
        )
        self.remembered: Alone | Shared = Alone() if isinstance(place, Path) and not several else Shared()
        """The records of configuration that units take from each other."""
        with failures.translated():
            self.database = database.opened(place, several=several, durable=durable)
            self.engine = self.database.engine
            try:
                self.is_new = migrations.upgrade(self.database)
                """Whether this has made the tables."""
                key_check.run(self.database, vault, is_new=self.is_new)
            except BaseException:
                self.close()
                raise

    def unit(self, *, writes: bool, configures: bool = True) -> Unit:
        """A unit of work, to be used as a context: commits at its end, rolls back on an exception.

        Without `configures`, the unit does not lock the rows of configuration that it reads, and may not change them.

        Raises `DatabaseUnusable` when the disk is full, the file was removed or is damaged, or the database server does
        not answer; `Contended` when the unit may be run again.
        """
        return Unit(self, writes, configures)

    def check(self) -> None:
        """Raise `DatabaseUnusable` when the database does not answer."""
        with failures.translated():
            self.database.check()

    def close(self) -> None:
        """Close all pooled connections."""
        self.database.close()
