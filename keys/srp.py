"""SRP-6a as Cognito computes it, for users and devices: the 3072-bit group of RFC 5054, SHA-256, HKDF for the key.

`identity` is the pool id after the `_` and the username (`Ab1Cd2Ef3ana`), or the group key and key of a device. Numbers
are sent in hex or base64 of `PAD`: the shortest two's complement of a positive number, not padded to a fixed length.
Modular powers are computed by OpenSSL's Diffie-Hellman, in 0.9 ms instead of the 8 ms of Python's `pow`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import string
import warnings
from functools import cache
from typing import Any, NamedTuple

from keys.entropy import Entropy

N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
SALT_BYTES = 16
VERIFIER_BYTES = 384
_EXPONENT_BYTES = 32
_LONGEST_A = 2 * VERIFIER_BYTES + 2
_LONGEST_SALT = 64
_INFO = b"Caldera Derived Key\x01"


class Refused(ValueError):
    """An invalid value of a client: not a number of the group, or a number that would make the key predictable."""


def pad(number: int) -> bytes:
    """PAD: the bytes of a number as they are hashed and sent, the shortest two's complement of a positive number."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


K = _hash(pad(N), b"\x02")
"""The multiplier k. g is hashed as the single byte 02, as Cognito's clients do."""


def verifier(identity: str, password: str, salt: bytes) -> bytes:
    """The verifier of a password to store with its salt: g^x mod N, 384 bytes."""
    inner = hashlib.sha256(_octets(f"{identity}:{password}")).digest()
    x = _hash(pad(int.from_bytes(salt, "big")), inner)
    return power(G, x).to_bytes(VERIFIER_BYTES, "big")


def ephemeral(e: Entropy) -> tuple[bytes, bytes]:
    """The server's secret b for one sign-in, and g^b. Independent of the user."""
    secret = e.token_bytes(_EXPONENT_BYTES)
    return secret, power(G, int.from_bytes(secret, "big")).to_bytes(VERIFIER_BYTES, "big")


def public(verifier: bytes, share: bytes) -> str:
    """SRP_B: (k·v + g^b) mod N, in lower-case hex. `share` is g^b, from `ephemeral`."""
    return f"{(K * int.from_bytes(verifier, 'big') + int.from_bytes(share, 'big')) % N:x}"


def salt_hex(salt: bytes) -> str:
    """SALT: the salt as a number in lower-case hex, without leading zeros. Clients pad the number."""
    return f"{int.from_bytes(salt, 'big'):x}"


def read_a(text: str) -> int:
    """Parse SRP_A (hex). Raises Refused, also for multiples of N, which would make the key predictable."""
    if not 0 < len(text) <= _LONGEST_A or not set(text) <= set(string.hexdigits):
        raise Refused("SRP_A is not a hexadecimal number of the group")
    number = int(text, 16)
    if number % N == 0:
        raise Refused("SRP_A is a multiple of N")
    return number


def session_key(a: int, secret: bytes, verifier: bytes, public_b: str) -> bytes:
    """The shared key of client and server, 16 bytes. Computes two modular powers.

    `a` is the client's SRP_A, `secret` is the server's, from `ephemeral`; `public_b` is SRP_B as `public` returned it.
    Raises Refused if u, the hash of `a` and `public_b`, is zero.
    """
    u = _hash(pad(a), pad(int(public_b, 16)))
    if u == 0:
        raise Refused("u is zero")
    base = a * power(int.from_bytes(verifier, "big"), u) % N
    shared = power(base, int.from_bytes(secret, "big"))
    prk = hmac.digest(pad(u), pad(shared), hashlib.sha256)
    return hmac.digest(prk, _INFO, hashlib.sha256)[:16]


def signature(key: bytes, identity: str, secret_block: bytes, timestamp: str) -> str:
    """PASSWORD_CLAIM_SIGNATURE: base64 of HMAC-SHA256, under the session key, of identity, block and timestamp."""
    proof = hmac.digest(key, _octets(identity) + secret_block + _octets(timestamp), hashlib.sha256)
    return base64.b64encode(proof).decode()


def matches(given: str, right: str) -> bool:
    """Whether two signatures are equal. The comparison takes the same time wherever they differ."""
    return hmac.compare_digest(_octets(given), _octets(right))


def read_device_verifier(text: str) -> bytes:
    """Parse the PasswordVerifier of a device (base64 of PAD) to 384 bytes. Raises Refused if not from 2 to N - 1."""
    number = int.from_bytes(_unbase64(text), "big")
    if not 1 < number < N:
        raise Refused("PasswordVerifier is not a number of the group")
    return number.to_bytes(VERIFIER_BYTES, "big")


def read_salt(text: str) -> bytes:
    """Parse the Salt of a device (base64 of PAD). Raises Refused."""
    octets = _unbase64(text)
    if not 0 < len(octets) <= _LONGEST_SALT:
        raise Refused("Salt has no length of a salt")
    return octets


def power(base: int, exponent: int) -> int:
    """base^exponent mod N, by OpenSSL. Python computes the few values that OpenSSL refuses."""
    dh, base = _openssl(), base % N
    if dh is None or not (1 < base < N - 1 and 1 < exponent < N - 1):
        return pow(base, exponent, N)
    group = dh.DHParameterNumbers(N, G)
    try:
        # The exchange does not use the public value of the private key, so a wrong one (g) will do.
        private = dh.DHPrivateNumbers(exponent, dh.DHPublicNumbers(G, group)).private_key()
        shared = private.exchange(dh.DHPublicNumbers(base, group).public_key())
    except ValueError:
        return pow(base, exponent, N)
    return int.from_bytes(shared, "big")


class _DiffieHellman(NamedTuple):
    """The classes of `cryptography` for modular powers."""

    DHParameterNumbers: Any
    DHPrivateNumbers: Any
    DHPublicNumbers: Any


@cache
def _openssl() -> _DiffieHellman | None:
    """OpenSSL's Diffie-Hellman. None if `cryptography` has removed it, as its deprecation warning announces."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Diffie-Hellman over finite fields")
        try:
            from cryptography.hazmat.primitives.asymmetric import dh

            return _DiffieHellman(dh.DHParameterNumbers, dh.DHPrivateNumbers, dh.DHPublicNumbers)
        except (ImportError, AttributeError):
            return None


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("not base64") from None


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
