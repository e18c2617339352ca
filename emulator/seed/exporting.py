"""The seed document of what is in the database: what comes out goes in again."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.seed import kinds
from emulator.seed.exports import Exporting

PORTABLE = "This export holds secrets in clear text. Whoever has it can sign in as its users and clients."


def document(context: Context, portable: bool, pool_id: str | None = None) -> dict[str, Any]:
    """The whole document, or with `pool_id` that of one pool; bytes are still to be encoded in base64."""
    exporting = Exporting(context, portable)
    return ({"_portable": PORTABLE} if portable else {}) | exporting.lists(kinds.TOP, "", pool_id)
