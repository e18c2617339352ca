"""The settings of a managed login style against their schema, and images against what they say they are."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from emulator.domain.branding import images, managed_login
from emulator.faults import InvalidParameterException

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'


def test_the_defaults_are_settings_themselves_and_nobody_changes_them() -> None:
    before = deepcopy(managed_login.defaults())
    managed_login.check(managed_login.defaults())
    whole = managed_login.merged(managed_login.defaults(), {"components": {"form": {"borderRadius": 0}}})
    assert whole["components"]["form"]["borderRadius"] == 0
    assert whole["components"]["form"]["logo"] == before["components"]["form"]["logo"]
    assert managed_login.defaults() == before


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"components": {"form": {"borderRadius": 4}}},
        {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}},
        {"components": {"primaryButton": {"lightMode": {"defaults": {"backgroundColor": "FF00aa80"}}}}},
        {"components": {"favicon": {"enabledTypes": []}}},
        {"components": {"idpButton": {"custom": {"Corp": {"any": ["thing", 1]}}}}},
        {"categories": {"auth": {"authMethodOrder": [[{"display": "INPUT", "type": "USERNAME_PASSWORD"}]]}}},
        {"categories": {"auth": {"federation": {"order": ["Google", "Corp"]}}}},
    ],
)
def test_parts_of_the_document_are_taken(settings: dict[str, Any]) -> None:
    managed_login.check(settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ([], "$: object expected"),
        ("text", "$: object expected"),
        (None, "$: object expected"),
        ({"component": {}}, "$.component: is not defined in the schema"),
        ({"components": {"form": {"radius": 1}}}, "$.components.form.radius: is not defined in the schema"),
        ({"components": {"form": {"borderRadius": "8"}}}, "$.components.form.borderRadius: number expected"),
        ({"components": {"form": {"borderRadius": True}}}, "$.components.form.borderRadius: number expected"),
        ({"components": {"form": {"borderRadius": -1}}}, "$.components.form.borderRadius: number expected"),
        ({"components": {"form": {"logo": {"enabled": "yes"}}}}, "$.components.form.logo.enabled: boolean expected"),
        ({"components": {"form": None}}, "$.components.form: object expected"),
        ({"components": {"pageBackground": {"lightMode": {"color": "#ffffff"}}}}, "does not match the regex pattern"),
        ({"components": {"pageBackground": {"lightMode": {"color": "red"}}}}, "does not match the regex pattern"),
        ({"components": {"favicon": {"enabledTypes": ["GIF"]}}}, "enabledTypes[0]: does not have a value in the"),
        ({"categories": {"global": {"colorSchemeMode": "NEON"}}}, "in the enumeration [LIGHT, DARK, DYNAMIC]"),
        ({"categories": {"auth": {"authMethodOrder": [{}]}}}, "authMethodOrder[0]: array expected"),
        ({"categories": {"auth": {"federation": {"order": [1]}}}}, "order[0]: string expected"),
    ],
)
def test_what_is_no_setting_is_refused_by_its_place(settings: Any, words: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        managed_login.check(settings)
    assert words in (refused.value.message or "")


def test_images_are_told_by_what_they_begin_with() -> None:
    assert images.kind(b"\x89PNG\r\n\x1a\n...") == "PNG"
    assert images.kind(b"\xff\xd8\xff\xe0...") == "JPEG"
    assert images.kind(b"\x00\x00\x01\x00...") == "ICO"
    assert images.kind(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "WEBP"
    assert images.kind(SVG) == "SVG"
    for content in (b"", b"GIF89a", b"<html/>", b"RIFF\x00\x00\x00\x00WAVE", b"\x89PNG"):
        assert images.kind(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><SCRIPT href="x"/></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><a href="javascript:alert(1)"><text>x</text></a></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://evil.example/x.png"/></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><b/></foreignObject></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><set attributeName="href" to="javascript:x"/></svg>',
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
        b"<svg>",
        b"\xff\xfe<\x00s\x00",
        b"<svg>" * 100_000,
    ],
)
def test_an_svg_that_does_more_than_show_is_none(content: bytes) -> None:
    assert images.kind(content) is None
