"""Whatever is sent to the stand-in provider, it answers with words and a status below 500."""

from __future__ import annotations

import base64
from itertools import product
from xml.etree import ElementTree

import pytest

from emulator.stand_in.addresses import addresses
from emulator.stand_in.people import PROVIDERS
from tests.builders import Api
from tests.stand_in.visitor import CALLBACK, NOOR, Visitor, told

NASTY = ["%00", "%ff%fe", "%ed%a0%80", "%f0%9f%92%a9", "a" * 5_000, "%0d%0aSet-Cookie:%20a=b", "<script>"]
NASTY += ["%22%3E", "[]", "%"]
NAMES = (
    "client_id redirect_uri response_type scope state nonce prompt login_hint max_age code code_verifier grant_type "
    "client_secret code_challenge access_token fields id_token_hint post_logout_redirect_uri acs audience RelayState "
    "SAMLRequest SAMLResponse _csrf person action name email sub claims"
)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_value_of_any_parameter_breaks_an_endpoint(api: Api, provider: str) -> None:
    where = addresses(provider, "")
    names = ("authorize", "token", "userinfo", "end_session", "sso", "slo", "initiate")
    urls = [url.partition("?")[0] for name in names if (url := getattr(where, name))]
    for url, nasty in product(urls, NASTY):
        query = "&".join(f"{name}={nasty}" for name in NAMES.split())
        for answer in (
            api.http.get(f"{url}?{query}"),
            api.http.post(url, data=query, content_type="application/x-www-form-urlencoded"),
            api.http.get(url, headers={"Authorization": f"Bearer {nasty[:90]}"}),
            api.http.post(url, headers={"Authorization": f"Basic {nasty[:90]}"}),
        ):
            assert answer.status_code < 500, (url, nasty)
            assert "Set-Cookie:" not in str(answer.headers.get("Location", ""))


@pytest.mark.parametrize("provider", ["OIDC", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple"])
@pytest.mark.parametrize("nasty", NASTY)
def test_no_value_of_a_good_request_breaks_it(api: Api, provider: str, nasty: str) -> None:
    visitor = Visitor(api, provider)
    for name in ("state", "nonce", "scope", "login_hint", "acr_values", "client_id", "prompt", "response_mode"):
        query = visitor.query(**({"login_hint": NOOR} | {name: None}))
        answer = api.http.get(f"{visitor.where.authorize}?{query}&{name}={nasty}")
        assert answer.status_code in (200, 302, 400), (name, nasty)
        assert "<script>" not in answer.text


@pytest.mark.parametrize("provider", ["OIDC", "Google", "Facebook", "LoginWithAmazon"])
def test_people_with_odd_claims_sign_in(api: Api, provider: str) -> None:
    visitor = Visitor(api, provider)
    odd = {"name": 7, "email": ["a"], "given_name": None, "family_name": {"a": 1}, "picture": 1, "iss": "evil"}
    visitor.add("odd", **odd, email_verified="maybe", hd=[1], **{"": "", "a b": "\u0000\U0001f4a9"})
    answer = visitor.exchange(visitor.code(login_hint="odd"))
    assert answer.status_code == 200
    assert visitor.user_info(answer.get_json()["access_token"]).status_code == 200
    assert visitor.authorize().status_code == 200


def test_a_person_with_odd_claims_signs_in_by_saml(api: Api) -> None:
    odd = {"name": 7, "email": ["a", {}], "given_name": None, "": "", "a b": "\u0000\U0001f4a9", "x": [[], None]}
    Visitor(api, "SAML").add("odd", **odd)
    asked = {"acs": CALLBACK, "audience": "\u0001", "login_hint": "odd"}
    answer = api.http.get(addresses("SAML", "").initiate, query_string=asked)
    document = base64.b64decode(told(answer)["SAMLResponse"])
    assert ElementTree.fromstring(document).tag.endswith("}Response")
