"""Signatures of SAML's HTTP-Redirect binding (OASIS "Bindings for SAML 2.0", section 3.4.4.1): RSA with SHA-256."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from keys.signing import SigningKey, private_key

ALGORITHM = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
"""The value of SigAlg."""


def sign(key: SigningKey, octets: bytes) -> str:
    """The signature of the octets of a query, in base64."""
    return base64.b64encode(private_key(key).sign(octets, PKCS1v15(), SHA256())).decode()
