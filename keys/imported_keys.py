"""Private keys that come from elsewhere, and may be none."""

from __future__ import annotations

from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_LEAST_BITS = 2048


def kind(pem: bytes, *, is_ours: bool) -> Literal["RSA", "P-384"] | None:
    """What kind of key a PEM holds; None for what cannot be a signing key here.

    The numbers of a key of ours are not checked, which takes 50 ms.
    """
    try:
        found = serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=is_ours)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if isinstance(found, RSAPrivateKey) and found.key_size >= _LEAST_BITS:
        return "RSA"
    return "P-384" if isinstance(found, EllipticCurvePrivateKey) and isinstance(found.curve, SECP384R1) else None
