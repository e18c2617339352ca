"""Logins with SAML assertions: verified by the metadata that IAM has, with the roles that they name."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.iam import ListedIam
from emulator.outside.world import World
from keys import signing
from keys.signing import SigningKey
from tests import saml
from tests.api.identity_app import App, an_app, refused
from tests.api.meanwhile.moments import Moments
from tests.api.web import certificate, metadata
from tests.builders import Api, Refused
from tests.conftest import NOON
from tests.saml import moment

ARN = "arn:aws:iam::000000000000:saml-provider/corp"
STAFF, ADMIN = (f"arn:aws:iam::000000000000:role/{name}" for name in ("staff", "admin"))
ROLE = "https://aws.amazon.com/SAML/Attributes/Role"
AWS = "https://signin.aws.amazon.com/saml"
NO_TOKEN = ("NotAuthorizedException", "Invalid login token. Not a valid OpenId Connect identity token.")
UNVERIFIED = ("NotAuthorizedException", "Invalid login token. Couldn't verify signed token.")
MISMATCH = ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName")


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return signing.generate()


@pytest.fixture
def world(world: World, key: SigningKey) -> World:
    return replace(world, iam=ListedIam(metadata_documents={ARN: metadata(certificate(key, NOON - 1000))}))


@pytest.fixture
def mine(api: Api) -> App:
    app = an_app(api)
    app.update(SamlProviderARNs=[ARN])
    app.roles(Roles={})
    return app


def response(
    key: SigningKey, *roles: str, name: str = "ana", change: Callable[[str], str] = str, **members: Any
) -> str:
    """A signed response for AWS, in base64; its roles are of the provider `corp`."""
    document = saml.assertion("", name, **{"audience": "urn:amazon:webservices", "Team": "a", **members})
    sent = f'<saml:SubjectConfirmation><saml:SubjectConfirmationData Recipient="{AWS}"/></saml:SubjectConfirmation>'
    document = document.replace("</saml:Subject>", f"{sent}</saml:Subject>")
    values = "".join(f"<saml:AttributeValue>{role},{ARN}</saml:AttributeValue>" for role in roles)
    attribute = f'<saml:Attribute Name="{ROLE}">{values}</saml:Attribute>'
    document = document.replace("<saml:AttributeStatement>", f"<saml:AttributeStatement>{attribute}")
    return saml.encoded(saml.signed(change(document), key))


def role(mine: App, encoded: str, **members: str) -> str:
    """The name of the role that an assertion leads to."""
    login = {ARN: encoded}
    made = mine.credentials(mine.get_id(login), login, **members)["Credentials"]
    return mine.api.sts("GetCallerIdentity", made["AccessKeyId"], made["SessionToken"])["Arn"].split("/")[1]


def test_a_user_of_the_provider_is_one_identity_with_the_role_in_the_assertion(mine: App, key: SigningKey) -> None:
    identity = mine.get_id({ARN: response(key, STAFF)})
    assert mine.get_id({ARN: response(key, ADMIN)}) == identity
    assert mine.get_id({ARN: response(key, STAFF, name="bob")}) != identity
    assert mine.described(identity)["Logins"] == [ARN]
    assert role(mine, response(key, STAFF)) == "staff"


def test_of_several_roles_the_caller_names_one(mine: App, key: SigningKey) -> None:
    both = response(key, STAFF, ADMIN)
    assert role(mine, both, CustomRoleArn=ADMIN) == "admin"
    login = {ARN: both}
    identity = mine.get_id(login)
    assert refused(mine.credentials, identity, login)[0] == "NotAuthorizedException"
    other = "arn:aws:iam::000000000000:role/other"
    told = ("NotAuthorizedException", f"Access to Role '{other}' is forbidden.")
    assert refused(mine.credentials, identity, login, CustomRoleArn=other) == told


def test_roles_of_another_provider_do_not_count(mine: App, key: SigningKey) -> None:
    def change(document: str) -> str:
        return document.replace(f",{ARN}<", ",arn:aws:iam::000000000000:saml-provider/evil<")

    login = {ARN: response(key, ADMIN, change=change)}
    told = (
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles",
    )
    assert refused(mine.credentials, mine.get_id(login), login)[0] == told[0]
    mine.roles()
    assert role(mine, login[ARN]) == "user"


def test_role_mappings_go_by_attributes_or_by_the_roles_in_the_assertion(mine: App, key: SigningKey) -> None:
    rule = {"Claim": "Team", "MatchType": "Equals", "Value": "a", "RoleARN": ADMIN}
    rules = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    mine.roles(RoleMappings={ARN: rules})
    assert role(mine, response(key, STAFF)) == "admin"
    denied = response(key, STAFF, Team="b")
    told = ("NotAuthorizedException", f"The ambiguous role mapping rules for: {ARN} denied this request.")
    assert refused(mine.credentials, mine.get_id({ARN: denied}), {ARN: denied}) == told
    mine.roles(RoleMappings={ARN: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}})
    assert role(mine, response(key, STAFF)) == "staff"
    several = {ARN: response(key, STAFF, ADMIN)}
    assert refused(mine.credentials, mine.get_id(several), several) == told


def moved(recipient: str) -> Callable[[str], str]:
    return lambda document: document.replace(f'Recipient="{AWS}"', f'Recipient="{recipient}"')


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"issuer": "https://evil.example"}, MISMATCH),
        ({"audience": "urn:amazon:cognito:sp:us-east-1_abc"}, NO_TOKEN),
        ({"change": moved("https://evil.example/saml")}, NO_TOKEN),
        ({"change": moved("https://signin.aws.amazon.com.evil.example/saml")}, NO_TOKEN),
        ({"name": ""}, NO_TOKEN),
        ({"name": "x" * 257}, NO_TOKEN),
        ({"begins": moment(61)}, NO_TOKEN),
        ({"begins": "soon"}, NO_TOKEN),
        (
            {"ends": moment(-60)},
            ("NotAuthorizedException", f"Invalid login token. Token expired: {NOON:.0f} >= {NOON - 60:.0f}"),
        ),
    ],
)
def test_an_assertion_that_is_not_good_for_aws_is_refused(
    mine: App, key: SigningKey, members: dict[str, Any], told: tuple[str, str]
) -> None:
    assert refused(mine.get_id, {ARN: response(key, STAFF, **members)}) == told


def test_only_the_providers_key_signs_its_assertions(mine: App, key: SigningKey) -> None:
    good = saml.assertion("", audience=AWS)
    for forged in (response(signing.generate(), STAFF), saml.encoded(good), saml.encoded("<a/>"), saml.encoded("x")):
        assert refused(mine.get_id, {ARN: forged}) == UNVERIFIED
    for nonsense in ("=", "ä", "{}"):
        assert refused(mine.get_id, {ARN: nonsense}) == NO_TOKEN


def test_only_what_is_signed_is_read(mine: App, key: SigningKey) -> None:
    """Signature wrapping: the signed assertion of Ana in a response beside a forged one of Eve."""
    genuine = base64.b64decode(response(key, STAFF)).decode()
    forged = saml.assertion("", "eve", id="_2", audience=AWS)
    wrapped = (
        f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">{forged}<x>{genuine}</x></samlp:Response>'
    )
    ana = mine.get_id({ARN: response(key, STAFF)})
    assert mine.get_id({ARN: saml.encoded(wrapped)}) == ana


def test_a_provider_without_metadata_says_what_is_missing(mine: App, key: SigningKey) -> None:
    other = f"{ARN}-other"
    mine.update(SamlProviderARNs=[other])
    with pytest.raises(Refused) as refusal:
        mine.get_id({other: response(key, STAFF)})
    assert refusal.value.status == 501
    assert other in refusal.value.message
    unsupported = ("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
    assert refused(mine.get_id, {ARN: response(key, STAFF)}) == unsupported


def test_by_default_the_tags_are_the_name_and_its_identifier(mine: App, key: SigningKey) -> None:
    named = {"IdentityPoolId": mine.identity_pool, "IdentityProviderName": ARN}
    mine.api.identity("SetPrincipalTagAttributeMap", **named, UseDefaults=True)
    login = {ARN: response(key, STAFF)}
    claims = mine.opened(mine.token(mine.get_id(login), login)["Token"])
    assert claims["https://aws.amazon.com/tags"] == {"principal_tags": {"username": ["ana"]}}
    assert claims["amr"][:2] == ["authenticated", ARN]


def test_the_database_is_released_while_an_assertion_is_read(mine: App, key: SigningKey, moments: Moments) -> None:
    login, found = {ARN: response(key, STAFF)}, []
    with moments.acting(lambda: found.append(mine.get_id(login))):
        found.append(mine.get_id(login))
    assert found[0] == found[1]


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> Moments:
    return Moments(request.getfixturevalue("store"))
