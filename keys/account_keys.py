"""AWS-shaped credentials: access keys that encode their account, and session tokens that carry a MAC.

Nothing is stored: the server recognises its own credentials by the server key, after a restart too. The credentials are
invalid at AWS. AWS does not document how an access key encodes its account; the encoding is known nevertheless.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from keys.entropy import Entropy, characters

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""The Base32 alphabet (RFC 4648) of access keys and unique ids."""

_SHAPE = re.compile(r"[A-Z]{4}([A-Z2-7]{8})([A-Z2-7])[A-Z2-7]{7,}")
_OFFSET = 1 << 39
_TOKEN_START = b"!\n\torigin_ec"  # "IQoJb3JpZ2luX2Vj" in base64, as AWS's session tokens start
_TAG_BYTES = 32


class Forged(ValueError):
    """A session token that this server did not issue, or that was changed since."""


def mint_access_key(entropy: Entropy, account: str, prefix: str = "ASIA") -> str:
    """A random access key id of the account, 20 characters: the prefix, the encoded account, 39 random bits."""
    return prefix + _account_part(account, entropy.token_bytes(1)) + characters(entropy, ALPHABET, 7)


def account_of(access_key_id: str) -> str | None:
    """The 12-digit account in an access key id or in the unique id of a role, None if the id encodes no account."""
    shaped = _SHAPE.fullmatch(access_key_id)
    if shaped is None:
        return None
    half = int.from_bytes(base64.b32decode(shaped[1]), "big") - _OFFSET
    account = 2 * half + ALPHABET.index(shaped[2]) // 16
    return f"{account:012}" if half >= 0 and account < 10**12 else None


def role_id(role_arn: str, account: str) -> str:
    """The unique id of a role, the same for the same ARN: `AROA` and 17 characters that encode the account."""
    drawn = hashlib.sha256(role_arn.encode("utf-8", "surrogatepass")).digest()
    return "AROA" + _account_part(account, drawn[:1]) + "".join(ALPHABET[byte % 32] for byte in drawn[1:9])


def secret_access_key(server_key: bytes, access_key_id: str, expires: int) -> str:
    """The secret access key of an access key that expires at `expires` (epoch seconds): 40 characters of base64."""
    proof = hmac.digest(server_key, f"secret\n{access_key_id}\n{expires}".encode(), hashlib.sha256)
    return base64.b64encode(proof).decode()[:40]


def session_token(server_key: bytes, payload: Mapping[str, Any], least_size: int = 0) -> str:
    """A session token with `payload` (JSON), authenticated but not encrypted. One line of ASCII.

    It has at least `least_size` characters: spaces after the JSON pad it.
    """
    body = json.dumps(dict(payload), separators=(",", ":"), allow_nan=False).encode()
    body = body.ljust(-(-least_size * 3 // 4) - len(_TOKEN_START) - _TAG_BYTES)
    return base64.b64encode(_TOKEN_START + _tag(server_key, body) + body).decode()


def open_session_token(server_key: bytes, token: str) -> dict[str, Any]:
    """The payload of a session token. The caller has to check whether the token has expired. Raises `Forged`."""
    try:
        raw = base64.b64decode(token, validate=True)
    except ValueError:
        raise Forged("not base64") from None
    head = len(_TOKEN_START) + _TAG_BYTES
    tag, body = raw[len(_TOKEN_START) : head], raw[head:]
    # The last character of base64 may have unused bits: accept only the canonical encoding.
    if not raw.startswith(_TOKEN_START) or base64.b64encode(raw).decode() != token:
        raise Forged("not a session token")
    if not hmac.compare_digest(tag, _tag(server_key, body)):
        raise Forged("not minted by this server")
    payload: dict[str, Any] = json.loads(body)
    return payload


def payload_of(server_key: bytes, access_key_id: str, token: str) -> dict[str, Any]:
    """As `open_session_token`, of the token that belongs to an access key, by its `akid`. Raises `Forged`."""
    payload = open_session_token(server_key, token)
    if payload["akid"] != access_key_id:
        raise Forged("the session token is of another access key")
    return payload


def _account_part(account: str, drawn: bytes) -> str:
    """Nine characters: half the account number in the first 8, and its lowest bit as the upper bit of the last one."""
    if not re.fullmatch(r"[0-9]{12}", account):
        raise ValueError(f"not a 12-digit account: {account!r}")
    half, odd = divmod(int(account), 2)
    return base64.b32encode((half + _OFFSET).to_bytes(5, "big")).decode() + ALPHABET[16 * odd + drawn[0] % 16]


def _tag(server_key: bytes, body: bytes) -> bytes:
    return hmac.digest(server_key, b"session\n" + body, hashlib.sha256)
