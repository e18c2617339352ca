"""What the stand-in OpenID Connect provider refuses, and whom it tells."""

from __future__ import annotations

import pytest

from tests.builders import Api
from tests.stand_in.visitor import CALLBACK, Visitor, told, words

VERIFIER = "v" * 43


@pytest.fixture
def visitor(api: Api) -> Visitor:
    return Visitor(api, "OIDC")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_id": None}, "client_id is missing."),
        ({"redirect_uri": None}, "redirect_uri is missing."),
        ({"redirect_uri": "app://callback"}, "redirect_uri is not an absolute http(s) URL without a fragment."),
        ({"redirect_uri": "http://x/#a"}, "redirect_uri is not an absolute http(s) URL without a fragment."),
        ({"redirect_uri": "http://a@x/"}, "redirect_uri is not an absolute http(s) URL without a fragment."),
        ({"redirect_uri": "http://[x/"}, "redirect_uri is not an absolute http(s) URL without a fragment."),
        (
            {"redirect_uri": "http://x/\r\nSet-Cookie: a"},
            "redirect_uri is not an absolute http(s) URL without a fragment.",
        ),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri is not an absolute http(s) URL without a fragment."),
    ],
)
def test_without_a_redirect_uri_the_browser_is_told(
    visitor: Visitor, changes: dict[str, str | None], problem: str
) -> None:
    page = visitor.authorize(**changes)
    assert (page.status_code, words(page)) == (400, problem)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "maybe"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "S512"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://x/"}, "request_uri_not_supported"),
    ],
)
def test_a_wrong_request_is_told_to_the_client(visitor: Visitor, changes: dict[str, str | None], error: str) -> None:
    answer = told(visitor.authorize(**changes))
    assert (answer["error"], answer["state"]) == (error, "the state & more")


def test_a_parameter_that_is_given_twice_is_refused(visitor: Visitor) -> None:
    url = f"{visitor.where.authorize}?{visitor.query()}"
    assert told(visitor.api.http.get(f"{url}&scope=x"))["error"] == "invalid_request"
    assert visitor.api.http.get(f"{url}&redirect_uri=http://localhost/other").status_code == 400


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"code": None}, 400, "invalid_request"),
        ({"code": "made up"}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_grant"),
        ({"redirect_uri": f"{CALLBACK}/"}, 400, "invalid_grant"),
        ({"client_id": "another"}, 400, "invalid_grant"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"code_verifier": VERIFIER}, 400, "invalid_grant"),
    ],
)
def test_a_wrong_exchange_is_refused(visitor: Visitor, changes: dict[str, str | None], status: int, error: str) -> None:
    answer = visitor.exchange(visitor.code(), **changes)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"
