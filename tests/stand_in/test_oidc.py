"""The stand-in OpenID Connect provider: the walk from the discovery document to the end of the session."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import jwt
import pytest

from tests.builders import Api
from tests.conftest import NOON
from tests.stand_in.visitor import BASE, CALLBACK, CLIENT, MIKA, NOOR, Visitor, told, words

ISSUER = f"{BASE}/_emulator/idp/oidc"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def visitor(api: Api) -> Visitor:
    return Visitor(api, "OIDC")


def claims(visitor: Visitor, token: str, **wanted: Any) -> dict[str, Any]:
    """The claims of a token, verified with the published key."""
    keys = jwt.PyJWKSet.from_dict(visitor.api.http.get(visitor.where.keys).get_json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": "audience" in wanted}
    found: dict[str, Any] = jwt.decode(token, key, ["RS256"], options=options, **wanted)  # type: ignore[arg-type]
    return found


def test_the_discovery_document_names_addresses_that_answer(visitor: Visitor) -> None:
    found = visitor.api.http.get(f"{ISSUER}/.well-known/openid-configuration").get_json()
    assert found["issuer"] == ISSUER
    assert found["authorization_endpoint"] == visitor.where.authorize
    assert found["code_challenge_methods_supported"] == ["plain", "S256"]
    for name, answers in {"jwks_uri": 200, "userinfo_endpoint": 401, "end_session_endpoint": 200}.items():
        assert visitor.api.http.get(found[name]).status_code == answers
    assert visitor.api.http.post(found["token_endpoint"]).status_code == 401


def test_a_click_on_a_person_leads_to_tokens_of_that_person(visitor: Visitor) -> None:
    page = visitor.authorize(nonce="the nonce")
    assert "STAND-IN" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    key = next(each for each in page.text.split('name="person" value="')[1:] if "Mika Salonen" in each).partition('"')[
        0
    ]
    answer = told(visitor.submit(page, {"person": key.replace("&#34;", '"')}))
    assert answer["state"] == "the state & more"
    tokens = visitor.exchange(answer["code"]).get_json()
    assert {name: tokens[name] for name in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "openid email profile phone",
    }
    told_claims = claims(visitor, tokens["id_token"], audience=CLIENT["client_id"], issuer=ISSUER)
    assert told_claims.pop("at_hash")
    assert told_claims == {
        "iss": ISSUER,
        "aud": "the client",
        "sub": "100000000000000000002",
        "iat": NOON,
        "exp": NOON + 3600,
        "auth_time": NOON,
        "nonce": "the nonce",
        "name": "Mika Salonen",
        "given_name": "Mika",
        "family_name": "Salonen",
        "email": MIKA,
        "email_verified": True,
    }
    assert claims(visitor, tokens["access_token"], audience=ISSUER)["sub"] == told_claims["sub"]
    info = visitor.user_info(tokens["access_token"])
    assert info.get_json()["email"] == MIKA
    body = {"access_token": tokens["access_token"]}
    assert visitor.api.http.post(visitor.where.userinfo, data=body).get_json() == info.get_json()


def test_a_new_person_is_added_on_the_page_and_signs_in(visitor: Visitor) -> None:
    entered = {"action": "add", "name": "Ana Ruiz", "email": "ana@example.com", "email_verified": "true"}
    code = told(visitor.press({**entered, "sub": "ana-1", "claims": '{"groups": ["a", "b"]}'}))["code"]
    info = visitor.user_info(visitor.exchange(code).get_json()["access_token"]).get_json()
    assert info == {
        "sub": "ana-1",
        "name": "Ana Ruiz",
        "given_name": "Ana",
        "family_name": "Ruiz",
        "email": "ana@example.com",
        "email_verified": True,
        "groups": ["a", "b"],
    }
    assert visitor.tokens(login_hint="ana-1")
    page = Visitor(visitor.api, "Google").authorize(login_hint="ana-1")
    assert words(page) == "Nobody here is known as ana-1."


@pytest.mark.parametrize(
    ("entered", "problem"),
    [
        ({"claims": "{"}, "The further claims are not JSON."),
        ({"claims": "[]"}, "The further claims are not a JSON object."),
        ({"claims": '{"a": NaN}'}, "claims: they have a number or a character that JSON does not have"),
        ({"claims": '{"a": "\\ud800"}'}, "claims: they have a number or a character that JSON does not have"),
        ({"claims": '{"sub": "x"}'}, "claims: sub is a member of the person"),
        ({"name": "", "email": ""}, "A name or an e-mail address is needed."),
    ],
)
def test_what_is_no_person_is_told_on_the_page_with_what_was_entered(
    visitor: Visitor, entered: dict[str, str], problem: str
) -> None:
    page = visitor.press({"action": "add", "name": "<Ana>", **entered})
    assert page.status_code == 200
    assert words(page) == problem
    assert "<Ana>" not in page.text
    assert ("&lt;Ana&gt;" in page.text) is ("name" not in entered)
    assert len(visitor.api.http.get("/_emulator/idp/people").get_json()["people"]) == 2


def test_who_refuses_sends_access_denied(visitor: Visitor) -> None:
    answer = told(visitor.press({"action": "refuse"}))
    assert answer == {
        "error": "access_denied",
        "error_description": "The user has refused.",
        "state": "the state & more",
    }


@pytest.mark.parametrize("hint", [NOOR, "NOOR@example.com", "100000000000000000001"])
def test_a_known_hint_signs_in_without_a_page(visitor: Visitor, hint: str) -> None:
    assert claims(visitor, visitor.tokens(login_hint=hint)["id_token"])["email"] == NOOR


def test_select_account_shows_the_page_in_spite_of_a_hint(visitor: Visitor) -> None:
    assert "Who are you?" in visitor.authorize(login_hint=NOOR, prompt="select_account").text


def test_a_silent_request_is_answered_by_the_session_of_the_browser(visitor: Visitor) -> None:
    assert told(visitor.authorize(prompt="none"))["error"] == "login_required"
    visitor.code(login_hint=MIKA)
    visitor.api.world.clock.advance(seconds=90)
    found = claims(visitor, visitor.tokens(prompt="none", login_hint=None)["id_token"])
    assert (found["email"], found["auth_time"]) == (MIKA, NOON)
    assert told(visitor.authorize(prompt="none", max_age="60"))["error"] == "login_required"
    assert told(visitor.authorize(prompt="none", login_hint=NOOR))["error"] == "login_required"
    assert told(Visitor(visitor.api, "Google").authorize(prompt="none"))["error"] == "login_required"


def test_the_end_of_the_session_leads_back_with_the_state(visitor: Visitor) -> None:
    visitor.code()
    query = {"post_logout_redirect_uri": f"{CALLBACK}?a=b", "state": "s"}
    answer = visitor.api.http.get(visitor.where.end_session, query_string=query)
    assert answer.location == f"{CALLBACK}?a=b&state=s"
    assert told(visitor.authorize(prompt="none"))["error"] == "login_required"
    wrong = visitor.api.http.get(visitor.where.end_session, query_string={"post_logout_redirect_uri": "javascript:1"})
    assert wrong.status_code == 400


def test_a_request_by_post_is_one_by_get(visitor: Visitor) -> None:
    answer = visitor.api.http.post(
        visitor.where.authorize, data=visitor.query(), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 303
    assert "Who are you?" in visitor.api.http.get(answer.location).text


def test_the_answer_can_be_a_form_that_the_browser_posts(visitor: Visitor) -> None:
    answer = visitor.authorize(response_mode="form_post", login_hint=NOOR)
    assert told(answer).keys() == {"code", "state"}
    assert "<script src=" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(("method", "challenge"), [("S256", CHALLENGE), ("plain", VERIFIER), (None, VERIFIER)])
def test_pkce_binds_the_code_to_its_verifier(visitor: Visitor, method: str | None, challenge: str) -> None:
    asked = {"code_challenge": challenge, "code_challenge_method": method}
    assert visitor.exchange(visitor.code(**asked), code_verifier=VERIFIER).status_code == 200
    assert visitor.exchange(visitor.code(**asked), code_verifier=VERIFIER, client_secret=None).status_code == 200
    for wrong in ("w" * 43, None):
        answer = visitor.exchange(visitor.code(**asked), code_verifier=wrong)
        assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")


def test_without_openid_there_is_no_id_token(visitor: Visitor) -> None:
    tokens = visitor.tokens(scope="email")
    assert "id_token" not in tokens
    assert visitor.user_info(tokens["access_token"]).get_json().keys() == {"sub", "email", "email_verified"}


def test_acr_values_come_back_as_acr(visitor: Visitor) -> None:
    tokens = visitor.tokens(acr_values="urn:two urn:one")
    assert claims(visitor, tokens["id_token"])["acr"] == "urn:two"


def test_a_code_serves_once_and_its_second_use_revokes_what_it_gave(visitor: Visitor) -> None:
    code = visitor.code()
    token = visitor.exchange(code).get_json()["access_token"]
    assert visitor.user_info(token).status_code == 200
    assert visitor.exchange(code).get_json()["error"] == "invalid_grant"
    assert visitor.user_info(token).status_code == 401


def test_a_code_serves_for_five_minutes_and_a_token_for_an_hour(visitor: Visitor) -> None:
    codes = [visitor.code() for _ in range(2)]
    visitor.api.world.clock.advance(seconds=299)
    token = visitor.exchange(codes[0]).get_json()["access_token"]
    visitor.api.world.clock.advance(seconds=1)
    assert visitor.exchange(codes[1]).get_json()["error"] == "invalid_grant"
    visitor.api.world.clock.advance(seconds=3598)
    assert visitor.user_info(token).status_code == 200
    visitor.api.world.clock.advance(seconds=1)
    assert visitor.user_info(token).status_code == 401


def test_a_client_may_authenticate_by_header_but_not_in_both_ways(visitor: Visitor) -> None:
    def exchange(header: str, **changes: Any) -> Any:
        body = {"grant_type": "authorization_code", "code": visitor.code(), "redirect_uri": CALLBACK} | changes
        headers = {"Authorization": f"Basic {base64.b64encode(header.encode()).decode()}"}
        return visitor.api.http.post(visitor.where.token, data=body, headers=headers)

    assert exchange("the+client:any%3A").status_code == 200
    assert exchange("the+client:any", client_secret="any").get_json()["error"] == "invalid_request"
    wrong = exchange("no colon")
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, 'Basic realm="stand-in"')
    assert exchange("the+client:any", client_id="another").status_code == 401


def test_one_providers_codes_and_tokens_are_not_anothers(visitor: Visitor) -> None:
    google = Visitor(visitor.api, "Google")
    assert google.exchange(visitor.code()).get_json()["error"] == "invalid_grant"
    assert google.user_info(visitor.tokens()["access_token"]).status_code == 401


def test_a_reset_ends_codes_tokens_sessions_and_keys(visitor: Visitor) -> None:
    code, token = visitor.code(), visitor.tokens()["access_token"]
    keys = visitor.api.http.get(visitor.where.keys).get_json()
    assert visitor.api.http.get(visitor.where.keys).get_json() == keys
    visitor.api.http.post("/_emulator/reset")
    assert visitor.exchange(code).get_json()["error"] == "invalid_grant"
    assert visitor.user_info(token).status_code == 401
    assert told(visitor.authorize(prompt="none"))["error"] == "login_required"
    assert visitor.api.http.get(visitor.where.keys).get_json() != keys
