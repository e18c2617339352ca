"""Authorization codes, browser sessions, sign-ins at providers: spent once, found by digest, swept once expired."""

from __future__ import annotations

import pytest

from storage.store import Store
from storage.unit import Unit
from storage.violations import StaleRead, UniqueViolation
from tests.storage.configuration import a_provider
from tests.storage.oauth_rows import a_browser_session, a_federated_sign_in, a_metadata_document, an_authorization_code
from tests.storage.rows import NOON, a_client, a_pool, a_user


def test_a_code_is_spent_once_and_names_the_family_that_it_gave(unit: Unit) -> None:
    pool = a_pool(unit)
    client, ana = a_client(unit, pool), a_user(unit, pool)
    code = an_authorization_code(client, ana, challenge="c")
    unit.authorization_codes.add(code)
    assert unit.authorization_codes.get("code") == code
    assert unit.authorization_codes.spend("code", "jti") is True
    assert unit.authorization_codes.spend("code", "another") is False
    kept = unit.authorization_codes.get("code")
    assert kept
    assert (kept.spent, kept.origin_jti) == (True, "jti")
    assert unit.authorization_codes.spend("made up", None) is False


def test_what_has_expired_is_swept(unit: Unit) -> None:
    pool = a_pool(unit)
    client, ana = a_client(unit, pool), a_user(unit, pool)
    for age in (1, 2, 0):
        unit.authorization_codes.add(an_authorization_code(client, ana, f"code {age}", expires=NOON - age))
        unit.browser_sessions.add(a_browser_session(ana, f"cookie {age}", f"sso {age}", expires=NOON - age))
    assert [unit.authorization_codes.sweep(NOON, 1), unit.authorization_codes.sweep(NOON, 9)] == [1, 1]
    assert unit.browser_sessions.sweep(NOON, 9) == 2
    assert [session.digest for session in unit.browser_sessions.of(ana.id)] == ["cookie 0"]


def test_documents_that_were_put_stay(unit: Unit) -> None:
    fetched, put = (a_metadata_document(f"https://{name}/", put=name == "put") for name in ("fetched", "put"))
    unit.metadata_documents.put(fetched)
    unit.metadata_documents.put(put)
    assert unit.metadata_documents.sweep(NOON + 1, 9) == 1
    assert unit.metadata_documents.all() == [put]
    assert unit.metadata_documents.delete_put("https://fetched/") == 0
    assert unit.metadata_documents.delete_put(None) == 1


def test_a_sign_in_at_a_provider_is_spent_once(unit: Unit) -> None:
    pool = a_pool(unit)
    client = a_client(unit, pool)
    a_provider(unit, pool)
    sign_in = a_federated_sign_in(client, kept={"request": "_1"})
    unit.federated_sign_ins.add(sign_in)
    assert unit.federated_sign_ins.get("state") == sign_in
    assert unit.federated_sign_ins.spend("state") is True
    assert unit.federated_sign_ins.spend("state") is False
    assert unit.federated_sign_ins.get("state") is None


def test_a_sign_in_at_a_provider_that_is_gone_is_not_stored(store: Store) -> None:
    with pytest.raises(StaleRead), store.unit(writes=True) as unit:
        unit.federated_sign_ins.add(a_federated_sign_in(a_client(unit, a_pool(unit)), "Gone"))


def test_of_two_who_found_a_sign_in_at_a_provider_one_spends_it(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        a_provider(unit, pool)
        unit.federated_sign_ins.add(a_federated_sign_in(a_client(unit, pool)))

    def other() -> None:
        store.while_released = None
        with store.unit(writes=True) as unit:
            assert unit.federated_sign_ins.spend("state") is True

    with store.unit(writes=True) as unit:
        assert unit.federated_sign_ins.get("state")
        store.while_released = other
        with unit.released():
            pass
        assert unit.federated_sign_ins.spend("state") is False


def test_an_assertion_is_used_once_by_provider_however_long_its_id_is(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_other")
    used = "_" + "x" * 10_000
    unit.used_assertions.add(pool.id, "Corp", used, NOON)
    unit.used_assertions.add(pool.id, "Other", used, NOON)
    unit.used_assertions.add(other.id, "Corp", used, NOON)
    unit.used_assertions.add(pool.id, "Corp", used + "y", NOON)
    with pytest.raises(UniqueViolation):
        unit.used_assertions.add(pool.id, "Corp", used, NOON + 1)


def test_sign_ins_at_providers_and_used_assertions_are_swept(unit: Unit) -> None:
    pool = a_pool(unit)
    client = a_client(unit, pool)
    a_provider(unit, pool)
    for age in (1, 2, 0):
        unit.federated_sign_ins.add(a_federated_sign_in(client, digest=f"state {age}", expires=NOON - age))
        unit.used_assertions.add(pool.id, "Corp", f"_{age}", NOON - age)
    assert [unit.federated_sign_ins.sweep(NOON, 1), unit.federated_sign_ins.sweep(NOON, 9)] == [1, 1]
    assert unit.federated_sign_ins.get("state 0")
    assert [unit.used_assertions.sweep(NOON, 9), unit.used_assertions.sweep(NOON, 9)] == [2, 0]
