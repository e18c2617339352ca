"""RSA signing keys and JWTs: generating keys, caching parsed keys, signing and verifying.

Only signatures are verified. Callers have to check the claims, `exp` and the other times included.

Without PyJWT: its import takes a twentieth of the start, and it takes a token apart in 0.1 ms. The RSA is the same. The
module that reads and writes keys is imported for the first one: it brings SSH's formats, and takes 4 ms.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

Algorithm = Literal["RS256", "RS512"]
"""User pools sign with RS256, identity pools with RS512."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_STANDARD = bytes.maketrans(b"-_", b"+/")
"""From the alphabet of base64url to that of base64."""
_KEPT = 1024  # parsed keys in the cache: two for each pool, a few kilobytes each
_KEPT_TOKENS = 256
_LONGEST_KEPT = 8192

_HASHES: Mapping[Algorithm, hashes.HashAlgorithm] = {"RS256": hashes.SHA256(), "RS512": hashes.SHA512()}
"""The hash of each algorithm (RFC 7518, 3.3). With no others, no public key is taken as the secret of an HMAC."""
_EXTENSIONS = {"crit", "b64"}
"""Header parameters that change how a JWS is to be read (RFC 7515 section 4.1.11, RFC 7797). Ours have none."""


class Unreadable(ValueError):
    """Not a signed JWT of the expected algorithm."""


class BadSignature(ValueError):
    """A JWT whose signature is not of one of these keys."""


class SigningKey(Struct, frozen=True):
    """A key pair, of RSA or P-384: its id, and its private key (PKCS #8, PEM, unencrypted; not in the repr)."""

    kid: str
    pem: bytes

    def __repr__(self) -> str:
        """Without the private key."""
        return f"SigningKey(kid={self.kid!r})"

    @classmethod
    def of(cls, private: RSAPrivateKey | EllipticCurvePrivateKey, encode: Callable[[bytes], bytes]) -> Self:
        """A new key. Its kid is the SHA-256 of the public key, encoded by `encode`."""
        from cryptography.hazmat.primitives import serialization

        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(encode(hashlib.sha256(public).digest()).decode(), pem)


def generate() -> SigningKey:
    """Generate an RSA-2048 key, which takes some 50 ms. Its kid is the SHA-256 of the public key in base64."""
    return SigningKey.of(rsa.generate_private_key(public_exponent=65537, key_size=2048), base64.b64encode)


class Unverified(Struct, frozen=True):
    """A JWT that was taken apart, and not verified yet. `signed` is what the signature covers."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def public_key(key: SigningKey) -> RSAPublicKey:
    """The public half of a key pair."""
    return private_key(key).public_key()


def peek(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and claims of a JWT, without verifying the signature. Raises `Unreadable`."""
    found = read(token)
    return found.header, found.claims


def read(token: str) -> Unverified:
    """Take a compact JWS apart. Raises `Unreadable`, also for padding, as RFC 7515 section 2 demands."""
    if not _COMPACT.fullmatch(token):
        raise Unreadable("not three base64url segments")
    signed = token.encode()
    header, payload, signature = (_octets(segment) for segment in signed.translate(_STANDARD).split(b"."))
    if not signature:
        raise Unreadable("no signature")
    parsed = _object(header)
    if not isinstance(parsed.get("kid", ""), str):
        raise Unreadable("kid is not text")
    return Unverified(parsed, _object(payload), signed.rpartition(b".")[0], signature)


class KeyRing:
    """Signs and verifies JWTs, with a cache of parsed keys. Thread-safe."""

    def __init__(self) -> None:
        # Cached by kid and key, so that two keys with one kid are not mixed up.
        self._private = lru_cache(maxsize=_KEPT)(private_key)
        self._public = lru_cache(maxsize=_KEPT)(lambda key: self._private(key).public_key())
        self._check_kept = lru_cache(maxsize=_KEPT_TOKENS)(self._check)
        """`_check` with a cache of the signatures that are right: it depends on nothing but its arguments."""

    def sign(
        self,
        key: SigningKey,
        claims: Mapping[str, Any],
        headers: Mapping[str, Any] | None = None,
        algorithm: Algorithm = "RS256",
    ) -> str:
        """A signed JWT. Its header is `kid` and `alg`, without `typ`, as AWS's, and `headers`."""
        if algorithm not in _HASHES:
            raise ValueError(f"no algorithm to sign with: {algorithm!r}")
        parameters = {**(headers or {}), "kid": key.kid, "alg": algorithm}
        header = json.dumps(parameters, separators=(",", ":"), sort_keys=True)
        payload = json.dumps(dict(claims), separators=(",", ":"), allow_nan=False)
        signed = base64url(header.encode()) + b"." + base64url(payload.encode())
        signature = self._private(key).sign(signed, padding.PKCS1v15(), _HASHES[algorithm])
        return (signed + b"." + base64url(signature)).decode()

    def open_token(self, keys: Iterable[SigningKey], token: str, algorithm: Algorithm = "RS256") -> dict[str, Any]:
        """The claims of a JWT, signed with the key that its `kid` names and with this algorithm.

        Does not check times. Raises `Unreadable` (not a JWT, or another algorithm) and `BadSignature`.
        """
        return self.verify(keys, read(token), algorithm)

    def verify(self, keys: Iterable[SigningKey], token: Unverified, algorithm: Algorithm = "RS256") -> dict[str, Any]:
        """As `open_token`, of a token that was read already."""
        if algorithm not in _HASHES:
            raise ValueError(f"no algorithm to accept: {algorithm!r}")
        if token.header.get("alg") != algorithm:
            raise Unreadable(f"alg is not {algorithm}")
        if token.header.keys() & _EXTENSIONS:
            raise Unreadable("extensions are not understood here")
        named = next((key for key in keys if key.kid == token.header.get("kid")), None)
        if named is None:
            raise BadSignature("no such key")
        check = self._check_kept if len(token.signed) <= _LONGEST_KEPT else self._check
        check(named, token.signed, token.signature, algorithm)
        return token.claims

    def _check(self, key: SigningKey, signed: bytes, signature: bytes, algorithm: Algorithm) -> None:
        """Verify a signature. Raises `BadSignature`."""
        try:
            self._public(key).verify(signature, signed, padding.PKCS1v15(), _HASHES[algorithm])
        except InvalidSignature:
            raise BadSignature("signed by another key, or changed since") from None


def private_key(key: SigningKey) -> RSAPrivateKey:
    """Parse a key. Skips the 50 ms of checking the numbers, since we generated the key and store it encrypted."""
    from cryptography.hazmat.primitives import serialization

    private = serialization.load_pem_private_key(key.pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return private


def base64url(octets: bytes) -> bytes:
    """Base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


def _octets(segment: bytes) -> bytes:
    """Decode a segment without padding. Raises `Unreadable` if the encoding is not canonical."""
    try:
        octets = binascii.a2b_base64(segment + b"=" * (-len(segment) % 4))
    except binascii.Error as problem:
        raise Unreadable(str(problem)) from None
    if binascii.b2a_base64(octets, newline=False).rstrip(b"=") != segment:
        raise Unreadable("not the canonical base64url")
    return octets


def _object(text: bytes) -> dict[str, Any]:
    """Parse a segment as a JSON object. Raises `Unreadable`."""
    try:
        held = json.loads(text.decode())
    except (ValueError, RecursionError):
        raise Unreadable("a segment is not JSON") from None
    if not isinstance(held, dict):
        raise Unreadable("a segment is not an object")
    return held
