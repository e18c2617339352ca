"""Public keys as others read them."""

from __future__ import annotations

import base64

import jwt
import pytest

from keys import jwks, signing
from keys.signing import KeyRing, SigningKey


def test_a_jwk_has_the_members_that_cognito_publishes_in_its_order(key: SigningKey) -> None:
    published = jwks.jwk(key)
    assert list(published) == ["alg", "e", "kid", "kty", "n", "use"]
    assert published | {"n": "", "kid": ""} == {
        "alg": "RS256",
        "e": "AQAB",
        "kid": "",
        "kty": "RSA",
        "n": "",
        "use": "sig",
    }
    assert published["kid"] == key.kid


def test_n_is_the_modulus_in_unpadded_base64url(key: SigningKey) -> None:
    numbers = signing.public_key(key).public_numbers()
    n = jwks.jwk(key)["n"]
    assert "=" not in n
    assert int.from_bytes(base64.urlsafe_b64decode(n + "=="), "big") == numbers.n
    assert len(n) == 342


def test_a_set_keeps_the_order_of_its_keys(key: SigningKey, stranger: SigningKey) -> None:
    published = jwks.jwk_set([stranger, key])
    assert [one["kid"] for one in published["keys"]] == [stranger.kid, key.kid]
    assert jwks.jwk_set([]) == {"keys": []}


def test_nothing_private_is_published(key: SigningKey) -> None:
    private = {"d", "p", "q", "dp", "dq", "qi"}
    assert not private & jwks.jwk(key).keys()


@pytest.mark.parametrize("algorithm", ["RS256", "RS512"])
def test_a_client_can_verify_our_tokens_with_the_published_set(
    key: SigningKey, stranger: SigningKey, algorithm: signing.Algorithm
) -> None:
    token = KeyRing().sign(key, {"sub": "a"}, algorithm=algorithm)
    published = jwt.PyJWKSet.from_dict(jwks.jwk_set([stranger, key], algorithm))
    found = published[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, found, algorithms=[algorithm]) == {"sub": "a"}
