"""Which origins and hosts are this machine's, and which a page of another site may have or take."""

from __future__ import annotations

from itertools import product

import pytest

from emulator.settings import Settings
from tests.builders import IDP, Api
from tests.pages import (
    EVIL,
    FOREIGN_HOSTS,
    FOREIGN_ORIGINS,
    MOZILLA,
    NAVIGATION,
    OUR_HOSTS,
    OUR_ORIGINS,
    call,
    named_by,
)

# Which pages are whose


def test_an_origin_that_is_not_this_machines_is_foreign(api: Api) -> None:
    for origin in FOREIGN_ORIGINS:
        headers = {"Origin": origin.encode().decode("latin-1")}
        assert named_by(api.http.get("/_emulator/messages", headers=headers)) == "--allowed-origins", origin


def test_a_page_of_this_machine_is_served_whatever_the_browser_thinks_of_its_site(api: Api) -> None:
    for origin, site in product(OUR_ORIGINS, ("cross-site", "same-site", "same-origin")):
        headers = {"Origin": origin, "Sec-Fetch-Site": site, "User-Agent": MOZILLA}
        response = api.http.get("/_emulator/messages", headers=headers)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert call(api, f"{IDP}.ListUserPools", '{"MaxResults": 1}', **headers).status_code == 200
        preflight = api.http.options("/_emulator/reset", headers={**headers, "Access-Control-Request-Method": "POST"})
        assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (204, origin)


@pytest.mark.parametrize(
    ("referrer", "status"),
    [
        ("http://localhost:3000/", 200),
        ("http://127.0.0.1:3000/page?a=b#c", 200),
        ("http://[::1]:3000/", 200),
        ("https://evil.example/", 403),
        ("https://evil.example/http://localhost/", 403),
        ("http://localhost@evil.example/", 403),
        ("http://localhost\\@evil.example/", 403),
        ("android-app://localhost/", 403),
        ("localhost", 403),
        ("", 403),
    ],
)
def test_a_link_on_a_page_of_this_machine_leads_to_a_control_endpoint(api: Api, referrer: str, status: int) -> None:
    response = api.http.get("/_emulator/messages", headers={**NAVIGATION, "Referer": referrer})
    assert response.status_code == status
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_referrer_of_this_machine_makes_up_for_no_foreign_origin(api: Api) -> None:
    headers = {"Origin": EVIL, "Referer": "http://localhost:3000/"}
    assert named_by(api.http.post("/_emulator/reset", headers=headers)) == "--allowed-origins"


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site"])
def test_what_is_typed_into_the_address_bar_is_served(api: Api, site: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "User-Agent": MOZILLA}
    assert api.http.get("/_emulator/messages", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["cognito:26464", "192.168.0.9:26464", "[fd00::9]:26464", "COGNITO."])
def test_pages_of_the_host_that_is_asked_are_its_own(api: Api, host: str) -> None:
    own = host.lower().removesuffix(".")
    for origin in (f"http://{own}", f"https://{own}", f"http://{own.removesuffix(':26464')}:3000"):
        headers = {"Host": host, "Origin": origin, "Sec-Fetch-Site": "same-site"}
        assert api.http.get("/_emulator/messages", headers=headers).status_code == 200
    for origin in ("http://other:26464", "http://192.168.0.10:26464"):
        headers = {"Host": host, "Origin": origin}
        assert named_by(api.http.get("/_emulator/messages", headers=headers)) == "--allowed-origins"


# Which hosts are ours


@pytest.mark.parametrize("sign", [{"Sec-Fetch-Site": "same-origin"}, {"User-Agent": MOZILLA}, {"own": "origin"}])
def test_browsers_may_not_ask_under_a_name_that_anybody_can_point_here(api: Api, sign: dict[str, str]) -> None:
    for host in FOREIGN_HOSTS:
        sent = host.encode().decode("latin-1")
        headers = {"Host": sent, **({"Origin": f"http://{sent}"} if "own" in sign else sign)}
        for method, path in [("GET", "/_emulator/messages"), ("POST", "/_emulator/reset"), ("GET", "/health")]:
            assert named_by(api.http.open(path, method=method, headers=headers)) == "--allowed-hosts", host
        for target in (f"{IDP}.ListUserPools", f"{IDP}.InitiateAuth"):
            assert named_by(api.http.post("/", headers={**headers, "X-Amz-Target": target})) == "--allowed-hosts"


def test_browsers_may_ask_under_names_that_nobody_else_can_have(api: Api) -> None:
    signs: list[dict[str, str]] = [{"User-Agent": MOZILLA}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}]
    for host, sign in product(OUR_HOSTS, signs):
        assert api.http.get("/_emulator/messages", headers={"Host": host, **sign}).status_code == 200


def test_what_a_proxy_says_of_the_host_changes_nothing(api: Api) -> None:
    forwarded = {"X-Forwarded-Host": "localhost", "Forwarded": "host=localhost", "X-Forwarded-For": "127.0.0.1"}
    evil = {"Host": "evil.example", "User-Agent": MOZILLA, **forwarded}
    assert named_by(api.http.get("/_emulator/messages", headers=evil)) == "--allowed-hosts"
    ours = {"Host": "localhost", "User-Agent": MOZILLA, "X-Forwarded-Host": "evil.example"}
    assert api.http.get("/_emulator/messages", headers=ours).status_code == 200


# The settings


class TestAllowed:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(
            ephemeral=True,
            host="Named.corp.example",
            allowed_origins=frozenset({"https://app.example", "capacitor://localhost"}),
            allowed_hosts=frozenset({"cognito.corp.example"}),
            certificate_name=frozenset({"certified.example"}),
        )

    @pytest.mark.parametrize("origin", ["https://app.example", "https://App.Example", "capacitor://localhost"])
    def test_origins_that_are_named_may_ask(self, api: Api, origin: str) -> None:
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        response = api.http.get("/_emulator/messages", headers=headers)
        assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (200, origin)
        assert call(api, f"{IDP}.ListUserPools", '{"MaxResults": 1}', Origin=origin).status_code == 200
        referred = {**NAVIGATION, "Referer": "https://app.example/page"}
        assert api.http.get("/_emulator/messages", headers=referred).status_code == 200

    @pytest.mark.parametrize(
        "origin",
        ["http://app.example", "https://app.example:8443", "https://sub.app.example", "https://app.example.", "null"],
    )
    def test_others_that_look_like_them_may_not(self, api: Api, origin: str) -> None:
        response = api.http.get("/_emulator/messages", headers={"Origin": origin})
        assert named_by(response) == "--allowed-origins"

    @pytest.mark.parametrize(
        "host", ["cognito.corp.example", "Cognito.Corp.Example.:26464", "named.corp.example:26464", "certified.example"]
    )
    def test_hosts_that_are_named_are_ours(self, api: Api, host: str) -> None:
        own = host.lower().removesuffix(":26464").removesuffix(".")
        headers = {"Host": host, "Origin": f"http://{own}:26464", "User-Agent": MOZILLA}
        assert api.http.get("/_emulator/messages", headers=headers).status_code == 200
        headers["Origin"] = EVIL
        assert named_by(api.http.get("/_emulator/messages", headers=headers)) == "--allowed-origins"

    @pytest.mark.parametrize("host", ["corp.example", "sub.cognito.corp.example", "cognito.corp.example.evil.example"])
    def test_their_neighbours_are_not(self, api: Api, host: str) -> None:
        headers = {"Host": host, "User-Agent": MOZILLA}
        assert named_by(api.http.get("/_emulator/messages", headers=headers)) == "--allowed-hosts"

    def test_a_host_that_is_named_makes_no_origin_allowed_elsewhere(self, api: Api) -> None:
        headers = {"Origin": "http://cognito.corp.example"}
        assert named_by(api.http.get("/_emulator/messages", headers=headers)) == "--allowed-origins"
