"""AssumeRoleWithSAML: what an assertion gives, and which ones are refused."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.iam import ListedIam
from emulator.outside.world import World
from keys import signing
from keys.signing import SigningKey
from tests.api.sts.assertions import AWS, PROVIDER, ROLE, assertion
from tests.api.sts.parties import ACCOUNT, a_table, arn, keys, refused, trusting
from tests.api.web import SAML_ISSUER, certificate, metadata
from tests.builders import Api
from tests.conftest import NOON
from tests.saml import moment

QUALIFIER = base64.b64encode(hashlib.sha1(f"{SAML_ISSUER}{ACCOUNT}/corp".encode()).digest()).decode()


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return signing.generate()


@pytest.fixture
def iam(key: SigningKey) -> ListedIam:
    return ListedIam(metadata_documents={PROVIDER: metadata(certificate(key, NOON - 1000))})


@pytest.fixture
def world(world: World, iam: ListedIam) -> World:
    return replace(world, iam=iam)


def assume(api: Api, encoded: str, **members: str) -> dict[str, str]:
    given = {"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": encoded, **members}
    return api.sts("AssumeRoleWithSAML", **given)


def no(api: Api, encoded: str, **members: str) -> tuple[int, str, str]:
    given = {"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": encoded, **members}
    return refused(api, "AssumeRoleWithSAML", **given)


def test_an_assertion_becomes_credentials_of_the_role_that_it_names(api: Api, key: SigningKey) -> None:
    told = assume(api, assertion(key, attributes={"PrincipalTag:team": "blue", "SourceIdentity": "ana"}))
    named = {name: told[name] for name in ("Subject", "Issuer", "Audience", "NameQualifier", "SourceIdentity")}
    assert named == {
        "Subject": "ana@idp",
        "Issuer": SAML_ISSUER,
        "Audience": AWS,
        "NameQualifier": QUALIFIER,
        "SourceIdentity": "ana",
    }
    who = f"arn:aws:sts::{ACCOUNT}:assumed-role/staff/ana"
    assert keys(api, told).identity == (who, told["AssumedRoleId"])
    shown = api.http.get(f"/_emulator/credentials?access_key_id={told['AccessKeyId']}").get_json()
    assert shown["principal_tags"] == {"team": "blue"}


def test_the_duration_is_that_of_the_request_the_assertion_or_the_session(api: Api, key: SigningKey) -> None:
    def end(change: Any = str, asked: dict[str, str] | None = None, **attributes: str) -> str:
        encoded = assertion(key, change=change, attributes=attributes)
        return assume(api, encoded, **(asked or {}))["Expiration"]

    assert end() == "2027-01-15T09:00:00Z"
    assert end(SessionDuration="7200") == "2027-01-15T10:00:00Z"
    assert end(asked={"DurationSeconds": "900"}, SessionDuration="7200") == "2027-01-15T08:15:00Z"

    def ending(document: str) -> str:
        statement = f'<saml:AuthnStatement SessionNotOnOrAfter="{moment(600)}"/>'
        return document.replace("<saml:AttributeStatement>", f"{statement}<saml:AttributeStatement>")

    assert end(ending) == "2027-01-15T08:10:00Z"


def test_assertions_that_are_refused(api: Api, key: SigningKey) -> None:
    invalid = (400, "InvalidIdentityToken")
    for wrong in (
        assertion(signing.generate()),
        assertion(key, attributes={"SourceIdentity": "a b"}),
        assertion(key, issuer="https://evil.example"),
        assertion(key, audience="urn:amazon:cognito:sp:pool"),
        assertion(key, attributes={"RoleSessionName": ""}),
        assertion(key, attributes={"RoleSessionName": "a b"}),
        assertion(key, attributes={"SessionDuration": "899"}),
        base64.b64encode(b"<x/>").decode(),
        "!!!!",
    ):
        assert no(api, wrong)[:2] == invalid
    assert no(api, assertion(key, ends=moment(-120)))[:2] == (400, "ExpiredTokenException")
    unknown = f"arn:aws:iam::{ACCOUNT}:saml-provider/unknown"
    assert no(api, assertion(key), PrincipalArn=unknown)[:2] == invalid
    signed = base64.b64decode(assertion(key)).decode()
    forged = base64.b64encode(signed.replace("ana@idp", "bob@idp").encode()).decode()
    assert no(api, forged)[:2] == invalid


def test_a_role_that_the_assertion_does_not_name_is_refused(api: Api, key: SigningKey) -> None:
    told = (403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
    assert no(api, assertion(key), RoleArn=arn("admin")) == told
    evil = f"arn:aws:iam::{ACCOUNT}:saml-provider/evil"
    assert no(api, assertion(key, attributes={"Role": f"{ROLE},{evil}"})) == told


class TestWithATable:
    @pytest.fixture
    def iam(self, key: SigningKey) -> ListedIam:
        trust = trusting(
            {"Federated": PROVIDER},
            "sts:AssumeRoleWithSAML",
            {"StringEquals": {"SAML:aud": AWS, "SAML:iss": SAML_ISSUER}, "StringLike": {"SAML:sub": "*@idp"}},
        )
        document = metadata(certificate(key, NOON - 1000))
        return a_table({"staff": [trust]}, saml_providers=[{"Arn": PROVIDER, "SAMLMetadataDocument": document}])

    def test_the_trust_policy_decides(self, api: Api, key: SigningKey) -> None:
        assert assume(api, assertion(key))
        assert no(api, assertion(key, name="ana@elsewhere"))[:2] == (403, "AccessDenied")
        told = no(api, assertion(key, attributes={"PrincipalTag:team": "blue"}))
        assert told == (403, "AccessDenied", "Not authorized to perform sts:TagSession")
        assert no(api, assertion(key), DurationSeconds="3601")[1] == "ValidationError"
