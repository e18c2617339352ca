"""What is carried from page to page beyond the query: a sign-in under way, a username, where a code was sent.

The browser keeps it in a cookie, encrypted and authenticated, for one client and a quarter of an hour.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from emulator.context import Context
from keys.vault import Tampered

SECONDS = 900
"""For how long the browser keeps it. A challenge's session may end earlier."""
_PURPOSE = "page-data of {client_id}"


@dataclass(frozen=True, slots=True)
class Carried:
    """The state of a browser at the login pages of a client.

    `path` is the page that it is for. `username` is as the user typed it. `challenge` and `session` are those of the
    sign-in that waits for this page's answer, `data` what the page shows of the challenge. `signed_up` is the session
    of a sign-up in this browser. `fresh` says that the user does not want to go on as whom the browser's session names.
    """

    path: str
    username: str = ""
    challenge: str = ""
    session: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    signed_up: str | None = None
    fresh: bool = False


def seal(context: Context, client_id: str, carried: Carried) -> str:
    """The value of the cookie that carries it, encrypted for the client, and valid for `SECONDS`."""
    content = json.dumps({**asdict(carried), "expires": context.now + SECONDS}, separators=(",", ":"))
    # Compressed: browsers drop cookies of more than 4096 bytes.
    sealed = context.vault.seal(zlib.compress(content.encode()), _PURPOSE.format(client_id=client_id))
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(context: Context, client_id: str, cookie: str | None) -> Carried | None:
    """What a cookie carries; None for one that is missing, forged, expired, or of another client."""
    if not cookie or not cookie.isascii():
        return None
    try:
        sealed = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
        content = json.loads(zlib.decompress(context.vault.open(sealed, _PURPOSE.format(client_id=client_id))))
    except (binascii.Error, Tampered):
        return None
    return Carried(**content) if content.pop("expires") > context.now else None
