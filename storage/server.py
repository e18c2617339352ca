"""Where a PostgreSQL database is, and how its connections are used."""

from __future__ import annotations

from msgspec import Struct


class Server(Struct, frozen=True):
    """A database on a PostgreSQL server.

    `url` is SQLAlchemy's, `postgresql+psycopg://user:password@host:port/database?option=…`; `repr` leaves it out, since
    it may hold a password. `connections` is the largest number of connections, `resting` the number of those that stay
    open while nothing happens, `patience` how many seconds a statement may take.
    """

    url: str
    connections: int = 20
    patience: int = 10
    resting: int = 3

    def __repr__(self) -> str:
        """Without the URL."""
        return f"Server(connections={self.connections}, patience={self.patience}, resting={self.resting})"

    @property
    def limits(self) -> list[str]:
        """The parameters of PostgreSQL that end statements and transactions which take too long."""
        milliseconds = 1000 * self.patience
        return [
            f"statement_timeout = {milliseconds}",
            f"idle_in_transaction_session_timeout = {6 * milliseconds}",
        ]
