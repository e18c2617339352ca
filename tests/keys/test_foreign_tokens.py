"""JWTs of others: only what a public key of their JWK Set signed opens, in an algorithm of that key."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from keys import foreign_tokens, jwks
from keys.foreign_tokens import PublicKeys
from keys.signing import BadSignature, KeyRing, SigningKey, Unreadable

CLAIMS = {"sub": "ana"}
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


def segment(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def published(key: SigningKey, **changes: Any) -> PublicKeys:
    listed = {**jwks.jwk(key), **changes}
    return foreign_tokens.public_keys(json.dumps({"keys": [listed]}).encode())


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_what_an_rsa_key_signed_opens(key: SigningKey, algorithm: str) -> None:
    token = jwt.encode(CLAIMS, key.pem, algorithm, {"kid": key.kid})
    assert foreign_tokens.open_token(published(key), token) == CLAIMS


@pytest.mark.parametrize("algorithm", sorted(CURVES))
def test_what_a_key_on_a_curve_signed_opens_in_the_algorithm_of_that_curve(algorithm: str) -> None:
    private = ec.generate_private_key(CURVES[algorithm])
    listed = ECAlgorithm.to_jwk(private.public_key(), as_dict=True) | {"kid": "k"}
    keys = foreign_tokens.public_keys(json.dumps({"keys": [listed]}).encode())
    token = jwt.encode(CLAIMS, private, algorithm, {"kid": "k"})
    assert foreign_tokens.open_token(keys, token) == CLAIMS
    forged = f"{segment({'alg': 'RS256', 'kid': 'k'})}.{token.split('.', 1)[1]}"
    with pytest.raises(Unreadable):
        foreign_tokens.open_token(keys, forged)


@pytest.mark.parametrize("alg", ["none", "None", "", None, [], {}, 0, "HS256", "HS512", "EdDSA", "ES256", "rs256"])
def test_another_algorithm_is_refused_whatever_proves_it(key: SigningKey, alg: Any) -> None:
    content = f"{segment({'kid': key.kid, 'alg': alg})}.{segment(CLAIMS)}"
    proof = hmac.digest(json.dumps(jwks.jwk(key)).encode(), content.encode(), "sha256")
    for signature in ("", base64.urlsafe_b64encode(proof).rstrip(b"=").decode()):
        with pytest.raises(Unreadable):
            foreign_tokens.open_token(published(key), f"{content}.{signature}")


def test_a_header_with_extensions_is_refused(key: SigningKey) -> None:
    token = KeyRing().sign(key, CLAIMS, {"crit": ["exp"], "exp": 1})
    with pytest.raises(Unreadable):
        foreign_tokens.open_token(published(key), token)


def test_a_stranger_or_another_payload_is_refused(key: SigningKey, stranger: SigningKey) -> None:
    token = KeyRing().sign(key, CLAIMS)
    with pytest.raises(BadSignature):
        foreign_tokens.open_token(published(stranger), token)
    with pytest.raises(BadSignature):
        foreign_tokens.open_token(published(stranger, kid=key.kid), token)
    head, _, signature = token.split(".")
    with pytest.raises(BadSignature):
        foreign_tokens.open_token(published(key), f"{head}.{segment({'sub': 'bob'})}.{signature}")


def test_keys_that_do_not_check_signatures_are_passed_over(key: SigningKey) -> None:
    weak = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 1024).public_key(), as_dict=True) | {"kid": "weak"}
    listed: list[Any] = [
        {**jwks.jwk(key), "use": "enc"},
        {**jwks.jwk(key), "d": "AQAB"},
        {**jwks.jwk(key), "n": "?"},
        {**jwks.jwk(key), "n": 5},
        {**jwks.jwk(key), "kid": 7},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "curve"},
        {"kty": ["RSA"], "kid": "list"},
        weak,
        "key",
        None,
    ]
    assert foreign_tokens.public_keys(json.dumps({"keys": listed}).encode()) == {}


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": {}}', b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"no JWK Set|not JSON"):
        foreign_tokens.public_keys(document)
