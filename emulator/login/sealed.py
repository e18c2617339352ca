"""What the server hands to a browser and takes back: encrypted and authenticated, in base64url."""

from __future__ import annotations

import base64

from emulator.context import Context
from keys.vault import Tampered


def seal(context: Context, content: bytes, purpose: str) -> str:
    """The content as a text for a cookie or a parameter, to be opened for the same purpose alone."""
    return base64.urlsafe_b64encode(context.vault.seal(content, purpose)).rstrip(b"=").decode()


def unseal(context: Context, text: str, purpose: str) -> bytes:
    """What `seal` has sealed. Raises Tampered for any other text."""
    try:
        octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # not base64, or not ASCII
        raise Tampered("not base64url") from None
    return context.vault.open(octets, purpose)
