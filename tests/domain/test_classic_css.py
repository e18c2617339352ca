"""The style sheet of the classic pages: what it may say, and how hostile ones are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import tinycss2
from hypothesis import example, given
from hypothesis import strategies as st

from emulator.domain.branding import classic_css
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


def refusal(check: Callable[[str], None], css: str) -> str | None:
    try:
        check(css)
    except InvalidParameterException as refused:
        return refused.message
    return None


WORDS = [
    *[
        ".logo-customizable",
        ".other-customizable",
        ":",
        ";",
        "{",
        "}",
        ",",
        "color",
        "margin",
        "position",
        "red",
        "1px",
        "#fff",
        "rgb(",
        "rgba(",
        "url(",
        "calc(",
        ")",
    ]
]
MARKS = [*"\"'\\!/*@-%+ \n\t\x0b\x1c", "é", "!important", "/*", "*/", "'a;b:c'", '"}"', "<!--", "{color:red}", "\x00"]


@given(st.lists(st.sampled_from(WORDS + MARKS), max_size=14).map("".join))
@example(".logo-customizable{margin:'a;position:b'}")
@example(".logo-customizable{margin:'a\\'}")
@example(".logo-customizable{margin:1 important!}")
@example(".logo-customizable{margin:-}")
def test_what_is_plain_is_judged_as_tinycss2_judges_it(css: str) -> None:
    for text in (css, f".logo-customizable{{color:{css}}}", f".logo-customizable{{{css}}}{css}"):
        plain, intricate = refusal(classic_css.check, text), refusal(classic_css._check_intricate, text)
        assert (plain is None) == (intricate is None)


MOST = 131_072
HOSTILE = [
    "{",
    "(",
    ";",
    ",",
    "\\",
    "'",
    "/*",
    "/**/",
    "#",
    "-",
    "1",
    "u+1?,",
    "@a;",
    ".logo-customizable{",
    "rgb(",
    "a:",
    "\n",
]


@pytest.mark.parametrize("bit", HOSTILE)
@pytest.mark.parametrize("opening", ["", ".logo-customizable{", ".logo-customizable{color:", ".logo-customizable{}/*"])
def test_the_parser_reads_little_of_a_long_style_sheet(monkeypatch: pytest.MonkeyPatch, opening: str, bit: str) -> None:
    read: list[int] = []
    parse = tinycss2.parse_stylesheet

    def counted(css: str, **how: bool) -> Any:
        read.append(len(css))
        return parse(css, **how)

    monkeypatch.setattr(tinycss2, "parse_stylesheet", counted)
    refusal(classic_css.check, opening + bit * (MOST // len(bit)))
    assert sum(read) <= 16_384


@pytest.mark.parametrize("css", ["(" * 10_000 + "{}", ".logo-customizable{margin:\\61;padding:" + "1" * 10_000 + "}"])
def test_what_the_parser_fails_on_is_refused(css: str) -> None:
    assert (refusal(classic_css.check, css) or "").startswith("Invalid CSS: ")


def test_a_long_style_sheet_of_plain_rules_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tinycss2, "parse_component_value_list", None)
    css = classic_css.DEFAULT + ".label-customizable { font-family: 'Amazon Ember', serif; color: rgb(1, 2, 3) }"
    classic_css.check(css * (MOST // len(css)))
