"""Verifies the signatures of JWTs of other issuers, with the public keys of their JWK Set (RFC 7517).

Callers have to check the claims themselves, `exp` and the other times included. PyJWT is imported for the first key or
token: its import takes a twentieth of the start of a server, and few servers see either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from keys.signing import BadSignature, Unreadable, peek

if TYPE_CHECKING:
    from jwt import PyJWS

PublicKey = RSAPublicKey | EllipticCurvePublicKey
PublicKeys = Mapping[str, PublicKey]
"""By key id."""

_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_EXTENSIONS = {"crit", "b64"}
"""Header parameters that change how a JWS is to be read (RFC 7515 section 4.1.11, RFC 7797): not understood here."""
_SMALLEST, _LARGEST = 2048, 8192
_MOST = 100


@cache
def _jws() -> PyJWS:
    """Accepts neither "none" nor HMAC algorithms, for which a public key would be taken as the secret."""
    from jwt import PyJWS

    return PyJWS(algorithms=[*_RSA, *_CURVES.values()])


def public_keys(document: bytes) -> PublicKeys:
    """The keys of a JWK Set that can verify signatures, by key id. Other keys and private keys are ignored.

    Raises `ValueError` if the document is not a JWK Set.
    """
    try:
        held = json.loads(document)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    listed = held.get("keys") if isinstance(held, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no JWK Set")
    found = {jwk["kid"]: _parsed(jwk) for jwk in listed[:_MOST] if _is_for_signatures(jwk)}
    return {kid: key for kid, key in found.items() if key is not None}


def open_token(keys: PublicKeys, token: str) -> dict[str, Any]:
    """The claims of a JWT, signed with the key that its `kid` names and with an algorithm of that key.

    Raises `Unreadable` (not a JWT, or another algorithm) and `BadSignature`.
    """
    import jwt

    header, claims = peek(token)
    key = keys.get(header.get("kid", ""))
    if key is None:
        raise BadSignature("no such key")
    if header.keys() & _EXTENSIONS:
        raise Unreadable("extensions are not understood here")
    accepted = _algorithms(key)
    if header.get("alg") not in accepted:
        raise Unreadable("alg is not one of its key")
    try:
        _jws().decode(token, key, algorithms=accepted)
    except jwt.InvalidSignatureError:
        raise BadSignature("signed by another key, or changed since") from None
    except jwt.InvalidTokenError as problem:
        raise Unreadable(str(problem)) from None
    return claims


def is_time(claim: Any) -> bool:
    """Whether a claim is a time: a NumericDate (RFC 7519, section 2) up to the year 5138."""
    return isinstance(claim, int | float) and not isinstance(claim, bool) and 0 <= claim < 1e11


def _is_for_signatures(jwk: Any) -> bool:
    return isinstance(jwk, dict) and isinstance(jwk.get("kid"), str) and jwk.get("use", "sig") == "sig"


def _parsed(jwk: dict[str, Any]) -> PublicKey | None:
    """The key of a JWK. None for other types of keys, private keys, and keys that are too short (RFC 7518, 3.3)."""
    import jwt
    from jwt.algorithms import ECAlgorithm, RSAAlgorithm

    if jwk.get("kty") not in ("RSA", "EC") or "d" in jwk:
        return None
    try:
        key = RSAAlgorithm.from_jwk(jwk) if jwk["kty"] == "RSA" else ECAlgorithm.from_jwk(jwk)
    except (jwt.InvalidKeyError, ValueError, TypeError, AttributeError, KeyError, OverflowError):
        return None
    if isinstance(key, RSAPublicKey):
        return key if _SMALLEST <= key.key_size <= _LARGEST else None
    return key if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES else None


def _algorithms(key: PublicKey) -> list[str]:
    return list(_RSA) if isinstance(key, RSAPublicKey) else [_CURVES[key.curve.name]]
