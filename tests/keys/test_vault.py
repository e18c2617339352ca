"""Encryption at rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import vault
from keys.entropy import SeededEntropy, SystemEntropy
from keys.vault import Tampered, Vault

KEY = bytes(range(32))


class Stuck:
    """An entropy that is broken."""

    def token_bytes(self, n: int) -> bytes:
        return b"\0" * n


@given(st.binary(max_size=3000), st.text(max_size=50))
def test_what_is_sealed_opens_again(content: bytes, context: str) -> None:
    assert Vault(KEY).open(Vault(KEY).seal(content, context), context) == content


def test_what_is_sealed_does_not_show() -> None:
    sealed = Vault(KEY).seal(b"a secret of some length", "row 1")
    assert b"secret" not in sealed
    assert sealed[0] == 1
    assert len(sealed) == 1 + 12 + len(b"a secret of some length") + 16


def test_the_same_content_is_sealed_differently_each_time() -> None:
    kept = Vault(KEY, SystemEntropy())
    assert kept.seal(b"content", "row 1") != kept.seal(b"content", "row 1")


def test_it_opens_under_no_other_context() -> None:
    sealed = Vault(KEY).seal(b"content", "row 1")
    for context in ("row 2", "", "row 1 ", "row 1\0"):
        with pytest.raises(Tampered):
            Vault(KEY).open(sealed, context)


def test_it_opens_under_no_other_key() -> None:
    sealed = Vault(KEY).seal(b"content", "row 1")
    with pytest.raises(Tampered):
        Vault(vault.new_key(SystemEntropy())).open(sealed, "row 1")


def test_a_change_in_any_bit_is_noticed() -> None:
    sealed = Vault(KEY).seal(b"content", "row 1")
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            Vault(KEY).open(bytes(changed), "row 1")


def test_anything_cut_short_or_lengthened_is_refused() -> None:
    sealed = Vault(KEY).seal(b"content", "row 1")
    for other in [*(sealed[:end] for end in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(Tampered):
            Vault(KEY).open(other, "row 1")


@given(st.binary(max_size=100))
def test_anything_made_up_is_refused(made_up: bytes) -> None:
    for other in (made_up, b"\x01" + made_up):
        with pytest.raises(Tampered):
            Vault(KEY).open(other, "row 1")


def test_an_entropy_that_repeats_itself_never_repeats_a_nonce_for_other_content() -> None:
    sealed = [Vault(KEY, Stuck()).seal(*args) for args in ((b"a", "1"), (b"b", "1"), (b"a", "2"), (b"", "1a"))]
    nonces = {one[1:13] for one in sealed}
    assert len(nonces) == 4
    assert b"\0" * 12 not in nonces


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_32_bytes(size: int) -> None:
    assert len(vault.new_key(SystemEntropy())) == 32
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(bytes(size))


def test_new_keys_differ() -> None:
    e = SeededEntropy(1)
    assert vault.new_key(e) != vault.new_key(e)


def test_a_mac_tells_messages_apart() -> None:
    kept = Vault(KEY)
    tag = kept.mac(b"message")
    assert len(tag) == 32
    assert kept.verify_mac(b"message", tag)
    assert not kept.verify_mac(b"another", tag)
    assert not Vault(bytes(32)).verify_mac(b"message", tag)


def test_half_a_mac_is_enough_and_less_is_not() -> None:
    kept = Vault(KEY)
    tag = kept.mac(b"message")
    assert [size for size in range(33) if kept.verify_mac(b"message", tag[:size])] == list(range(16, 33))
    assert not kept.verify_mac(b"message", tag + b"\0")
    assert not kept.verify_mac(b"message", tag[1:17])


def test_each_purpose_has_a_key_of_its_own_that_stays_the_same() -> None:
    kept = Vault(KEY)
    assert kept.credential_key == Vault(KEY).credential_key != Vault(bytes(32)).credential_key
    assert KEY not in (kept.credential_key, kept.mac(b""))
    assert len(kept.credential_key) == 32


def test_what_was_sealed_by_the_first_version_still_opens() -> None:
    sealed = bytes.fromhex("01cd970ca4939f21638c1df2e4da69eca674d3ab817ad5e3da4886f55ac5c1e9fb038a52")
    assert Vault(KEY).open(sealed, "row 1") == b"content"
    assert Vault(KEY).mac(b"message").hex() == "a35fea192084d86423b97fcc3bae6e00f3e7f8236f500dfc8c1c42002e9b585d"
    assert Vault(KEY).credential_key.hex() == "fcf3d2edb24a5e9b1b8768d587f1f04f1e0909531cfc271f3c8522d67bfb0668"


def test_json_is_opened_as_it_was_sealed_and_in_its_context_alone() -> None:
    content = {"a": [1, None, "é"], "b": {"c": 1.5}}
    vault = Vault(KEY)
    assert vault.open_json(vault.seal_json(content, "one"), "one") == content
    with pytest.raises(Tampered):
        vault.open_json(vault.seal_json(content, "one"), "another")


def test_a_key_that_was_sealed_in_advance_is_not_sealed_again() -> None:
    kept = Vault(KEY, SystemEntropy())
    sealed = kept.seal_key(b"key", "kid")
    assert kept.seal_key(b"key", "kid") == sealed
    assert kept.open(sealed, "kid") == b"key"
    for content, kid in ((b"other", "kid"), (b"key", "other")):
        assert kept.open(kept.seal_key(content, kid), kid) == content
