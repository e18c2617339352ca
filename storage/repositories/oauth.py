"""Authorization codes, browser sessions, and client ID metadata documents as they were received."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from storage.records.oauth import AuthorizationCode, BrowserSession, MetadataDocument
from storage.repositories.repository import KeyedRepository, Repository, columns_of
from storage.tables.cimd import metadata_documents
from storage.tables.oauth import authorization_codes, browser_sessions


class AuthorizationCodeRepository(Repository[AuthorizationCode]):
    """The authorization codes of all pools, by digest."""

    table = authorization_codes
    record = AuthorizationCode
    columns = columns_of(AuthorizationCode)

    def add(self, code: AuthorizationCode) -> None:
        """Insert a code."""
        self.unit.write(authorization_codes.insert(), asdict(code))

    def get(self, digest: str) -> AuthorizationCode | None:
        """The code by digest, spent or not."""
        return self._one(digest=digest)

    def spend(self, digest: str, origin_jti: str | None) -> bool:
        """Mark a code as spent for a token family. False when another call spent the code first."""
        where = (authorization_codes.c.digest == digest, authorization_codes.c.spent.is_(False))
        changes = {"spent": True, "origin_jti": origin_jti}
        return self.unit.write(authorization_codes.update().where(*where), changes).rowcount == 1

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` codes that expired before a time. Returns how many were deleted."""
        return self._sweep(authorization_codes.c.expires, before, limit)


class BrowserSessionRepository(KeyedRepository[BrowserSession]):
    """The sessions of browsers, by the digest of their cookie."""

    table = browser_sessions
    record = BrowserSession
    columns = columns_of(BrowserSession)
    shared = True  # a session is changed by single statements, none of which depends on what was read

    def get(self, digest: str) -> BrowserSession | None:
        """The session by the digest of its cookie, expired or not."""
        return self._one(digest=digest)

    def named(self, id: str) -> BrowserSession | None:
        """The session by its public name."""
        return self._one(id=id)

    def of(self, user_id: int) -> list[BrowserSession]:
        """All sessions of a user, expired ones included."""
        return self._every(user_id=user_id)

    def at_provider(self, pool_id: str, provider: str) -> list[BrowserSession]:
        """All sessions of users who authenticated at an identity provider of a pool, expired ones included."""
        return self._every(pool_id=pool_id, provider=provider)

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` sessions that expired before a time. Returns how many were deleted."""
        return self._sweep(browser_sessions.c.expires, before, limit)


class MetadataDocumentRepository(Repository[MetadataDocument]):
    """The metadata documents of all URLs, as they were last received."""

    table = metadata_documents
    record = MetadataDocument
    columns = columns_of(MetadataDocument)
    shared = True

    def get(self, url: str) -> MetadataDocument | None:
        """What was last received for a URL."""
        return self._one(url=url)

    def all(self) -> list[MetadataDocument]:
        """Every document, by URL."""
        return self._all(self._select().order_by(metadata_documents.c.url))

    def put(self, received: MetadataDocument) -> None:
        """Insert or replace what was received for a URL."""
        values: dict[str, Any] = asdict(received)
        insert = self.unit.insert(metadata_documents).values(values)
        self.unit.write(insert.on_conflict_do_update(index_elements=["url"], set_=values))

    def delete_put(self, url: str | None) -> int:
        """Delete the document that was put for a URL, or all that were put. Returns how many were deleted."""
        where = [metadata_documents.c.put.is_(True), *([metadata_documents.c.url == url] if url is not None else [])]
        return self.unit.write(metadata_documents.delete().where(*where)).rowcount

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` fetched documents that were received before a time. Returns how many were deleted."""
        fetched = metadata_documents.c.put.is_(False)
        return self._sweep(metadata_documents.c.received, before, limit, fetched)
