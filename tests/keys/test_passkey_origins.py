"""Which pages may use whose passkeys: those of the relying party, and no look-alike."""

from __future__ import annotations

import pytest

from keys import passkeys


@pytest.mark.parametrize(
    ("rp_id", "origin"),
    [
        ("localhost", "http://localhost"),
        ("localhost", "http://localhost:5173"),
        ("localhost", "https://localhost:5173"),
        ("localhost", "http://app.localhost:5173"),
        ("example.com", "https://example.com"),
        ("example.com", "https://login.example.com:8443"),
        ("Example.com", "https://EXAMPLE.com"),
        ("127.0.0.1", "http://127.0.0.1:3000"),
    ],
)
def test_a_page_of_the_relying_party_is_allowed(rp_id: str, origin: str) -> None:
    assert passkeys.allows(rp_id, origin)


@pytest.mark.parametrize(
    ("rp_id", "origin"),
    [
        ("example.com", "http://example.com"),
        ("example.com", "https://evil-example.com"),
        ("example.com", "https://example.com.evil.com"),
        ("example.com", "https://com"),
        ("login.example.com", "https://example.com"),
        ("example.com", "https://example.com/path"),
        ("example.com", "https://user@example.com"),
        ("example.com", "https://user@evil.com#example.com"),
        ("localhost", "http://localhost.evil.com"),
        ("localhost", "ftp://localhost"),
        ("localhost", "http://localhost:99999"),
        ("localhost", "http://[::1"),
        ("::1", "http://[::1]"),
        ("0.0.1", "http://127.0.0.1"),
        ("", "https://"),
        ("", "https://example.com"),
        ("example.com", "https://exa\nmple.com"),
        ("example.com", "https://example.com\n"),
        ("example.com", " https://example.com"),
        ("example.com", "https://example.com?"),
        ("example.com", "https://example.com#"),
        ("example.com", "https://example.com:"),
        ("example.com", "https://evil.com\\.example.com"),
        ("example.com", "https://..example.com"),
        ("example.com", "https://a b.example.com"),
        ("kiosk.com", "https://\u212aiosk.com"),
        ("localhost", "null"),
        ("localhost", ""),
        ("example.com", "android:apk-key-hash:abc"),
    ],
)
def test_a_page_of_somebody_else_is_not(rp_id: str, origin: str) -> None:
    assert not passkeys.allows(rp_id, origin)
