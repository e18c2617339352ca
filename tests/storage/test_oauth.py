"""Authorization codes and browser sessions: spent once, found by digest, swept once they have expired."""

from __future__ import annotations

from storage.unit import Unit
from tests.storage.oauth_rows import a_browser_session, a_metadata_document, an_authorization_code
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
