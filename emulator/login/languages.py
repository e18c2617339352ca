"""The languages of the pages. The classic pages have English alone."""

from __future__ import annotations

ENGLISH = "en"
ALL = ("de", ENGLISH, "es", "fr", "id", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW")


def chosen(asked: str | None, kept: str | None) -> str:
    """The language that the query asks for, or else the one that the cookie keeps. Unknown ones are English."""
    # AWS unknown: whether GET /login takes names of languages in another case, as zh-cn. Here it does not.
    return next((name for name in ALL if name == (asked or kept)), ENGLISH)
