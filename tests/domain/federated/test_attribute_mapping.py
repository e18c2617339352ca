"""Claims become attributes: each kind of JSON value has its text."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.providers import attribute_mapping
from storage.records.providers import IdentityProvider


def provider(kind: str = "OIDC", **mapping: str) -> IdentityProvider:
    return IdentityProvider("pool", "Corp", {"ProviderType": kind, "AttributeMapping": mapping}, 0, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ana", "Ana"),
        ("", ""),
        ("[a, b]", "[a, b]"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (7, "7"),
        (1.5, "1.5"),
        (None, None),
        ([], "[]"),
        (["a"], "[a]"),
        (["a", "b"], "[a, b]"),
        (["a b", "c,d", "é", "x.y-z*_", "~"], "[a+b, c%2Cd, %C3%A9, x.y-z*_, %7E]"),
        (["[a, b]"], "[%5Ba%2C+b%5D]"),
        ([1, True, None], "[1, true, ]"),
        ({"country": "PT", "n": 1}, '{"country":"PT","n":1}'),
        ([{"a": 1}], "[%7B%22a%22%3A1%7D]"),
    ],
)
def test_a_claim_has_a_text(value: Any, text: str | None) -> None:
    assert attribute_mapping.text(value) == text


def test_only_mapped_claims_that_are_there_make_attributes() -> None:
    corp = provider(email="mail", name="full_name", nickname="nick", username="uid", gender="gender")
    claims = {"mail": "a@b.c", "full_name": "", "nick": None, "uid": "7", "other": "x"}
    assert attribute_mapping.mapped(corp, claims) == {"email": "a@b.c", "name": ""}


def test_names_of_claims_are_whole_names() -> None:
    found = attribute_mapping.mapped(provider(locale="address.country"), {"address": {"country": "PT"}})
    assert found == {}
    assert attribute_mapping.mapped(provider(locale="a.b"), {"a.b": "x"}) == {"locale": "x"}


@pytest.mark.parametrize(
    ("kind", "claim"), [("OIDC", "sub"), ("Google", "sub"), ("Facebook", "id"), ("LoginWithAmazon", "user_id")]
)
def test_each_kind_of_provider_has_its_subject(kind: str, claim: str) -> None:
    assert attribute_mapping.subject(provider(kind), {claim: "7", "other": "x"}) == "7"
    assert attribute_mapping.subject(provider(kind, username="other"), {claim: "7", "other": "x"}) == "x"
    assert attribute_mapping.subject(provider(kind), {"other": "x"}) is None


@pytest.mark.parametrize(
    ("value", "subject"), [(7, "7"), ("7", "7"), (True, None), (None, None), ("", None), ([7], None), (1.5, None)]
)
def test_a_subject_is_a_text_or_a_whole_number(value: Any, subject: str | None) -> None:
    assert attribute_mapping.subject(provider(), {"sub": value}) == subject
