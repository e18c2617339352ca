"""PKCE: the vectors of RFC 7636, appendix B, and what is no challenge or verifier."""

from __future__ import annotations

import base64

import pytest

from emulator.oauth import pkce
from tests.oauth.browser import CHALLENGE, VERIFIER


def test_the_challenge_is_that_of_rfc_7636_appendix_b() -> None:
    first = [116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186]
    last = [22, 212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121]
    assert base64.urlsafe_b64encode(bytes([*first, *last])).rstrip(b"=").decode() == VERIFIER
    assert pkce.challenge(VERIFIER) == CHALLENGE
    assert pkce.objection(VERIFIER, CHALLENGE) is None


@pytest.mark.parametrize(
    ("verifier", "challenge", "objection"),
    [
        (None, None, None),
        (None, CHALLENGE, "code_verifier is missing"),
        (VERIFIER, None, "there was no code_challenge"),
        (VERIFIER[:-1] + "l", CHALLENGE, "code_verifier is wrong"),
        (CHALLENGE, CHALLENGE, "code_verifier is wrong"),
        ("short", pkce.challenge("short"), "code_verifier is wrong"),
        ("a" * 129, pkce.challenge("a" * 129), "code_verifier is wrong"),
        ("a" * 128, pkce.challenge("a" * 128), None),
        ("é" * 50, CHALLENGE, "code_verifier is wrong"),
        (VERIFIER + "\n", CHALLENGE, "code_verifier is wrong"),
    ],
)
def test_a_verifier_fits_its_challenge_alone(
    verifier: str | None, challenge: str | None, objection: str | None
) -> None:
    assert pkce.objection(verifier, challenge) == objection


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(CHALLENGE, True), (CHALLENGE + "=", False), (CHALLENGE[:-1], False), ("+" * 43, False), ("", False)],
)
def test_a_challenge_is_a_sha_256_in_base64url(text: str, is_one: bool) -> None:
    assert pkce.is_challenge(text) is is_one
