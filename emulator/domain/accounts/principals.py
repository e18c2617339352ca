"""The one value for who a rule acts on, or for: a user, with the user pool and the app client."""

from __future__ import annotations

from msgspec import Struct

from storage.records.pools import Client, Pool
from storage.records.users import User


class Principal(Struct, frozen=True):
    """A user of a pool, and the app client through which the user acts.

    `client` is None where none takes part: in an administrator's call, for example. The user may be one who is not
    stored yet, or a stand-in. The records are as they were read, and stale once the connection has been released: make
    another principal of records that were read afterwards.
    """

    pool: Pool
    user: User
    client: Client | None = None

    @property
    def app_client(self) -> Client:
        """The app client. Raises RuntimeError if none takes part."""
        if self.client is None:
            raise RuntimeError("a rule needs an app client, and none takes part")
        return self.client

    def with_user(self, user: User) -> Principal:
        """The same pool and client, with the user as just written, as read again, or as shown to somebody."""
        return Principal(self.pool, user, self.client)
