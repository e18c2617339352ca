"""What each type of identity provider says of itself, and what is asked of it over the web."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp, HttpResponse
from emulator.outside.world import World
from keys.signing import SigningKey, generate
from tests.api import web
from tests.api.provider_calls import APPLE, KNOWN, OIDC, SOCIAL, a_provider, changed, described, refused
from tests.api.web import DISCOVERY, ENDPOINTS, discovery
from tests.builders import Api, Refused, a_pool
from tests.conftest import NOON

NO_CONTACT = ("InvalidParameterException", "Unable to contact well-known endpoint")
METADATA = "https://idp.example.com/metadata"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return generate()


@pytest.fixture
def pages() -> CannedHttp:
    return CannedHttp()


@pytest.fixture
def world(world: World, pages: CannedHttp) -> World:
    return replace(world, http=pages)


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


ADDED = {
    "Google": {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    },
    "Facebook": {
        "api_version": "v17.0",
        "attributes_url": "https://graph.facebook.com/v17.0/me?fields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://www.facebook.com/v17.0/dialog/oauth",
        "token_request_method": "GET",
        "token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
    },
    "LoginWithAmazon": {
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    },
    "SignInWithApple": {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    },
}
SUBJECTS = {"Google": "sub", "Facebook": "id", "LoginWithAmazon": "user_id", "SignInWithApple": "sub"}


def given(kind: str) -> dict[str, str]:
    return APPLE if kind == "SignInWithApple" else SOCIAL


class TestSocial:
    @pytest.mark.parametrize("kind", ADDED)
    def test_what_cognito_knows_is_added_and_private_keys_are_not_shown(
        self, api: Api, pool: str, pages: CannedHttp, kind: str
    ) -> None:
        made = a_provider(api, pool, kind, kind, given(kind))
        told = {name: value for name, value in given(kind).items() if name != "private_key"}
        assert made["ProviderDetails"] == told | ADDED[kind]
        assert made["AttributeMapping"] == {"username": SUBJECTS[kind]}
        assert described(api, pool, kind) == made
        assert pages.urls == []

    @pytest.mark.parametrize("kind", ADDED)
    def test_what_is_shown_may_be_sent_back(self, api: Api, pool: str, kind: str) -> None:
        made = a_provider(api, pool, kind, kind, given(kind))
        again = changed(api, pool, kind, ProviderDetails=given(kind) | made["ProviderDetails"])
        assert again == made

    def test_the_version_of_an_api_is_in_its_addresses(self, api: Api, pool: str) -> None:
        made = a_provider(api, pool, "Facebook", "Facebook", SOCIAL | {"api_version": "v21.0"})
        assert made["ProviderDetails"]["token_url"] == "https://graph.facebook.com/v21.0/oauth/access_token"

    @pytest.mark.parametrize("kind", ADDED)
    def test_every_required_key_is_required_and_blank_ones_are_not_there(self, api: Api, pool: str, kind: str) -> None:
        details = given(kind)
        words = f"{', '.join(list(details)[:-1])} and {list(details)[-1]} are all required idp details"
        for missing in details:
            lacking = {name: value for name, value in details.items() if name != missing}
            for short in (lacking, lacking | {missing: ""}):
                told = refused(api, pool, kind, kind, ProviderDetails=short)
                assert told == ("InvalidParameterException", words)


@pytest.mark.parametrize(
    ("kind", "details", "key"),
    [
        ("Google", SOCIAL | {"jwks_uri": "https://x"}, "jwks_uri"),
        ("OIDC", KNOWN | {"authorization_endpoint": "https://x"}, "authorization_endpoint"),
        ("SAML", {"MetadataURL": METADATA, "ActiveEncryptionCertificate": "MII"}, "ActiveEncryptionCertificate"),
        ("SAML", {"MetadataURL": METADATA, "metadata_url": "🙂"}, "metadata_url"),
    ],
)
def test_a_key_that_a_type_has_not_is_refused(
    api: Api, pool: str, kind: str, details: dict[str, str], key: str
) -> None:
    name = kind if kind == "Google" else "Corp"
    told = ("InvalidParameterException", f"{key} is not a valid key for {kind} identity provider details.")
    assert refused(api, pool, name, kind, ProviderDetails=details) == told


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("oidc_issuer", "corp.example.com"),
        ("oidc_issuer", "https://"),
        ("token_url", "javascript:alert(1)"),
        ("jwks_uri", "file:///etc/passwd"),
        ("authorize_url", "https://x:99999/"),
        ("authorize_url", "https://a b/"),
        ("token_url", "https://corp.example.com/\r\nX: y"),
        ("jwks_uri", "https://corp.example.com\\@evil.example/"),
        ("attributes_request_method", "PUT"),
        ("attributes_url_add_attributes", "True"),
    ],
)
def test_values_that_will_not_do_are_refused(api: Api, pool: str, pages: CannedHttp, key: str, value: str) -> None:
    code, message = refused(api, pool, ProviderDetails=KNOWN | {key: value})
    assert (code, message.startswith(key)) == ("InvalidParameterException", True)
    assert pages.urls == []


class TestOidc:
    def test_endpoints_that_are_given_are_not_asked_for(self, api: Api, pool: str, pages: CannedHttp) -> None:
        assert a_provider(api, pool)["ProviderDetails"] == KNOWN | {"attributes_url_add_attributes": "false"}
        assert pages.urls == []

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_endpoints_are_discovered(self, api: Api, pool: str, pages: CannedHttp, slash: str) -> None:
        pages.put(DISCOVERY, discovery())
        issuer = {"oidc_issuer": web.ISSUER + slash}
        made = a_provider(api, pool, details=OIDC | issuer)
        assert made["ProviderDetails"] == KNOWN | issuer | {"attributes_url_add_attributes": "false"}
        assert pages.urls == [DISCOVERY]

    def test_an_endpoint_that_is_given_wins_over_the_discovered_one(
        self, api: Api, pool: str, pages: CannedHttp
    ) -> None:
        pages.put(DISCOVERY, discovery())
        own = {"token_url": "http://localhost:9000/token"}
        details = a_provider(api, pool, details=OIDC | own)["ProviderDetails"]
        assert (details["token_url"], details["jwks_uri"]) == (own["token_url"], ENDPOINTS["jwks_uri"])

    @pytest.mark.parametrize(
        "answer",
        [
            None,
            HttpResponse(404, {}, b"{}"),
            HttpResponse(302, {"location": DISCOVERY}, b""),
            HttpResponse(200, {}, b""),
            HttpResponse(200, {}, b"<html>"),
            HttpResponse(200, {}, b"[]"),
            HttpResponse(200, {}, b"[" * 100_000),
            HttpResponse(200, {}, b"\xff\xfe\x00"),
            HttpResponse(200, {}, json.dumps(discovery(jwks_uri=None)).encode()),
            HttpResponse(200, {}, json.dumps(discovery(token_endpoint=7)).encode()),
            HttpResponse(200, {}, json.dumps(discovery(authorization_endpoint="urn:none")).encode()),
        ],
        ids=range(11),
    )
    def test_an_issuer_that_does_not_say_is_refused_and_nothing_is_kept(
        self, api: Api, pool: str, pages: CannedHttp, answer: HttpResponse | None
    ) -> None:
        pages.answers = {DISCOVERY: answer} if answer else {}
        assert refused(api, pool, ProviderDetails=OIDC) == NO_CONTACT
        assert api.idp("ListIdentityProviders", UserPoolId=pool)["Providers"] == []

    def test_a_change_asks_anew_and_a_refused_one_changes_nothing(self, api: Api, pool: str, pages: CannedHttp) -> None:
        made = a_provider(api, pool, AttributeMapping={"email": "mail"})
        members: dict[str, Any] = {"ProviderDetails": OIDC, "AttributeMapping": {"name": "n"}}
        with pytest.raises(Refused, match=NO_CONTACT[1]):
            changed(api, pool, **members)
        assert described(api, pool) == made
        pages.put(DISCOVERY, discovery(token_endpoint="https://corp.example.com/new"))
        assert changed(api, pool, **members)["ProviderDetails"]["token_url"] == "https://corp.example.com/new"

    def test_an_issuer_may_be_a_pool_of_this_server_asked_while_the_call_waits(
        self, api: Api, pool: str, pages: CannedHttp
    ) -> None:
        caller = Api(api.http.application.test_client(), api.world)
        pages.put(DISCOVERY, discovery())
        pages.meanwhile = lambda: caller.idp("CreateGroup", UserPoolId=pool, GroupName="meanwhile")
        assert a_provider(api, pool, details=OIDC)["ProviderDetails"]["jwks_uri"] == ENDPOINTS["jwks_uri"]
        assert api.idp("GetGroup", UserPoolId=pool, GroupName="meanwhile")

    def test_what_became_of_the_pool_and_its_providers_meanwhile_counts(
        self, api: Api, pool: str, pages: CannedHttp
    ) -> None:
        caller = Api(api.http.application.test_client(), api.world)
        pages.put(DISCOVERY, discovery())
        pages.meanwhile = lambda: a_provider(caller, pool)
        assert refused(api, pool, ProviderDetails=OIDC)[0] == "DuplicateProviderException"
        pages.meanwhile = lambda: changed(caller, pool, IdpIdentifiers=["corp"])
        assert changed(api, pool, ProviderDetails=OIDC)["IdpIdentifiers"] == ["corp"]
        named = {"UserPoolId": pool, "ProviderName": "Corp"}
        pages.meanwhile = lambda: caller.idp("DeleteIdentityProvider", **named)
        with pytest.raises(Refused, match="ResourceNotFoundException"):
            changed(api, pool, ProviderDetails=OIDC)
        pages.meanwhile = lambda: caller.idp("DeleteUserPool", UserPoolId=pool)
        assert refused(api, pool, ProviderDetails=OIDC)[0] == "ResourceNotFoundException"


class TestSaml:
    def test_a_document_is_read(self, api: Api, pool: str, key: SigningKey) -> None:
        document = web.metadata(web.certificate(key))
        options = {"IDPSignout": "true", "IDPInit": "false", "RequestSigningAlgorithm": "rsa-sha256"}
        made = a_provider(api, pool, kind="SAML", details={"MetadataFile": document, **options})
        encryption = made["ProviderDetails"]["ActiveEncryptionCertificate"]
        assert made["ProviderDetails"] == options | {
            "MetadataFile": document,
            "SSORedirectBindingURI": "https://idp.example.com/sso",
            "SLORedirectBindingURI": "https://idp.example.com/slo",
            "ActiveEncryptionCertificate": encryption,
        }
        assert encryption.startswith("MII")
        assert "AttributeMapping" not in made
        assert set(made) == {
            "UserPoolId",
            "ProviderName",
            "ProviderType",
            "ProviderDetails",
            "LastModifiedDate",
            "CreationDate",
        }

    def test_its_encryption_certificate_stays_when_its_details_change(
        self, api: Api, pool: str, key: SigningKey
    ) -> None:
        document = {"MetadataFile": web.metadata(web.certificate(key))}
        made = a_provider(api, pool, kind="SAML", details=document)
        again = changed(api, pool, ProviderDetails=document | {"EncryptedResponses": "true"})
        assert again["ProviderDetails"] == made["ProviderDetails"] | {"EncryptedResponses": "true"}
        shorter = {"MetadataFile": web.metadata(web.certificate(key), sign_out=False)}
        assert "SLORedirectBindingURI" not in changed(api, pool, ProviderDetails=shorter)["ProviderDetails"]

    def test_a_document_is_got_from_its_address(self, api: Api, pool: str, pages: CannedHttp, key: SigningKey) -> None:
        pages.put(METADATA, "\ufeff" + web.metadata(web.certificate(key)))
        made = a_provider(api, pool, kind="SAML", details={"MetadataURL": METADATA})["ProviderDetails"]
        assert (made["MetadataURL"], made["SSORedirectBindingURI"]) == (METADATA, "https://idp.example.com/sso")
        assert "MetadataFile" not in made

    def test_a_document_that_cannot_be_had_is_refused(self, api: Api, pool: str, pages: CannedHttp) -> None:
        def told(**details: str) -> str:
            code, message = refused(api, pool, kind="SAML", ProviderDetails=details)
            assert code == "InvalidParameterException"
            return message

        assert told() == "At least one of the MetadataURL or MetadataFile should be provided."
        assert told(MetadataURL=METADATA) == f"Unable to retrieve metadata from {METADATA}"
        pages.put(METADATA, "gone", 404)
        words = f"Non-ok status code 404 returned from remote metadata source {METADATA}"
        assert told(MetadataURL=METADATA) == words
        pages.answers[METADATA] = HttpResponse(200, {}, b"\xff\xfe")
        assert told(MetadataURL=METADATA) == "Unable to unmarshall metadata"
        assert told(MetadataFile="<a/>") == "Unable to unmarshall metadata"
        assert told(MetadataFile="<a/>", IDPInit="yes") == "IDPInit must be one of true, false."

    def test_a_certificate_that_expires_later_was_good_when_it_was_given(
        self, api: Api, pool: str, key: SigningKey
    ) -> None:
        details = {"MetadataFile": web.metadata(web.certificate(key, NOON - 9.9 * 365 * 86_400))}
        a_provider(api, pool, kind="SAML", details=details)
        api.world.clock.advance(seconds=365 * 86_400)
        assert described(api, pool)["ProviderDetails"]["MetadataFile"] == details["MetadataFile"]
