"""Sign-ins in progress."""

from __future__ import annotations

from sqlalchemy import bindparam

from storage.prepared import Prepared
from storage.records.sign_ins import SignIn
from storage.repositories.repository import Repository, inserting, values_of
from storage.tables.sign_ins import sign_ins

_SPEND = Prepared(sign_ins.update().where(sign_ins.c.digest == bindparam("this_digest"), sign_ins.c.spent.is_(False)))


class SignInRepository(Repository[SignIn]):
    """The sign-ins in progress of all pools, by the digest of their session string."""

    table = sign_ins
    record = SignIn
    columns = ("digest", "pool_id", "client_id", "user_id", "challenge", "state", "expires", "spent")
    shared = True  # a session is spent by one UPDATE, which only the first call does

    def add(self, sign_in: SignIn) -> None:
        """Insert a sign-in."""
        self.unit.write_unread(inserting(sign_ins), values_of(sign_in))

    def get(self, digest: str) -> SignIn | None:
        """The sign-in by the digest of its session, spent or not."""
        return self._one(digest=digest)

    def waiting(self, user_id: int, challenge: str) -> list[SignIn]:
        """The sign-ins of a user whose next challenge this is and that are not spent, expired or not."""
        return self._every(user_id=user_id, challenge=challenge, spent=False)

    def spend(self, digest: str) -> bool:
        """Mark a session as spent. False when the session was spent already, since another call was first."""
        return self.unit.write(_SPEND, {"this_digest": digest, "spent": True}).rowcount == 1

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` sign-ins that expired before a time, the oldest first. Returns how many were deleted."""
        return self._sweep(sign_ins.c.expires, before, limit)
