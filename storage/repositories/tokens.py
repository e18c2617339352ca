"""Token families and refresh tokens."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, select

from storage.prepared import Prepared
from storage.records.sign_ins import Family, RefreshToken
from storage.repositories.repository import Repository, changing, inserting, values_of
from storage.tables.tokens import refresh_tokens, token_families
from storage.tables.users import users

_COLUMNS = (
    "origin_jti",
    "event_id",
    "pool_id",
    "client_id",
    "user_id",
    "auth_time",
    "expires",
    "revoked",
    "device_key",
    "session",
    "active",
    "details",
)
_BY_REFRESH_TOKEN = Prepared(
    select(*(token_families.c[name] for name in _COLUMNS), refresh_tokens.c.expires, refresh_tokens.c.rotated)
    .join(refresh_tokens, refresh_tokens.c.origin_jti == token_families.c.origin_jti)
    .where(refresh_tokens.c.digest == bindparam("digest"))
)
_BY_REFRESH_TOKEN_LOCKED = Prepared(
    _BY_REFRESH_TOKEN.statement.join(users, users.c.id == token_families.c.user_id).with_for_update(
        key_share=True, of=[users, token_families, refresh_tokens]
    ),
    locks=True,
)
"""The user first, as in all units that change the families of a user. Otherwise two could deadlock."""
_ROTATE = Prepared(
    refresh_tokens.update().where(
        refresh_tokens.c.digest == bindparam("this_digest"), refresh_tokens.c.rotated.is_(None)
    )
)
_REVOKE_ALL = Prepared(
    token_families.update().where(
        token_families.c.user_id == bindparam("this_user_id"), token_families.c.revoked.is_(False)
    )
)


class TokenRepository(Repository[Family]):
    """The token families, one for each authentication, and their refresh tokens by digest."""

    table = token_families
    record = Family
    columns = _COLUMNS
    shared = True  # families are changed by those who hold the row lock of the user

    def add(self, family: Family, refresh_token: RefreshToken | None) -> None:
        """Insert a family and its first refresh token, if there is one."""
        self.unit.write_unread(inserting(token_families), values_of(family))
        if refresh_token:
            self.unit.write_unread(inserting(refresh_tokens), values_of(refresh_token))

    def get(self, origin_jti: str) -> Family | None:
        """The family whose tokens have that `origin_jti`."""
        return self._one(origin_jti=origin_jti)

    def read_ahead(self, origin_jti: str) -> None:
        """Read what `get` will return together with the next statement, where that saves a round trip."""
        if not self.unit.writes:
            self._read_ahead(origin_jti=origin_jti)

    def of_event(self, event_id: str) -> Family | None:
        """The family whose tokens have that `event_id` (tokens of clients without revocation have no `origin_jti`)."""
        return self._one(event_id=event_id)

    def refresh_token(self, digest: str) -> tuple[RefreshToken, Family] | None:
        """The refresh token by digest, with its family."""
        rows = self.unit.rows(_BY_REFRESH_TOKEN_LOCKED if self.unit.writes else _BY_REFRESH_TOKEN, {"digest": digest})
        if not rows:
            return None
        [row] = rows
        family = Family(*row[:-2])
        return RefreshToken(digest, family.origin_jti, *row[-2:]), family

    def rotate(self, digest: str, successor: RefreshToken, now: float) -> bool:
        """Add `successor`, and mark a refresh token as replaced. False when the token had been replaced before."""
        first = self.unit.write(_ROTATE, {"this_digest": digest, "rotated": now}).rowcount == 1
        self.unit.write_unread(inserting(refresh_tokens), values_of(successor))
        return first

    def change(self, family: Family, **changes: Any) -> Family:
        """Update the columns named in `changes`, and return the changed family."""
        self.unit.write(changing(token_families, "origin_jti"), {"this_origin_jti": family.origin_jti, **changes})
        return replace(family, **changes)

    def of_session(self, session: str) -> Family | None:
        """The family of a tracked session."""
        return self._one(session=session)

    def of(self, user_id: int) -> list[Family]:
        """All families of a user, revoked and expired ones included."""
        return self._every(user_id=user_id)

    def revoke(self, origin_jti: str) -> None:
        """Revoke a family."""
        self.unit.write(changing(token_families, "origin_jti"), {"this_origin_jti": origin_jti, "revoked": True})

    def revoke_all(self, user_id: int) -> None:
        """Revoke all families of a user."""
        self.unit.write(_REVOKE_ALL, {"this_user_id": user_id, "revoked": True})

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` families that expired before a time. Returns how many were deleted."""
        return self._sweep(token_families.c.expires, before, limit)
