"""Public keys as a JWK Set (RFC 7517), with the members that Cognito publishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jwt.algorithms import RSAAlgorithm

from keys.signing import Algorithm, SigningKey, public_key


def jwk(key: SigningKey, algorithm: Algorithm = "RS256") -> dict[str, str]:
    """The public half of a key: `alg`, `e`, `kid`, `kty`, `n`, `use`."""
    parts: dict[str, Any] = RSAAlgorithm.to_jwk(public_key(key), as_dict=True)
    return {"alg": algorithm, "e": parts["e"], "kid": key.kid, "kty": "RSA", "n": parts["n"], "use": "sig"}


def jwk_set(keys: Iterable[SigningKey], algorithm: Algorithm = "RS256") -> dict[str, list[dict[str, str]]]:
    """The content of a `jwks.json`: the public halves of these keys."""
    return {"keys": [jwk(key, algorithm) for key in keys]}
