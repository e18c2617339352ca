"""WEB_AUTHN: a passkey as first factor, or as both, and every way in which it is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from keys.passkeys import encode
from tests.api.signing_in import WRONG, begin, refusal
from tests.api.test_passkeys import a_passkey_pool, register
from tests.builders import Api, Refused, a_client, a_user, claims, sign_in
from tests.keys.authenticator import Authenticator

FLOWS = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
BOTH = "MULTI_FACTOR_WITH_USER_VERIFICATION"


class Place:
    """A pool with passkeys, and Ana, who has one."""

    def __init__(self, api: Api, **configuration: str) -> None:
        self.api = api
        self.pool = a_passkey_pool(api, **configuration)
        self.client = a_client(api, self.pool, ExplicitAuthFlows=FLOWS)
        self.sub = a_user(api, self.pool)["Attributes"][0]["Value"]
        self.authenticator = Authenticator()
        self.token = sign_in(api, self.client)["AccessToken"]
        self.passkey = register(api, self.token, self.authenticator)

    def ask(self, username: str = "ana", api: Api | None = None) -> dict[str, Any]:
        """Begin a sign-in with the passkey."""
        return begin(api or self.api, self.client, "USER_AUTH", USERNAME=username, PREFERRED_CHALLENGE="WEB_AUTHN")

    def answer(self, challenge: dict[str, Any], credential: Any, api: Api | None = None) -> dict[str, Any]:
        """Answer it."""
        text = credential if isinstance(credential, str) else json.dumps(credential)
        return (api or self.api).idp(
            "RespondToAuthChallenge",
            ClientId=self.client,
            ChallengeName="WEB_AUTHN",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ana", "CREDENTIAL": text},
        )

    def proof(self, challenge: dict[str, Any]) -> dict[str, Any]:
        """What the authenticator answers."""
        return self.authenticator.get(options(challenge))


def options(challenge: dict[str, Any]) -> dict[str, Any]:
    """What a challenge asks of the browser."""
    return dict(json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]))


@pytest.fixture
def place(api: Api) -> Place:
    return Place(api)


def test_the_challenge_asks_for_the_users_passkeys(place: Place) -> None:
    challenge = place.ask()
    assert challenge["ChallengeName"] == "WEB_AUTHN"
    assert challenge["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]
    asked = options(challenge)
    assert len(asked.pop("challenge")) == 43
    assert asked == {
        "timeout": 180000,
        "rpId": "localhost",
        "allowCredentials": [{"type": "public-key", "id": place.passkey, "transports": ["internal", "hybrid"]}],
        "userVerification": "preferred",
    }


def test_a_passkey_signs_in_as_often_as_it_is_used(place: Place) -> None:
    for _ in range(2):
        challenge = place.ask()
        result = place.answer(challenge, place.proof(challenge))["AuthenticationResult"]
        assert claims(result["AccessToken"])["username"] == "ana"
        assert claims(result["IdToken"])["sub"] == place.sub


def test_a_passkey_may_be_chosen_where_there_is_a_choice(place: Place) -> None:
    choice = begin(place.api, place.client, "USER_AUTH", USERNAME="ana")
    assert choice["ChallengeName"] == "SELECT_CHALLENGE"
    challenge = place.api.idp(
        "RespondToAuthChallenge",
        ClientId=place.client,
        ChallengeName="SELECT_CHALLENGE",
        Session=choice["Session"],
        ChallengeResponses={"USERNAME": "ana", "ANSWER": "WEB_AUTHN"},
    )
    assert place.answer(challenge, place.proof(challenge))["AuthenticationResult"]


def test_an_answered_session_is_spent(place: Place) -> None:
    challenge = place.ask()
    proof = place.proof(challenge)
    place.answer(challenge, proof)
    assert refusal(lambda: place.answer(challenge, proof)) == ONCE


def test_a_proof_for_another_challenge_is_wrong_and_the_right_one_is_still_good(place: Place) -> None:
    first, second = place.ask(), place.ask()
    assert refusal(lambda: place.answer(second, place.proof(first))) == WRONG
    assert place.answer(second, place.proof(second))["AuthenticationResult"]


Change = Callable[[Place, dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda _place, proof: proof.update(id="AAAA", rawId="AAAA"),
        lambda _place, proof: proof["response"].update(signature=encode(b"forged")),
        lambda place, proof: proof["response"].update(userHandle=encode(b"somebody else")),
        lambda _place, proof: proof.update(type="password"),
        lambda _place, proof: proof.pop("response"),
        lambda _place, proof: proof.update(id=None),
    ],
    ids=["another id", "signature", "user handle", "type", "nothing", "no id"],
)
def test_a_proof_that_is_not_right_is_refused_and_issues_nothing(place: Place, change: Change) -> None:
    challenge = place.ask()
    proof = place.proof(challenge)
    change(place, proof)
    assert refusal(lambda: place.answer(challenge, proof)) == WRONG
    assert place.answer(challenge, place.proof(challenge))["AuthenticationResult"]


@pytest.mark.parametrize("text", ["not json", "[]", '"x"', "null", "7", "[" * 60_000])
def test_what_is_no_json_object_is_invalid(place: Place, text: str) -> None:
    challenge = place.ask()
    assert refusal(lambda: place.answer(challenge, text)) == "InvalidParameterException: Invalid CREDENTIAL"
    missing = "InvalidParameterException: Missing required parameter CREDENTIAL"
    assert refusal(lambda: place.answer(challenge, "")) == missing


def test_a_page_of_another_site_and_another_relying_party_are_refused(place: Place) -> None:
    challenge = place.ask()
    place.authenticator.origin = "https://evil.example"
    assert refusal(lambda: place.answer(challenge, place.proof(challenge))) == WRONG
    place.authenticator.origin, place.authenticator.rp_id = "http://localhost:8080", "evil.example"
    assert refusal(lambda: place.answer(challenge, place.proof(challenge))) == WRONG


def test_a_counter_that_goes_back_is_refused(place: Place) -> None:
    challenge = place.ask()
    place.answer(challenge, place.proof(challenge))
    place.authenticator.count = 0
    challenge = place.ask()
    assert refusal(lambda: place.answer(challenge, place.proof(challenge))) == WRONG


def test_another_users_passkey_is_refused(place: Place) -> None:
    api, thief = place.api, Authenticator()
    a_user(api, place.pool, "bob")
    theirs = register(api, sign_in(api, place.client, "bob")["AccessToken"], thief)
    challenge = place.ask()
    proof = thief.get(options(challenge), theirs)
    assert refusal(lambda: place.answer(challenge, proof)) == WRONG


def test_a_deleted_passkey_is_refused_and_not_asked_for(place: Place) -> None:
    challenge = place.ask()
    place.api.idp("DeleteWebAuthnCredential", AccessToken=place.token, CredentialId=place.passkey)
    assert refusal(lambda: place.answer(challenge, place.proof(challenge))) == WRONG
    assert place.ask()["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


def test_passkeys_of_another_relying_party_count_no_more(place: Place) -> None:
    place.api.idp(
        "SetUserPoolMfaConfig", UserPoolId=place.pool, WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )
    assert place.ask()["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


def test_a_user_without_a_passkey_and_one_who_is_not_there_are_offered_none(place: Place) -> None:
    a_user(place.api, place.pool, "bob")
    assert "WEB_AUTHN" not in place.ask("bob")["AvailableChallenges"]
    hiding = a_client(place.api, place.pool, ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")
    challenge = begin(place.api, hiding, "USER_AUTH", USERNAME="zoe", PREFERRED_CHALLENGE="WEB_AUTHN")
    assert "WEB_AUTHN" not in challenge["AvailableChallenges"]


def test_who_must_be_verified_must_be(api: Api) -> None:
    place = Place(api, UserVerification="required")
    challenge = place.ask()
    assert options(challenge)["userVerification"] == "required"
    place.authenticator.verifies_user = False
    assert refusal(lambda: place.answer(challenge, place.proof(challenge))) == WRONG
    place.authenticator.verifies_user = True
    assert place.answer(challenge, place.proof(challenge))["AuthenticationResult"]


def a_second_factor(place: Place, mode: str, factors: str) -> None:
    """Let the pool have MFA by text, and Ana a phone."""
    place.api.idp(
        "SetUserPoolMfaConfig",
        UserPoolId=place.pool,
        MfaConfiguration=mode,
        SmsMfaConfiguration={"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}},
        WebAuthnConfiguration={"RelyingPartyId": "localhost", "FactorConfiguration": factors},
    )
    phone = [{"Name": "phone_number", "Value": "+34600000000"}]
    place.api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributes=phone)


def test_a_passkey_with_a_verified_user_is_two_factors_where_the_pool_says_so(api: Api) -> None:
    place = Place(api, FactorConfiguration=BOTH)
    a_second_factor(place, "ON", BOTH)
    challenge = place.ask()
    assert place.answer(challenge, place.proof(challenge))["AuthenticationResult"]


def test_a_passkey_without_a_verified_user_is_one_factor(api: Api) -> None:
    place = Place(api, FactorConfiguration=BOTH)
    a_second_factor(place, "ON", BOTH)
    place.authenticator.verifies_user = False
    challenge = place.ask()
    proof = place.proof(challenge)
    assert place.answer(challenge, proof)["ChallengeName"] == "SMS_MFA"


def test_two_who_answer_at_once_with_one_proof_do_not_both_sign_in(place: Place) -> None:
    challenge = place.ask()
    proof = place.proof(challenge)
    outcomes: list[str] = []

    def race() -> None:
        caller = Api(place.api.http.application.test_client(), place.api.world)
        try:
            outcomes.append("in" if place.answer(challenge, proof, caller)["AuthenticationResult"] else "")
        except Refused as refused:
            outcomes.append(str(refused))

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [ONCE, ONCE, ONCE, "in"]


def test_a_pool_that_no_longer_allows_passkeys_asks_for_none(place: Place) -> None:
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}
    challenge = place.ask()
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, Policies=policy)
    assert refusal(lambda: place.answer(challenge, place.proof(challenge))) == WRONG
    assert place.ask()["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
