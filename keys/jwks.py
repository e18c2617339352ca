"""Public keys as a JWK Set (RFC 7517), with the members that Cognito publishes."""

from __future__ import annotations

from collections.abc import Iterable

from keys.signing import Algorithm, SigningKey, base64url, public_key


def jwk(key: SigningKey, algorithm: Algorithm = "RS256") -> dict[str, str]:
    """The public half of a key: `alg`, `e`, `kid`, `kty`, `n`, `use`."""
    numbers = public_key(key).public_numbers()
    return {
        "alg": algorithm,
        "e": _number(numbers.e),
        "kid": key.kid,
        "kty": "RSA",
        "n": _number(numbers.n),
        "use": "sig",
    }


def jwk_set(keys: Iterable[SigningKey], algorithm: Algorithm = "RS256") -> dict[str, list[dict[str, str]]]:
    """The content of a `jwks.json`: the public halves of these keys."""
    return {"keys": [jwk(key, algorithm) for key in keys]}


def _number(value: int) -> str:
    """Base64urlUInt: the bytes of a number, the first of them not zero (RFC 7518, 2)."""
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode()
