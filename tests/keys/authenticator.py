"""An authenticator in software: what a browser's `navigator.credentials` does, with `toJSON()`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from keys.passkeys import encode

UP, UV, AT = 0x01, 0x04, 0x40
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass
class Authenticator:
    """Makes passkeys and proves that it has them. Its settings say how it behaves from now on."""

    origin: str = "http://localhost:8080"
    rp_id: str | None = None
    """For which relying party it works, whatever the options say."""
    algorithm: int = -7
    aaguid: bytes = bytes(16)
    attachment: str | None = "platform"
    transports: list[str] = field(default_factory=lambda: ["internal", "hybrid"])
    verifies_user: bool = True
    counts: bool = True
    fmt: str = "none"
    public_key: bytes | None = None
    """What it registers instead of its key, in COSE."""
    seed: str | None = None
    """What credential ids are made of, where they are not to differ."""
    id_bytes: int = 20
    """Length of credential ids."""
    count: int = 0
    credentials: dict[str, tuple[Private, str, bytes]] = field(default_factory=dict)
    """Credential id → its key, its relying party, its user handle."""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """`navigator.credentials.create()`."""
        rp_id = self.rp_id or options["rp"]["id"]
        key = _generate(self.algorithm)
        drawn = hashlib.sha256((self.seed or f"{len(self.credentials)} {options['challenge']}").encode()).digest()
        raw = drawn[:20] + hashlib.shake_256(drawn).digest(self.id_bytes - 20)
        self.credentials[encode(raw)] = (key, rp_id, options["user"]["id"])
        attested = self.aaguid + len(raw).to_bytes(2, "big") + raw + (self.public_key or _cose(key, self.algorithm))
        data = self._data(rp_id, AT) + attested
        client_data = self._client_data("webauthn.create", options["challenge"])
        statement: dict[str, Any] = {}
        if self.fmt == "packed":
            signed = data + hashlib.sha256(client_data).digest()
            statement = {"alg": self.algorithm, "sig": _signed(key, signed)}
        response = {
            "clientDataJSON": encode(client_data),
            "attestationObject": encode(cbor2.dumps({"fmt": self.fmt, "attStmt": statement, "authData": data})),
            "authenticatorData": encode(data),
            "transports": self.transports,
        }
        return self._credential(raw, response)

    def get(self, options: dict[str, Any], id: str | None = None) -> dict[str, Any]:
        """`navigator.credentials.get()`, with the first credential that is allowed, or the one with that id."""
        allowed = [entry["id"] for entry in options["allowCredentials"]]
        chosen = id or next(each for each in allowed if each in self.credentials)
        key, rp_id, handle = self.credentials[chosen]
        data = self._data(self.rp_id or rp_id)
        client_data = self._client_data("webauthn.get", options["challenge"])
        response = {
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(_signed(key, data + hashlib.sha256(client_data).digest())),
            "userHandle": handle,
        }
        return self._credential(chosen, response)

    def _data(self, rp_id: str, flags: int = 0) -> bytes:
        self.count += self.counts
        flags |= UP | (UV if self.verifies_user else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(data).encode()

    def _credential(self, id: bytes | str, response: dict[str, Any]) -> dict[str, Any]:
        named = id if isinstance(id, str) else encode(id)
        credential = {"id": named, "rawId": named, "type": "public-key", "response": response}
        if self.attachment:
            credential["authenticatorAttachment"] = self.attachment
        return credential | {"clientExtensionResults": {}}


def _generate(algorithm: int) -> Private:
    if algorithm == -257:
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP384R1() if algorithm == -35 else ec.SECP256R1())


def _cose(key: Private, algorithm: int) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return cbor2.dumps({1: 3, 3: algorithm, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")})
    point = key.public_key().public_numbers()
    size = (key.curve.key_size + 7) // 8
    curve = 2 if algorithm == -35 else 1
    return cbor2.dumps(
        {1: 2, 3: algorithm, -1: curve, -2: point.x.to_bytes(size, "big"), -3: point.y.to_bytes(size, "big")}
    )


def _signed(key: Private, content: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), SHA256())
    return key.sign(content, ec.ECDSA(SHA256()))
