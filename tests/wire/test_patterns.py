from __future__ import annotations

import re
import time
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.wire import model, patterns

SERVICES: tuple[model.Name, ...] = ("cognito-idp", "cognito-identity", "sts")
PATTERNS = sorted(
    {shape.pattern for name in SERVICES for shape in model.load(name).shapes.values() if shape.pattern is not None}
)
CHARACTERS = (
    'aZfg059_-+=/.,:;@#{}[]!~"\\ \t\n\r\x0b\x00\x7f\x85\xa0éÅ日ßªא٣½€°¿«\u0301\u200b\u2028\u2029\u3000\ufffd😀𝒜'
)
TOKENS = [
    *CHARACTERS,
    "{####}",
    "{##",
    "##}",
    "arn:",
    "a:b",
    "us-east-1",
    "_ab",
    ":0-a",
    "Level1",
    "cognito:default",
]
TEXTS = st.lists(st.sampled_from(TOKENS), max_size=12).map("".join)


def slowly(pattern: str) -> re.Pattern[str]:
    """The same pattern for Python, every category spelt out in the characters that the tests use."""

    def spelt(found: re.Match[str]) -> str:
        return "".join(re.escape(one) for one in set("".join(TOKENS)) if category(one)[0] == found[1])

    spelt_out = re.sub(r"\\p\{(\w)\}", spelt, pattern)
    outside_classes = re.sub(r"(?<![\\\[\w])\.(?=\*)", r"[^\\n\\r\\x85\\u2028\\u2029]", spelt_out)
    return re.compile(spelt_out if pattern.startswith("(?s)") else outside_classes, re.ASCII)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_of_the_models_agrees_with_a_slow_reading_of_it(pattern: str) -> None:
    fast, slow = patterns.matcher(pattern), slowly(pattern)

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(TEXTS)
    def agree(text: str) -> None:
        assert bool(fast(text)) == bool(slow.fullmatch(text)), text

    agree()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_character_alone_is_judged_alike(pattern: str) -> None:
    fast, slow = patterns.matcher(pattern), slowly(pattern)
    for one in CHARACTERS:
        for text in (one, one * 3, f"a{one}b", f"a{one}"):
            assert bool(fast(text)) == bool(slow.fullmatch(text)), text


def test_the_slow_reading_reads_dots_as_java_does() -> None:
    sms = slowly(r".*\{####\}.*")
    assert sms.fullmatch("Your code is {####}.")
    assert not sms.fullmatch("Your code\u2028is {####}.")


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "josé+日本@例え.jp", True),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a b", False),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a\u3000b", False),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a\n", False),
        (r"[\w+]+", "é", False),
        (r"[\S]+", "p\u00a0w", True),
        (r"\d+", "٣", False),
        (r".*\{####\}.*", "one\ntwo {####}", False),
        (r".*\{####\}.*", "one\u0085two {####}", False),
        (r"(?s).*", "one\ntwo", True),
        (r"^[a-z]+$", "abc\n", False),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "@@@", True),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "@@", False),
    ],
)
def test_patterns_mean_what_they_mean_in_java(pattern: str, text: str, fits: bool) -> None:
    assert bool(patterns.matcher(pattern)(text)) is fits


def test_a_pattern_that_the_translation_would_get_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match="non-ASCII"):
        patterns.matcher("[\\p{L}é]+")


def test_no_pattern_takes_long_over_a_hostile_text() -> None:
    units = ["@", "{####}", "{##", "{## ##}", "a", "_", "a_", ":", "a:", "x_a", "é", "日本{##", ".", "-", "0"]
    texts = [unit * (100_000 // len(unit)) + tail for unit in units for tail in ("", "!", "\x00", "\u2028")]
    slowest = 0.0
    for pattern in PATTERNS:
        matches = patterns.matcher(pattern)
        for text in texts:
            began = time.process_time()
            matches(text)
            slowest = max(slowest, time.process_time() - began)
    assert slowest < 1, "100 000 characters take some 30 ms; a backtracking pattern takes minutes"
