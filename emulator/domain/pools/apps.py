"""The app client that a flow acts for, and its pool, however the client was named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from storage.records.pools import Client, Pool


class App(Protocol):
    """An app client and its pool, as they are in the database now.

    A flow that has released the connection takes `pool` and `client` from here again. An operation's `Call` is an App:
    it reads both again after a release, and raises where either is gone or the secret hash has become wrong. The
    `Progress` of a sign-in is an App whose pool and client stay as they were read, like a FoundApp.
    """

    @property
    def pool(self) -> Pool:
        """The client's user pool."""

    @property
    def client(self) -> Client:
        """The app client."""


@dataclass(frozen=True, slots=True)
class FoundApp:
    """An app client and its pool, read once: for flows that write without having released the connection."""

    pool: Pool
    client: Client
