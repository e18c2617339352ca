"""Builders of rows of the OAuth endpoints and of federation, and the calls of their repositories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from storage.records.federation import FederatedSignIn
from storage.records.oauth import AuthorizationCode, BrowserSession, MetadataDocument
from storage.records.pools import Client
from storage.records.users import User
from storage.unit import Unit

NOON = 1_800_000_000.123


def an_authorization_code(client: Client, user: User, digest: str = "code", **changes: Any) -> AuthorizationCode:
    values: dict[str, Any] = {
        "presented": client.id,
        "redirect_uri": "https://app.example.com/callback",
        "challenge": None,
        "auth_time": int(NOON),
        "details": {"Scopes": ["openid"]},
        "expires": NOON,
    }
    return AuthorizationCode(digest, user.pool_id, client.id, user.id, **(values | changes))


def a_browser_session(user: User, digest: str = "cookie", id: str = "sso", **changes: Any) -> BrowserSession:
    values: dict[str, Any] = {
        "provider": "COGNITO",
        "auth_time": int(NOON),
        "active": NOON,
        "details": {},
        "expires": NOON,
    }
    return BrowserSession(digest, id, user.pool_id, user.id, **(values | changes))


def a_metadata_document(url: str = "https://app.example.com/client.json", **changes: Any) -> MetadataDocument:
    values: dict[str, Any] = {"put": False, "document": {}, "problem": None, "received": NOON}
    return MetadataDocument(url, **(values | changes))


def a_federated_sign_in(
    client: Client, provider: str = "Corp", digest: str = "state", **changes: Any
) -> FederatedSignIn:
    values: dict[str, Any] = {"browser": "browser", "query": "q", "nonce": "n", "kept": {}, "expires": NOON}
    return FederatedSignIn(digest, client.pool_id, client.id, provider, **(values | changes))


def fill_oauth(unit: Unit, client: Client, user: User, mark: str) -> None:
    """Insert a row into each table."""
    unit.authorization_codes.add(an_authorization_code(client, user, f"code {mark}"))
    unit.browser_sessions.add(a_browser_session(user, f"cookie {mark}", f"sso {mark}"))
    unit.metadata_documents.put(a_metadata_document(f"https://{mark}.example.com/client.json"))
    unit.federated_sign_ins.add(a_federated_sign_in(client, digest=f"state {mark}"))
    unit.used_assertions.add(user.pool_id, "Corp", f"_{mark}", NOON)


def call_oauth(unit: Unit, client: Client, user: User) -> None:
    """Call every method."""
    unit.authorization_codes.add(an_authorization_code(client, user, "new", expires=NOON - 1))
    unit.authorization_codes.get("new")
    unit.authorization_codes.spend("new", "jti")
    unit.authorization_codes.sweep(NOON, 10)
    session = unit.browser_sessions.add(a_browser_session(user, "new", "sso new", expires=NOON - 1))
    unit.browser_sessions.get("new")
    unit.browser_sessions.named("sso new")
    unit.browser_sessions.of(user.id)
    unit.browser_sessions.at_provider(user.pool_id, session.provider)
    unit.browser_sessions.change(session, active=NOON)
    unit.browser_sessions.delete(session)
    unit.browser_sessions.sweep(NOON, 10)
    unit.federated_sign_ins.add(a_federated_sign_in(client, digest="new"))
    unit.federated_sign_ins.get("new")
    unit.federated_sign_ins.spend("new")
    unit.federated_sign_ins.sweep(NOON, 10)
    unit.used_assertions.add(user.pool_id, "Corp", "_new", NOON - 1)
    unit.used_assertions.sweep(NOON, 10)
    document = a_metadata_document("https://new.example.com/client.json", received=NOON - 1)
    unit.metadata_documents.put(document)
    unit.metadata_documents.get(document.url)
    unit.metadata_documents.all()
    unit.metadata_documents.delete_put(document.url)
    unit.metadata_documents.delete_put(None)
    unit.metadata_documents.sweep(NOON, 10)


TAKEN: dict[tuple[str, tuple[str, ...]], Callable[[Unit, Any], object]] = {
    ("authorization_codes", ("digest",)): lambda unit, a: unit.authorization_codes.add(
        an_authorization_code(a.client, a.user, "code a")
    ),
    ("federated_sign_ins", ("digest",)): lambda unit, a: unit.federated_sign_ins.add(
        a_federated_sign_in(a.client, digest="state a")
    ),
    ("used_assertions", ("digest",)): lambda unit, a: unit.used_assertions.add(a.pool.id, "Corp", "_a", NOON),
    ("browser_sessions", ("digest",)): lambda unit, a: unit.browser_sessions.add(
        a_browser_session(a.user, "cookie a", "sso new")
    ),
    ("browser_sessions", ("id",)): lambda unit, a: unit.browser_sessions.add(a_browser_session(a.user, "new", "sso a")),
}
"""What refuses a second row with the same key, for tests/storage/test_constraints.py. `a` is what `fill` inserted."""
