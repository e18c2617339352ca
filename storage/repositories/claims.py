"""Claims: what one process at a time works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from storage.tables.claims import claims

if TYPE_CHECKING:
    from storage.unit import Unit


class ClaimRepository:
    """The claims of all processes on one database. Who dies loses its claims some seconds later.

    Times are those of the database's clock, so that processes on several machines agree on them.
    """

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def take(self, name: str, holder: str, seconds: float) -> bool:
        """Claim `name` for some seconds. False if another holder has it, and its time has not run out."""
        now = self.unit.store.database.now
        taken = {"holder": holder, "until": now + seconds}
        statement = self.unit.insert(claims).values(name=name, **taken)
        statement = statement.on_conflict_do_update(index_elements=["name"], set_=taken, where=claims.c.until < now)
        return self.unit.write(statement).rowcount == 1

    def renew(self, name: str, holder: str, seconds: float) -> bool:
        """Extend a claim to some seconds from now. False if it is not the holder's any more.

        A claim whose time has run out is extended too, unless another holder has taken it.
        """
        until = self.unit.store.database.now + seconds
        return self.unit.write(claims.update().where(*_same(name, holder)).values(until=until)).rowcount == 1

    def release(self, name: str, holder: str) -> None:
        """Give up a claim, unless another holder has taken it."""
        self.unit.write(claims.delete().where(*_same(name, holder)))

    def is_taken(self, name: str) -> bool:
        """Whether a name is claimed, and its time has not run out."""
        query = select(claims.c.name).where(claims.c.name == name, claims.c.until >= self.unit.store.database.now)
        return self.unit.read(query).first() is not None


def _same(name: str, holder: str) -> tuple[ColumnElement[bool], ...]:
    return claims.c.name == name, claims.c.holder == holder
