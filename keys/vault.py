"""Encryption at rest, for secrets that must be readable: client secrets, private keys, TOTP secrets, SRP verifiers."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.entropy import Entropy, SystemEntropy

KEY_BYTES = 32
_VERSION = b"\x01"  # AES-256-GCM: version, 12 bytes of nonce, ciphertext with its 16 bytes of tag
_NONCE_BYTES = 12
_SHORTEST_TAG = 16
_KEPT = 1024
_KEPT_SEALED = 32  # more than a reserve of keys has
_SYSTEM = SystemEntropy()


class Tampered(ValueError):
    """Not encrypted with this key for this context, or changed since."""


def new_key(e: Entropy) -> bytes:
    """A data key: 32 random bytes."""
    return e.token_bytes(KEY_BYTES)


class Vault:
    """Encrypts and authenticates with one data key, by a subkey for each purpose. Thread-safe."""

    def __init__(self, key: bytes, entropy: Entropy = _SYSTEM) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes")
        self._entropy = entropy
        self._cipher = AESGCM(_subkey(key, "seal"))
        self._nonce_key = _subkey(key, "nonce")
        self._mac_key = _subkey(key, "mac")
        self.open_key = lru_cache(maxsize=_KEPT)(self.open)
        """`open` with a cache, for signing keys: most calls use one, and they never change."""
        self.seal_key = lru_cache(maxsize=_KEPT_SEALED)(self.seal)
        """`seal` with a small cache, for signing keys: a key may be encrypted in advance."""
        self.credential_key = _subkey(key, "credentials")
        """The server key of AWS-shaped credentials, see `account_keys`."""

    def seal(self, content: bytes, context: str) -> bytes:
        """Encrypt `content`. The result decrypts only with the same `context`: it cannot be copied to another row."""
        return self._sealed(content, _bound(context), self._entropy.token_bytes(_NONCE_BYTES))

    def seal_alike(self, content: bytes, context: str) -> bytes:
        """As `seal`, but the same content has the same result in the same context, which tells that it is the same."""
        return self._sealed(content, _bound(context), b"alike")

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what `seal` encrypted with the same context. Raises `Tampered`."""
        head = len(_VERSION) + _NONCE_BYTES
        if sealed[: len(_VERSION)] != _VERSION or len(sealed) < head:
            raise Tampered("not sealed by a vault of this version")
        try:
            return self._cipher.decrypt(sealed[len(_VERSION) : head], sealed[head:], _bound(context))
        except InvalidTag:
            raise Tampered("sealed under another key or context, or changed") from None

    def seal_json(self, content: Mapping[str, Any], context: str) -> bytes:
        """Encrypt an object of JSON, for `open_json`."""
        return self.seal(json.dumps(content).encode(), context)

    def open_json(self, sealed: bytes, context: str) -> dict[str, Any]:
        """Decrypt what `seal_json` encrypted with the same context. Raises `Tampered`."""
        content: dict[str, Any] = json.loads(self.open(sealed, context))
        return content

    def mac(self, message: bytes) -> bytes:
        """The HMAC-SHA256 of a message, 32 bytes. Callers begin each message with its purpose."""
        return hmac.digest(self._mac_key, message, hashlib.sha256)

    def verify_mac(self, message: bytes, tag: bytes) -> bool:
        """Whether `tag` is the MAC of the message, complete or truncated to at least half (RFC 2104 section 5)."""
        return len(tag) >= _SHORTEST_TAG and hmac.compare_digest(self.mac(message)[: len(tag)], tag)

    def _sealed(self, content: bytes, bound: bytes, drawn: bytes) -> bytes:
        """Encrypt with a nonce of what was drawn, hashed with the content: new content never has the nonce of another.

        A seeded entropy draws the same bytes at each start, and GCM is broken by two messages with one nonce.
        """
        seen = hashlib.sha256(bound).digest() + content
        nonce = hmac.digest(self._nonce_key, drawn + seen, hashlib.sha256)[:_NONCE_BYTES]
        return _VERSION + nonce + self._cipher.encrypt(nonce, content, bound)


def _bound(context: str) -> bytes:
    return _VERSION + context.encode("utf-8", "surrogatepass")


def _subkey(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"cognito-emulator {purpose}".encode()).derive(key)
