"""Checks that the data key fits the database, by a known text that was encrypted at the first start."""

from __future__ import annotations

from sqlalchemy import Connection, LargeBinary, String, column, inspect, select, table

from keys.vault import Tampered, Vault
from storage import database, failures
from storage.database import Database
from storage.failures import DatabaseUnusable
from storage.server import Server
from storage.tables.key_checks import key_checks

_TEXT = b"the key of this database"
_CONTEXT = "key check"


def run(opened: Database, vault: Vault, *, is_new: bool = False) -> None:
    """Raise `DatabaseUnusable` when the vault's key is not the one that the database was written with.

    A database that has no check yet gets one. One that `is_new` has nothing that was written without a check.
    """
    with opened.transaction(False) as connection:
        sealed = connection.execute(select(key_checks.c.sealed)).scalar()
    if sealed is not None:
        _open(vault, sealed, _CONTEXT)
        return
    with opened.exclusively() as connection:
        sealed = connection.execute(select(key_checks.c.sealed)).scalar()
        if sealed is not None:  # another process was first
            _open(vault, sealed, _CONTEXT)
            return
        # A database from before checks existed: decrypt another encrypted value instead.
        for name, context in () if is_new else (("pool_keys", "kid"), ("client_secrets", "id")):
            query = select(column(context, String), column("sealed", LargeBinary)).select_from(table(name))
            oldest = connection.execute(query.order_by(column("created")).limit(1)).first()
            if oldest:
                _open(vault, oldest[1], oldest[0])
        connection.execute(key_checks.insert(), {"id": 1, "sealed": vault.seal(_TEXT, _CONTEXT)})
        connection.commit()


def fits(connection: Connection, vault: Vault) -> None:
    """Raise `DatabaseUnusable` when the vault's key is not the one of the database, or the database has no check."""
    sealed = connection.execute(select(key_checks.c.sealed)).scalar()
    if sealed is None:
        raise DatabaseUnusable("no server has been started on it")
    _open(vault, sealed, _CONTEXT)


def exists(server: Server) -> bool:
    """Whether the database was written with a data key. Raises `DatabaseUnusable`."""
    with failures.translated():
        opened = database.opened(server)
        try:
            with opened.transaction(False) as connection:
                return inspect(connection).has_table(key_checks.name) and bool(
                    connection.execute(select(key_checks.c.sealed)).first()
                )
        finally:
            opened.close()


def _open(vault: Vault, sealed: bytes, context: str) -> None:
    try:
        vault.open(sealed, context)
    except Tampered:
        raise DatabaseUnusable("its key is another one: nothing in it can be read with this key") from None
