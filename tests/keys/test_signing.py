"""Signing keys, and the JWTs that they sign."""

from __future__ import annotations

import base64
import hashlib
import threading
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import signing
from keys.signing import BadSignature, KeyRing, SigningKey, Unreadable

CLAIMS = {"sub": "34c84488-e0e1-70ae-d2ee-991ad1a898c8", "exp": 1, "cognito:groups": ["a"], "name": "é\ud800"}
RING = KeyRing()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_a_kid_is_the_hash_of_the_public_key(key: SigningKey) -> None:
    der = signing.public_key(key).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert base64.b64decode(key.kid) == hashlib.sha256(der).digest()
    assert len(key.kid) == 44
    assert key.kid.endswith("=")


def test_a_key_is_a_sound_rsa_key_of_2048_bits(key: SigningKey) -> None:
    checked = serialization.load_pem_private_key(key.pem, None)
    assert signing.public_key(key) == checked.public_key()
    assert (signing.public_key(key).key_size, signing.public_key(key).public_numbers().e) == (2048, 65537)


def test_keys_differ(key: SigningKey, stranger: SigningKey) -> None:
    assert key.kid != stranger.kid
    assert key.pem != stranger.pem


def test_a_key_never_shows_its_private_half(key: SigningKey) -> None:
    assert "PRIVATE" not in repr(key)
    assert key.kid in repr(key)


def test_the_header_is_kid_and_alg_and_nothing_else(key: SigningKey) -> None:
    header, _ = signing.peek(RING.sign(key, CLAIMS))
    assert header == {"kid": key.kid, "alg": "RS256"}


def test_more_headers_can_be_asked_for_but_not_another_key_or_algorithm(key: SigningKey) -> None:
    asked = {"typ": "JWS", "alg": "none", "kid": "other"}
    token = RING.sign(key, CLAIMS, asked, "RS512")
    assert signing.peek(token)[0] == {"typ": "JWS", "kid": key.kid, "alg": "RS512"}
    assert RING.open_token([key], token, "RS512") == CLAIMS


@settings(max_examples=30, deadline=None)
@given(claims=st.dictionaries(st.text(), JSON))
def test_what_was_signed_opens_again(key: SigningKey, claims: dict[str, Any]) -> None:
    token = RING.sign(key, claims)
    assert RING.open_token([key], token) == claims
    assert signing.peek(token)[1] == claims


def test_the_signature_is_what_cryptography_makes_of_it(key: SigningKey) -> None:
    content, signature = RING.sign(key, CLAIMS).rsplit(".", 1)
    signing.public_key(key).verify(
        base64.urlsafe_b64decode(signature + "=="), content.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert RING.sign(key, CLAIMS) == f"{content}.{signature}"


def test_times_are_the_callers_to_judge(key: SigningKey) -> None:
    claims = {"exp": 0, "nbf": 2**40, "iat": 2**40, "aud": "someone", "iss": 7, "sub": 7}
    assert RING.open_token([key], RING.sign(key, claims)) == claims


def test_a_claim_that_is_no_json_is_not_signed(key: SigningKey) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        RING.sign(key, {"n": float("nan")})


def test_any_of_several_keys_may_have_signed(key: SigningKey, stranger: SigningKey) -> None:
    for one in (key, stranger):
        assert RING.open_token([key, stranger], RING.sign(one, CLAIMS)) == CLAIMS


def test_a_key_of_another_pool_is_refused(key: SigningKey, stranger: SigningKey) -> None:
    with pytest.raises(BadSignature):
        RING.open_token([key], RING.sign(stranger, CLAIMS))
    with pytest.raises(BadSignature):
        RING.open_token([], RING.sign(key, CLAIMS))


def test_a_key_that_calls_itself_by_anothers_kid_is_refused(key: SigningKey, stranger: SigningKey) -> None:
    forged = RING.sign(SigningKey(key.kid, stranger.pem), CLAIMS)
    with pytest.raises(BadSignature):
        RING.open_token([key], forged)
    with pytest.raises(BadSignature):
        RING.open_token([key, stranger], forged)


def test_two_keys_under_one_kid_do_not_stand_in_for_each_other(key: SigningKey, stranger: SigningKey) -> None:
    ring, namesake = KeyRing(), SigningKey(key.kid, stranger.pem)
    ours, theirs = ring.sign(key, CLAIMS), ring.sign(namesake, CLAIMS)
    assert ours != theirs
    assert ring.open_token([key], ours) == ring.open_token([namesake], theirs) == CLAIMS
    with pytest.raises(BadSignature):
        ring.open_token([key], theirs)


def test_a_token_has_one_spelling(key: SigningKey) -> None:
    token = RING.sign(key, CLAIMS)
    for other in (
        token + "=",
        token + "==",
        token + "\n",
        " " + token,
        token + ".",
        token.replace(".", ".=", 1),
    ):
        with pytest.raises(Unreadable):
            RING.open_token([key], other)


def test_only_rsa_keys_sign() -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(TypeError, match="not an RSA key"):
        RING.sign(SigningKey("ec", pem), CLAIMS)


def test_a_ring_parses_a_key_once(key: SigningKey) -> None:
    ring = KeyRing()
    for _ in range(3):
        same = SigningKey(key.kid, bytes(bytearray(key.pem)))
        ring.open_token([same], ring.sign(same, CLAIMS))
    assert ring._private.cache_info().misses == 1
    assert ring._public.cache_info().misses == 1


def test_threads_share_a_ring(key: SigningKey, stranger: SigningKey) -> None:
    ring = KeyRing()
    opened: list[dict[str, Any]] = []

    def work(mine: SigningKey, number: int) -> None:
        opened.extend(ring.open_token([mine], ring.sign(mine, {"n": number})) for _ in range(20))

    threads = [threading.Thread(target=work, args=((key, stranger)[n % 2], n)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["n"] for one in opened) == sorted(list(range(8)) * 20)
