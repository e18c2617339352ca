"""/_emulator/idp/people: who can sign in at the stand-in provider."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import Api

PATH = "/_emulator/idp/people"
ANA = {"provider": "Google", "sub": "ana-1", "claims": {"email": "ana@example.com", "groups": ["a", "b"]}}


def people(api: Api, **query: str) -> list[dict[str, Any]]:
    response = api.http.get(PATH, query_string=query)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.get_json()["people"]
    return found


def test_two_people_exist_from_the_start_and_are_known_to_every_provider(api: Api) -> None:
    first = people(api)
    assert [each["provider"] for each in first] == ["*", "*"]
    assert [each["claims"]["email"] for each in first] == ["noor@example.com", "mika@example.com"]
    assert people(api, provider="SAML") == first


def test_people_are_added_after_the_first_two_and_known_to_their_provider_alone(api: Api) -> None:
    first = people(api)
    assert api.http.post(PATH, json={"people": [ANA]}).get_json() == {"people": [ANA]}
    assert people(api) == [*first, ANA]
    assert people(api, provider="Google") == [*first, ANA]
    assert people(api, provider="Facebook") == first


def test_a_person_with_the_same_provider_and_subject_is_replaced(api: Api) -> None:
    first = people(api)
    api.http.post(PATH, json={"people": [ANA, {**ANA, "provider": "OIDC"}]})
    changed = {**ANA, "claims": {"email": "new@example.com"}}
    api.http.post(PATH, json={"people": [changed]})
    assert people(api) == [*first, changed, {**ANA, "provider": "OIDC"}]


def test_a_person_without_a_subject_gets_one(api: Api) -> None:
    added = api.http.post(PATH, json={"people": [{"claims": {"name": "Ana"}}]}).get_json()["people"]
    assert added[0]["provider"] == "*"
    assert added[0]["sub"].isdecimal()
    assert len(added[0]["sub"]) == 21
    assert people(api)[2:] == added


def test_one_person_may_be_added_by_themselves_and_for_a_provider_by_its_name_in_a_pool(api: Api) -> None:
    details = {
        "client_id": "any",
        "client_secret": "any",
        "authorize_scopes": "openid",
        "oidc_issuer": "https://x.example",
    }
    urls = dict.fromkeys(("authorize_url", "token_url", "attributes_url", "jwks_uri"), "https://x.example/")
    api.idp(
        "CreateIdentityProvider",
        UserPoolId=api.idp("CreateUserPool", PoolName="shop")["UserPool"]["Id"],
        ProviderName="Corp",
        ProviderType="OIDC",
        ProviderDetails={**details, **urls, "attributes_request_method": "GET"},
    )
    ana = {"provider": "Corp", "sub": "ana-1", "claims": {"email": "ana@example.com"}}
    added = api.http.post("/_emulator/idp/people", json=ana).get_json()["people"]
    assert added == [{**ana, "provider": "OIDC"}]
    assert api.http.get("/_emulator/idp/people?provider=Corp").get_json()["people"][-1] == added[0]
    assert api.http.delete("/_emulator/idp/people?provider=Corp&sub=ana-1").status_code == 200


def test_people_are_removed_one_by_one_or_all_the_first_two_included(api: Api) -> None:
    first = people(api)
    api.http.post(PATH, json={"people": [ANA]})
    assert api.http.delete(PATH, query_string={"provider": "Google", "sub": "ana-1"}).get_json() == {}
    assert people(api) == first
    assert api.http.delete(PATH, query_string={"sub": "nobody"}).status_code == 404
    assert api.http.delete(PATH).status_code == 200
    assert people(api) == []
    assert api.http.delete(PATH).status_code == 200


def test_a_reset_brings_the_first_two_back(api: Api) -> None:
    first = people(api)
    api.http.delete(PATH)
    api.http.post(PATH, json={"people": [ANA]})
    api.http.post("/_emulator/reset")
    assert people(api) == first


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "the body is not a JSON object"),
        ({}, "the body is {"),
        ({"people": {}}, "the body is {"),
        ({"people": ["ana"]}, "a person is {"),
        ({"people": [{"name": "Ana"}]}, "a person is {"),
        ({"people": [{"provider": "google"}]}, "provider: 'google' is none of *, OIDC, Google,"),
        ({"people": [{"sub": 1}]}, "sub: it is not a string"),
        ({"people": [{"sub": "x" * 256}]}, "sub: it is not a string"),
        ({"people": [{"claims": []}]}, None),
        ({"people": [{"claims": ["a"]}]}, "claims: it is not an object"),
        ({"people": [{"claims": {"sub": "x"}}]}, "claims: sub is a member of the person"),
        ({"people": [{"claims": {"a": "x" * 40_000}}]}, "claims: it is not an object"),
        (
            {"people": [{"claims": {"a": json.loads("[" * 900 + "]" * 900)}}]},
            "claims: they are nested more than 64 deep",
        ),
        ({"people": [{}] * 999}, "people: there would be more than 1000"),
    ],
)
def test_what_is_no_person_is_refused_in_words_and_nobody_is_added(api: Api, body: Any, words: str | None) -> None:
    response = api.http.post(PATH, json=body)
    if words is None:
        assert response.status_code == 200
        return
    assert response.status_code == 400
    assert response.get_json()["error"].startswith(words)
    assert len(people(api)) == 2


def test_a_page_of_another_site_may_neither_read_nor_change_them(api: Api) -> None:
    for method in ("GET", "POST", "DELETE"):
        response = api.http.open(PATH, method=method, json={"people": []}, headers={"Origin": "https://evil.example"})
        assert response.status_code == 403
    assert len(people(api)) == 2
