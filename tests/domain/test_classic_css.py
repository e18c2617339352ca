"""The style sheet of the classic pages: what it may say, and how hostile ones are refused."""

from __future__ import annotations

import pytest

from emulator.domain import classic_css
from emulator.faults import InvalidParameterException

GOOD = [
    classic_css.DEFAULT,
    ".label-customizable{}",
    ".submitButton-customizable, .submitButton-customizable:hover { color: #fff !important }",
    "/* a comment */ .background-customizable { background-color: rgba(0, 0, 0, .5); width: calc(100% - 2px) }",
    ".logo-customizable{max-width:60%}.banner-customizable{padding:25px 0 25px 0;font-family:'Amazon Ember',serif}",
]

BAD = {
    "@import url('//evil.example/x.css');": "@import is not allowed",
    "@media screen { .label-customizable { color: red } }": "@media is not allowed",
    "@supports (color: red) { .label-customizable { color: red } }": "@supports is not allowed",
    "@page { margin: 0 }": "@page is not allowed",
    "@font-face { font-family: x; src: url(x) }": "@font-face is not allowed",
    "body { color: red }": "the selector body is not allowed",
    "* { color: red }": "the selector * is not allowed",
    ".other-customizable { color: red }": "the selector .other-customizable is not allowed",
    ".logo-customizable:hover { color: red }": "the selector .logo-customizable:hover is not allowed",
    ".logo-customizable div { color: red }": "the selector .logo-customizable div is not allowed",
    ".logo-customizable > .label-customizable { color: red }": "is not allowed",
    ".logo-customizable, body { color: red }": "the selector body is not allowed",
    ".logo-customizable[href] { color: red }": "is not allowed",
    ".b\\6fdy { color: red }": "is not allowed",
    ".logo-customizable { position: fixed }": "the property position is not allowed",
    ".logo-customizable { behavior: x }": "the property behavior is not allowed",
    ".logo-customizable { -moz-binding: x }": "the property -moz-binding is not allowed",
    ".logo-customizable { --x: 1 }": "the property --x is not allowed",
    ".logo-customizable { background: url(javascript:alert(1)) }": "the value of background is not allowed",
    ".logo-customizable { background: u\\72l('//evil.example') }": "the value of background is not allowed",
    ".logo-customizable { background: image-set('a.png' 1x) }": "the value of background is not allowed",
    ".logo-customizable { width: expression(alert(1)) }": "the value of width is not allowed",
    ".logo-customizable { color: red; .x { color: red } }": "Invalid CSS",
    ".logo-customizable { color }": "Invalid CSS",
    ".logo-customizable { color: red": None,
    "</style><script>alert(1)</script>": "Invalid CSS",
    ".logo-customizable": "Invalid CSS",
}


@pytest.mark.parametrize("css", GOOD)
def test_what_can_be_customized_is_taken(css: str) -> None:
    classic_css.check(css)


@pytest.mark.parametrize(("css", "words"), [(css, words) for css, words in BAD.items() if words])
def test_what_could_do_more_than_style_is_refused(css: str, words: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        classic_css.check(css)
    assert words in (refused.value.message or "")


def test_what_a_browser_closes_by_itself_is_taken() -> None:
    classic_css.check(".logo-customizable { color: red")


def test_a_long_style_sheet_is_read_in_time() -> None:
    classic_css.check(".label-customizable { color: red }" * 3_000)
    with pytest.raises(InvalidParameterException):
        classic_css.check("{" * 100 + ".a")
