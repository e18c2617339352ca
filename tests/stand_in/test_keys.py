"""The stand-in provider's keys: made once, however many ask, and encrypted."""

from __future__ import annotations

from storage.store import Store
from tests.builders import Api
from tests.stand_in.visitor import NOOR, Visitor


def test_who_makes_a_key_while_another_request_does_uses_the_others(api: Api, store: Store) -> None:
    visitor = Visitor(api, "OIDC")
    keys = []

    def meanwhile() -> None:
        store.while_released = None
        keys.append(api.http.get(visitor.where.keys).get_json())

    store.while_released = meanwhile
    keys.append(api.http.get(visitor.where.keys).get_json())
    assert keys[0] == keys[1]
    assert len(keys[0]["keys"]) == 1


def test_nothing_of_a_key_a_code_or_a_person_can_be_read_in_the_database(api: Api, store: Store) -> None:
    visitor = Visitor(api, "OIDC")
    visitor.add("ana", name="Ana", email="ana@example.com")
    code = visitor.code(login_hint="ana")
    token = visitor.tokens(login_hint=NOOR)["access_token"]
    with store.unit(writes=False) as unit:
        kinds = ("key", "code", "token", "person", "session")
        found = {kind: unit.stand_in.all(kind) for kind in kinds}
    assert all(found.values())
    records = [record for each in found.values() for record in each]
    content = b"".join(record.sealed + record.key.encode() for record in records)
    for secret in (b"PRIVATE KEY", code.encode(), token.encode(), b"ana@example.com"):
        assert secret not in content
    assert [record.kind for record in records if record.expires is None] == ["key"] + ["person"] * 3
