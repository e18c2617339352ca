"""Randomness and what is drawn from it."""

from __future__ import annotations

import re
import threading
import uuid
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import entropy
from keys.entropy import SeededEntropy, SystemEntropy

CLASSES = {
    "RequireUppercase": r"[A-Z]",
    "RequireLowercase": r"[a-z]",
    "RequireNumbers": r"[0-9]",
    "RequireSymbols": r"[\^$*.\[\]{}()?\"!@#%&/\\,><':;|_~`=+\- ]",
}


class Script:
    """Bytes written down beforehand."""

    def __init__(self, content: bytes) -> None:
        self.left = content

    def token_bytes(self, n: int) -> bytes:
        drawn, self.left = self.left[:n], self.left[n:]
        assert len(drawn) == n, "the script is over"
        return drawn


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = SeededEntropy(7), SeededEntropy(7)
    sizes = (1, 16, 12, 300, 0, 5)
    assert [first.token_bytes(n) for n in sizes] == [second.token_bytes(n) for n in sizes]


def test_a_seed_goes_on_giving_the_same_bytes_in_later_versions() -> None:
    assert SeededEntropy(7).token_bytes(8).hex() == "58cff98b9c3c8839"


def test_another_seed_and_another_call_give_other_bytes() -> None:
    e = SeededEntropy(7)
    assert len({e.token_bytes(16), e.token_bytes(16), SeededEntropy(8).token_bytes(16)}) == 3


def test_threads_that_share_a_seeded_entropy_never_get_the_same_bytes() -> None:
    e = SeededEntropy(7)
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.extend(e.token_bytes(16) for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = SeededEntropy(7)
    assert sorted(drawn) == sorted(alone.token_bytes(16) for _ in range(2000))


@given(st.integers(0, 2000))
def test_the_system_gives_as_many_bytes_as_asked(n: int) -> None:
    assert len(SystemEntropy().token_bytes(n)) == n


def test_the_system_does_not_repeat_itself() -> None:
    e = SystemEntropy()
    assert len({e.token_bytes(16) for _ in range(100)}) == 100


def test_a_byte_that_would_favour_some_digits_is_dropped() -> None:
    assert entropy.digits(Script(bytes([250, 255, 9, 249])), 2) == "99"
    assert entropy.digits(Script(bytes([0, 250, 13])), 2) == "03"


def test_every_byte_counts_where_the_alphabet_divides_256() -> None:
    assert entropy.characters(Script(bytes([0, 255])), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 2) == "A7"


def test_digits_are_equally_likely() -> None:
    counts = Counter(entropy.digits(SeededEntropy(1), 20_000))
    assert set(counts) == set("0123456789")
    expected = 2_000
    chi_squared = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_squared < 27.9  # p = 0.001 with 9 degrees of freedom; the seed is fixed


def test_an_empty_alphabet_is_refused_rather_than_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="1 to 256"):
        entropy.characters(SeededEntropy(1), "", 1)


@given(st.integers(0, 2**32), st.integers(1, 700))
def test_a_choice_is_one_of_the_items(seed: int, count: int) -> None:
    assert entropy.choice(SeededEntropy(seed), range(count)) in range(count)


def test_a_choice_drops_what_would_favour_some() -> None:
    assert entropy.choice(Script(bytes([255, 254])), "abc") == "c"
    assert entropy.choice(Script(b"\xff\xff\x01\x2c"), range(300)) == 0
    assert Counter(entropy.choice(Script(bytes([n])), "abc") for n in range(255)) == {
        "a": 85,
        "b": 85,
        "c": 85,
    }


def test_there_is_no_choice_among_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        entropy.choice(SeededEntropy(1), [])


@given(st.integers(0, 2**32))
def test_a_uuid_is_a_random_one_of_rfc_4122(seed: int) -> None:
    drawn = entropy.uuid(SeededEntropy(seed))
    parsed = uuid.UUID(drawn)
    assert (str(parsed), parsed.version, parsed.variant) == (drawn, 4, uuid.RFC_4122)


@given(st.integers(0, 2**32))
def test_a_sub_has_the_shape_of_aws(seed: int) -> None:
    shape = r"[0-9a-f]{8}-[0-9a-f]{4}-70[0-9a-f]{2}-[0-9a-f]{4}-[0-9a-f]{12}"
    assert re.fullmatch(shape, "34c84488-e0e1-70ae-d2ee-991ad1a898c8")
    assert re.fullmatch(shape, entropy.sub(SeededEntropy(seed)))


def test_a_sub_is_random_outside_its_mark() -> None:
    e = SeededEntropy(3)
    columns = list(zip(*(entropy.sub(e).replace("-", "") for _ in range(500)), strict=True))
    assert [place for place, column in enumerate(columns) if len(set(column)) < 16] == [12, 13]


@given(st.integers(0, 2**32))
def test_ids_and_secrets_have_the_shape_of_aws(seed: int) -> None:
    e = SeededEntropy(seed)
    assert re.fullmatch(r"[A-Za-z0-9]{9}", entropy.pool_suffix(e))
    assert re.fullmatch(r"[a-z0-9]{26}", entropy.client_id(e))
    assert re.fullmatch(r"[a-z0-9]{51}", entropy.client_secret(e))


@given(
    st.integers(0, 2**32),
    st.fixed_dictionaries({}, optional={"MinimumLength": st.integers(6, 99), **dict.fromkeys(CLASSES, st.booleans())}),
)
def test_a_temporary_password_satisfies_its_policy(seed: int, policy: dict[str, Any]) -> None:
    drawn = entropy.temporary_password(SeededEntropy(seed), policy)
    assert len(drawn) == max(8, policy.get("MinimumLength", 0))
    for rule, letters in CLASSES.items():
        if policy.get(rule):
            assert re.search(letters, drawn), rule
    assert drawn == drawn.strip()
    assert policy.get("RequireSymbols") or drawn.isalnum()


def test_no_position_of_a_temporary_password_gives_its_class_away() -> None:
    e, policy = SeededEntropy(5), dict.fromkeys(CLASSES, True)
    columns = zip(*(entropy.temporary_password(e, policy) for _ in range(400)), strict=True)
    for column in columns:
        assert all(any(re.match(letters, letter) for letter in column) for letters in CLASSES.values())


def test_symbols_need_no_escaping_and_are_symbols_to_aws() -> None:
    assert not set(entropy.SYMBOLS) & set("<>&\"'`\\,. ")
    assert all(re.match(CLASSES["RequireSymbols"], symbol) for symbol in entropy.SYMBOLS)
