"""Attacks on JWTs: nothing opens that our key did not sign, as we sign."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import given
from hypothesis import strategies as st

from keys import signing
from keys.signing import BadSignature, KeyRing, SigningKey, Unreadable

CLAIMS = {"sub": "34c84488-e0e1-70ae-d2ee-991ad1a898c8", "exp": 1}
RING = KeyRing()


def segment(content: dict[str, Any] | bytes) -> str:
    octets = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def public_pem(key: SigningKey) -> bytes:
    return signing.public_key(key).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def signed(key: SigningKey, header: dict[str, Any], payload: dict[str, Any] | bytes) -> str:
    """A token with any header and payload, truly signed (RS256) whatever its header says."""
    private = serialization.load_pem_private_key(key.pem, None)
    assert isinstance(private, RSAPrivateKey)
    content = f"{segment(header)}.{segment(payload)}"
    signature = private.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{content}.{segment(signature)}"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None, [], ["RS256"], {}, 0, "rs256", "RS384"])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_an_unsigned_token_is_refused(key: SigningKey, alg: Any, signature: str) -> None:
    forged = f"{segment({'kid': key.kid, 'alg': alg})}.{segment(CLAIMS)}.{signature}"
    with pytest.raises(Unreadable):
        RING.open_token([key], forged)


def test_a_token_without_its_signature_is_refused(key: SigningKey) -> None:
    content = RING.sign(key, CLAIMS).rsplit(".", 1)[0]
    for forged in (content, content + "."):
        with pytest.raises(Unreadable):
            RING.open_token([key], forged)
    with pytest.raises(BadSignature):
        RING.open_token([key], content + ".AAAA")


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_an_hmac_under_the_public_key_is_refused(key: SigningKey, alg: str) -> None:
    content = f"{segment({'kid': key.kid, 'alg': alg})}.{segment(CLAIMS)}"
    for secret in (public_pem(key), public_pem(key).strip(), key.kid.encode(), b""):
        proof = hmac.digest(secret, content.encode(), "sha" + alg[2:])
        for accepted in ("RS256", "RS512"):
            with pytest.raises(Unreadable):
                RING.open_token([key], f"{content}.{segment(proof)}", accepted)


def test_each_reader_accepts_one_algorithm(key: SigningKey) -> None:
    with pytest.raises(Unreadable):
        RING.open_token([key], RING.sign(key, CLAIMS, algorithm="RS512"))
    with pytest.raises(Unreadable):
        RING.open_token([key], RING.sign(key, CLAIMS), "RS512")


def test_another_algorithm_makes_a_token_unreadable_whatever_key_it_names(key: SigningKey) -> None:
    for alg in ("none", "HS256", "RS512"):
        with pytest.raises(Unreadable):
            RING.open_token([key], f"{segment({'kid': 'other', 'alg': alg})}.{segment(CLAIMS)}.AAAA")


def test_a_signature_of_another_algorithm_under_the_right_name_is_refused(key: SigningKey) -> None:
    _, payload, signature = RING.sign(key, CLAIMS, algorithm="RS512").split(".")
    with pytest.raises(BadSignature):
        RING.open_token([key], f"{segment({'kid': key.kid, 'alg': 'RS256'})}.{payload}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256", ""])
def test_no_other_algorithm_can_be_asked_for(key: SigningKey, algorithm: Any) -> None:
    with pytest.raises(ValueError, match="no algorithm"):
        RING.open_token([key], RING.sign(key, CLAIMS), algorithm)
    with pytest.raises(ValueError, match="no algorithm"):
        RING.sign(key, CLAIMS, algorithm=algorithm)


def test_a_changed_payload_is_refused(key: SigningKey) -> None:
    header, _, signature = RING.sign(key, CLAIMS).split(".")
    for changed in (CLAIMS | {"sub": "someone else"}, CLAIMS | {"exp": 2}, {}):
        with pytest.raises(BadSignature):
            RING.open_token([key], f"{header}.{segment(changed)}.{signature}")


def test_a_changed_header_is_refused(key: SigningKey) -> None:
    _, payload, signature = RING.sign(key, CLAIMS).split(".")
    with pytest.raises(BadSignature):
        RING.open_token([key], f"{segment({'kid': key.kid, 'alg': 'RS256', 'x': 1})}.{payload}.{signature}")


def test_a_change_in_any_character_is_noticed(key: SigningKey) -> None:
    token = RING.sign(key, {"sub": "a"})
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises((BadSignature, Unreadable)):
            RING.open_token([key], changed)


def test_a_key_that_the_token_brings_along_is_ignored(key: SigningKey, stranger: SigningKey) -> None:
    brought = {"jwk": {"kty": "RSA"}, "jku": "http://evil.example/jwks.json", "x5u": "http://evil.example"}
    with pytest.raises(BadSignature):
        RING.open_token([key], signed(stranger, {"kid": key.kid, "alg": "RS256", **brought}, CLAIMS))


@pytest.mark.parametrize("kid", [None, "", "../../etc/passwd", "' OR 1=1 --", "\ud800"])
def test_a_kid_that_names_no_key_is_refused(key: SigningKey, kid: str | None) -> None:
    header = {"alg": "RS256"} if kid is None else {"alg": "RS256", "kid": kid}
    with pytest.raises(BadSignature):
        RING.open_token([key], signed(key, header, CLAIMS))


@pytest.mark.parametrize("kid", [7, [], {}, None])
def test_a_kid_that_is_no_string_is_refused(key: SigningKey, kid: Any) -> None:
    with pytest.raises(Unreadable):
        RING.open_token([key], signed(key, {"alg": "RS256", "kid": kid}, CLAIMS))


@pytest.mark.parametrize("more", [{"crit": ["exp"], "exp": 1}, {"crit": []}, {"b64": False}])
def test_an_extension_that_must_be_understood_is_refused(key: SigningKey, more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        RING.open_token([key], signed(key, {"alg": "RS256", "kid": key.kid, **more}, CLAIMS))


@pytest.mark.parametrize("payload", [b"[]", b"1", b'"a"', b"null", b"{", b"\xff", b"[" * 100_000, b"9" * 5000])
def test_a_payload_that_is_no_object_is_refused_though_it_is_signed(key: SigningKey, payload: bytes) -> None:
    token = signed(key, {"alg": "RS256", "kid": key.kid}, payload)
    with pytest.raises(Unreadable):
        RING.open_token([key], token)
    with pytest.raises(Unreadable):
        signing.peek(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        "\ud800",
        "e30.e30.e30.e30",
        "bnVsbA.e30.AAAA",
        "W10.e30.AAAA",
        segment(b"[" * 100_000) + ".e30.AAAA",
        segment(b"\xff") + ".e30.AAAA",
        "x" * 20_000,
    ],
)
def test_what_is_no_jwt_is_unreadable(key: SigningKey, token: str) -> None:
    with pytest.raises(Unreadable):
        signing.peek(token)
    with pytest.raises(Unreadable):
        RING.open_token([key], token)


@given(token=st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", fullmatch=True))
def test_whatever_a_caller_sends_is_refused_in_our_own_words(key: SigningKey, token: str) -> None:
    with pytest.raises((Unreadable, BadSignature)):
        RING.open_token([key], token)


def test_that_a_signature_was_right_once_says_nothing_of_another_key_content_or_algorithm(key: SigningKey) -> None:
    token = RING.sign(key, CLAIMS)
    assert RING.open_token([key], token) == RING.open_token([key], token) == CLAIMS
    header, _, signature = token.split(".")
    namesake = SigningKey(key.kid, signing.generate().pem)
    changed = f"{header}.{segment(CLAIMS | {'exp': 2})}.{signature}"
    renamed = f"{segment({'kid': key.kid, 'alg': 'RS512'})}.{token.split('.')[1]}.{signature}"
    for _ in range(2):  # a refusal is no more remembered than it should be
        with pytest.raises(BadSignature):
            RING.open_token([namesake], token)
        with pytest.raises(BadSignature):
            RING.open_token([key], changed)
        with pytest.raises(BadSignature):
            RING.open_token([key], renamed, "RS512")


def test_the_claims_of_a_token_are_the_callers_own(key: SigningKey) -> None:
    token = RING.sign(key, {"cognito:groups": ["one"]})
    RING.open_token([key], token)["cognito:groups"].append("two")
    assert RING.open_token([key], token) == {"cognito:groups": ["one"]}
