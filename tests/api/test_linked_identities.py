"""Users who may sign in with identities elsewhere: linked, told of in `identities`, and taken apart again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from keys.signing import SigningKey, generate
from storage.store import Store
from tests.api import web
from tests.api.provider_calls import SOCIAL, a_provider
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, claims, refusal, sign_in
from tests.conftest import NOON

ANA = {"ProviderName": "Cognito", "ProviderAttributeValue": "ana"}
MERGING = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
LINKED = "SourceUser is already linked to DestinationUser"
NOBODY = ("UserNotFoundException", "User does not exist.")
INVALID = "InvalidParameterException"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return generate()


@pytest.fixture
def pool(api: Api) -> str:
    """A pool with Ana, Google, and Corp, which maps the e-mail address."""
    pool = a_pool(api)
    a_user(api, pool, "ana", email="ana@example.com")
    a_provider(api, pool, "Google", "Google", SOCIAL, AttributeMapping={"email": "email"})
    a_provider(api, pool, AttributeMapping={"email": "mail"})
    return pool


def source(value: str = "42", provider: str = "Google", attribute: str = "Cognito_Subject") -> dict[str, str]:
    return {"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}


def link(api: Api, pool: str, source: dict[str, str], to: dict[str, str] = ANA) -> None:
    assert api.idp("AdminLinkProviderForUser", UserPoolId=pool, DestinationUser=to, SourceUser=source) == {}


def unlink(api: Api, pool: str, user: dict[str, str]) -> None:
    assert api.idp("AdminDisableProviderForUser", UserPoolId=pool, User=user) == {}


def not_linked(api: Api, pool: str, source: dict[str, Any], to: dict[str, Any] = ANA) -> tuple[str, str]:
    return refusal(api, "AdminLinkProviderForUser", UserPoolId=pool, DestinationUser=to, SourceUser=source)


def attributes(api: Api, pool: str, username: str = "ana") -> dict[str, str]:
    answer = api.idp("AdminGetUser", UserPoolId=pool, Username=username)
    return {pair["Name"]: pair["Value"] for pair in answer["UserAttributes"]}


def identities(api: Api, pool: str, username: str = "ana") -> Any:
    return json.loads(attributes(api, pool, username).get("identities", "[]"))


class TestLinking:
    def test_a_linked_identity_is_told_of_at_once(self, api: Api, pool: str) -> None:
        link(api, pool, source())
        api.world.clock.advance(seconds=1.5)
        link(api, pool, source("ana@corp.example", "Corp", "email"))
        google = {
            "userId": "42",
            "providerName": "Google",
            "providerType": "Google",
            "issuer": None,
            "primary": False,
            "dateCreated": int(NOON * 1000),
        }
        corp = {"userId": "ana@corp.example", "providerName": "Corp", "providerType": "OIDC"}
        assert identities(api, pool) == [google, google | corp | {"dateCreated": int(NOON * 1000) + 1500}]
        shown = api.idp("ListUsers", UserPoolId=pool, AttributesToGet=["identities"])["Users"][0]["Attributes"]
        assert [pair["Name"] for pair in shown] == ["identities"]

    def test_an_identity_of_a_saml_provider_has_its_issuer(self, api: Api, pool: str, key: SigningKey) -> None:
        document = {"MetadataFile": web.metadata(web.certificate(key))}
        a_provider(api, pool, "Saml", "SAML", document)
        link(api, pool, source("ana", "Saml"))
        assert identities(api, pool)[0]["issuer"] == web.SAML_ISSUER

    def test_tokens_and_users_themselves_see_it_whatever_the_client_may_read(self, api: Api, pool: str) -> None:
        client = a_client(api, pool, ReadAttributes=["email"])
        assert "identities" not in claims(sign_in(api, client)["IdToken"])
        link(api, pool, source("🙂"))
        tokens = sign_in(api, client)
        assert claims(tokens["IdToken"])["identities"] == [
            {
                "userId": "🙂",
                "providerName": "Google",
                "providerType": "Google",
                "issuer": None,
                "primary": "false",
                "dateCreated": str(int(NOON * 1000)),
            }
        ]
        assert "identities" not in claims(tokens["AccessToken"])
        own = api.idp("GetUser", AccessToken=tokens["AccessToken"])["UserAttributes"]
        assert {pair["Name"] for pair in own} == {"sub", "email", "identities"}

    def test_nobody_writes_or_deletes_the_attribute(self, api: Api, pool: str) -> None:
        link(api, pool, source())
        before = attributes(api, pool)
        named = {"UserPoolId": pool, "Username": "ana"}
        forged = [{"Name": "identities", "Value": "[]"}]
        assert refusal(api, "AdminUpdateUserAttributes", **named, UserAttributes=forged)[0] == INVALID
        assert refusal(api, "AdminDeleteUserAttributes", **named, UserAttributeNames=["identities"])[0] == INVALID
        new = {"UserPoolId": pool, "Username": "bob", "UserAttributes": forged}
        assert refusal(api, "AdminCreateUser", **new)[0] == INVALID
        api.idp("AdminUpdateUserAttributes", **named, UserAttributes=[{"Name": "name", "Value": "Ana"}])
        assert attributes(api, pool) == before | {"name": "Ana"}

    def test_an_identity_is_linked_once(self, api: Api, pool: str) -> None:
        a_user(api, pool, "bob")
        link(api, pool, source())
        assert not_linked(api, pool, source()) == (INVALID, LINKED)
        bob = ANA | {"ProviderAttributeValue": "bob"}
        assert not_linked(api, pool, source(), bob) == (INVALID, MERGING)
        link(api, pool, source("43"), bob)
        assert identities(api, pool, "bob")[0]["userId"] == "43"

    def test_one_of_those_who_race_for_an_identity_gets_it(self, api: Api, pool: str) -> None:
        names = [f"user{number}" for number in range(4)]
        for name in names:
            a_user(api, pool, name)

        def take(name: str) -> str:
            try:
                caller = Api(api.http.application.test_client(), api.world)
                link(caller, pool, source(), ANA | {"ProviderAttributeValue": name})
            except Refused as no:
                return no.message
            return "linked"

        with ThreadPoolExecutor(4) as threads:
            assert sorted(threads.map(take, names)) == [MERGING] * 3 + ["linked"]
        assert sum(bool(identities(api, pool, name)) for name in names) == 1

    def test_who_signed_in_with_an_identity_already_is_not_merged(self, api: Api, pool: str) -> None:
        a_user(api, pool, "Google_42")
        assert not_linked(api, pool, source()) == (INVALID, MERGING)

    def test_who_came_from_a_provider_is_linked_to_another(self, api: Api, pool: str) -> None:
        a_user(api, pool, "Google_42")
        link(api, pool, source("7", "Corp"), {"ProviderName": "Google", "ProviderAttributeValue": "42"})
        assert identities(api, pool, "Google_42")[0]["providerName"] == "Corp"
        gone = {"ProviderName": "Google", "ProviderAttributeValue": "43"}
        assert not_linked(api, pool, source("8", "Corp"), gone) == NOBODY

    def test_a_user_of_the_pool_is_no_source(self, api: Api, pool: str) -> None:
        words = (
            "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, "
            "only as a DestinationUser"
        )
        assert not_linked(api, pool, source("ana", "Cognito")) == (INVALID, words)

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            (source(provider="Nowhere"), "ResourceNotFoundException"),
            (source(attribute="email"), INVALID),
            (source(provider="Corp", attribute="phone_number"), INVALID),
            (source(provider="Corp", attribute="username"), INVALID),
            (source("x" * 200, "Corp"), INVALID),
            ({"ProviderName": "Google"}, INVALID),
            ({}, INVALID),
        ],
        ids=range(7),
    )
    def test_sources_that_will_not_do_are_refused(self, api: Api, pool: str, wrong: dict[str, str], code: str) -> None:
        assert not_linked(api, pool, wrong)[0] == code
        assert identities(api, pool) == []

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            (ANA | {"ProviderAttributeValue": "nobody"}, "UserNotFoundException"),
            ({"ProviderName": "Cognito"}, INVALID),
            ({"ProviderAttributeValue": "ana"}, INVALID),
        ],
        ids=range(3),
    )
    def test_destinations_that_will_not_do_are_refused(
        self, api: Api, pool: str, wrong: dict[str, str], code: str
    ) -> None:
        assert not_linked(api, pool, source(), wrong)[0] == code

    def test_five_identities_are_the_most(self, api: Api, pool: str) -> None:
        for number in range(5):
            link(api, pool, source(str(number)))
        assert not_linked(api, pool, source("5"))[0] == "LimitExceededException"
        unlink(api, pool, source("3"))
        link(api, pool, source("5"))
        assert [each["userId"] for each in identities(api, pool)] == ["0", "1", "2", "4", "5"]

    def test_users_of_a_provider_are_linked_by_five_attributes_at_most(self, api: Api, pool: str) -> None:
        names = ["email", "name", "nickname", "locale", "website", "zoneinfo"]
        a_provider(api, pool, "Wide", AttributeMapping={name: name for name in names})
        for number, name in enumerate(names):
            a_user(api, pool, f"user{number}")
            to = ANA | {"ProviderAttributeValue": f"user{number}"}
            if number < 5:
                link(api, pool, source("x", "Wide", name), to)
            else:
                assert not_linked(api, pool, source("x", "Wide", name), to)[0] == "LimitExceededException"
        link(api, pool, source("y", "Wide", "email"))


class TestUnlinking:
    def test_a_link_that_is_gone_is_told_of_no_more_and_is_free_again(self, api: Api, pool: str) -> None:
        link(api, pool, source())
        link(api, pool, source("7", "Corp"))
        unlink(api, pool, source())
        assert [each["providerName"] for each in identities(api, pool)] == ["Corp"]
        unlink(api, pool, source("7", "Corp"))
        assert "identities" not in attributes(api, pool)
        a_user(api, pool, "bob")
        link(api, pool, source(), ANA | {"ProviderAttributeValue": "bob"})

    def test_it_is_named_as_it_was_linked(self, api: Api, pool: str) -> None:
        link(api, pool, source("ana@corp.example", "Corp", "email"))
        for other in (source("ana@corp.example", "Corp"), source("ana", "Corp", "email"), source("ana@corp.example")):
            assert refusal(api, "AdminDisableProviderForUser", UserPoolId=pool, User=other) == NOBODY
        unlink(api, pool, source("ana@corp.example", "Corp", "email"))

    def test_another_pools_link_is_not_touched(self, api: Api, pool: str) -> None:
        other = a_pool(api)
        a_provider(api, other, "Google", "Google", SOCIAL)
        link(api, pool, source())
        assert refusal(api, "AdminDisableProviderForUser", UserPoolId=other, User=source()) == NOBODY
        assert identities(api, pool)

    def test_what_was_never_linked_is_refused(self, api: Api, pool: str) -> None:
        a_user(api, pool, "Google_42")
        told = refusal(api, "AdminDisableProviderForUser", UserPoolId=pool, User=source())
        assert told == (INVALID, "Account isn't linked to anyone else, verify that the account has been linked")
        nowhere = refusal(api, "AdminDisableProviderForUser", UserPoolId=pool, User=source(provider="Nowhere"))
        assert nowhere[0] == "ResourceNotFoundException"
        for lacking in ({}, {"ProviderName": "Google"}, {"ProviderName": "Google", "ProviderAttributeValue": "42"}):
            assert refusal(api, "AdminDisableProviderForUser", UserPoolId=pool, User=lacking)[0] == INVALID

    def test_a_link_of_a_provider_that_is_gone_is_taken_apart(self, api: Api, pool: str) -> None:
        link(api, pool, source())
        api.idp("DeleteIdentityProvider", UserPoolId=pool, ProviderName="Google")
        unlink(api, pool, source())
        assert identities(api, pool) == []

    def test_a_user_of_the_pool_loses_their_password(self, api: Api, pool: str) -> None:
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]
        client = a_client(api, pool, ExplicitAuthFlows=flows)
        sign_in(api, client)
        unlink(api, pool, source("ana", "Cognito"))
        with pytest.raises(Refused, match="Incorrect username or password"):
            sign_in(api, client)
        srp = {"USERNAME": "ana", "SRP_A": "a" * 64}
        begun = api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters=srp)
        assert begun["ChallengeName"] == "PASSWORD_VERIFIER"
        named = {"UserPoolId": pool, "Username": "ana"}
        assert api.idp("AdminGetUser", **named)["UserStatus"] == "CONFIRMED"
        api.idp("AdminSetUserPassword", **named, Password=PASSWORD, Permanent=True)
        sign_in(api, client)

    def test_a_password_is_taken_by_username_alone(self, api: Api, pool: str) -> None:
        assert refusal(api, "AdminDisableProviderForUser", UserPoolId=pool, User=source("no", "Cognito")) == NOBODY
        other = source("ana", "Cognito", "email")
        assert refusal(api, "AdminDisableProviderForUser", UserPoolId=pool, User=other)[0] == INVALID


def test_links_end_with_their_user(api: Api, pool: str, store: Store) -> None:
    link(api, pool, source())
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    with store.unit(writes=False) as unit:
        assert unit.links.get(pool, "Google", "Cognito_Subject", "42") is None
    a_user(api, pool, "ana")
    link(api, pool, source())
