"""ListUsers: filters, attributes, pages."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from tests.api.people import refused, sign_up
from tests.builders import Api, a_client, a_pool, a_user, pairs
from tests.conftest import NOON

PEOPLE = {
    "ana": {
        "email": "ana@example.com",
        "phone_number": "+15550000001",
        "name": "Ana Diaz",
        "given_name": "Ana",
        "family_name": "Diaz",
        "preferred_username": "annie",
    },
    "anders": {
        "email": "anders@example.org",
        "phone_number": "+15550000002",
        "name": "Anders Berg",
        "given_name": "Anders",
        "family_name": "Berg",
        "preferred_username": "berg",
    },
    "bea": {"name": 'Bea "the Bee" \\ Lee'},
}


@pytest.fixture
def pool(api: Api) -> str:
    """Ana and Anders are confirmed, Bea waits for her confirmation and is disabled."""
    pool = a_pool(api)
    for username in ("ana", "anders"):
        a_user(api, pool, username, **PEOPLE[username])
    sign_up(api, a_client(api, pool), "bea", **PEOPLE["bea"])
    api.idp("AdminDisableUser", UserPoolId=pool, Username="bea")
    return pool


def listed(api: Api, pool: str, **members: Any) -> list[str]:
    return [user["Username"] for user in api.idp("ListUsers", UserPoolId=pool, **members)["Users"]]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", ["ana", "anders", "bea"]),
        ("  ", ["ana", "anders", "bea"]),
        ('username = "ana"', ["ana"]),
        ('username ^= "an"', ["ana", "anders"]),
        ('username = "Ana"', []),
        ('email = "ana@example.com"', ["ana"]),
        ('email ^= "an"', ["ana", "anders"]),
        ('email="ana@example.com"', ["ana"]),
        ('"email"  ^=  "anders"', ["anders"]),
        ('phone_number = "+15550000002"', ["anders"]),
        ('phone_number ^= "+1555"', ["ana", "anders"]),
        ('name = "Ana Diaz"', ["ana"]),
        ('name ^= "An"', ["ana", "anders"]),
        ('name = "Bea \\"the Bee\\" \\\\ Lee"', ["bea"]),
        ('given_name = "Anders"', ["anders"]),
        ('given_name ^= "A"', ["ana", "anders"]),
        ('family_name = "Diaz"', ["ana"]),
        ('family_name ^= "B"', ["anders"]),
        ('preferred_username = "annie"', ["ana"]),
        ('preferred_username ^= "b"', ["anders"]),
        ('cognito:user_status = "CONFIRMED"', ["ana", "anders"]),
        ('cognito:user_status = "unconfirmed"', ["bea"]),
        ('cognito:user_status ^= "UN"', ["bea"]),
        ('status = "Enabled"', ["ana", "anders"]),
        ('status = "Disabled"', ["bea"]),
        ('status = "disabled"', []),
        ('status ^= "Dis"', ["bea"]),
        ('status ^= "E"', ["ana", "anders"]),
        ('status ^= ""', ["ana", "anders", "bea"]),
        ('status ^= "x"', []),
        ('email = ""', []),
        ('email = "nobody@example.com"', []),
        ('name ^= "\' OR 1=1 --"', []),
        ('name ^= "%"', []),
        ('name ^= "A_a"', []),
        ('name ^= "\U0010ffff"', []),
    ],
)
def test_a_filter_finds(api: Api, pool: str, wanted: str, found: list[str]) -> None:
    assert listed(api, pool, Filter=wanted) == found


@pytest.mark.parametrize("operator", ["=", "^="])
def test_a_filter_finds_a_sub(api: Api, pool: str, operator: str) -> None:
    sub = api.idp("AdminGetUser", UserPoolId=pool, Username="bea")["UserAttributes"][0]["Value"]
    assert listed(api, pool, Filter=f'sub {operator} "{sub}"') == ["bea"]


def test_a_prefix_lists_in_the_order_of_the_values(api: Api, pool: str) -> None:
    for username, email in [("cleo", "anb@example.com"), ("dora", "an@example.com")]:
        a_user(api, pool, username, email=email)
    assert listed(api, pool, Filter='email ^= "an"') == ["dora", "ana", "cleo", "anders"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("nonsense", "Error while parsing filter."),
        ("email = ana", "Error while parsing filter."),
        ('email == "a"', "Error while parsing filter."),
        ('email != "a"', "Error while parsing filter."),
        ('email = "a', "Error while parsing filter."),
        ('email = "a" and name = "b"', "Error while parsing filter."),
        ('email = "a\\"', "Error while parsing filter."),
        ('= "a"', "Error while parsing filter."),
        ('custom:plan = "a"', "Invalid search attribute: custom:plan"),
        ('nickname = "a"', "Invalid search attribute: nickname"),
        ('Email = "a"', "Invalid search attribute: Email"),
        ('password = "a"', "Invalid search attribute: password"),
    ],
)
def test_a_filter_is_refused(api: Api, pool: str, wanted: str, message: str) -> None:
    with refused("InvalidParameterException", message):
        listed(api, pool, Filter=wanted)


def test_a_user_is_shown_whole(api: Api, pool: str) -> None:
    user = api.idp("ListUsers", UserPoolId=pool, Filter='username = "ana"')["Users"][0]
    assert user == {
        "Username": "ana",
        "Attributes": pairs({"sub": user["Attributes"][0]["Value"], **PEOPLE["ana"]}),
        "UserCreateDate": NOON,
        "UserLastModifiedDate": NOON,
        "Enabled": True,
        "UserStatus": "CONFIRMED",
    }


def test_only_the_attributes_asked_for_are_shown(api: Api, pool: str) -> None:
    wanted = {"Filter": 'cognito:user_status = "CONFIRMED"', "AttributesToGet": ["email", "family_name"]}
    answer = api.idp("ListUsers", UserPoolId=pool, **wanted)
    assert [user["Attributes"] for user in answer["Users"]] == [
        pairs({"email": "ana@example.com", "family_name": "Diaz"}),
        pairs({"email": "anders@example.org", "family_name": "Berg"}),
    ]


def test_an_attribute_that_a_listed_user_lacks_cannot_be_asked_for(api: Api, pool: str) -> None:
    bea = api.idp("ListUsers", UserPoolId=pool, Filter='username = "bea"', AttributesToGet=["sub", "name"])
    assert [pair["Name"] for pair in bea["Users"][0]["Attributes"]] == ["sub", "name"]
    for members in ({}, {"Filter": 'username = "bea"'}, {"Filter": 'status = "Disabled"', "Limit": 1}):
        with refused("InvalidParameterException", "One or more requested attributes do not exist."):
            listed(api, pool, AttributesToGet=["name", "family_name"], **members)


def test_no_attributes_are_shown_where_none_are_asked_for(api: Api, pool: str) -> None:
    answer = api.idp("ListUsers", UserPoolId=pool, AttributesToGet=[])
    assert [(user["Username"], user["Attributes"]) for user in answer["Users"]] == [
        ("ana", []),
        ("anders", []),
        ("bea", []),
    ]


def test_an_attribute_that_the_pool_lacks_cannot_be_asked_for(api: Api, pool: str) -> None:
    with refused("InvalidParameterException", "One or more requested attributes do not exist."):
        listed(api, pool, AttributesToGet=["email", "custom:plan"])


def pages(api: Api, pool: str, **members: Any) -> list[list[str]]:
    found: list[list[str]] = []
    token = None
    while True:
        answer = api.idp("ListUsers", UserPoolId=pool, **members, **({"PaginationToken": token} if token else {}))
        found.append([user["Username"] for user in answer["Users"]])
        token = answer.get("PaginationToken")
        if token is None:
            return found


def many(api: Api, count: int) -> str:
    pool = a_pool(api)
    for number in range(count):
        email = f"u{number % 2}@example.com"
        api.idp(
            "AdminCreateUser",
            UserPoolId=pool,
            Username=f"user{number:02}",
            MessageAction="SUPPRESS",
            UserAttributes=pairs({"email": email}),
        )
    return pool


def test_pages_hold_every_user_once(api: Api) -> None:
    pool = many(api, 7)
    assert [len(page) for page in pages(api, pool, Limit=3)] == [3, 3, 1]
    assert list(chain(*pages(api, pool, Limit=3))) == [f"user{number:02}" for number in range(7)]
    assert sorted(chain(*pages(api, pool, Limit=2, Filter='email ^= "u"'))) == listed(api, pool)
    assert [len(page) for page in pages(api, pool, Limit=2, Filter='email = "u1@example.com"')] == [2, 1]
    assert [len(page) for page in pages(api, pool, Limit=7)] == [7]


@pytest.mark.parametrize("limit", [{}, {"Limit": 0}, {"Limit": 60}])
def test_sixty_users_make_a_page_where_no_less_are_asked_for(api: Api, limit: dict[str, int]) -> None:
    assert [len(page) for page in pages(api, many(api, 61), **limit)] == [60, 1]


def test_writes_between_pages_neither_repeat_nor_skip(api: Api) -> None:
    pool = many(api, 6)
    first = api.idp("ListUsers", UserPoolId=pool, Limit=3)
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="user00")
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="user02")
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="user04")
    a_user(api, pool, "new")
    assert listed(api, pool, PaginationToken=first["PaginationToken"]) == ["user03", "user05", "new"]


@pytest.mark.parametrize("limit", [-1, 61])
def test_a_limit_outside_its_range_is_refused(api: Api, pool: str, limit: int) -> None:
    bound = "greater than or equal to 0" if limit < 0 else "less than or equal to 60"
    words = f"Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value {bound}"
    with refused("InvalidParameterException", f"1 validation error detected: {words}"):
        listed(api, pool, Limit=limit)


def test_a_forged_token_is_refused(api: Api) -> None:
    pool, other = many(api, 3), many(api, 3)
    token = api.idp("ListUsers", UserPoolId=pool, Limit=1)["PaginationToken"]
    flipped = ("A" if token[0] != "A" else "B") + token[1:]
    forged = [(pool, "MQ=="), (pool, "nonsense"), (pool, flipped), (other, token), (pool, "é")]
    for where, tried in forged:
        with refused("InvalidParameterException", "Invalid pagination token given."):
            listed(api, where, PaginationToken=tried)
    with refused("InvalidParameterException", "Invalid pagination token given."):
        listed(api, pool, PaginationToken=token, Filter='email ^= "u"')


def test_a_pool_without_users_lists_none(api: Api) -> None:
    assert api.idp("ListUsers", UserPoolId=a_pool(api)) == {"Users": []}


@pytest.mark.parametrize("sensitive", [True, False])
def test_filters_ignore_case_but_for_the_username_and_status(api: Api, sensitive: bool) -> None:
    pool = a_pool(api, UsernameConfiguration={"CaseSensitive": sensitive})
    given = {**PEOPLE["ana"], "email": "Ana@Example.com", "family_name": "ÉMILE", "preferred_username": "ANNIE"}
    sub = {pair["Name"]: pair["Value"] for pair in a_user(api, pool, **given)["Attributes"]}["sub"]
    for name, value in [*given.items(), ("sub", sub), ("cognito:user_status", "CONFIRMED")]:
        for typed in (value, value.upper(), value.lower(), value.swapcase()):
            assert listed(api, pool, Filter=f'{name} = "{typed}"') == ["ana"], typed
            assert listed(api, pool, Filter=f'{name} ^= "{typed[:3]}"') == ["ana"], typed
    for wanted in ('username = "ANA"', 'username ^= "A"', 'status = "ENABLED"', 'status ^= "e"'):
        assert listed(api, pool, Filter=wanted) == []
    shown = api.idp("ListUsers", UserPoolId=pool, AttributesToGet=["family_name"])["Users"][0]
    assert shown["Attributes"] == pairs({"family_name": "ÉMILE"})


def test_a_changed_attribute_is_found_in_any_case(api: Api, pool: str) -> None:
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="bea", UserAttributes=pairs({"name": "BEA"}))
    assert listed(api, pool, Filter='name = "bea"') == ["bea"]
