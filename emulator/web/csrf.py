"""CSRF tokens, by double submit: a form has the token that the browser's cookie has, which no other site can read."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping

from flask import request

from keys import entropy
from keys.entropy import Entropy

_TOKEN = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def token(cookie: str, source: Entropy) -> str:
    """The token for a form: that of the browser's cookie, which stays for its other tabs, else a new one."""
    kept = request.cookies.get(cookie, "")
    return kept if _TOKEN.fullmatch(kept) else entropy.uuid(source)


def is_right(cookie: str, form: Mapping[str, str]) -> bool:
    """Whether `_csrf` of a form is the token of the browser's cookie."""
    kept, given = request.cookies.get(cookie, ""), form.get("_csrf", "")
    return bool(_TOKEN.fullmatch(kept)) and hmac.compare_digest(kept.encode(), given.encode())
