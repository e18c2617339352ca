"""Refresh tokens and sessions."""

from __future__ import annotations

import base64
import json
import re

from keys import opaque
from keys.entropy import SeededEntropy, SystemEntropy

AWS_START = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ."


def test_a_refresh_token_looks_like_aws_s() -> None:
    token = opaque.mint_refresh_token(SystemEntropy())
    assert token.startswith(AWS_START)
    assert re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){4}", token)
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header == {"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}
    sizes = [len(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[1:]]
    assert (sizes[0], sizes[1], sizes[3]) == (256, 12, 16)


def test_every_refresh_token_and_session_is_another() -> None:
    e = SystemEntropy()
    assert len({opaque.mint_refresh_token(e) for _ in range(50)}) == 50
    assert len({opaque.mint_session(e) for _ in range(50)}) == 50


def test_all_of_a_refresh_token_but_its_header_is_random() -> None:
    one, other = (opaque.mint_refresh_token(SeededEntropy(seed)).split(".") for seed in (1, 2))
    assert one[0] == other[0]
    assert all(mine != theirs for mine, theirs in zip(one[1:], other[1:], strict=True))


def test_a_session_looks_like_aws_s_and_fits_the_model() -> None:
    session = opaque.mint_session(SystemEntropy())
    assert re.fullmatch(r"AYABe[A-Za-z0-9_-]+", session)
    assert 20 <= len(session) <= 4096
    assert base64.urlsafe_b64decode(session + "==").startswith(bytes.fromhex("01800178"))


def test_a_secret_block_looks_like_aws_s_and_is_another_each_time() -> None:
    block = opaque.mint_secret_block(SystemEntropy())
    assert block.startswith("AgV4")
    assert len(block) == 1700
    assert len(base64.b64decode(block, validate=True)) == 1275
    assert opaque.mint_secret_block(SystemEntropy()) != block


def test_a_digest_is_sha256_in_hex() -> None:
    # FIPS 180-2, appendix B.1
    assert opaque.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_whatever_a_caller_sends_has_a_digest() -> None:
    assert len({opaque.digest(text) for text in ("", "\ud800", "?", "\0", "é")}) == 5
