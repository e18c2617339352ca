r"""Matching of the models' patterns, which are Java's: Python's `re` lacks `\p{L}` and treats `.` differently.

A Unicode category in a pattern is translated to a class of its ASCII characters and one stand-in for all other
characters of that category. Before a text that is not ASCII is matched, its characters are replaced by their stand-ins.
So neither start-up nor ASCII texts, which nearly all are, pay for Unicode tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from unicodedata import category

Matcher = Callable[[str], object]
"""Truthy if the whole text matches, as Java's `Matcher.matches()`."""

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
    # re.ASCII: in Java \w, \d and \s mean ASCII letters, digits and spaces alone.
    compiled = re.compile(_without_backtracking(_dots(_classes(pattern))), re.ASCII)
    fullmatch = compiled.fullmatch
    if not categories:
        return fullmatch
    return lambda text: fullmatch(text if text.isascii() else text.translate(_REPLACED))


class _Replaced(dict[int, str]):
    """The table for `str.translate`. Stand-ins of non-ASCII characters are computed, not stored, so it cannot grow."""

    def __missing__(self, point: int) -> str:
        return _STAND_INS[category(chr(point))[0]]


_REPLACED = _Replaced({point: chr(point) for point in range(128)})


def _classes(pattern: str) -> str:
    return _CATEGORY.sub(lambda found: _members(found[1]), pattern)


@cache
def _members(major: str) -> str:
    """A category's ASCII characters and its stand-in, as the content of a character class."""
    ascii_members = (chr(point) for point in range(128) if category(chr(point))[0] == major)
    return "".join(f"\\x{ord(member):02x}" for member in ascii_members) + _STAND_INS[major]


def _dots(pattern: str) -> str:
    """Replace dots: Java's matches none of five line terminators, Python's excludes only one."""
    if pattern.startswith("(?s)"):
        return pattern
    return _CLASS_OR_DOT.sub(lambda found: f"[^{_LINE_TERMINATORS}]" if found[0] == "." else found[0], pattern)


def _without_backtracking(pattern: str) -> str:
    r"""Make patterns atomic that would take cubic time for a hostile text, like `[X]*\{##[X]*##\}[X]*`.

    Between two runs of one class, the first occurrence of a text is as good as any later one, since the following run
    may begin with any of X. So there is no need to backtrack.
    """

    def once(found: re.Match[str]) -> str:
        run, many, literal = found["run"], found["many"], found["literal"]
        plain = re.sub(r"\\(.)", r"\1", literal)
        if re.fullmatch(f"{run}+", plain, re.ASCII) is None:
            return found[0]
        return f"(?>{run}{many}?{literal})"

    return _SEARCH.sub(once, pattern)
