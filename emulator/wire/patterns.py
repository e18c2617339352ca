r"""The models' patterns are Java's; Python's `re` lacks `\p{L}` and reads `.` differently.

A pattern that names Unicode categories is translated once to a class of its ASCII characters and one stand-in
for all others of that category. A text that is not ASCII has its characters replaced by their stand-ins
before it is matched: that costs nothing to import, and nothing to the texts that are ASCII, which nearly all
are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from unicodedata import category

Matcher = Callable[[str], object]
"""Truthy when the whole text matches, as Java's `Matcher.matches()`."""

_STAND_INS = {major: chr(0xE000 + index) for index, major in enumerate("LMNPSZC")}
_CATEGORY = re.compile(r"\\p\{([LMNPSZC])\}")
_LINE_TERMINATORS = r"\n\r\x85\u2028\u2029"
_CLASS_OR_DOT = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.")
_SEARCH = re.compile(
    r"""(?P<run>\[(?:\\.|[^\]\\])*\])(?P<many>[*+])   # [class]* or [class]+
        (?P<literal>(?:\\[^\w]|[^\\\[\](){}*+?.|^$])+)  # then some plain text
        (?=(?P=run)[*+])                                # then a run of the same class""",
    re.VERBOSE,
)


@cache
def matcher(pattern: str) -> Matcher:
    """Compile a Java pattern. Matching takes linear time for every pattern of the models (tested)."""
    categories = _CATEGORY.search(pattern) is not None
    if categories and not pattern.isascii():
        raise ValueError(f"a pattern with categories that also names other non-ASCII characters: {pattern}")
    # ASCII: Java's \w, \d and \s know no other letters, digits and spaces, and \S is all the rest.
    compiled = re.compile(_without_backtracking(_dots(_classes(pattern))), re.ASCII)
    fullmatch = compiled.fullmatch
    if not categories:
        return fullmatch
    return lambda text: fullmatch(text if text.isascii() else text.translate(_REPLACED))


class _Replaced(dict[int, str]):
    """What `str.translate` asks: the stand-in of a character beyond ASCII. It keeps none: it cannot grow."""

    def __missing__(self, point: int) -> str:
        return _STAND_INS[category(chr(point))[0]]


_REPLACED = _Replaced({point: chr(point) for point in range(128)})


def _classes(pattern: str) -> str:
    return _CATEGORY.sub(lambda found: _members(found[1]), pattern)


@cache
def _members(major: str) -> str:
    """A category's ASCII characters and its stand-in, to stand inside a class."""
    ascii_members = (chr(point) for point in range(128) if category(chr(point))[0] == major)
    return "".join(f"\\x{ord(member):02x}" for member in ascii_members) + _STAND_INS[major]


def _dots(pattern: str) -> str:
    """Java's dot stops at five line terminators, Python's at one."""
    if pattern.startswith("(?s)"):
        return pattern
    return _CLASS_OR_DOT.sub(lambda found: f"[^{_LINE_TERMINATORS}]" if found[0] == "." else found[0], pattern)


def _without_backtracking(pattern: str) -> str:
    r"""Take the first occurrence of a text between two runs of one class, and never look for another.

    `[X]*\{##[X]*##\}[X]*` is cubic in a hostile text. Whatever follows an occurrence may begin with any of X,
    so if a later occurrence fits then the first does too: no need to come back.
    """

    def once(found: re.Match[str]) -> str:
        run, many, literal = found["run"], found["many"], found["literal"]
        plain = re.sub(r"\\(.)", r"\1", literal)
        if re.fullmatch(f"{run}+", plain, re.ASCII) is None:
            return found[0]
        return f"(?>{run}{many}?{literal})"

    return _SEARCH.sub(once, pattern)
