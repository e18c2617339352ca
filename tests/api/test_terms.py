"""Terms documents of app clients."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Api, Refused, a_client, a_pool, refusal
from tests.conftest import NOON

LINKS = {"cognito:default": "https://example.com/terms"}


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


def some_terms(
    api: Api, pool: str, client: str, name: str = "terms-of-use", links: dict[str, str] | None = None
) -> dict[str, Any]:
    document = {"TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE", "Links": links or LINKS}
    return dict(api.idp("CreateTerms", UserPoolId=pool, ClientId=client, **document)["Terms"])


def test_a_document_is_made_found_changed_and_deleted(api: Api, pool: str, client: str) -> None:
    made = some_terms(api, pool, client)
    terms = {"UserPoolId": pool, "TermsId": made["TermsId"]}
    assert made == terms | {
        "ClientId": client,
        "TermsName": "terms-of-use",
        "TermsSource": "LINK",
        "Enforcement": "NONE",
        "Links": LINKS,
        "CreationDate": NOON,
        "LastModifiedDate": NOON,
    }
    assert api.idp("DescribeTerms", **terms)["Terms"] == made
    named = {"UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use"}
    assert api.idp("DescribeTermsByClient", **named)["Terms"] == made
    api.world.clock.advance(hours=1)
    links = {"cognito:french": "https://example.com/fr"}
    changed = api.idp("UpdateTerms", **terms, Links=links)["Terms"]
    assert changed == made | {"Links": links, "LastModifiedDate": NOON + 3600}
    listed = api.idp("ListTerms", UserPoolId=pool)["Terms"]
    kept = ("TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate")
    assert listed == [{name: changed[name] for name in kept}]
    assert api.idp("DeleteTerms", **terms) == {}
    for operation, members in (("DescribeTerms", terms), ("DeleteTerms", terms), ("DescribeTermsByClient", named)):
        assert refusal(api, operation, **members)[0] == "ResourceNotFoundException"


def test_a_client_has_one_document_of_each_name(api: Api, pool: str, client: str) -> None:
    first = some_terms(api, pool, client)
    some_terms(api, pool, client, "privacy-policy")
    some_terms(api, pool, a_client(api, pool))
    with pytest.raises(Refused, match="TermsExistsException: The app client has a document terms-of-use already"):
        some_terms(api, pool, client)
    renamed = {"UserPoolId": pool, "TermsId": first["TermsId"], "TermsName": "privacy-policy"}
    assert refusal(api, "UpdateTerms", **renamed)[0] == "TermsExistsException"


@pytest.mark.parametrize(
    "links",
    [
        {"cognito:klingon": "https://example.com"},
        {"default": "https://example.com"},
        {"cognito:default": "javascript:alert(1)"},
        {"cognito:default": "/terms"},
        {"cognito:default": "https://"},
        {"cognito:default": "https://[::1"},
        {"cognito:default": "https://example.com/" + "x" * 1024},
        {"cognito:default": ""},
    ],
)
def test_what_is_no_link_is_refused(api: Api, pool: str, client: str, links: dict[str, str]) -> None:
    with pytest.raises(Refused, match="InvalidParameterException"):
        some_terms(api, pool, client, links=links)
    assert api.idp("ListTerms", UserPoolId=pool)["Terms"] == []


def test_another_pools_document_is_not_found(api: Api, pool: str, client: str) -> None:
    terms = {"UserPoolId": a_pool(api), "TermsId": some_terms(api, pool, client)["TermsId"]}
    for operation in ("DescribeTerms", "UpdateTerms", "DeleteTerms"):
        assert refusal(api, operation, **terms)[0] == "ResourceNotFoundException"
