"""Metadata of a pool as a SAML service provider."""

from __future__ import annotations

import pytest

from keys.signing import SigningKey
from storage.store import Store
from tests.builders import Api
from tests.federation.logout import HERE
from tests.federation.saml_idp import Corp


def test_metadata_of_the_pool_can_be_given_to_a_provider(corp: Corp) -> None:
    answer = corp.api.http.get(f"/_emulator/saml/{corp.pool}/metadata")
    assert answer.content_type == "application/samlmetadata+xml; charset=utf-8"
    certificate = corp.api.idp("GetSigningCertificate", UserPoolId=corp.pool)["Certificate"]
    for said in (
        f'entityID="urn:amazon:cognito:sp:{corp.pool}"',
        'Location="http://localhost/saml2/idpresponse"',
        f'Location="{HERE}"',
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate>",
    ):
        assert said in answer.text
    assert 'use="encryption"' not in corp.api.http.get(f"/_emulator/saml/{corp.pool}/metadata?provider=Corp").text


def test_metadata_for_a_provider_that_encrypts_have_its_certificate(
    api: Api, store: Store, idp_key: SigningKey
) -> None:
    corp = Corp.of(api, store, idp_key, EncryptedResponses="true")
    answer = api.http.get(f"/_emulator/saml/{corp.pool}/metadata?provider=Corp")
    shown = api.idp("DescribeIdentityProvider", UserPoolId=corp.pool, ProviderName="Corp")["IdentityProvider"]
    assert (
        f'use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{shown["ProviderDetails"]["ActiveEncryptionCertificate"]}<'
        in answer.text
    )


@pytest.mark.parametrize(
    ("path", "status"), [("x/metadata", 404), ("{}/metadata?provider=x", 404), ("{}/metadata?x=1", 400)]
)
def test_metadata_of_what_is_not_there_are_refused(corp: Corp, path: str, status: int) -> None:
    answer = corp.api.http.get(f"/_emulator/saml/{path.format(corp.pool)}")
    assert (answer.status_code, list(answer.get_json())) == (status, ["error"])
