"""JWTs by which a client authenticates at a provider, in the place of a secret: those of Sign in with Apple.

PyJWT is imported for the first of them, as in `foreign_tokens`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key


def new_key() -> str:
    """A new private key, in the base64 that `sign` takes."""
    octets = generate_private_key(SECP256R1()).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return base64.b64encode(octets).decode()


def sign(private_key: str, key_id: str, claims: Mapping[str, Any]) -> str:
    """A JWT signed with ES256 by a private key: PKCS #8 in PEM, or its base64 without the first and the last line.

    Raises ValueError if it is no private key of the curve P-256.
    """
    from jwt import PyJWS

    lines = [line.strip() for line in private_key.replace("\\n", "\n").splitlines()]
    try:
        octets = base64.b64decode("".join(line for line in lines if not line.startswith("-----")), validate=True)
        key = load_der_private_key(octets, None)
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("not a private key") from None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("not a private key of the curve P-256")
    payload = json.dumps(dict(claims), separators=(",", ":")).encode()
    return PyJWS(algorithms=["ES256"]).encode(payload, key, "ES256", headers={"typ": None, "kid": key_id})
