"""Sign-in at an OpenID Connect provider: what it is asked, and what is made of its answers."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from emulator.federation.errors import ProviderError
from keys import jwks
from keys.signing import SigningKey
from tests.federation.sign_ins import ATTEMPT, REDIRECT_URI, SignIns, parameters
from tests.federation.upstream import CLIENT, SECRET, Upstream


def test_the_browser_is_sent_to_the_authorization_endpoint(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details())
    location = sign_ins.start()
    assert location.startswith(f"{corp.url}/authorize?")
    assert parameters(location) == {
        "client_id": CLIENT,
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": "openid email",
        "state": "the-state",
        "nonce": "the-nonce",
    }


def test_an_authorization_endpoint_keeps_its_own_query(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details(authorize_url=f"{corp.url}/authorize?tenant=a%26b&x="))
    location = sign_ins.start()
    assert location.startswith(f"{corp.url}/authorize?tenant=a%26b&x=&client_id=")
    assert parameters(location)["state"] == "the-state"


def test_hints_and_prompts_are_passed_on_but_for_none(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details())
    asked = parameters(sign_ins.start(login_hint="ana@corp.example", prompt=("login", "consent")))
    assert (asked["login_hint"], asked["prompt"]) == ("ana@corp.example", "login consent")
    assert "prompt" not in parameters(sign_ins.start(prompt=("none",)))


def test_levels_are_asked_for_by_the_providers_own_names(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details(), AcrMapping={"Level1": "pwd", "Level4": "urn:corp:strong"})
    assert parameters(sign_ins.start(levels=(4, 3, 1)))["acr_values"] == "urn:corp:strong pwd"
    assert "acr_values" not in parameters(sign_ins.start(levels=(3,)))
    assert "acr_values" not in parameters(sign_ins.start())


def test_a_code_is_exchanged_by_client_secret_post_without_pkce(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details())
    sign_ins.at(corp)
    (asked,) = corp.at("/token")
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/x-www-form-urlencoded")
    assert asked.parameters == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uri": REDIRECT_URI,
    }
    assert "authorization" not in asked.headers
    assert asked.headers["accept"] == "application/json"


def test_a_provider_without_a_client_secret_is_sent_none(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details(client_secret=None))
    sign_ins.at(corp)
    assert "client_secret" not in corp.at("/token")[0].parameters


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_user_info_is_asked_with_the_access_token_by_the_method_of_the_details(
    sign_ins: SignIns, corp: Upstream, method: str
) -> None:
    sign_ins.configure(corp.details(attributes_request_method=method))
    sign_ins.at(corp)
    (asked,) = corp.at("/userinfo")
    assert (asked.method, asked.headers["authorization"]) == (method, "Bearer access-of-upstream")


def test_the_claims_of_the_id_token_and_of_user_info_are_put_together(sign_ins: SignIns, corp: Upstream) -> None:
    corp.claims = {"email": "old@corp.example", "acr": "pwd"}
    sign_ins.configure(corp.details())
    found = sign_ins.at(corp)
    assert (found.claims["sub"], found.claims["acr"]) == ("1234567890", "pwd")
    assert (found.claims["email"], found.claims["name"]) == ("ana@corp.example", "Ana")
    assert found.subject is None


def test_how_the_user_signed_in_is_believed_of_the_id_token_alone(sign_ins: SignIns, corp: Upstream) -> None:
    corp.claims = {"acr": "pwd"}
    corp.user_info |= {"acr": "urn:corp:strong", "amr": ["hwk"], "auth_time": 1}
    sign_ins.configure(corp.details())
    found = sign_ins.at(corp).claims
    assert (found["acr"], "amr" in found, "auth_time" in found) == ("pwd", False, False)


def test_what_the_provider_said_is_kept_for_the_trigger(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details())
    told = sign_ins.at(corp).responses
    assert sorted(told) == ["idToken", "tokenResponse", "userInfo"]
    assert (told["idToken"]["iss"], told["userInfo"]) == (corp.url, corp.user_info)
    assert sorted(told["tokenResponse"]) == ["access_token", "expires_in", "id_token", "token_type"]


def test_mapped_names_are_appended_to_the_url_of_user_info_where_the_details_say_so(
    sign_ins: SignIns, corp: Upstream
) -> None:
    details = corp.details(attributes_url=f"{corp.url}/userinfo?fields=", attributes_url_add_attributes="true")
    sign_ins.configure(details, AttributeMapping={"email": "email", "name": "full name", "nickname": "email"})
    sign_ins.at(corp)
    assert corp.at("/userinfo")[0].parameters == {"fields": "sub,email,full name"}


def test_the_keys_are_fetched_at_every_sign_in(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details())
    sign_ins.at(corp)
    sign_ins.at(corp)
    assert len(corp.at("/jwks")) == 2


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_id_tokens_may_be_signed_with_rsa(sign_ins: SignIns, corp: Upstream, algorithm: str) -> None:
    corp.algorithm = algorithm
    sign_ins.configure(corp.details())
    assert sign_ins.at(corp).claims["sub"] == "1234567890"


def test_id_tokens_may_be_signed_with_ecdsa(sign_ins: SignIns, corp: Upstream) -> None:
    corp.private, corp.algorithm = ec.generate_private_key(ec.SECP256R1()), "ES256"
    published: dict[str, Any] = ECAlgorithm.to_jwk(corp.private.public_key(), as_dict=True)
    corp.published = [{**published, "kid": corp.key.kid}]
    sign_ins.configure(corp.details())
    assert sign_ins.at(corp).claims["sub"] == "1234567890"


def test_the_key_is_found_in_a_set_with_keys_for_other_purposes(
    sign_ins: SignIns, corp: Upstream, other_key: SigningKey
) -> None:
    """As Keycloak has it: a key for encryption; and as Entra ID has it: no `alg`, but certificates."""
    right = {name: value for name, value in jwks.jwk(corp.key).items() if name != "alg"}
    encryption = {**jwks.jwk(other_key), "use": "enc", "alg": "RSA-OAEP", "kid": corp.key.kid}
    corp.published = [
        {**encryption, "kid": "enc"},
        {**right, "x5t": "x", "x5c": ["MII"], "cloud_instance_name": "corp.example", "issuer": "https://corp.example"},
        encryption,
        {**jwks.jwk(other_key), "kid": "older"},
    ]
    sign_ins.configure(corp.details())
    assert sign_ins.at(corp).claims["sub"] == "1234567890"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": None},
        {"aud": [CLIENT]},
        {"aud": ["other", CLIENT], "azp": CLIENT},
        {"iat": None},
        {"iat": 1_800_000_060},
        {"exp": 1_799_999_941},
    ],
)
def test_an_id_token_may_differ_in_what_no_rule_is_about(
    sign_ins: SignIns, corp: Upstream, claims: dict[str, Any]
) -> None:
    corp.claims = claims
    sign_ins.configure(corp.details())
    assert sign_ins.at(corp).claims["email"] == "ana@corp.example"


def test_an_issuer_may_differ_in_a_slash_at_its_end(sign_ins: SignIns, corp: Upstream) -> None:
    corp.claims = {"iss": f"{corp.url}/"}
    sign_ins.configure(corp.details())
    assert sign_ins.at(corp).claims["sub"] == "1234567890"


def test_a_provider_that_was_not_asked_for_openid_is_asked_for_user_info_alone(
    sign_ins: SignIns, corp: Upstream
) -> None:
    corp.tokens = {"id_token": None}
    sign_ins.configure(corp.details(authorize_scopes="email"))
    found = sign_ins.at(corp)
    assert (found.claims, sorted(found.responses)) == (corp.user_info, ["tokenResponse", "userInfo"])
    assert corp.at("/jwks") == []


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ({"error": "access_denied"}, "access_denied", "access_denied"),
        ({"error": "access_denied", "error_description": "No, thanks"}, "access_denied", "No, thanks"),
        ({"error": "login_required", "code": "c"}, "login_required", "login_required"),
        ({"error": "user_cancelled_authorize"}, "invalid_request", "user_cancelled_authorize"),
        ({"error": "x" * 999, "error_description": "a\r\nb"}, "invalid_request", "x" * 200),
        ({"error_code": "100", "error_message": "Invalid Scopes"}, "invalid_request", "Invalid Scopes"),
        ({"error_code": "100"}, "invalid_request", "100"),
        ({"code": "c", "iss": "https://evil.example"}, "invalid_request", "Bad issuer https://evil.example"),
        ({}, "invalid_request", "Required String parameter 'code' is not present"),
        ({"code": ""}, "invalid_request", "Required String parameter 'code' is not present"),
    ],
)
def test_a_refusal_of_the_provider_is_passed_on_and_nothing_is_asked(
    sign_ins: SignIns, corp: Upstream, answer: dict[str, str], error: str, message: str
) -> None:
    sign_ins.configure(corp.details())
    with pytest.raises(ProviderError) as refused:
        sign_ins.identify({**answer, "state": ATTEMPT.state})
    assert (refused.value.error, refused.value.message) == (error, message)
    assert corp.asked == []
