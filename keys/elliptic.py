"""Signing keys on the curve P-384, and JWTs by ES384 (RFC 7518, section 3.4), as STS issues them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from keys.signing import SigningKey, base64url

ALGORITHM = "ES384"


def generate() -> SigningKey:
    """Generate a key. Its kid is the SHA-256 of the public key in base64, without characters that URLs escape."""
    return SigningKey.of(ec.generate_private_key(ec.SECP384R1()), base64url)


def sign(key: SigningKey, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
    """A signed JWT."""
    from jwt import PyJWS  # not before it is used: start-up is imports

    header = {**(headers or {}), "kid": key.kid}
    payload = json.dumps(dict(claims), separators=(",", ":"), allow_nan=False).encode()
    return PyJWS(algorithms=[ALGORITHM]).encode(payload, _private(key), ALGORITHM, headers=header)


def jwk(key: SigningKey) -> dict[str, str]:
    """The public half of a key, as a JWK."""
    from jwt.algorithms import ECAlgorithm

    parts: dict[str, Any] = ECAlgorithm.to_jwk(_private(key).public_key(), as_dict=True)
    return {
        "alg": ALGORITHM,
        "crv": "P-384",
        "kid": key.kid,
        "kty": "EC",
        "use": "sig",
        "x": parts["x"],
        "y": parts["y"],
    }


def _private(key: SigningKey) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives import serialization

    private = serialization.load_pem_private_key(key.pem, None)
    if not isinstance(private, EllipticCurvePrivateKey):
        raise TypeError("not an elliptic curve key")
    return private
