"""GetDerivedToken, for each kind of token that it takes."""

from __future__ import annotations

from functools import cache

from emulator.outside.http import CannedHttp
from keys import jwks
from keys.signing import KeyRing, SigningKey, generate
from tests import saml
from tests.api.exchange import an_exchanger, derive
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import Scene
from tests.api.provider_calls import KNOWN, a_provider
from tests.api.web import ISSUER, certificate, metadata
from tests.conftest import NOON


@cache
def corp_key() -> SigningKey:
    """The key of Corp, a SAML and an OIDC provider."""
    return generate()


@cache
def corp() -> dict[str, str]:
    """The details of a SAML provider."""
    return {"MetadataFile": metadata(certificate(corp_key(), NOON - 1000))}


def _linked(scene: Scene, subject: str) -> None:
    """Let Ana sign in with an identity at Corp."""
    ana = {"ProviderName": "Cognito", "ProviderAttributeValue": "ana"}
    source = {"ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": subject}
    scene.api.idp("AdminLinkProviderForUser", UserPoolId=scene.pool, DestinationUser=ana, SourceUser=source)


def _derives(scene: Scene) -> Call:
    client = an_exchanger(scene.api, scene.pool)
    return lambda: derive(scene.api, client, scene.token)


def _derives_from_a_providers_token(scene: Scene) -> Call:
    pages, url = scene.api.world.http, f"{ISSUER}/{scene.pool}/jwks"
    assert isinstance(pages, CannedHttp)
    pages.put(url, jwks.jwk_set([corp_key()]))
    a_provider(scene.api, scene.pool, details=KNOWN | {"jwks_uri": url})
    _linked(scene, "42")
    token = KeyRing().sign(corp_key(), {"iss": ISSUER, "aud": "app", "sub": "42", "exp": NOON + 600})
    client = an_exchanger(scene.api, scene.pool)
    return lambda: derive(scene.api, client, token, "ID_TOKEN", SubjectTokenProviderName="Corp")


def _derives_from_an_assertion(scene: Scene) -> Call:
    a_provider(scene.api, scene.pool, "Corp", "SAML", corp())
    _linked(scene, "ana@idp")
    token = saml.encoded(saml.signed(saml.assertion(scene.pool), corp_key()))
    client = an_exchanger(scene.api, scene.pool)
    return lambda: derive(scene.api, client, token, "SAML2", SubjectTokenProviderName="Corp")


ROWS = (
    Row("GetDerivedToken", _derives, ("PreTokenGeneration",)),
    Row("GetDerivedToken", _derives_from_a_providers_token),
    Row("GetDerivedToken", _derives_from_an_assertion),
)
