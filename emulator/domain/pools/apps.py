"""The app client that a flow acts for, and its pool, however the client was named."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from emulator import refusals
from storage.records.pools import Client, Pool
from storage.unit import Unit


class App(Protocol):
    """An app client and its pool. The `Progress` of a sign-in is an App that keeps both as they were read."""

    @property
    def pool(self) -> Pool:
        """The client's user pool."""

    @property
    def client(self) -> Client:
        """The app client."""


class CurrentApp(App, Protocol):
    """An App that reads `pool` and `client` again after each release of the connection.

    Reading `pool` or `client` raises a Fault once either is gone: ResourceNotFoundException, or NotAuthorizedException
    where an access token named them.

    For flows that release the connection before they write, such as SignUp, which hashes a password and calls
    PreSignUp: what the pool and the client allow may have changed meanwhile. An operation's `Call` is a CurrentApp.
    """

    @property
    def is_current(self) -> Literal[True]:
        """Tells a CurrentApp from other Apps, for the type checker alone."""


class FoundApp(Struct, frozen=True):
    """An app client and its pool as they were when they were read: for what is done before the next release."""

    pool: Pool
    client: Client


class AppById:
    """The CurrentApp of a client id, for pages and links. Its secret is not checked.

    Nothing is read before `pool` or `client` is. Both raise ResourceNotFoundException where there is no such client, or
    no longer.
    """

    is_current: Literal[True] = True

    def __init__(self, unit: Unit, client_id: str) -> None:
        self._unit = unit
        self._client_id = client_id
        self._found: FoundApp | None = None
        self._generation = unit.generation

    @property
    def pool(self) -> Pool:
        """The client's user pool."""
        return self._read().pool

    @property
    def client(self) -> Client:
        """The app client."""
        return self._read().client

    def _read(self) -> FoundApp:
        if self._found is None or self._generation != self._unit.generation:
            self._generation = self._unit.generation
            client = self._unit.clients.get(self._client_id)
            pool = self._unit.pools.get(client.pool_id) if client else None
            if client is None or pool is None:
                raise refusals.unknown_client(self._client_id)
            self._found = FoundApp(pool, client)
        return self._found
