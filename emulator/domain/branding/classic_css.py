"""The style sheet of the classic pages: its default, and which classes and properties it may use.

AWS: "Hosted UI (classic) branding". The only module that imports tinycss2, which parses CSS as browsers do.
"""

from __future__ import annotations

import re
from typing import Any

from emulator.faults import InvalidParameterException

_CLASSES = {
    "logo",
    "banner",
    "label",
    "textDescription",
    "idpDescription",
    "legalText",
    "submitButton",
    "submitButton:hover",
    "errorMessage",
    "inputField",
    "inputField:focus",
    "idpButton",
    "idpButton:hover",
    "socialButton",
    "redirect",
    "passwordCheck-notValid",
    "passwordCheck-valid",
    "background",
}
_SELECTOR = re.compile(r"\.(?P<name>[A-Za-z-]+)-customizable(?P<state>:[a-z]+)?")
_PROPERTIES = re.compile(
    r"(background|border|padding|margin|font|text|outline)(-[a-z]+)*|(max-|min-)?(width|height)"
    r"|color|display|line-height|letter-spacing|opacity|box-shadow|box-sizing|float|vertical-align|white-space"
)
_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla", "calc"})
_LIVES = frozenset({"url", "function", "error"})
_MOST_INTRICATE = 16 * 1024
_BLANKS = re.compile(r"(?>[ \t\r\n\f]|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+")
_PLAIN_RULE = re.compile(
    r"""
    (?P<selectors>\.[\w.:, \t\r\n\f-]++)
    \{(?P<declarations>
        (?>
            [ \t\r\n\f]*+[A-Za-z-]++[ \t\r\n\f]*+:
            (?>
                (?:rgba?|hsla?|calc)\([\w%.,+*/ \t\r\n\f-]*+\)
              | [\w\#%., \t\r\n\f-]
              | '[^'\\\r\n\f]*+'
              | "[^"\\\r\n\f]*+"
              | ![ \t\r\n\f]*+important
            )++
            (?:;|(?=\}))
          | [ \t\r\n\f]*+;
        )*+
    [ \t\r\n\f]*+)\}
    """,
    re.VERBOSE | re.ASCII,
)
"""A rule whose values are words, numbers, colors and strings. Matches in linear time: it never backtracks."""
_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAMES = re.compile(r"([A-Za-z-]+)[ \t\r\n\f]*:")
DEFAULT = """\
.logo-customizable {
	max-width: 60%;
	max-height: 30%;
}
.banner-customizable {
	padding: 25px 0px 25px 0px;
	background-color: lightgray;
}
.label-customizable {
	font-weight: 400;
}
.textDescription-customizable {
	padding-top: 10px;
	padding-bottom: 10px;
	display: block;
	font-size: 16px;
}
.idpDescription-customizable {
	padding-top: 10px;
	padding-bottom: 10px;
	display: block;
	font-size: 16px;
}
.legalText-customizable {
	color: #747474;
	font-size: 11px;
}
.submitButton-customizable {
	font-size: 14px;
	font-weight: bold;
	margin: 20px 0px 10px 0px;
	height: 40px;
	width: 100%;
	color: #fff;
	background-color: #337ab7;
}
.submitButton-customizable:hover {
	color: #fff;
	background-color: #286090;
}
.errorMessage-customizable {
	padding: 5px;
	font-size: 14px;
	width: 100%;
	background: #F5F5F5;
	border: 2px solid #D64958;
	color: #D64958;
}
.inputField-customizable {
	width: 100%;
	height: 34px;
	color: #555;
	background-color: #fff;
	border: 1px solid #ccc;
}
.inputField-customizable:focus {
	border-color: #66afe9;
	outline: 0;
}
.idpButton-customizable {
	height: 40px;
	width: 100%;
	text-align: center;
	margin-bottom: 15px;
	color: #fff;
	background-color: #5bc0de;
	border-color: #46b8da;
}
.idpButton-customizable:hover {
	color: #fff;
	background-color: #31b0d5;
}
.socialButton-customizable {
	border-radius: 2px;
	height: 40px;
	margin-bottom: 15px;
	padding: 1px;
	text-align: left;
	width: 100%;
}
.redirect-customizable {
	text-align: center;
}
.passwordCheck-notValid-customizable {
	color: #DF3312;
}
.passwordCheck-valid-customizable {
	color: #19BF00;
}
.background-customizable {
	background-color: #fff;
}
"""
"""The style sheet of pages that are not customized."""


def check(css: str) -> None:
    """Raise InvalidParameterException if a style sheet uses classes, properties or functions that are not allowed.

    Simple rules are matched by one regular expression, since tinycss2 takes thirty times as long. From the first rule
    that is not simple on, tinycss2 parses the style sheet.
    """
    # AWS unknown: the messages of SetUICustomization for a style sheet that it refuses, and which properties it
    # accepts. Here it accepts those of boxes, texts and colors.
    end = _end_of(_BLANKS, css, 0)
    while plain := _PLAIN_RULE.match(css, end):
        _check_selectors(plain["selectors"])
        for name in _NAMES.findall(_STRINGS.sub("", plain["declarations"])):
            _check_property(name.lower())
        end = _end_of(_BLANKS, css, plain.end())
    # Unlike AWS: SetUICustomization refuses a style sheet with more than 16 KB after the first rule that contains
    # escapes, or functions other than those of colors and calc: parsing it would take too long.
    if len(css) - end > _MOST_INTRICATE:
        raise _wrong("it is too intricate for its length")
    try:
        _check_intricate(css[end:])
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise _wrong("it cannot be read") from error


def _end_of(expression: re.Pattern[str], text: str, start: int) -> int:
    found = expression.match(text, start)
    return found.end() if found else start


def _check_intricate(css: str) -> None:
    import tinycss2  # not before it is used: start-up is imports

    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            raise _wrong(rule.message)
        if rule.type != "qualified-rule":
            raise _wrong(f"@{rule.at_keyword} is not allowed")
        _check_selectors(tinycss2.serialize(rule.prelude))
        for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            _check_declaration(declaration)


def _check_selectors(selectors: str) -> None:
    for selector in selectors.split(","):
        _check_selector(" ".join(selector.split()))


def _check_selector(selector: str) -> None:
    found = _SELECTOR.fullmatch(selector)
    if found is None or f"{found['name']}{found['state'] or ''}" not in _CLASSES:
        raise _wrong(f"the selector {selector} is not allowed")


def _check_declaration(declaration: Any) -> None:
    if declaration.type == "error":
        raise _wrong(declaration.message)
    if declaration.type != "declaration":
        raise _wrong("rules cannot be nested")
    _check_property(declaration.lower_name)
    for value in declaration.value:
        if value.type in _LIVES and getattr(value, "lower_name", "") not in _FUNCTIONS:
            raise _wrong(f"the value of {declaration.lower_name} is not allowed")


def _check_property(name: str) -> None:
    if not _PROPERTIES.fullmatch(name):
        raise _wrong(f"the property {name} is not allowed")


def _wrong(what: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid CSS: {what[:200]}.")
