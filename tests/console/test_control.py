"""The console's pages of the clock, faults, the seed, operations, people and credentials."""

from __future__ import annotations

import re
from io import BytesIO

from tests.builders import Api, a_pool, refusal
from tests.console.person import HTML, Person


def test_the_clock_is_advanced_set_and_reset(api: Api) -> None:
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Clock")
    person.send("advance", advance="2h30m")
    assert "2027-01-15T10:30:00.000Z" in person.page
    person.send("now", now="2030-01-01T00:00:00Z")
    assert api.http.get("/_emulator/clock").get_json()["now"] == "2030-01-01T00:00:00.000Z"
    person.send("advance", advance="soon")
    assert person.alert.startswith("advance: 'soon' is not a duration")
    assert 'value="soon"' in person.page
    person.send("reset")
    assert api.http.get("/_emulator/clock").get_json()["offset_seconds"] == 0


def test_faults_are_added_shown_and_cleared_and_the_console_meets_none(api: Api) -> None:
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Faults")
    person.send("add", operation="ListUserPools", times="2", exception="TooManyRequestsException")
    assert "<td>TooManyRequestsException</td>" in person.page
    person.follow("User pools")
    assert refusal(api, "ListUserPools", MaxResults=1)[0] == "TooManyRequestsException"
    person.follow("Faults")
    assert '<td class="number">1</td>' in person.page
    person.send("add", operation="Nothing")
    assert person.alert == "operation: there is no operation Nothing"
    assert 'value="Nothing"' in person.page
    person.send("clear")
    assert api.http.get("/_emulator/faults").get_json() == {"faults": []}


def test_a_seed_is_pasted_or_uploaded_and_refused_in_words(api: Api) -> None:
    person = Person(api)
    person.open("/_emulator/console/seed")
    person.send("seed", document="user_pools:\n  - {Id: us-east-1_Seeded001, PoolName: seeded}\n")
    assert "The seed is applied." in person.page
    assert api.idp("DescribeUserPool", UserPoolId="us-east-1_Seeded001")["UserPool"]["Name"] == "seeded"
    person.send("seed", document="user_pools: [{PoolName: <b>}]\npools: []\n")
    assert person.alert.startswith("pools")
    assert ("&lt;b&gt;" in person.page, "<b>" in person.page) == (True, False)
    person.send("seed", document=None)
    assert person.alert == "Choose a file, or paste a document."
    token = re.findall(r'name="_csrf" value="(.*?)"', person.page)[0]
    file = (BytesIO(b'{"user_pools": [{"Id": "us-east-1_Seeded002", "PoolName": "json"}]}'), "seed.json")
    form = {"_csrf": token, "action": "seed", "file": file, "document": ""}
    assert api.http.post("/_emulator/console/seed", data=form, headers=HTML).status_code == 303
    assert api.idp("DescribeUserPool", UserPoolId="us-east-1_Seeded002")["UserPool"]["Name"] == "json"


def test_a_reset_needs_a_check_and_may_be_of_one_pool(api: Api) -> None:
    pool, other = a_pool(api), a_pool(api)
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Seed")
    person.send("reset")
    assert person.alert.startswith("Check the box")
    person.send("reset", sure="true", pool="us-east-1_nobody")
    assert person.alert == "pool: there is no pool us-east-1_nobody"
    person.send("reset", sure="true", pool=None)
    assert api.idp("ListUserPools", MaxResults=9)["UserPools"] == []
    assert pool != other


def test_operations_are_searched(api: Api) -> None:
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Operations")
    person.open("/_emulator/console/operations?q=adminget")
    assert re.findall(r"<tr><td>(\w+)</td>", person.page) == [
        "AdminGetDevice",
        "AdminGetUser",
        "AdminGetUserAuthFactors",
    ]


def test_people_of_the_stand_in_provider_are_added_and_deleted(api: Api) -> None:
    person = Person(api)
    person.open("/_emulator/")
    person.follow("People")
    assert "<td>all</td>" in person.page
    person.send("add", name="Ana <b>", email="ana@example.com", sub="a/1", provider="Google")
    [shown] = [each for each in api.http.get("/_emulator/idp/people").get_json()["people"] if each["sub"] == "a/1"]
    assert (shown["provider"], shown["claims"]) == (
        "Google",
        {"name": "Ana <b>", "email": "ana@example.com", "email_verified": True},
    )
    assert "<b>" not in person.page
    while "There are none." not in person.page:
        person.send("delete")
    assert api.http.get("/_emulator/idp/people").get_json() == {"people": []}


def test_identity_pools_are_listed_and_their_identities_deleted(api: Api) -> None:
    name = "shop"
    pool = api.identity("CreateIdentityPool", IdentityPoolName=name, AllowUnauthenticatedIdentities=True)
    found = [api.identity("GetId", IdentityPoolId=pool["IdentityPoolId"])["IdentityId"] for _ in range(27)]
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Identity pools")
    person.follow(name)
    shown = re.findall(r"<tr><td><code>(.*?)</code>", person.page)
    person.follow("next")
    shown += re.findall(r"<tr><td><code>(.*?)</code>", person.page)
    assert shown == sorted(found)
    person.open(f"/_emulator/console/identity-pools/{pool['IdentityPoolId']}")
    person.send("delete-identity")
    assert "<td><code>" + shown[0] not in person.page
    person.send("delete")
    assert "There is no identity pool in us-east-1" in person.page


def test_whose_credentials_an_access_key_is_of(api: Api) -> None:
    pool = api.identity("CreateIdentityPool", IdentityPoolName="shop", AllowUnauthenticatedIdentities=True)
    arn = "arn:aws:iam::000000000000:role/guest"
    found = {"IdentityPoolId": pool["IdentityPoolId"]}
    api.identity("SetIdentityPoolRoles", **found, Roles={"unauthenticated": arn})
    identity = api.identity("GetId", **found)["IdentityId"]
    key = api.identity("GetCredentialsForIdentity", IdentityId=identity)["Credentials"]["AccessKeyId"]
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Credentials")
    assert identity in person.open(f"/_emulator/console/credentials?access_key_id={key}")
    assert arn in person.page
    person.open("/_emulator/console/credentials?access_key_id=%3Cb%3E")
    assert person.alert.startswith("access_key_id: <b> is not of credentials")
