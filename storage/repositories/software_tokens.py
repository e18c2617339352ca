"""Software tokens: one for each user."""

from __future__ import annotations

from storage.records.factors import SoftwareToken
from storage.repositories.repository import Repository
from storage.tables.factors import software_tokens


class SoftwareTokenRepository(Repository[SoftwareToken]):
    """The TOTP generators of all users."""

    table = software_tokens
    record = SoftwareToken
    columns = ("user_id", "sealed", "pending", "name", "last_step")

    def get(self, user_id: int) -> SoftwareToken | None:
        """The software token of a user, verified or not."""
        return self._one(user_id=user_id)

    def associate(self, user_id: int, pending: bytes) -> None:
        """Set the secret that is to be verified. Replaces an earlier one."""
        insert = self.unit.insert(software_tokens).values(user_id=user_id, pending=pending, last_step=0)
        self.unit.write(insert.on_conflict_do_update(index_elements=["user_id"], set_={"pending": pending}))

    def keep(self, user_id: int, sealed: bytes, name: str | None) -> None:
        """Store a verified secret, of which no code was used yet, in place of what the user has."""
        self.unit.journal.user(user_id)
        values = {"user_id": user_id, "sealed": sealed, "pending": None, "name": name, "last_step": 0}
        self._put(values, "user_id")

    def verify(self, user_id: int, pending: bytes, *, name: str | None, step: int) -> bool:
        """Replace the verified secret by `pending`. False when `pending` is not the secret to be verified any more."""
        self.unit.journal.user(user_id)
        token = software_tokens.c
        where = (token.user_id == user_id, token.pending == pending)
        changes = {"sealed": pending, "pending": None, "name": name, "last_step": step}
        return self.unit.write(software_tokens.update().where(*where).values(changes)).rowcount == 1

    def enrol(self, user_id: int, sealed: bytes, step: int) -> None:
        """Set the verified secret, and the newest time step whose code was used. A secret to be verified stays."""
        self.unit.journal.user(user_id)
        changes = {"sealed": sealed, "last_step": step}
        insert = self.unit.insert(software_tokens).values(user_id=user_id, **changes)
        self.unit.write(insert.on_conflict_do_update(index_elements=["user_id"], set_=changes))

    def advance(self, user_id: int, step: int) -> bool:
        """Mark the codes up to a time step as used. False when a code of that step or a later one was used already."""
        token = software_tokens.c
        where = (token.user_id == user_id, token.last_step < step)
        return self.unit.write(software_tokens.update().where(*where), {"last_step": step}).rowcount == 1

    def delete(self, user_id: int) -> bool:
        """Delete the software token of a user. False if there is none."""
        self.unit.journal.user(user_id)
        return self.unit.write(software_tokens.delete().where(software_tokens.c.user_id == user_id)).rowcount == 1
