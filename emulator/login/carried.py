"""What is carried from page to page beyond the query: a sign-in under way, a username, where a code was sent.

The browser keeps it in a cookie, encrypted and authenticated, for one client and a quarter of an hour.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from emulator.context import Context
from emulator.login import sealed
from keys.vault import Tampered

SECONDS = 900
"""For how long the browser keeps it. A challenge's session may end earlier."""
_PURPOSE = "page-data of {client_id}"


class Carried(Struct, frozen=True):
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
    return sealed.seal(context, zlib.compress(content.encode()), _PURPOSE.format(client_id=client_id))


def unseal(context: Context, client_id: str, cookie: str | None) -> Carried | None:
    """What a cookie carries; None for one that is missing, forged, expired, or of another client."""
    if not cookie:
        return None
    try:
        content = json.loads(zlib.decompress(sealed.unseal(context, cookie, _PURPOSE.format(client_id=client_id))))
    except Tampered:
        return None
    return Carried(**content) if content.pop("expires") > context.now else None
