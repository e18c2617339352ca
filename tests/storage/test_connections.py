"""How many connections to PostgreSQL stay open."""

from __future__ import annotations

from storage.postgresql.database import PostgreSQL
from storage.store import Store
from tests.conftest import VAULT
from tests.postgresql.server import PostgreSQLServer
from tests.storage.test_postgresql import connections, until


def test_a_process_that_is_to_keep_no_connection_keeps_one_while_it_uses_one(
    postgresql: PostgreSQLServer, postgresql_template: str
) -> None:
    server = postgresql.server(postgresql.create(postgresql_template), connections=4, resting=0)
    store = Store(server, VAULT)
    database = store.database
    assert isinstance(database, PostgreSQL)
    database.trimmer.stop()
    with store.unit(writes=False) as one, store.unit(writes=False) as other:
        assert one.pools.get("x") is other.pools.get("x") is None
    database.trimmer.trim()  # two were in use
    assert connections(postgresql, store) == 2
    store.check()
    database.trimmer.trim()
    until(lambda: connections(postgresql, store) == 1)
    database.trimmer.trim()
    database.trimmer.trim()
    until(lambda: connections(postgresql, store) == 0)
    store.check()
    store.close()
