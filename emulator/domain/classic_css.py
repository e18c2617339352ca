"""The style sheet of the classic pages: which classes and properties it may speak of.

AWS: "Hosted UI (classic) branding". The only home of tinycss2, which reads it as a browser would.
"""

from __future__ import annotations

import re
from typing import Any

import tinycss2

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
"""The style sheet of pages that nobody customized."""


def check(css: str) -> None:
    """Refuse a style sheet that speaks of more than the classes that can be customized, or does more than style.

    AWS unknown: the words of the refusals, and which properties AWS takes; those of boxes, texts and colors here.
    """
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            raise _wrong(rule.message)
        if rule.type != "qualified-rule":
            raise _wrong(f"@{rule.at_keyword} is not allowed")
        for selector in tinycss2.serialize(rule.prelude).split(","):
            _check_selector(" ".join(selector.split()))
        for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            _check_declaration(declaration)


def _check_selector(selector: str) -> None:
    found = _SELECTOR.fullmatch(selector)
    if found is None or f"{found['name']}{found['state'] or ''}" not in _CLASSES:
        raise _wrong(f"the selector {selector} is not allowed")


def _check_declaration(declaration: Any) -> None:
    if declaration.type == "error":
        raise _wrong(declaration.message)
    if declaration.type != "declaration":
        raise _wrong("rules cannot be nested")
    if not _PROPERTIES.fullmatch(declaration.lower_name):
        raise _wrong(f"the property {declaration.lower_name} is not allowed")
    for value in declaration.value:
        if value.type in _LIVES and getattr(value, "lower_name", "") not in _FUNCTIONS:
            raise _wrong(f"the value of {declaration.lower_name} is not allowed")


def _wrong(what: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid CSS: {what[:200]}.")
