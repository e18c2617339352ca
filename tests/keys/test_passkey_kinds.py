"""Kinds of passkeys: keys that could never sign in and attestations that do not hold are refused."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from keys import passkeys
from keys.passkeys import Malformed, NotSupported, Refused, Registered, decode, encode
from tests.keys.authenticator import Authenticator

CHALLENGE = bytes(range(32))
POINT_X = bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
POINT_Y = bytes.fromhex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
"""The base point of P-256 (SEC 2), which is as good a public key as any."""
MODULUS = b"\xff" * 256


def creation() -> dict[str, Any]:
    return passkeys.creation_options(CHALLENGE, "localhost", b"the user", "ana", [], "preferred")


def register(credential: Any) -> Registered:
    return passkeys.verify_registration(
        credential, challenge=CHALLENGE, rp_id="localhost", require_user_verification=False
    )


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ({1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\2" * 32}, Malformed),
        ({1: 2, 3: -257, -1: 1, -2: POINT_X, -3: POINT_Y}, NotSupported),
        ({1: 3, 3: -7, -1: MODULUS, -2: b"\1\0\1"}, NotSupported),
        ({1: 3, 3: -257, -1: MODULUS[:128], -2: b"\1\0\1"}, NotSupported),
        ({1: 3, 3: -257, -1: MODULUS * 3, -2: b"\1\0\1"}, NotSupported),
        ({1: 3, 3: -257, -1: b"\x0f", -2: b"\3"}, NotSupported),
        ({1: 2, 3: "ES256", -1: 1, -2: POINT_X, -3: POINT_Y}, NotSupported),
        ({1: 2, 3: -7, -1: 1, -2: None, -3: []}, Malformed),
        ([1, 2], Malformed),
    ],
    ids=["off the curve", "EC for RS256", "RSA for ES256", "RSA-1024", "RSA-6144", "RSA-4", "words", "empty", "a list"],
)
def test_a_key_that_could_never_sign_in_is_refused(key: Any, fault: type[Refused]) -> None:
    with pytest.raises(fault):
        register(Authenticator(public_key=cbor2.dumps(key)).create(creation()))


@pytest.mark.parametrize("fmt", ["apple-appattest", "", 7, None, []])
def test_an_attestation_of_an_unknown_format_is_not_supported(fmt: Any) -> None:
    with pytest.raises(NotSupported, match="is not known"):
        register(Authenticator(fmt=fmt).create(creation()))


@pytest.mark.parametrize("fmt", ["packed", "fido-u2f", "tpm", "apple", "android-key", "android-safetynet"])
def test_a_signed_attestation_without_a_signature_is_refused(fmt: str) -> None:
    credential = Authenticator(fmt=fmt).create(creation())
    attestation = cbor2.loads(decode(credential["response"]["attestationObject"]))
    for statement in ({}, {"alg": -7, "sig": b"", "x5c": [b""], "ver": "2.0", "response": b"a.b.c"}):
        credential["response"]["attestationObject"] = encode(cbor2.dumps(attestation | {"attStmt": statement}))
        with pytest.raises(Refused):
            register(credential)
