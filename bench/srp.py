"""The client's part of SRP, with modular powers by OpenSSL, so that the client takes little of the measured time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from keys import srp

_SECRET = 0xC0FFEE << 232
SRP_A = f"{srp.power(srp.G, _SECRET):x}"


def responses(challenge: dict[str, str], pool: str, password: str) -> dict[str, Any]:
    """The ChallengeResponses of PASSWORD_VERIFIER. Computes modular powers, in about 2 ms."""
    username, moment = challenge["USER_ID_FOR_SRP"], time.strftime("%a %b %-d %H:%M:%S UTC %Y", time.gmtime())
    identity = pool.partition("_")[2] + username
    public, salt = int(challenge["SRP_B"], 16), bytes.fromhex(challenge["SALT"].zfill(32))
    u = _number(srp.pad(int(SRP_A, 16)), srp.pad(public))
    inner = hashlib.sha256(f"{identity}:{password}".encode()).digest()
    x = _number(srp.pad(int.from_bytes(salt, "big")), inner)
    base = (public - srp.K * int.from_bytes(srp.verifier(identity, password, salt), "big")) % srp.N
    prk = hmac.digest(srp.pad(u), srp.pad(srp.power(base, _SECRET + u * x)), hashlib.sha256)
    key = hmac.digest(prk, b"Caldera Derived Key\x01", hashlib.sha256)[:16]
    block = base64.b64decode(challenge["SECRET_BLOCK"])
    return {
        "USERNAME": username,
        "TIMESTAMP": moment,
        "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": srp.signature(key, identity, block, moment),
    }


def _number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")
