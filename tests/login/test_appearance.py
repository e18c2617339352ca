"""How the pages look: their style sheets, images and languages, and what stands where."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from tests.api.provider_calls import APPLE, SOCIAL, a_provider
from tests.builders import Api, a_user
from tests.domain.test_managed_login import SVG
from tests.login.visitor import Visitor

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
CSS = ".submitButton-customizable {background-color: #123456;}"


def sheets(visitor: Visitor) -> list[str]:
    """The style sheets of the page, but for that of its layout."""
    return [
        url for url in re.findall(r'<link rel="stylesheet" href="([^"]+)"', visitor.page.text) if "static" not in url
    ]


def style(visitor: Visitor, **members: Any) -> None:
    """Change the style of the visitor's client."""
    named = {"UserPoolId": visitor.pool, "ClientId": visitor.client}
    found = visitor.api.idp("DescribeManagedLoginBrandingByClient", **named)["ManagedLoginBranding"]
    named = {"UserPoolId": visitor.pool, "ManagedLoginBrandingId": found["ManagedLoginBrandingId"]}
    visitor.api.idp("UpdateManagedLoginBranding", **named, **members)


def asset(category: str, content: bytes = PNG, **members: Any) -> dict[str, Any]:
    given = {"Category": category, "ColorMode": "LIGHT", "Extension": "PNG", **members}
    return {**given, "Bytes": base64.b64encode(content).decode()}


def test_classic_pages_have_the_default_style_sheet_without_a_customization(api: Api) -> None:
    visitor = Visitor.of(api).open()
    assert sheets(visitor) == ["/login/branding/classic.css"]
    answer = api.http.get("/login/branding/classic.css")
    assert answer.mimetype == "text/css"
    assert ".submitButton-customizable {" in answer.text
    icon = re.search('<link rel="icon" type="image/svg.xml" href="([^"]+)"', visitor.page.text)
    assert icon is not None
    assert api.http.get(icon[1]).mimetype == "image/svg+xml"
    assert icon[0] in api.http.get("/error").text
    for name in ("banner", "background", "textDescription", "label", "inputField", "submitButton", "redirect"):
        assert re.search(rf'class="[^"]*\b{name}-customizable', visitor.page.text), name


def test_classic_pages_have_the_css_and_logo_of_the_pool_or_else_those_of_the_client(api: Api) -> None:
    visitor = Visitor.of(api)
    api.idp("CreateUserPoolDomain", UserPoolId=visitor.pool, Domain="shop")
    image = base64.b64encode(PNG).decode()
    api.idp("SetUICustomization", UserPoolId=visitor.pool, CSS=CSS, ImageFile=image)
    first, custom = sheets(visitor.open())
    assert first == "/login/branding/classic.css"
    assert "/ALL/" in custom
    assert api.http.get(custom).text == CSS
    logo = re.search('<img class="logo-customizable" src="([^"]+)"', visitor.page.text)
    assert logo is not None
    assert api.http.get(logo[1]).data == PNG
    own = CSS.replace("123456", "654321")
    api.idp("SetUICustomization", UserPoolId=visitor.pool, ClientId=visitor.client, CSS=own)
    assert api.http.get(sheets(visitor.open())[1]).text == own
    assert "logo-customizable" not in visitor.page.text


def test_a_refusal_has_the_class_of_errors(api: Api) -> None:
    visitor = Visitor.of(api).sign_in("nobody")
    assert 'role="alert" class="alert errorMessage-customizable"' in visitor.page.text


def test_a_style_sheet_of_another_pool_or_version_is_not_there(api: Api) -> None:
    visitor = Visitor.of(api)
    api.idp("CreateUserPoolDomain", UserPoolId=visitor.pool, Domain="shop")
    api.idp("SetUICustomization", UserPoolId=visitor.pool, ClientId=visitor.client, CSS=CSS)
    custom = sheets(visitor.open())[1]
    assert api.http.get(custom).status_code == 200
    assert api.http.get(custom.replace(visitor.pool, "us-east-1_Other1234")).status_code == 404
    assert api.http.get(re.sub(r"/\d{14}/", "/20000101000000/", custom)).status_code == 404


def test_managed_login_has_the_style_sheet_of_its_branding(api: Api, managed: Any) -> None:
    visitor = managed()
    sheet = sheets(visitor.open())[0]
    assert "--form-borderRadius: 8px;" in api.http.get(sheet).text
    tag = api.http.get(sheet).headers["ETag"]
    assert api.http.get(sheet, headers={"If-None-Match": tag}).status_code == 304
    style(visitor, Settings={"components": {"form": {"borderRadius": 3}}})
    changed = api.http.get(sheet, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "--form-borderRadius: 3px;" in changed.text
    assert api.http.get("/login/branding/none/style.css").status_code == 404


def test_images_stand_where_the_style_enables_them(api: Api, managed: Any) -> None:
    visitor = managed()
    dark = asset("FORM_LOGO", SVG, Extension="SVG", ColorMode="DARK")
    style(
        visitor,
        Assets=[asset("FORM_LOGO"), dark, asset("PAGE_HEADER_LOGO"), asset("FAVICON_SVG", SVG, Extension="SVG")],
    )
    assert "<img" not in visitor.open().page.text
    logo = {"enabled": True, "formInclusion": "OUT", "position": "BOTTOM"}
    whole = {"pageHeader": {"enabled": True}, "colorSchemeMode": "DYNAMIC"}
    components = {"form": {"logo": logo}, "pageHeader": {"logo": {"enabled": True}}}
    style(visitor, Settings={"categories": {"global": whole}, "components": components})
    text = visitor.open().page.text
    light = re.findall(r'<img src="([^"]+)"', text)
    assert [api.http.get(url).data for url in light] == [PNG, PNG]
    assert text.index("<header") < text.index(light[0]) < text.index("</header>") < text.index("</main>")
    assert text.index("</main>") < text.index(light[1])
    shown = re.search(r'<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)"', text)
    assert shown is not None
    answer = api.http.get(shown[1])
    assert (answer.data, answer.mimetype) == (SVG, "image/svg+xml")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    icon = re.search(r'<link rel="icon" type="image/svg\+xml" href="([^"]+)"', text)
    assert icon is not None
    assert api.http.get(icon[1]).status_code == 200
    assert "<footer" not in text


def test_cognitos_own_images_stand_in(api: Api, managed: Any) -> None:
    visitor = managed().open()
    icon = re.search(r'<link rel="icon" [^>]*href="([^"]+)"', visitor.page.text)
    background = re.search(r'--pageBackground-image: url\("([^"]+)"', api.http.get(sheets(visitor)[0]).text)
    for found in (icon, background):
        assert found is not None
        assert api.http.get(found[1]).mimetype == "image/svg+xml"
    assert api.http.get("/login/branding/default/FORM_LOGO/LIGHT").status_code == 404


def test_graphics_and_the_buttons_of_providers_follow_the_style(api: Api, managed: Any) -> None:
    visitor = managed(choice=False)
    for name in ("Acme", "Zeta"):
        a_provider(api, visitor.pool, name)
    named = {"UserPoolId": visitor.pool, "ClientId": visitor.client}
    settings = api.idp("DescribeUserPoolClient", **named)["UserPoolClient"]
    kept = ("AllowedOAuthFlowsUserPoolClient", "AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs")
    providers = {"SupportedIdentityProviders": ["COGNITO", "Acme", "Zeta"]}
    api.idp("UpdateUserPoolClient", **named, **{name: settings[name] for name in kept}, **providers)
    visitor.open()
    text = visitor.page.text
    assert re.findall('data-provider="([^"]+)"', text) == ["Acme", "Zeta"]
    assert text.index('data-provider="Zeta"') < text.index('name="username"')
    icon = asset("IDP_BUTTON_ICON", SVG, Extension="SVG", ResourceId="Zeta", ColorMode="DYNAMIC")
    style(visitor, Assets=[icon, asset("PASSWORD_GRAPHIC")])
    order = [[{"display": "INPUT", "type": "USERNAME_PASSWORD"}, {"display": "BUTTON", "type": "FEDERATED"}]]
    auth = {"federation": {"order": ["Zeta"]}, "authMethodOrder": order}
    style(visitor, Settings={"categories": {"auth": auth}})
    text = visitor.open().page.text
    assert re.findall('data-provider="([^"]+)"', text) == ["Zeta", "Acme"]
    assert text.index('name="username"') < text.index('data-provider="Zeta"')
    assert text.index('data-provider="Zeta"') < text.index("<img") < text.index('data-provider="Acme"')
    assert 'class="graphic"' in visitor.fill(username="ana").page.text
    style(visitor, Settings={"categories": {"form": {"displayGraphics": False}}})
    assert 'class="graphic"' not in visitor.open().fill(username="ana").page.text


@pytest.mark.parametrize("kind", ["classic", "managed"])
def test_the_buttons_of_social_providers_have_icons(api: Api, managed: Any, kind: str) -> None:
    visitor = managed() if kind == "managed" else Visitor.of(api)
    a_provider(api, visitor.pool, "Google", "Google", SOCIAL)
    a_provider(api, visitor.pool, "SignInWithApple", "SignInWithApple", APPLE)
    a_provider(api, visitor.pool, "Corp")
    names = {"UserPoolId": visitor.pool, "ClientId": visitor.client}
    shown = api.idp("DescribeUserPoolClient", **names)["UserPoolClient"]
    kept = {name: value for name, value in shown.items() if name not in {"LastModifiedDate", "CreationDate"}}
    supported = ["COGNITO", "Google", "SignInWithApple", "Corp"]
    api.idp("UpdateUserPoolClient", **(kept | {"SupportedIdentityProviders": supported}))
    icons = re.findall('<img src="(/login/static/[^"]+)"', visitor.open().page.text)
    assert icons == ["/login/static/google.svg", "/login/static/apple.svg"]
    for icon in icons:
        with api.http.get(icon) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    if kind == "managed":
        hidden = {"componentClasses": {"idpButtons": {"icons": {"enabled": False}}}}
        style(visitor, Settings=hidden)
        assert "<img" not in visitor.open().page.text


def test_a_language_is_asked_for_once_and_kept(api: Api, managed: Any) -> None:
    visitor = managed()
    assert visitor.open(lang="de").html.heading == "Anmelden"
    assert '<html lang="de">' in visitor.page.text
    assert visitor.open().html.heading == "Anmelden"
    assert visitor.open("/signup", lang="zh-TW").html.heading == "註冊新帳戶"
    assert visitor.open(lang="tlh").html.heading == "Sign in"
    assert visitor.open().html.heading == "Sign in"


def test_a_refusal_is_told_in_the_language_of_the_page(api: Api, managed: Any) -> None:
    visitor = managed(choice=False)
    a_user(api, visitor.pool)
    visitor.open(lang="fr").fill(username="ana").fill(password="Wrong-Horse-1")
    assert visitor.html.alert == "Nom d'utilisateur ou mot de passe incorrect."


def test_classic_pages_are_english(api: Api) -> None:
    assert Visitor.of(api).open(lang="de").html.heading == "Sign in"
    assert api.http.get_cookie("lang") is None


def test_pages_that_belong_to_no_client_have_the_default_style(api: Api) -> None:
    answer = api.http.get("/error?error=invalid_request")
    sheet = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)[-1]
    assert "prefers-color-scheme: dark" in api.http.get(sheet).text
