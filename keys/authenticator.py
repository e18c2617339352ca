"""An authenticator in software: the credentials that a device answers to WebAuthn options, in the form of `toJSON()`.

For tests without a browser. Keys are ECDSA on P-256 (ES256), the user is present and verified (WebAuthn level 2,
section 6.1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from keys.entropy import Entropy
from keys.passkeys import ES256, Malformed, decode, encode

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_AAGUID = bytes(16)
_ID_BYTES = 20
_SIGNED_ATTESTATION = frozenset({"direct", "enterprise"})
"""The attestation conveyance for which the attestation is signed, with the credential's own key (`packed`)."""


class Unanswerable(ValueError):
    """The options are none that a device could answer. str() says why."""


class Key(Struct, frozen=True):
    """A credential of the device. `pem` is its private key, `count` the signatures that it has made."""

    id: str
    rp_id: str
    user_handle: str
    pem: str
    count: int = 0


class Request(Struct, frozen=True):
    """The part of CREDENTIAL_REQUEST_OPTIONS that a device needs: `allowed` are the ids of credentials."""

    challenge: str
    rp_id: str
    allowed: Sequence[str]


def is_creation(options: Mapping[str, Any]) -> bool:
    """Whether options are for a new credential, rather than for the proof of one."""
    return "rp" in options or "pubKeyCredParams" in options


def create(options: Mapping[str, Any], e: Entropy) -> tuple[Key, dict[str, Any]]:
    """A new credential for CredentialCreationOptions, and the device's answer. Raises Unanswerable."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    challenge, rp_id = _challenge(options), _text(options, "rp", "id")
    handle = _text(options, "user", "id")
    parameters = options.get("pubKeyCredParams")
    offered = [each.get("alg") for each in parameters if isinstance(each, dict)] if isinstance(parameters, list) else []
    if ES256 not in offered:
        raise Unanswerable("pubKeyCredParams does not offer ES256 (-7), the algorithm of this device")
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    raw = e.token_bytes(_ID_BYTES)
    key = Key(encode(raw), rp_id, handle, pem.decode())
    attested = _AAGUID + len(raw).to_bytes(2, "big") + raw + _cose(private.public_key())
    data = _data(key, _ATTESTED) + attested
    client_data = _client_data("webauthn.create", challenge, rp_id)
    response = {
        "clientDataJSON": encode(client_data),
        "attestationObject": encode(_attestation(key, data, client_data, options.get("attestation"))),
        "authenticatorData": encode(data),
        "transports": ["internal"],
    }
    return key, _credential(key, response)


def read_request(options: Mapping[str, Any]) -> Request:
    """What options ask that are not for a new credential. Raises Unanswerable."""
    listed = options.get("allowCredentials") or []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Unanswerable("allowCredentials is not a list of objects")
    return Request(_challenge(options), _text(options, "rpId"), [str(each.get("id")) for each in listed])


def prove(request: Request, key: Key) -> tuple[Key, dict[str, Any]]:
    """The key with its counter increased, and the device's answer, signed by it."""
    used = replace(key, count=key.count + 1)
    data = _data(used)
    client_data = _client_data("webauthn.get", request.challenge, key.rp_id)
    response = {
        "clientDataJSON": encode(client_data),
        "authenticatorData": encode(data),
        "signature": encode(_signed(key, data, client_data)),
        "userHandle": key.user_handle,
    }
    return used, _credential(key, response)


def _data(key: Key, flags: int = 0) -> bytes:
    """Authenticator data (WebAuthn level 2, section 6.1), without attested credential data."""
    rp_id_hash = hashlib.sha256(key.rp_id.encode()).digest()
    return rp_id_hash + bytes([flags | _PRESENT | _VERIFIED]) + key.count.to_bytes(4, "big")


def _client_data(kind: str, challenge: str, rp_id: str) -> bytes:
    """The client data of a page of the relying party itself: https://, which every relying party may use."""
    data = {"type": kind, "challenge": challenge, "origin": f"https://{rp_id}", "crossOrigin": False}
    return json.dumps(data, separators=(",", ":")).encode()


def _attestation(key: Key, data: bytes, client_data: bytes, conveyance: Any) -> bytes:
    """The attestation object: `none`, or `packed` by the credential's own key (sections 8.7 and 8.2)."""
    from cbor2 import dumps

    statement: dict[str, Any] = {}
    if conveyance in _SIGNED_ATTESTATION:
        statement = {"alg": ES256, "sig": _signed(key, data, client_data)}
    return dumps({"fmt": "packed" if statement else "none", "attStmt": statement, "authData": data})


def _cose(public: Any) -> bytes:
    """A public key on P-256 in COSE (RFC 8152, section 13.1.1)."""
    from cbor2 import dumps

    point = public.public_numbers()
    return dumps({1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})


def _signed(key: Key, data: bytes, client_data: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    private = load_pem_private_key(key.pem.encode(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise RuntimeError("a credential of the device has a key of another kind")
    return private.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))


def _credential(key: Key, response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": key.id,
        "rawId": key.id,
        "type": "public-key",
        "response": dict(response),
        "authenticatorAttachment": "platform",
        "clientExtensionResults": {},
    }


def _challenge(options: Mapping[str, Any]) -> str:
    """The challenge, as base64url without padding, which is how browsers put it into client data."""
    try:
        return encode(decode(_text(options, "challenge")))
    except Malformed:
        raise Unanswerable("challenge is not base64url") from None


def _text(options: Mapping[str, Any], *path: str) -> str:
    value: Any = options
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(value, str) or not value:
        raise Unanswerable(f"{'.'.join(path)} is missing, or not a string")
    return value
