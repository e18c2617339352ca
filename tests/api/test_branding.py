"""Styles of managed login, and the looks of the classic pages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from emulator.domain.branding import classic_css, images, managed_login
from storage.database import Session
from storage.store import Store
from tests.builders import Api, a_client, a_pool, refusal
from tests.conftest import NOON
from tests.domain.test_managed_login import SVG

RADIUS = {"components": {"form": {"borderRadius": 4.0}}}
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
CSS = ".label-customizable {font-weight: 400;}"


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


def a_style(api: Api, pool: str, client: str, **members: Any) -> dict[str, Any]:
    made = api.idp("CreateManagedLoginBranding", UserPoolId=pool, ClientId=client, **members)
    return dict(made["ManagedLoginBranding"])


def an_asset(category: str = "FORM_LOGO", content: bytes = PNG, **members: Any) -> dict[str, Any]:
    shown = base64.b64encode(content).decode()
    return {"Category": category, "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": shown, **members}


class TestStyles:
    def test_a_style_says_what_it_was_given_and_no_more(self, api: Api, pool: str, client: str) -> None:
        made = a_style(api, pool, client, Settings=RADIUS, Assets=[an_asset()])
        style = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
        assert made == style | {
            "UseCognitoProvidedValues": False,
            "Settings": RADIUS,
            "Assets": [an_asset()],
            "CreationDate": NOON,
            "LastModifiedDate": NOON,
        }
        assert api.idp("DescribeManagedLoginBranding", **style)["ManagedLoginBranding"] == made
        by_client = api.idp("DescribeManagedLoginBrandingByClient", UserPoolId=pool, ClientId=client)
        assert by_client["ManagedLoginBranding"] == made

    def test_merged_resources_are_the_defaults_with_the_styles_own(self, api: Api, pool: str, client: str) -> None:
        background = an_asset("PAGE_BACKGROUND")
        made = a_style(api, pool, client, Settings=RADIUS, Assets=[background])
        style = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
        merged = api.idp("DescribeManagedLoginBranding", **style, ReturnMergedResources=True)["ManagedLoginBranding"]
        assert merged["Settings"] == managed_login.merged(managed_login.defaults(), RADIUS)
        kinds = [(asset["Category"], asset["ColorMode"]) for asset in merged["Assets"]]
        assert kinds == [("PAGE_BACKGROUND", "LIGHT"), ("FAVICON_SVG", "DYNAMIC"), ("PAGE_BACKGROUND", "DARK")]
        assert merged["Assets"][0] == background

    def test_an_update_keeps_what_it_does_not_speak_of(self, api: Api, pool: str, client: str) -> None:
        made = a_style(api, pool, client, Settings=RADIUS, Assets=[an_asset(), an_asset(ColorMode="DARK")])
        style = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
        api.world.clock.advance(hours=1)
        newer = an_asset(content=PNG + b"2")
        dark = {"categories": {"global": {"colorSchemeMode": "DARK"}}}
        api.idp("UpdateManagedLoginBranding", **style, Settings=dark)
        changed = api.idp("UpdateManagedLoginBranding", **style, Assets=[newer])["ManagedLoginBranding"]
        assert changed["Settings"] == RADIUS | dark
        assert changed["Assets"] == [an_asset(ColorMode="DARK"), newer]
        assert (changed["CreationDate"], changed["LastModifiedDate"]) == (NOON, NOON + 3600)
        reverted = api.idp("UpdateManagedLoginBranding", **style, UseCognitoProvidedValues=True)
        told = {"Settings", "Assets"} & reverted["ManagedLoginBranding"].keys()
        assert (reverted["ManagedLoginBranding"]["UseCognitoProvidedValues"], told) == (True, set())
        own = api.idp("UpdateManagedLoginBranding", **style, Settings=RADIUS)["ManagedLoginBranding"]
        assert (own["UseCognitoProvidedValues"], own["Settings"]) == (False, RADIUS)

    def test_a_client_has_one_style_and_a_pool_twenty(self, api: Api, pool: str, client: str) -> None:
        made = a_style(api, pool, client, UseCognitoProvidedValues=True)
        again = refusal(api, "CreateManagedLoginBranding", UserPoolId=pool, ClientId=client)
        assert again[0] == "ManagedLoginBrandingExistsException"
        for _ in range(19):
            a_style(api, pool, a_client(api, pool), UseCognitoProvidedValues=True)
        more = refusal(api, "CreateManagedLoginBranding", UserPoolId=pool, ClientId=a_client(api, pool))
        assert more[0] == "LimitExceededException"
        style = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
        assert api.idp("DeleteManagedLoginBranding", **style) == {}
        assert refusal(api, "DescribeManagedLoginBranding", **style)[0] == "ResourceNotFoundException"
        a_style(api, pool, client)

    def test_a_style_goes_with_its_client_and_is_nobody_elses(self, api: Api, pool: str, client: str) -> None:
        made = a_style(api, pool, client)
        there = {"UserPoolId": a_pool(api), "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
        for operation in ("DescribeManagedLoginBranding", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding"):
            assert refusal(api, operation, **there)[0] == "ResourceNotFoundException"
        api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)
        gone = there | {"UserPoolId": pool}
        assert refusal(api, "DescribeManagedLoginBranding", **gone)[0] == "ResourceNotFoundException"

    @pytest.mark.parametrize(
        "members",
        [
            {"UseCognitoProvidedValues": True, "Settings": RADIUS},
            {"UseCognitoProvidedValues": True, "Assets": [an_asset()]},
            {"Settings": {"components": {"form": {"radius": 1}}}},
            {"Assets": [an_asset(Extension="JPEG")]},
            {"Assets": [an_asset(content=b"GIF89a")]},
            {"Assets": [an_asset(content=b"")]},
            {"Assets": [an_asset(), an_asset()]},
            {"Assets": [an_asset("FAVICON_ICO")]},
            {"Assets": [an_asset(content=b"<svg><script/></svg>", Extension="SVG")]},
            {"Assets": [an_asset("PAGE_BACKGROUND", PNG + b"x" * 1_000_001)]},
            {"Assets": [an_asset(content=PNG + b"x" * 900_000, ResourceId=f"r{number}") for number in range(3)]},
            {"Assets": [an_asset(ResourceId="a/b")]},
        ],
    )
    def test_what_a_style_cannot_be_is_refused(self, api: Api, pool: str, client: str, members: dict[str, Any]) -> None:
        refused = refusal(api, "CreateManagedLoginBranding", UserPoolId=pool, ClientId=client, **members)
        assert refused[0] == "InvalidParameterException"
        unstyled = refusal(api, "DescribeManagedLoginBrandingByClient", UserPoolId=pool, ClientId=client)
        assert unstyled[0] == "ResourceNotFoundException"

    def test_an_update_names_its_style(self, api: Api, pool: str, client: str) -> None:
        made = a_style(api, pool, client)
        assert refusal(api, "UpdateManagedLoginBranding", UserPoolId=pool)[0] == "InvalidParameterException"
        alone = refusal(api, "UpdateManagedLoginBranding", ManagedLoginBrandingId=made["ManagedLoginBrandingId"])
        assert alone[0] == "InvalidParameterException"

    def test_a_plain_svg_is_a_good_image(self, api: Api, pool: str, client: str) -> None:
        asset = an_asset(content=SVG, Extension="SVG")
        assert a_style(api, pool, client, Assets=[asset])["Assets"] == [asset]


class TestLooks:
    @pytest.fixture
    def pool(self, api: Api) -> str:
        pool = a_pool(api)
        api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="looks")
        return pool

    def looks(self, api: Api, pool: str, **members: Any) -> dict[str, Any]:
        return dict(api.idp("GetUICustomization", UserPoolId=pool, **members)["UICustomization"])

    def test_nobody_customizes_a_pool_without_a_domain(self, api: Api) -> None:
        words = "There has to be an existing domain associated with this user pool"
        refused = refusal(api, "SetUICustomization", UserPoolId=a_pool(api), CSS=CSS)
        assert refused == ("InvalidParameterException", words)

    def test_looks_are_a_clients_own_or_those_of_all(self, api: Api, pool: str, client: str) -> None:
        assert self.looks(api, pool) == self.looks(api, pool, ClientId=client) == {}
        everybodys = api.idp("SetUICustomization", UserPoolId=pool, CSS=CSS)["UICustomization"]
        assert everybodys == {
            "UserPoolId": pool,
            "ClientId": "ALL",
            "CSS": CSS,
            "CSSVersion": "20270115080000",
            "CreationDate": NOON,
            "LastModifiedDate": NOON,
        }
        assert self.looks(api, pool) == self.looks(api, pool, ClientId="ALL") == everybodys
        assert self.looks(api, pool, ClientId=client) == everybodys
        own = api.idp("SetUICustomization", UserPoolId=pool, ClientId=client, CSS=".redirect-customizable {}")
        assert self.looks(api, pool, ClientId=client) == own["UICustomization"]
        assert self.looks(api, pool) == everybodys
        assert self.looks(api, pool, ClientId=a_client(api, pool)) == everybodys

    def test_a_logo_is_served_where_its_url_leads(self, api: Api, pool: str) -> None:
        image = base64.b64encode(PNG).decode()
        made = api.idp("SetUICustomization", UserPoolId=pool, ImageFile=image)["UICustomization"]
        assert made["CSS"] == classic_css.DEFAULT
        path = made["ImageUrl"].removeprefix("http://localhost")
        assert path == f"/{pool}/ALL/20270115080000/assets/images/image.jpg"
        served = api.http.get(path)
        assert (served.status_code, served.data, served.content_type) == (200, PNG, "image/png")
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        for wrong in (path.replace("2027", "2026"), path.replace("ALL", "x"), path.replace(pool, a_pool(api))):
            assert api.http.get(wrong).status_code == 404

    def test_what_is_left_out_is_default_or_stays_and_neither_is_a_reset(self, api: Api, pool: str) -> None:
        image = base64.b64encode(PNG).decode()
        api.idp("SetUICustomization", UserPoolId=pool, CSS=CSS, ImageFile=image)
        api.world.clock.advance(hours=1)
        kept = api.idp("SetUICustomization", UserPoolId=pool, CSS=".redirect-customizable {}")["UICustomization"]
        assert kept["ImageUrl"].split("/")[-4] == kept["CSSVersion"] == "20270115090000"
        assert (kept["CreationDate"], kept["LastModifiedDate"]) == (NOON, NOON + 3600)
        logo = api.idp("SetUICustomization", UserPoolId=pool, ImageFile=image)["UICustomization"]
        assert logo["CSS"] == classic_css.DEFAULT
        reset = api.idp("SetUICustomization", UserPoolId=pool)["UICustomization"]
        assert not {"CSS", "CSSVersion", "ImageUrl"} & reset.keys()
        assert self.looks(api, pool) == {}

    @pytest.mark.parametrize(
        "members",
        [
            {"CSS": "body { color: red }"},
            {"CSS": "@import 'x';"},
            {"ImageFile": base64.b64encode(b"GIF89a").decode()},
            {"ImageFile": base64.b64encode(SVG).decode()},
            {"ImageFile": base64.b64encode(PNG + b"x" * 102_400).decode()},
            {"CSS": CSS * 2000, "ImageFile": base64.b64encode(PNG + b"x" * 80_000).decode()},
        ],
    )
    def test_what_looks_cannot_be_is_refused(self, api: Api, pool: str, members: dict[str, Any]) -> None:
        assert refusal(api, "SetUICustomization", UserPoolId=pool, **members)[0] == "InvalidParameterException"
        assert self.looks(api, pool) == {}

    def test_another_pools_client_is_not_found(self, api: Api, pool: str) -> None:
        other = a_client(api, a_pool(api))
        for operation in ("SetUICustomization", "GetUICustomization"):
            refused = refusal(api, operation, UserPoolId=pool, ClientId=other)
            assert refused == ("ResourceNotFoundException", f"User pool client {other} does not exist.")


def test_no_writer_waits_while_what_pages_look_like_is_checked(
    api: Api, store: Store, pool: str, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    begun: list[object] = []
    session = store.database.session

    def counted(writes: bool) -> Session:
        opened = session(writes)
        close = opened.close

        def closed() -> None:
            begun.remove(opened)
            close()

        monkeypatch.setattr(opened, "close", closed)
        begun.append(opened)
        return opened

    monkeypatch.setattr(store.database, "session", counted)

    def noting(rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def noted(given: Any) -> Any:
            held.append(bool(begun))
            return rule(given)

        return noted

    rules: list[tuple[Any, str]] = [(classic_css, "check"), (images, "kind"), (managed_login, "check")]
    for module, name in rules:
        monkeypatch.setattr(module, name, noting(getattr(module, name)))
    made = a_style(api, pool, client, Settings=RADIUS, Assets=[an_asset()])
    api.idp(
        "UpdateManagedLoginBranding",
        **{name: made[name] for name in ("UserPoolId", "ManagedLoginBrandingId")},
        Settings=RADIUS,
        Assets=[an_asset("PAGE_BACKGROUND")],
    )
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="looks")
    api.idp("SetUICustomization", UserPoolId=pool, CSS=CSS, ImageFile=base64.b64encode(PNG).decode())
    assert held == [False] * 6


def test_an_image_of_very_many_tags_is_none(api: Api, pool: str, client: str) -> None:
    for tags, is_good in ((19_997, True), (20_001, False)):
        content = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<a/>" * (tags - 2) + b"</svg>"
        assert (images.kind(content) == "SVG") == is_good
    refused = refusal(
        api,
        "CreateManagedLoginBranding",
        UserPoolId=pool,
        ClientId=client,
        Assets=[an_asset(content=content, Extension="SVG")],
    )
    assert refused == ("InvalidParameterException", "The asset FORM_LOGO is not a valid SVG file.")
