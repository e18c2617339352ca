"""Signatures of SAML's HTTP-Redirect binding (OASIS "Bindings for SAML 2.0", section 3.4.4.1): RSA with SHA-256."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from keys.signing import SigningKey

ALGORITHM = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
"""The value of SigAlg."""


def sign(key: SigningKey, octets: bytes) -> str:
    """The signature of the octets of a query, in base64."""
    private = load_pem_private_key(key.pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return base64.b64encode(private.sign(octets, PKCS1v15(), SHA256())).decode()
