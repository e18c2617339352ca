"""SECRET_HASH, by which an app client proves in each call that it knows its secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable


def secret_hash(username: str, client_id: str, secret: str) -> str:
    """`base64(HMAC-SHA256(secret, username + client id))`, as the AWS guide defines SECRET_HASH."""
    proof = hmac.digest(_octets(secret), _octets(username + client_id), hashlib.sha256)
    return base64.b64encode(proof).decode()


def matches(given: str, username: str, client_id: str, secrets: Iterable[str]) -> bool:
    """Whether `given` is the hash with one of the client's secrets. The time taken does not reveal with which one."""
    found = [equal(given, secret_hash(username, client_id, secret)) for secret in secrets]
    return any(found)


def equal(given: str, right: str) -> bool:
    """Whether two secrets are equal. The comparison takes the same time wherever they differ."""
    return hmac.compare_digest(_octets(given), _octets(right))


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
