"""The style sheet of a managed login style."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from emulator.domain.branding import managed_login, style_sheets
from emulator.domain.branding.pictures import Pictures
from emulator.web import html

PAGES = (Path(html.__file__).parent / "static" / "managed.css").read_text(encoding="utf-8")
USED = set(re.findall(r"var\((--[\w-]+)", PAGES))


def settings(**given: Any) -> dict[str, Any]:
    return managed_login.merged(managed_login.defaults(), given)


def scheme(mode: str) -> dict[str, Any]:
    return {"global": {"colorSchemeMode": mode}}


def test_each_mode_has_its_colors_and_both_have_the_radii() -> None:
    light = style_sheets.managed(settings(), Pictures())
    assert "color-scheme: light;" in light
    assert "--primaryButton-hover-backgroundColor: #033160ff;" in light
    assert "--form-borderRadius: 8px;" in light
    dark = style_sheets.managed(settings(categories=scheme("DARK")), Pictures())
    assert "color-scheme: dark;" in dark
    assert "--primaryButton-hover-backgroundColor: #89bdeeff;" in dark
    assert "--form-borderRadius: 8px;" in dark


def test_the_browser_decides_in_a_dynamic_scheme() -> None:
    both = style_sheets.managed(settings(categories=scheme("DYNAMIC")), Pictures())
    light, dark = both.split("@media (prefers-color-scheme: dark)")
    assert "--pageBackground-color: #ffffffff;" in light
    assert "--pageBackground-color: #0f1b2aff;" in dark


def test_a_providers_colors_of_one_mode_do_not_reach_the_other() -> None:
    custom = {"Acme": {"lightMode": {"defaults": {"backgroundColor": "11223344"}}}}
    given = settings(categories=scheme("DYNAMIC"), components={"idpButton": {"custom": custom}})
    head, light, dark = style_sheets.managed(given, Pictures()).split("@media")
    assert "#11223344" in light
    assert "#11223344" not in head + dark


def test_the_form_stands_where_the_style_wants_it() -> None:
    form = {"form": {"location": {"horizontal": "END", "vertical": "START"}}}
    sheet = style_sheets.managed(settings(categories=form), Pictures())
    assert "--form-horizontal: end;" in sheet
    assert "--form-vertical: start;" in sheet


@pytest.mark.parametrize("mode", ["LIGHT", "DARK"])
def test_every_setting_acts_or_is_confessed(mode: str) -> None:
    idle = set(style_sheets.properties(managed_login.defaults(), mode)) - USED
    assert {name for name in idle if not name[2:].startswith(style_sheets.WITHOUT_EFFECT)} == set()
    assert idle, "all act: the confession is out of date"


def test_the_pages_use_no_property_that_there_is_not() -> None:
    images = {f"--{name}-image" for name in ("pageBackground", "form", "pageHeader", "pageFooter")}
    there = set(re.findall(r"(--[\w-]+):", style_sheets.managed(managed_login.defaults(), Pictures())))
    assert there | images >= USED


def test_a_background_is_shown_where_it_is_enabled() -> None:
    own = Pictures({("FORM_BACKGROUND", "LIGHT", ""): "/form", ("PAGE_BACKGROUND", "DYNAMIC", ""): "/page"})
    sheet = style_sheets.managed(settings(), own)
    assert '--pageBackground-image: url("/page");' in sheet
    assert "/form" not in sheet
    enabled = {"form": {"backgroundImage": {"enabled": True}}, "pageBackground": {"image": {"enabled": False}}}
    sheet = style_sheets.managed(settings(components=enabled), own)
    assert '--form-image: url("/form");' in sheet
    assert "/page" not in sheet


def test_a_button_of_a_provider_has_its_own_colors_and_nothing_that_is_none() -> None:
    given = {
        "Acme": {"lightMode": {"defaults": {"textColor": "11223344", "font": "11223344"}, "hover": "red"}},
        '"]{}*{display:none}': {"lightMode": {"defaults": {"textColor": "55667788", "backgroundColor": "url(x)"}}},
        "Odd": ["11223344"],
    }
    sheet = style_sheets.managed(settings(components={"idpButton": {"custom": given}}), Pictures())
    rule = '[data-provider="Acme"] {\n  --idpButton-standard-defaults-textColor: #11223344;\n}'
    assert rule in sheet
    assert "display:none" not in sheet
    assert "url(x)" not in sheet
    assert "--idpButton-standard-defaults-textColor: #55667788;" in sheet
    assert "Odd" not in sheet


@pytest.mark.parametrize("radius", [10**400, 1e308, 5000])
def test_a_radius_is_never_too_large_to_write(radius: float) -> None:
    sheet = style_sheets.managed(settings(components={"form": {"borderRadius": radius}}), Pictures())
    assert "--form-borderRadius: 1000px;" in sheet


def test_an_image_of_the_mode_comes_first_and_that_of_the_other_last() -> None:
    key = "FORM_LOGO"
    every = {(key, mode, ""): mode for mode in ("LIGHT", "DARK", "DYNAMIC")}
    assert Pictures(every).find(key, "DARK") == "DARK"
    assert Pictures({(key, "DYNAMIC", ""): "DYNAMIC", (key, "LIGHT", ""): "LIGHT"}).find(key, "DARK") == "DYNAMIC"
    assert Pictures({(key, "LIGHT", ""): "own"}, {(key, "DARK", ""): "default"}).find(key, "DARK") == "default"
    assert Pictures({(key, "LIGHT", ""): "own"}).find(key, "DARK") == "own"
    assert Pictures().find(key, "DARK") is None
