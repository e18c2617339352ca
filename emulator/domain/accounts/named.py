"""The pool, client and user that a request of a control endpoint names."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.faults import Fault
from storage.records.pools import Client, Pool
from storage.records.users import User


class Unknown(Fault, status=404, code="NotFound"):
    """There is no such pool, client or user. The message says which."""


def pool(context: Context, pool_id: str) -> Pool:
    """The user pool with that id. Raises Unknown."""
    found = context.unit.pools.get(pool_id)
    if found is None:
        raise Unknown(f"pool: there is no pool {pool_id}")
    context.about["pool"] = found.id
    return found


def client(context: Context, pool: Pool, client_id: str) -> Client:
    """The app client of the pool with that id. Raises Unknown."""
    found = context.unit.clients.get(client_id)
    if found is None or found.pool_id != pool.id:
        raise Unknown(f"client: pool {pool.id} has no client {client_id}")
    context.about["client"] = found.id
    return found


def user(context: Context, pool: Pool, name: str) -> User:
    """The user of the pool with that username, `sub` or alias. Raises Unknown."""
    found = accounts.find(context.unit, pool, name)
    if found is None:
        raise Unknown(f"user: pool {pool.id} has no user {name}")
    context.username = found.username
    return found
