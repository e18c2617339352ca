"""Opaque random strings: refresh tokens, sessions, secret blocks. The database stores only their digests."""

from __future__ import annotations

import base64
import hashlib

from keys.entropy import Entropy

REFRESH_TOKEN_PREFIX = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"  # noqa: S105 - a public prefix
"""The header of AWS's refresh tokens, which are JWEs: `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`."""

_JWE_PARTS = (256, 12, 900, 16)  # bytes of the encrypted key, the nonce, the text and the tag
_SESSION_START = bytes.fromhex("01800178")  # an AWS Encryption SDK message: "AYABe" in base64
_SESSION_BYTES = 216
_BLOCK_START = bytes.fromhex("020578")  # the same of a later version: "AgV4"
_BLOCK_BYTES = 1272


def mint_refresh_token(e: Entropy) -> str:
    """A refresh token: five random base64url segments in the form of AWS's refresh tokens.

    As long as those of AWS (1,646 characters), so that a header or cookie that is too small for AWS's fails here too.
    """
    return ".".join([REFRESH_TOKEN_PREFIX, *(base64url(e.token_bytes(size)) for size in _JWE_PARTS)])


def mint_session(e: Entropy) -> str:
    """The session of a sign-in in progress: `AYABe…`, 294 characters of base64url."""
    return base64url(_SESSION_START + e.token_bytes(_SESSION_BYTES))


def mint_secret_block(e: Entropy) -> str:
    """The SECRET_BLOCK of SRP: `AgV4…`, 1,700 characters of base64. The client decodes and signs the block."""
    return base64.b64encode(_BLOCK_START + e.token_bytes(_BLOCK_BYTES)).decode()


def mint_browser_session(e: Entropy) -> str:
    """The value of the cookie of a browser's session: 64 characters of base64url."""
    return base64url(e.token_bytes(48))


def half_hash(token: str) -> str:
    """`at_hash` of an access token: the left half of its SHA-256 in base64url (OpenID Connect Core, 3.1.3.6)."""
    return base64url(hashlib.sha256(token.encode()).digest()[:16])


def digest(token: str) -> str:
    """The digest of a token to store: SHA-256 in hex. Without a salt, since tokens are too random to be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def base64url(octets: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
