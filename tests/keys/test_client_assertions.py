"""Client assertions: signed with the private key that Apple gives, however it was pasted."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from keys import client_assertions

KEY = ec.generate_private_key(ec.SECP256R1())
CLAIMS = {"iss": "TEAM", "exp": 1_800_000_300}


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    """A private key as Apple's file has it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


BARE = "".join(pem(KEY).splitlines()[1:-1])


@pytest.mark.parametrize(
    "pasted",
    [pem(KEY), pem(KEY).replace("\n", "\r\n"), pem(KEY).replace("\n", "\\n"), BARE, f"  {BARE}\n"],
    ids=["file", "file of Windows", "JSON escapes", "one line", "blanks"],
)
def test_a_key_signs_however_it_was_pasted(pasted: str) -> None:
    token = client_assertions.sign(pasted, "KID", CLAIMS)
    options: jwt.types.Options = {"verify_exp": False}
    assert jwt.decode(token, KEY.public_key(), ["ES256"], options=options) == CLAIMS
    assert jwt.get_unverified_header(token) == {"kid": "KID", "alg": "ES256"}


def test_a_new_key_signs_too() -> None:
    token = client_assertions.sign(client_assertions.new_key(), "KID", CLAIMS)
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    assert client_assertions.new_key() != client_assertions.new_key()


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "1EXAMPLE",
        "hush-key",
        BARE[:-8],
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65537, 2048)),
        pem(ed25519.Ed25519PrivateKey.generate()),
    ],
    ids=["nothing", "placeholder", "no base64", "cut", "P-384", "RSA", "Ed25519"],
)
def test_what_is_no_key_of_apple_is_refused(pasted: str) -> None:
    with pytest.raises(ValueError, match="not a private key"):
        client_assertions.sign(pasted, "KID", CLAIMS)
