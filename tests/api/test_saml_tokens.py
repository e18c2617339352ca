"""GetDerivedToken with SAML assertions of a pool's provider."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from keys.signing import SigningKey, generate
from tests import saml
from tests.api import web
from tests.api.exchange import acting, an_exchanger, derive
from tests.api.provider_calls import a_provider
from tests.api.signing_in import reasons, refusal
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON

INVALID = "NotAuthorizedException: Invalid SubjectToken"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return generate()


@dataclass
class Place:
    """A pool with Ana, its SAML provider Corp, and a client that exchanges tokens."""

    api: Api
    pool: str
    client: str
    key: SigningKey

    def link(self, value: str = "ana@idp", attribute: str = "Cognito_Subject") -> None:
        """Let Ana sign in with an identity at Corp."""
        ana = {"ProviderName": "Cognito", "ProviderAttributeValue": "ana"}
        corp = {"ProviderName": "Corp", "ProviderAttributeName": attribute, "ProviderAttributeValue": value}
        self.api.idp("AdminLinkProviderForUser", UserPoolId=self.pool, DestinationUser=ana, SourceUser=corp)

    def signed(self, **members: str) -> str:
        """An assertion of Corp's."""
        return saml.signed(saml.assertion(self.pool, **members), self.key)

    def derive(self, document: str) -> dict[str, object]:
        """What the token for an assertion says."""
        token = saml.encoded(document)
        answer = derive(self.api, self.client, token, "SAML2", SubjectTokenProviderName="Corp")
        return claims(answer["IssuedToken"])

    def refused(self, document: str) -> str:
        """What an assertion is refused with."""
        return refusal(lambda: self.derive(document))


@pytest.fixture
def place(api: Api, key: SigningKey) -> Place:
    pool = a_pool(api)
    a_user(api, pool, "ana", email="ana@example.com")
    metadata = web.metadata(web.certificate(key, NOON - 1000))
    a_provider(api, pool, "Corp", "SAML", {"MetadataFile": metadata}, AttributeMapping={"email": saml.MAIL})
    return Place(api, pool, an_exchanger(api, pool), key)


def test_an_assertion_gets_a_token_of_the_user_who_is_linked_to_its_subject(place: Place) -> None:
    assert place.refused(place.signed()) == "UserNotFoundException: User does not exist."
    place.link()
    said = place.derive(place.signed())
    assert (said["username"], said["scope"], said["amr"]) == ("ana", "", ["fed"])
    assert "acr" not in said


def test_a_mapped_attribute_finds_the_linked_user_too(place: Place) -> None:
    place.link("ana@corp", "email")
    assert place.derive(place.signed(name_id="7", mail="ana@corp"))["username"] == "ana"
    assert place.refused(place.signed(name_id="7", mail="bob@corp")).startswith("UserNotFoundException")


def test_an_assertion_within_a_response_is_taken_whichever_of_both_is_signed(place: Place) -> None:
    place.link()
    inner = saml.assertion(place.pool)
    response = f'<samlp:Response {saml.NAMES} ID="_0">{inner}</samlp:Response>'
    for element in ("_0", "_1"):
        assert place.derive(saml.signed(response, place.key, element))["username"] == "ana"


def test_a_comment_does_not_cut_a_subject_short(place: Place) -> None:
    place.link("ana@idp")
    assert place.refused(place.signed(name_id="ana@idp<!---->.evil")).startswith("UserNotFoundException")


@pytest.mark.parametrize(
    ("members", "told", "why"),
    [
        ({"issuer": "https://other"}, INVALID, "it is of another issuer"),
        ({"audience": "urn:amazon:cognito:sp:us-east-1_other"}, INVALID, "it is for another audience"),
        ({"ends": saml.moment(-61)}, "NotAuthorizedException: SubjectToken has expired", None),
        ({"begins": saml.moment(61)}, INVALID, "it is not good yet"),
        ({"begins": "noon"}, INVALID, "its times cannot be read"),
        ({"name_id": " "}, INVALID, "it has no NameID"),
    ],
    ids=range(6),
)
def test_an_assertion_that_is_not_for_us_now_is_refused(
    place: Place, members: dict[str, str], told: str, why: str | None
) -> None:
    place.link()
    assert place.refused(place.signed(**members)) == told
    if why:
        assert reasons(place.api) == why


@pytest.mark.parametrize(
    "make",
    [
        lambda _: "a.b.c",
        lambda _: "A",
        lambda _: base64.b64encode(b"<a/>").decode(),
        lambda place: saml.encoded(saml.assertion(place.pool)),
        lambda place: saml.encoded(place.signed().replace("ana@idp", "root@idp")),
        lambda place: saml.encoded(saml.signed(saml.assertion(place.pool), generate())),
        lambda place: saml.encoded(place.signed()) + "A" * 100_000,
        lambda place: saml.encoded(
            saml.signed(f'<samlp:Response {saml.NAMES} ID="_0"/>', place.key, "_0"),
        ),
    ],
    ids=range(8),
)
def test_what_corp_did_not_sign_is_refused(place: Place, make: Callable[[Place], str]) -> None:
    place.link()
    asking = {"SubjectTokenProviderName": "Corp"}
    assert refusal(lambda: derive(place.api, place.client, make(place), "SAML2", **asking)) == INVALID


def test_an_assertion_names_who_acts(place: Place) -> None:
    subject = sign_in(place.api, a_client(place.api, place.pool))["AccessToken"]
    actor = acting(saml.encoded(place.signed(name_id="robot")), "SAML2") | {"ActorTokenProviderName": "Corp"}
    said = claims(derive(place.api, place.client, subject, **actor)["IssuedToken"])
    assert said["act"] == {"sub": "robot", "iss": web.SAML_ISSUER}
