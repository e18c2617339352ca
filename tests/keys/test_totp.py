"""Time-based one-time passwords against the vectors of RFC 6238, appendix B."""

from __future__ import annotations

import base64
import re

import pytest

from keys import totp
from keys.entropy import SeededEntropy

SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
"""Moment → eight digits; we show the last six of them."""


@pytest.mark.parametrize(("moment", "digits"), VECTORS.items())
def test_the_vectors_of_the_rfc_hold(moment: int, digits: str) -> None:
    assert totp.code(SECRET, totp.step(moment)) == digits[-6:]
    assert totp.matching_step(SECRET, digits[-6:], moment) == moment // 30


def test_a_secret_is_32_bytes_in_base32() -> None:
    entropy = SeededEntropy(7)
    first, second = totp.mint_secret(entropy), totp.mint_secret(entropy)
    assert first != second
    assert re.fullmatch(r"[A-Z2-7]{52}", first)
    assert len(base64.b32decode(first + "====")) == 32


@pytest.mark.parametrize("padding", ["", "===="])
def test_a_secret_may_lack_its_padding_and_be_in_lower_case(padding: str) -> None:
    secret = totp.mint_secret(SeededEntropy(7))
    assert totp.code(secret.lower() + padding, 1) == totp.code(secret, 1)


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_good_one_step_early_or_late(late: int, taken: bool) -> None:
    moment = 1_800_000_000
    code = totp.code(SECRET, totp.step(moment))
    assert totp.matching_step(SECRET, code, moment + late) == (totp.step(moment) if taken else None)


def test_the_first_step_of_all_has_none_before_it() -> None:
    assert totp.matching_step(SECRET, totp.code(SECRET, 0), 0.0) == 0


@pytest.mark.parametrize(
    "given", ["", "28708", "2870820", "٢٨٧٠٨٢", "２８７０８２", "abcdef", " 287082", "\ud800", "💥"]
)
def test_what_is_not_the_code_is_refused(given: str) -> None:
    assert totp.matching_step(SECRET, given, 59) is None


def test_a_moment_belongs_to_the_step_that_it_falls_in() -> None:
    assert [totp.step(moment) for moment in (0, 29.999, 30, 59.999, 60)] == [0, 0, 1, 1, 2]
