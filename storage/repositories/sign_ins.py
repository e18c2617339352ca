"""Sign-ins in progress."""

from __future__ import annotations

from dataclasses import asdict

from storage.records.sign_ins import SignIn
from storage.repositories.repository import Repository
from storage.tables import sign_ins


class SignInRepository(Repository[SignIn]):
    """The challenge machine's sessions, by digest."""

    table = sign_ins
    record = SignIn
    columns = ("digest", "pool_id", "client_id", "user_id", "challenge", "state", "expires", "spent")

    def add(self, sign_in: SignIn) -> None:
        """Keep a sign-in that waits for its next answer."""
        self.unit.write(sign_ins.insert(), asdict(sign_in))

    def get(self, digest: str) -> SignIn | None:
        """The sign-in with that session, spent or not."""
        return self._one(digest=digest)

    def waiting(self, user_id: int, challenge: str) -> list[SignIn]:
        """A user's sign-ins that wait for the answer to that challenge, expired or not."""
        return self._every(user_id=user_id, challenge=challenge, spent=False)

    def spend(self, digest: str) -> bool:
        """Use a session up. False when it was used already: somebody else won the race."""
        where = (sign_ins.c.digest == digest, sign_ins.c.spent.is_(False))
        return self.unit.write(sign_ins.update().where(*where), {"spent": True}).rowcount == 1

    def sweep(self, before: float, limit: int) -> int:
        """Forget at most `limit` sessions that expired before a moment, the oldest first. Answers how many."""
        return self._sweep(sign_ins.c.digest, sign_ins.c.expires, before, limit)
