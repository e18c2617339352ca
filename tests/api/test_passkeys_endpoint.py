"""`POST /_emulator/passkeys`: a device with passkeys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from storage.store import Store
from storage.tables.stand_in import stand_in_records
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in

FACTORS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}


def answer(api: Api, options: Any, **members: Any) -> tuple[int, dict[str, Any]]:
    response = api.http.post("/_emulator/passkeys", json={"options": options, **members})
    return response.status_code, dict(response.get_json())


def credential(api: Api, options: Any) -> dict[str, Any]:
    status, body = answer(api, options)
    assert (status, list(body)) == (200, ["credential"]), body
    return dict(body["credential"])


@pytest.fixture
def client(api: Api) -> str:
    pool = a_pool(api, Policies=FACTORS)
    configured = {"RelyingPartyId": "localhost", "UserVerification": "required"}
    api.idp("SetUserPoolMfaConfig", UserPoolId=pool, WebAuthnConfiguration=configured)
    a_user(api, pool)
    return a_client(api, pool, ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"])


def registration(api: Api, client: str) -> tuple[str, dict[str, Any]]:
    token = sign_in(api, client, password=PASSWORD)["AccessToken"]
    return token, api.idp("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]


def add_passkey(api: Api, client: str) -> str:
    token, options = registration(api, client)
    made = credential(api, options)
    api.idp("CompleteWebAuthnRegistration", AccessToken=token, Credential=made)
    return str(made["id"])


def challenge(api: Api, client: str) -> dict[str, Any]:
    parameters = {"USERNAME": "ana", "PREFERRED_CHALLENGE": "WEB_AUTHN"}
    return api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_AUTH", AuthParameters=parameters)


def test_a_passkey_is_registered_and_signs_in_again_and_again(api: Api, client: str) -> None:
    named = add_passkey(api, client)
    for _ in range(2):
        begun = challenge(api, client)
        proof = credential(api, begun["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        assert proof["id"] == named
        done = api.idp(
            "RespondToAuthChallenge",
            ClientId=client,
            ChallengeName="WEB_AUTHN",
            Session=begun["Session"],
            ChallengeResponses={"USERNAME": "ana", "CREDENTIAL": json.dumps(proof)},
        )
        assert done["AuthenticationResult"]["IdToken"]


def test_options_may_be_the_text_or_wrapped_as_for_the_browser(api: Api, client: str) -> None:
    options = registration(api, client)[1]
    for given in (json.dumps(options), {"publicKey": options}, json.dumps({"publicKey": options})):
        assert credential(api, given)["type"] == "public-key"


def test_a_passkey_of_another_device_is_not_known(api: Api, client: str) -> None:
    options = {"challenge": "AAAA", "rpId": "localhost", "allowCredentials": [{"type": "public-key", "id": "other"}]}
    assert answer(api, options)[0] == 404
    add_passkey(api, client)
    assert answer(api, options)[0] == 404
    assert answer(api, options | {"allowCredentials": []})[0] == 200
    assert answer(api, options | {"allowCredentials": [], "rpId": "other.example"})[0] == 404


def test_private_keys_are_stored_encrypted_and_go_with_a_reset(api: Api, client: str, store: Store) -> None:
    add_passkey(api, client)
    with store.unit(writes=False) as unit:
        stored = unit.read(stand_in_records.select()).all()
    assert len(stored) == 1
    assert b"PRIVATE KEY" not in stored[0].sealed
    api.http.post("/_emulator/reset")
    with store.unit(writes=False) as unit:
        assert unit.read(stand_in_records.select()).all() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (None, "options: they are neither an object nor the text of one"),
        ("{", "options: the text is not JSON"),
        ("[]", "options: they are neither an object"),
        ("[" * 100_000, "options: the text is not JSON"),
        ({}, "options: challenge is missing"),
        ({"challenge": "AAAA"}, "options: rpId is missing"),
        ({"challenge": "AAAA", "rpId": "x", "allowCredentials": ["id"]}, "options: allowCredentials is not a list"),
        ({"challenge": "AAAA", "rp": {"id": "x"}, "user": {"id": "u"}}, "options: pubKeyCredParams does not offer"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(api: Api, options: Any, words: str) -> None:
    status, body = answer(api, options)
    assert (status, body["error"].startswith(words)) == (400, True), body
