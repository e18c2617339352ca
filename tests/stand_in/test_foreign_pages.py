"""What pages of other sites cannot do with the stand-in provider."""

from __future__ import annotations

import pytest

from tests.builders import Api
from tests.stand_in.visitor import NOOR, Visitor


@pytest.fixture
def visitor(api: Api) -> Visitor:
    return Visitor(api, "OIDC")


def test_a_form_without_the_browsers_token_is_refused_and_nothing_is_done(visitor: Visitor) -> None:
    page = visitor.authorize()
    url = f"{visitor.where.authorize}?{visitor.query()}"
    for token in ("", "made-up", "00000000-0000-0000-0000-000000000000"):
        answer = visitor.api.http.post(url, data={"_csrf": token, "action": "add", "name": "Eve"})
        assert answer.status_code == 403
    assert len(visitor.api.http.get("/_emulator/idp/people").get_json()["people"]) == 2
    assert page.status_code == 200


BROWSER = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}


def test_a_browser_is_not_sent_to_a_foreign_host_before_a_click(visitor: Visitor) -> None:
    far = "https://evil.example/callback"
    for changes in ({"login_hint": NOOR}, {"prompt": "none"}, {"response_type": "token"}):
        url = f"{visitor.where.authorize}?{visitor.query(redirect_uri=far, **changes)}"
        assert "Location" not in visitor.api.http.get(url, headers=BROWSER).headers
        assert visitor.api.http.get(url).status_code == 302
    page = visitor.api.http.get(f"{visitor.where.authorize}?{visitor.query(redirect_uri=far)}", headers=BROWSER)
    assert "evil.example" in page.text
    assert visitor.submit(page, {"action": "refuse"}).location.startswith(far)
    url = f"{visitor.where.end_session}?post_logout_redirect_uri={far}"
    assert "Location" not in visitor.api.http.get(url, headers=BROWSER).headers


def test_another_sites_page_may_send_the_browser_here_but_not_read_the_page(visitor: Visitor) -> None:
    url = f"{visitor.where.authorize}?{visitor.query()}"
    assert visitor.api.http.get(url, headers=BROWSER).status_code == 200
    for headers in (
        {**BROWSER, "Sec-Fetch-Mode": "cors", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {**BROWSER, "Sec-Fetch-Mode": "no-cors"},
    ):
        assert visitor.api.http.get(url, headers=headers).status_code == 403
    assert visitor.api.http.get("/_emulator/idp/people", headers=BROWSER).status_code == 403
