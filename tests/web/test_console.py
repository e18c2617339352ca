"""The console: its frame, and its pages of pools, clients, groups and users."""

from __future__ import annotations

from tests.builders import Api, a_pool

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_the_first_page_is_a_page_for_a_browser_and_json_for_a_program(api: Api) -> None:
    a_pool(api, PoolName="shop")
    page = api.http.get("/_emulator/", headers=HTML)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "shop" in page.text
    assert '<a class="skip"' in page.text
    assert api.http.get("/_emulator/").get_json()["messages"] == "/_emulator/messages"
